import type { PlannedChange } from "../../../laboratory/terraform/terraform";
import { rowProblems } from "../../../laboratory/verify/change-plans";
import type { Row } from "../../../laboratory/verify/change-table";

const planned = (address: string, ...actions: string[]): PlannedChange => ({
  address,
  mode: "managed",
  type: address.split(".")[0]!,
  change: { actions, after: null },
});
const row = (title: string, changes: PlannedChange[], guardRefuses: string[] = []): Row => ({
  title,
  stacks: {
    platform: { planned: changes, terraformRefuses: false, guardRefuses },
    baker: { planned: [], terraformRefuses: false, guardRefuses: [] },
  },
});

test.each(["google_compute_region_disk", "google_compute_address", "google_container_cluster"])(
  "deleting or replacing %s must be refused by the guard",
  (type) => {
    const address = `${type}.a_0123ABCD`;
    for (const actions of [["delete"], ["delete", "create"], ["create", "delete"]]) {
      const change = planned(address, ...actions);
      expect(rowProblems([row("x", [change], [address])])).toEqual([]);
      expect(rowProblems([row("x", [change])])).toEqual([`x: the guard does not refuse to delete ${type}.a`]);
    }
    expect(rowProblems([row("x", [planned(address, "update")])])).toEqual([]);
  },
);

test("removing a baker only deletes its own resources", () => {
  const title = "bakers[ledger]: removed";
  const own = planned("kubernetes_service_v1.baker-ledger", "delete");
  const shared = planned("kubernetes_config_map_v1.forwarder_1", "update");
  expect(rowProblems([row(title, [own, shared])])).toEqual([]);
  expect(rowProblems([row(title, [planned("kubernetes_service_v1.baker-bls", "update")])])).toEqual([
    `${title}: kubernetes_service_v1.baker-bls belongs to another baker`,
  ]);
  expect(rowProblems([row(title, [planned("kubernetes_service_v1.forwarder_1", "delete")])])).toHaveLength(1);
});
