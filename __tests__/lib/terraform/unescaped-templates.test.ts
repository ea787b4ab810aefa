import { unknownReferences } from "../../../lib/terraform/unescaped-templates";
import { exampleConfiguration, exampleFiles } from "../../../laboratory/examples";
import { synthesise } from "../../../laboratory/synthesis";

const stack = {
  resource: { google_compute_address: { forwarder: { name: "a" } } },
  data: { terraform_remote_state: { platform: {} } },
  variable: { token: {} },
  locals: { region: "r" },
};
const unknownIn = (text: string) => unknownReferences({ ...stack, output: { o: { value: text } } });

describe("unknownReferences", () => {
  test.each([
    "plain",
    "a shell's $VARIABLE, $(command) and { braces }",
    "escaped: $${VARIABLE} and %%{ if }",
    "${google_compute_address.forwarder.address}",
    "https://${google_compute_address.forwarder.address}:443/",
    "${data.terraform_remote_state.platform.outputs.host}",
    "${var.token}${local.region}${terraform.workspace}",
  ])("accepts %s", (text) => {
    expect(unknownIn(text)).toEqual([]);
  });

  test.each([
    ["a script's variable", "echo ${HOME}", "${HOME}"],
    ["a default of the shell", "${1:-x}", "${1:-x}"],
    ["a directive", "date +%{x}", "%{x}"],
    ["a variable of curl", "%{http_code}", "%{http_code}"],
    [
      "a resource that is not in the stack",
      "${google_compute_address.gone.address}",
      "${google_compute_address.gone.address}",
    ],
    ["a variable that is not declared", "${var.other}", "${var.other}"],
    ["an unknown attribute of Terraform", "${terraform.env}", "${terraform.env}"],
    ["one that follows an escaped one", "$${A} ${B}", "${B}"],
    ["one after a lone dollar", "$ ${B}", "${B}"],
  ])("finds %s", (_, text, template) => {
    expect(unknownIn(text)).toEqual([{ path: "output.o.value", text: template }]);
  });

  test("reads long names completely, and truncates what it returns", () => {
    const name = "a".repeat(100);
    const long = { resource: { google_compute_address: { [name]: {} } }, x: `\${google_compute_address.${name}.id}` };
    expect(unknownReferences(long)).toEqual([]);
    expect(unknownIn(`\${${name}}`)).toEqual([{ path: "output.o.value", text: `\${${"a".repeat(58)}` }]);
  });

  test("returns the path, in lists and under keys of any form", () => {
    const data = { "start.sh": "${A}" };
    const body = { resource: { kubernetes_config_map_v1: { scripts: { data, list: ["x", "${B}"], "${C}": 1 } } } };
    expect(unknownReferences(body).map(({ path }) => path)).toEqual([
      'resource.kubernetes_config_map_v1.scripts.data["start.sh"]',
      "resource.kubernetes_config_map_v1.scripts.list[1]",
      'resource.kubernetes_config_map_v1.scripts["${C}"]',
    ]);
  });

  test.each(exampleFiles)("finds nothing in the stacks of %s", (file) => {
    const stacks = Object.values(synthesise(exampleConfiguration(undefined, file)));
    expect(JSON.stringify(stacks)).toContain("${");
    expect(stacks.flatMap((json) => unknownReferences(json as object))).toEqual([]);
  });
});
