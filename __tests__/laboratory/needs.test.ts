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
  test("finds programs on PATH, and a file that can't be executed is none", () => {
    program("here");
    writeFileSync(join(folder, "text"), "");
    expect(missing({ programs: ["here", "text", "sshd-of-nobody"] }, { PATH: folder })).toEqual([
      { name: "text", hint: "text (apt-get install text)" },
      { name: "sshd-of-nobody", hint: "sshd-of-nobody (apt-get install sshd-of-nobody)" },
    ]);
    expect(findProgram("here", { PATH: folder })).toBe(join(folder, "here"));
  });

  test("names the package where the program's name is another", () => {
    const [lack] = missing({ programs: ["actionlint"] }, { PATH: folder });
    expect(lack?.hint).toContain("go install github.com/rhysd/actionlint");
  });

  test("a mirror is a configuration file that exists and names one, and a terraform that uses it", () => {
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

  test("a control plane is a folder with its programs", () => {
    const environment = { CONTROL_PLANE_BIN: folder };
    "kube-apiserver kube-controller-manager kube-scheduler etcd kwok kubelet kube-proxy".split(" ").forEach(program);
    expect(missing({ controlPlane: true }, environment)).toHaveLength(1);
    program("kubectl");
    expect(missing({ controlPlane: true }, environment)).toEqual([]);
    expect(missing({ controlPlane: true }, {})).toHaveLength(1);
  });
});
