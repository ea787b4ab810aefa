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

  test("has only attributes that the provider has, each single block as the provider limits it", () => {
    const provider = providerSchema(folder);
    const faults = Object.entries(resourceKinds).flatMap(([type, { attributes }]) => {
      const resource = provider[type];
      return resource ? faultsOf(attributes, resource.block, type) : [`${type} is not the provider's`];
    });
    expect(faults).toEqual([]);
  });
});

function faultsOf(known: Block, provider: ProviderBlock, path: string): string[] {
  return Object.entries(known).flatMap(([name, { block, many, set = false }]) => {
    const at = `${path}.${name}`;
    if (!block) {
      const attribute = provider.attributes?.[name];
      if (!attribute) return [`${at} is no attribute of the provider`];
      return (JSON.stringify(attribute.type) === '["set","string"]') === set ? [] : [`${at} is a set in one of both`];
    }
    const found = provider.block_types?.[name];
    if (!found) return [`${at} is no block of the provider`];
    // Where the provider takes one at most, a list in the table would make a list of one in Kubernetes.
    const single = found.max_items === 1 && many && !listsOfOne.includes(name) ? [`${at} is a single block`] : [];
    return [...single, ...faultsOf(block, found.block, at)];
  });
}

/** Lists in Kubernetes of which the provider takes one item. */
const listsOfOne = ["allowed_topologies"];

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
