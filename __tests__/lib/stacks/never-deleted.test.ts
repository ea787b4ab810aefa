import { isProtected } from "../../../lib/terraform/protected-types";
import { exampleConfiguration, exampleFiles } from "../../../laboratory/examples";
import { type StackJson, synthesise } from "../../../laboratory/synthesis";

test.each(exampleFiles)("every resource of %s that can't be recreated has a keeper", (file) => {
  const stacks = synthesise(exampleConfiguration(undefined, file));
  for (const stack of [stacks.platform, stacks.baker] as StackJson[]) {
    const expected = Object.entries(stack.resource).flatMap(([type, resources]) =>
      isProtected(type) ? Object.keys(resources as object).map((name) => `${type}.${name}`) : [],
    );
    const { for_each: keepers, lifecycle } = stack.resource.terraform_data["never-deleted"];
    expect(Object.keys(keepers).sort()).toEqual(expected.sort());
    expect(expected.length).toBeGreaterThan(2);
    expect(lifecycle).toEqual({ prevent_destroy: true });
  }
});
