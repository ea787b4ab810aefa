import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findProgram, missing } from "../../laboratory/needs";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "needs-"))));
afterEach(() => rmSync(folder, { recursive: true }));

function program(name: string): void {
  writeFileSync(join(folder, name), "#!/bin/sh\n");
  chmodSync(join(folder, name), 0o755);
}

describe("missing", () => {
  test("finds programs on PATH, but not files that aren't executable", () => {
    program("here");
    writeFileSync(join(folder, "text"), "");
    expect(missing({ programs: ["here", "text", "unknown-sshd"] }, { PATH: folder })).toEqual([
      { name: "text", hint: "text (apt-get install text)" },
      { name: "unknown-sshd", hint: "unknown-sshd (apt-get install unknown-sshd)" },
    ]);
    expect(findProgram("here", { PATH: folder })).toBe(join(folder, "here"));
  });

  test("names the package of a program", () => {
    const [lack] = missing({ programs: ["actionlint"] }, { PATH: folder });
    expect(lack?.hint).toContain("go install github.com/rhysd/actionlint");
  });

  test("a mirror is an existing configuration file that names one, and a terraform that can use it", () => {
    const file = join(folder, "terraformrc");
    const environment = { PATH: folder, TF_CLI_CONFIG_FILE: file };
    const lacks = () => missing({ mirror: true }, environment).length;
    program("tofu");
    expect(lacks()).toBe(1);
    writeFileSync(file, 'plugin_cache_dir = "/x"\n');
    expect(lacks()).toBe(1);
    writeFileSync(file, 'provider_installation {\n  filesystem_mirror { path = "/x" }\n}\n');
    expect(lacks()).toBe(0);
    rmSync(join(folder, "tofu"));
    expect(lacks()).toBe(1);
  });

  test("a control plane is a folder with all of its programs", () => {
    const environment = { CONTROL_PLANE_BIN: folder };
    "kube-apiserver kube-controller-manager kube-scheduler etcd kwok kubelet kube-proxy".split(" ").forEach(program);
    expect(missing({ controlPlane: true }, environment)).toHaveLength(1);
    program("kubectl");
    expect(missing({ controlPlane: true }, environment)).toEqual([]);
    expect(missing({ controlPlane: true }, {})).toHaveLength(1);
  });
});
