import { Placement } from "../../../laboratory/placement/watch";

const pod = (uid: string, role: string, nodeName?: string, instance = "it", phase = "Running") => ({
  metadata: { uid, name: uid, labels: { "hodl.farm/role": role, "app.kubernetes.io/instance": instance } },
  spec: { nodeName },
  status: { phase },
});

function violationsOf(...events: [string, ReturnType<typeof pod>][]): string[] {
  const placement = new Placement();
  for (const [type, object] of events) placement.observe({ type, object });
  return [...placement.violations];
}

test("reports a public and a baking pod on one VM, however briefly", () => {
  const [open, own] = [pod("a", "public", "vm"), pod("b", "baking", "vm")];
  expect(violationsOf(["ADDED", open], ["ADDED", own], ["DELETED", open])).toEqual(["b and a shared vm"]);
  expect(violationsOf(["ADDED", open], ["DELETED", open], ["ADDED", own])).toEqual([]);
  expect(violationsOf(["ADDED", pod("a", "dal", "vm")], ["ADDED", own])).toHaveLength(1);
});

test("reports two pods of one baker, but neither pods of two bakers nor a pending one", () => {
  const first = pod("a", "baking", "vm-1");
  expect(violationsOf(["ADDED", first], ["ADDED", pod("b", "baking", "vm-2")])).toEqual([
    "two pods of baker it were on VMs",
  ]);
  expect(violationsOf(["ADDED", first], ["ADDED", pod("b", "baking", "vm-2", "other")])).toEqual([]);
  expect(violationsOf(["ADDED", first], ["ADDED", pod("b", "baking")])).toEqual([]);
  expect(
    violationsOf(["ADDED", pod("a", "baking", "vm-1", "it", "Failed")], ["ADDED", pod("b", "baking", "vm-2")]),
  ).toEqual([]);
});
