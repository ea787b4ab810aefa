import { TerraformVariable } from "cdktf";
import { TextFiles } from "../../../lib/kubernetes/text-files";
import { stackOf } from "../../support/construct";
import { resource } from "../../support/stacks";

function textFiles(files: Record<string, string>) {
  let made: { checksum: string; volume: unknown; programs: unknown };
  const stack = stackOf((scope) => {
    const textFiles = new TextFiles(scope, "files", { namespace: "farm", name: "scripts", files });
    const { checksum } = textFiles;
    made = { checksum, volume: textFiles.volume("a"), programs: textFiles.volume("b", "0555") };
  });
  return { ...made!, configMap: resource(stack, "kubernetes_config_map_v1") };
}

test("are a ConfigMap, with everything escaped that Terraform would read as a template", () => {
  const { configMap } = textFiles({ "run.sh": "echo ${HOME} $HOME %{http_code} 100%", "a.cfg": "x" });
  expect(configMap.metadata).toEqual({ namespace: "farm", name: "scripts" });
  expect(configMap.data).toEqual({ "a.cfg": "x", "run.sh": "echo $${HOME} $HOME %%{http_code} 100%" });
});

test("rejects a value that only Terraform knows: escaped, it would arrive as the token's text", () => {
  expect(() =>
    stackOf((scope) => {
      const address = new TerraformVariable(scope, "address", { type: "string" }).stringValue;
      new TextFiles(scope, "files", { namespace: "farm", name: "x", files: { "x.cfg": `server ${address}` } });
    }),
  ).toThrow("pass the value as an environment variable");
});

test("the checksum depends on each name and text, but not on their order", () => {
  const { checksum } = textFiles({ a: "1", b: "2" });
  expect(checksum).toMatch(/^[0-9a-f]{64}$/);
  expect(textFiles({ b: "2", a: "1" }).checksum).toBe(checksum);
  const others: Record<string, string>[] = [
    { a: "1", b: "3" },
    { a: "1", c: "2" },
    { a: "1" },
    { a: "12", b: "" },
    { a: "2", b: "1" },
  ];
  expect(new Set([checksum, ...others.map((files) => textFiles(files).checksum)]).size).toBe(6);
});

test("are readable by everybody, and executable if asked for", () => {
  const { volume, programs } = textFiles({ a: "1" });
  expect(volume).toMatchObject({ name: "a", configMap: { defaultMode: "0444" } });
  expect(programs).toMatchObject({ name: "b", configMap: { defaultMode: "0555" } });
});
