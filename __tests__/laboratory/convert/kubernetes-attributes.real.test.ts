import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Block } from "../../../laboratory/convert/attribute-table";
import { resourceKinds } from "../../../laboratory/convert/kubernetes-attributes";
import { findProgram } from "../../../laboratory/needs";
import { describeReal } from "../../support/real";

interface ProviderBlock {
  readonly attributes?: Readonly<
    Record<string, { readonly computed?: boolean; readonly optional?: boolean; readonly type: unknown }>
  >;
  readonly block_types?: Readonly<Record<string, { readonly max_items?: number; readonly block: ProviderBlock }>>;
}

describeReal("the table of the provider's attributes", { mirror: true }, () => {
  const folder = mkdtempSync(join(tmpdir(), "provider-schema-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  test("only has attributes of the provider, and agrees about sets and single blocks", () => {
    const provider = providerSchema(folder);
    const problems = Object.entries(resourceKinds).flatMap(([type, { attributes }]) => {
      const resource = provider[type];
      return resource ? problemsOf(attributes, resource.block, type) : [`${type} does not exist in the provider`];
    });
    expect(problems).toEqual([]);
  });
});

function problemsOf(known: Block, provider: ProviderBlock, path: string): string[] {
  return Object.entries(known).flatMap(([name, { block, many, set = false }]) => {
    const at = `${path}.${name}`;
    if (!block) {
      const attribute = provider.attributes?.[name];
      if (!attribute) return [`${at} is not an attribute of the provider`];
      return (JSON.stringify(attribute.type) === '["set","string"]') === set
        ? []
        : [`${at} is a set in only one of them`];
    }
    const found = provider.block_types?.[name];
    if (!found) return [`${at} is not a block of the provider`];
    // Where the provider accepts at most one, the table must not make a list of it.
    const single = found.max_items === 1 && many && !singleItemLists.includes(name) ? [`${at} is a single block`] : [];
    return [...single, ...problemsOf(block, found.block, at)];
  });
}

/** Lists in Kubernetes of which the provider accepts a single item. */
const singleItemLists = ["allowed_topologies"];

function providerSchema(folder: string): Record<string, { readonly block: ProviderBlock }> {
  const version = "2.38.0";
  const required = { kubernetes: { source: "hashicorp/kubernetes", version } };
  writeFileSync(join(folder, "main.tf.json"), JSON.stringify({ terraform: { required_providers: required } }));
  const terraform = (...parameters: string[]) =>
    execFileSync((findProgram("terraform") ?? findProgram("tofu"))!, parameters, {
      cwd: folder,
      encoding: "utf8",
      maxBuffer: 64 * 1024 * 1024,
      env: { ...process.env, CHECKPOINT_DISABLE: "1" },
    });
  terraform("init", "-input=false");
  const { provider_schemas } = JSON.parse(terraform("providers", "schema", "-json"));
  const [kubernetes] = Object.values<{ resource_schemas: Record<string, { block: ProviderBlock }> }>(provider_schemas);
  return kubernetes!.resource_schemas;
}
