import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { signerBundle } from "../../raspberry-pi/bundle";
import type { BundleFile } from "../../raspberry-pi/bundle-file";
import { exampleConfiguration } from "../../laboratory/examples";
import { findProgram } from "../../laboratory/needs";
import { describeReal } from "../support/real";
import { packageRoot } from "../../lib/package-root";

type Change = NonNullable<Parameters<typeof exampleConfiguration>[0]>;
const variants: [string, Change][] = [
  ["hodl-farm", () => {}],
  [
    "a Ledger, one uplink",
    (input) => {
      Object.assign(input.signers[0]!, { device: "ledger", uplinks: [{ name: "eth0" }] });
      input.bakers[0]!.signers = ["pi-1"];
    },
  ],
  [
    "other signer software, over tcp",
    (input) => {
      for (const signer of input.signers) Object.assign(signer, { software: "own", protocol: "tcp" });
    },
  ],
  ["before the first deployment", (input) => delete input.forwarders!.addresses],
];

const bundle = (change: Change): BundleFile[] => {
  const configuration = exampleConfiguration(change);
  return signerBundle(configuration, configuration.signers[0]!);
};

function run(program: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(findProgram(program)!, args, { encoding: "utf8" });
  return { status, output: `${stdout}${stderr}` };
}

describe.each(variants)("%s", (_, change) => {
  let folder: string;
  const files = () => new Map(bundle(change).map((file) => [file.path, file]));
  beforeAll(() => (folder = mkdtempSync(join(tmpdir(), "bundle-"))));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  describeReal("systemd", { programs: ["systemd-analyze"], linux: true }, () => {
    const units: string[] = [];
    beforeAll(() => {
      // The units without changes, except for programs that exist only on a Raspberry Pi.
      for (const { path, text } of files().values()) {
        if (!path.endsWith(".service")) continue;
        const unit = join(folder, path.split("/").at(-1)!);
        writeFileSync(
          unit,
          text.replaceAll(/\/usr\/local\/(lib\/tezos-signer\/[\w-]+|bin\/octez-signer)/g, "/bin/true"),
        );
        units.push(unit);
      }
    });

    test("systemd-analyze verify accepts every unit", () => {
      expect(units.length).toBeGreaterThanOrEqual(4);
      expect(run("systemd-analyze", "verify", "--man=no", "--recursive-errors=no", ...units)).toEqual({
        status: 0,
        output: "",
      });
    });

    test("systemd-analyze security reports an exposure of 2.0 at most", () => {
      for (const unit of units) {
        // The threshold is in tenths.
        const { status, output } = run(
          "systemd-analyze",
          "security",
          "--offline=true",
          "--threshold=20",
          "--no-pager",
          unit,
        );
        expect([unit, status, status === 0 ? "" : output]).toEqual([unit, 0, ""]);
      }
    });
  });

  describeReal("nft", { programs: ["nft"], root: true }, () => {
    test("nft accepts the firewall's rules", () => {
      writeFileSync(join(folder, "firewall.nft"), files().get("files/etc/tezos-signer/firewall.nft")!.text);
      expect(run("nft", "--check", "--file", join(folder, "firewall.nft"))).toEqual({ status: 0, output: "" });
    });
  });

  describeReal("cloud-init", { programs: ["cloud-init", "systemd-analyze"], linux: true }, () => {
    test("cloud-init accepts user-data, which contains the whole bundle and runs its install.sh", () => {
      const text = files().get("user-data")!.text;
      writeFileSync(join(folder, "user-data"), text);
      const { status, output } = run("cloud-init", "schema", "--config-file", join(folder, "user-data"));
      expect([status, output]).toEqual([0, expect.stringContaining("Valid")]);
      const { write_files: written, runcmd } = parse(text) as {
        write_files: { path: string; permissions: string; content: string }[];
        runcmd: string[][];
      };
      const others = [...files().values()].filter(({ path }) => path !== "user-data");
      expect(written.slice(0, -1)).toEqual(
        others.map(({ path, mode, text: content }) => ({
          path: `/opt/tezos-signer/${path}`,
          permissions: mode === 0o755 ? "0755" : "0644",
          content,
        })),
      );
      const setup = written.at(-1)!;
      expect(setup.path).toBe("/etc/systemd/system/tezos-signer-setup.service");
      expect(runcmd.at(-1)).toEqual(["systemctl", "start", "--no-block", "tezos-signer-setup.service"]);
      const unit = join(folder, "tezos-signer-setup.service");
      // Its program exists only on a Raspberry Pi.
      writeFileSync(unit, setup.content.replace("/opt/tezos-signer/install.sh", "/bin/true"));
      expect(run("systemd-analyze", "verify", "--man=no", "--recursive-errors=no", unit)).toEqual({
        status: 0,
        output: "",
      });
    });
  });
});

const scripts = ["install.sh", "uninstall.sh", "tunnel", "uplinks"].map((name) =>
  join(packageRoot, "raspberry-pi", name.endsWith(".sh") ? name : `files/usr/local/lib/tezos-signer/${name}`),
);

test("no other program is installed without a check", () => {
  const folder = join(packageRoot, "raspberry-pi/files/usr/local/lib/tezos-signer");
  // __tests__/ci/linters.real.test.ts checks those in Python.
  expect(readdirSync(folder).sort()).toEqual(["signer-health", "tezos_signer", "tunnel", "uplinks"]);
});

describeReal("the scripts", { programs: ["shellcheck", "dash", "busybox"] }, () => {
  test.each(scripts)("%s: shellcheck finds nothing wrong, dash and busybox parse it", (script) => {
    expect(run("shellcheck", script)).toEqual({ status: 0, output: "" });
    expect(run("dash", "-n", script)).toEqual({ status: 0, output: "" });
    expect(run("busybox", "sh", "-n", script)).toEqual({ status: 0, output: "" });
  });
});

describeReal("the Python programs", { programs: ["python3"] }, () => {
  const installed = join(packageRoot, "raspberry-pi/files/usr/local");
  const modules = readdirSync(join(installed, "lib/tezos-signer/tezos_signer"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".py"))
    .map((name) => join("lib/tezos-signer/tezos_signer", name));

  test.each(["bin/signer-doctor", "lib/tezos-signer/signer-health", ...modules])(
    "python3 compiles %s, with warnings as errors",
    (name) => {
      const check = "import pathlib, sys; compile(pathlib.Path(sys.argv[1]).read_text(), sys.argv[1], 'exec')";
      expect(run("python3", "-W", "error", "-c", check, join(installed, name))).toEqual({ status: 0, output: "" });
    },
  );
});
