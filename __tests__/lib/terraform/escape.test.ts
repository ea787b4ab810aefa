import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Lazy } from "cdktf";
import { escapeTerraform } from "../../../lib/terraform/escape";
import { describeReal } from "../../support/real";
import { terraformProject } from "../../../laboratory/terraform/terraform";

const cases: [text: string, escaped: string][] = [
  ["${HOME}", "$${HOME}"],
  ["%{http_code}", "%%{http_code}"],
  ["$HOME $(date +%s) 100% {}", "$HOME $(date +%s) 100% {}"],
  ["a\n${b:-%{c}}\n", "a\n$${b:-%%{c}}\n"],
];

test.each(cases)("%j is escaped as %j", (text, escaped) => {
  expect(escapeTerraform(text)).toBe(escaped);
});

test("rejects a text with a cdktf token", () => {
  const token = Lazy.stringValue({ produce: () => "x" });
  expect(() => escapeTerraform(`server ${token}`)).toThrow("only known at apply");
});

describeReal("Terraform", { programs: ["terraform"] }, () => {
  test("returns each text unchanged", async () => {
    const folder = mkdtempSync(join(tmpdir(), "escape-"));
    const stack = join(folder, "stack");
    const values = Object.fromEntries(cases.map(([text], index) => [`text_${index}`, text]));
    const output = Object.fromEntries(
      Object.entries(values).map(([name, text]) => [name, { value: escapeTerraform(text) }]),
    );
    mkdirSync(stack);
    writeFileSync(join(stack, "cdk.tf.json"), JSON.stringify({ output, terraform: { backend: { local: {} } } }));
    const project = terraformProject(stack, folder);
    await project.init();
    await project.apply();
    const arrived = Object.entries(await project.outputs()).map(([name, { value }]) => [name, value]);
    rmSync(folder, { recursive: true });
    expect(Object.fromEntries(arrived)).toEqual(values);
  });
});
