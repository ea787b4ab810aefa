import { reducedStack } from "../../../lib/terraform/reduced-stack";
import { unknownReferences } from "../../../lib/terraform/unescaped-templates";
import { exampleConfiguration, exampleFiles } from "../../../laboratory/examples";
import { synthesise } from "../../../laboratory/synthesis";

const addressesOf = (stack: { resource?: object }) =>
  Object.entries(stack.resource ?? {}).flatMap(([type, named]) => Object.keys(named).map((name) => `${type}.${name}`));

describe.each(exampleFiles)("%s", (file) => {
  const { platform } = synthesise(exampleConfiguration(undefined, file));

  test("without anything that is kept, has no resources, but still its provider and state", () => {
    const stack = reducedStack(platform, []);
    expect(addressesOf(stack)).toEqual([]);
    expect(stack).toMatchObject({ provider: platform.provider, terraform: platform.terraform });
    expect(stack).not.toHaveProperty("output");
  });

  test("keeps disks with what they need, which is no cluster and no network", () => {
    const disks = addressesOf(platform).filter((address) => /^google_compute_(region_)?disk\./.test(address));
    expect(disks).not.toEqual([]);
    const stack = reducedStack(platform, disks);
    const kept = addressesOf(stack);
    expect(kept).toEqual(expect.arrayContaining(disks));
    expect(
      kept.filter((address) => !disks.includes(address) && !address.startsWith("google_project_service.")),
    ).toEqual([]);
    expect(unknownReferences(stack)).toEqual([]);
  });

  test("keeps what a kept resource refers to, directly or not", () => {
    const [pool = ""] = addressesOf(platform).filter((address) => address.startsWith("google_container_node_pool."));
    const stack = reducedStack(platform, [pool]);
    expect(addressesOf(stack).map((address) => address.split(".")[0])).toEqual(
      expect.arrayContaining(["google_container_cluster", "google_compute_network", "google_service_account"]),
    );
    expect(unknownReferences(stack)).toEqual([]);
  });
});
