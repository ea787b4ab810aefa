import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { exampleFiles } from "../../../laboratory/examples";
import { cleanEnvironment, CommandLine, type Environment } from "../../support/command-line";
import { describeReal } from "../../support/real";

const commandLine = new CommandLine();
const farm = commandLine.farm.bind(commandLine);
const { folder, program, launcher } = commandLine;

/** A hash of everything that a synth writes. */
function written(): string {
  const hash = createHash("sha256");
  for (const top of ["cdktf.out", "dist"].map((name) => join(program, name)).filter((path) => existsSync(path))) {
    for (const entry of readdirSync(top, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      hash.update(path);
      if (entry.isFile()) hash.update(readFileSync(path));
    }
  }
  return hash.digest("hex");
}

const stack = (name: string): string => readFileSync(join(program, "cdktf.out", "stacks", name, "cdk.tf.json"), "utf8");

const faulty = (text: string): string => {
  const file = join(folder, "faulty.yaml");
  writeFileSync(file, text);
  return file;
};
const tenFaults = `
name: Not_A_Label
size: huge
google: { project: x, region: nowhere, zones: [a] }
tezos: { network: moonnet, octezVersion: latest }
bakers: [{ name: baker, keys: { delegate: { publicKeyHash: tz1wrong } }, signers: [nobody] }]
signers: [{ name: pi, sshPublicKey: none, sshPort: 99999, uplinks: [{ name: eth0 }] }]
colour: blue
`;

describe("synth with a wrong configuration", () => {
  test("exits with 1 and writes nothing on the first run", () => {
    expect(farm(["synth", faulty(tenFaults)])).toMatchObject({ status: 1, stdout: "" });
    expect(["cdktf.out", "dist"].map((name) => existsSync(join(program, name)))).toEqual([false, false]);
  });

  test("prints all problems without a stack trace, and keeps what was written before", () => {
    expect(farm(["synth", "config/hodl-farm.yaml"]).status).toBe(0);
    const before = written();
    const { status, stdout, stderr } = farm(["synth", faulty(tenFaults)]);
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toMatch(/^error: .*faulty\.yaml has 1\d problems; nothing was written\.\n/);
    for (const field of [
      "name",
      "size",
      "google.project",
      "tezos.network",
      "bakers[0].signers",
      "signers[0].sshPort",
      "colour",
    ]) {
      expect(stderr).toContain(` ${field}`);
    }
    expect(stderr).not.toContain("    at ");
    expect(written()).toBe(before);
  });

  test("prints the path of a missing file relative to the caller's folder", () => {
    const { status, stderr } = farm(["synth", "mine.yaml"], { cwd: folder });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^error: mine\.yaml has a problem; nothing was written\.\nmine\.yaml\n {4}does not exist/);
  });

  test("reports a folder that can't be written as an error of the user's, not as a bug", () => {
    const file = join(folder, "file");
    writeFileSync(file, "");
    const { status, stderr } = farm(["synth", "config/shadownet.yaml"], { env: { CDKTF_OUTDIR: join(file, "out") } });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^error: \S+: There is a file where a folder has to be\. Move it away\.\n\(ENOTDIR: /);
  });
});

describe("synth", () => {
  test.each(exampleFiles)("%s", (file) => {
    const { status, stdout } = farm(["synth", file]);
    expect(status).toBe(0);
    expect(stdout).toContain(`configuration ${file}, the argument\n`);
    expect(readdirSync(join(program, "cdktf.out", "stacks")).sort()).toEqual(["baker", "platform"]);
    expect(readdirSync(join(program, "cdktf.out")).sort()).toEqual(["manifest.json", "stacks"]);
  });

  test("writes cdktf's version, although cdktf is bundled", () => {
    const { version } = JSON.parse(readFileSync(join(program, "node_modules/cdktf/package.json"), "utf8"));
    const metadata = JSON.parse(stack("platform"))["//"].metadata;
    const manifest = JSON.parse(readFileSync(join(program, "cdktf.out", "manifest.json"), "utf8"));
    expect([metadata.version, manifest.version]).toEqual([version, version]);
  });

  test("needs no other program, such as Terraform", () => {
    expect(farm(["synth", "config/hodl-farm.yaml"], { env: { PATH: folder } })).toMatchObject({ status: 0 });
  });

  test("uses its argument, else BAKER_CONFIG, and prints which", () => {
    const env = { BAKER_CONFIG: "config/hodl-farm.yaml" };
    expect(farm(["synth"], { env }).stdout).toContain("configuration config/hodl-farm.yaml, BAKER_CONFIG\n");
    expect(farm(["synth", "config/shadownet.yaml"], { env }).stdout).toContain(
      "configuration config/shadownet.yaml, the argument (overrides BAKER_CONFIG=config/hodl-farm.yaml)\n",
    );
    expect(farm(["synth"]).stdout).toContain("configuration config/shadownet.yaml, the default\n");
  });

  test("under npm run, resolves paths from the caller's folder", () => {
    const env = { INIT_CWD: join(program, "config"), npm_lifecycle_event: "synth" };
    expect(farm(["synth", "hodl-farm.yaml"], { env }).stdout).toContain("configuration hodl-farm.yaml, the argument\n");
    // A script has changed to another folder: paths are relative to that one.
    expect(farm(["synth", "../program/config/hodl-farm.yaml"], { cwd: join(program, "lib"), env }).status).toBe(1);
  });

  test("run by cdktf, writes to cdktf's folder and prints nothing", () => {
    const outdir = join(folder, "elsewhere");
    const env = { CDKTF_OUTDIR: outdir, BAKER_CONFIG: "config/hodl-farm.yaml" };
    expect(farm(["synth"], { env })).toEqual({ status: 0, stdout: "", stderr: "" });
    const { stacks } = JSON.parse(readFileSync(join(outdir, "manifest.json"), "utf8"));
    expect(Object.keys(stacks)).toEqual(["baker", "platform"]);
    const messages = stacks.platform.annotations.map(({ message }: { message: string }) => message);
    expect(messages).toContainEqual(
      expect.stringContaining("forwarders.addresses 203.0.113.11, 203.0.113.12 are documentation addresses."),
    );
  });

  test("run by cdktf without a configuration, never takes the example", () => {
    const outdir = join(folder, "unchosen");
    expect(farm(["synth"], { env: { CDKTF_OUTDIR: outdir } })).toEqual({
      status: 1,
      stdout: "",
      stderr: expect.stringMatching(
        /^error: No configuration is chosen\. .*export BAKER_CONFIG=config\/my-baker\.yaml\n$/,
      ),
    });
    expect(existsSync(outdir)).toBe(false);
  });

  test("tells at the end what was warned of above the summary", () => {
    const { stderr } = farm(["synth", "config/shadownet.yaml"]);
    expect(stderr).toMatch(/\nwarning: \d+ warnings are above the summary: .*google\.project.*\n$/);
  });

  test("prints commands that can be pasted, for a path with spaces and quotes and from another folder", () => {
    const awkward = join(folder, "it's my folder");
    mkdirSync(awkward, { recursive: true });
    copyFileSync(join(program, "config/hodl-farm.yaml"), join(awkward, 'my "file".yaml'));
    const { stdout } = farm(["synth", 'my "file".yaml'], { cwd: awkward });
    const commands = [...stdout.split("Next steps")[1]!.matchAll(/^ {7}(.*)$/gm)].map(([, command]) => command!);
    const [cd = ""] = commands;
    const again = commands.find((command) => command.startsWith("npm run synth"))!;
    const run = spawnSync(
      "sh",
      ["-c", `${cd} && ${again.replace("npm run synth --", `"${process.execPath}" bin/farm.js synth`)}`],
      {
        cwd: "/",
        env: cleanEnvironment(),
        encoding: "utf8",
      },
    );
    expect({ status: run.status, stdout: run.stdout.split("\n")[0] }).toEqual({
      status: 0,
      stdout: stdout.split("\n")[0],
    });
  });

  test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
    "ended by %s at any time, leaves nothing half-done",
    async (signal) => {
      for (const milliseconds of [150, 250, 350]) {
        const child = spawn(process.execPath, [launcher, "synth", "config/hodl-farm.yaml"], {
          cwd: program,
          env: cleanEnvironment(),
          stdio: "ignore",
        });
        setTimeout(() => child.kill(signal), milliseconds);
        await new Promise((resolve) => child.on("close", resolve));
        expect(readdirSync(join(program, "cdktf.out")).sort()).toEqual(["manifest.json", "stacks"]);
        expect(readdirSync(join(program, "dist")).filter((name) => name.startsWith("."))).toEqual([]);
      }
    },
  );

  test("removes what a killed run has left", () => {
    const left = join(program, "cdktf.out", ".new-999999999-x");
    mkdirSync(left, { recursive: true });
    expect(farm(["synth"]).status).toBe(0);
    expect(existsSync(left)).toBe(false);
  });

  test("several at once, with two configurations, leave the output of one", async () => {
    const files = ["hodl-farm", "shadownet", "hodl-farm", "shadownet"];
    const runs = files.map(async (name) => {
      const child = spawn(process.execPath, [launcher, "synth", `config/${name}.yaml`], {
        cwd: program,
        env: cleanEnvironment(),
      });
      return new Promise((resolve) => child.on("close", resolve));
    });
    expect(await Promise.all(runs)).toEqual([0, 0, 0, 0]);
    expect(readdirSync(join(program, "dist", "hodl-farm"))).toEqual(["pi-1", "pi-2"]);
    expect(readdirSync(join(program, "dist", "shadownet"))).toEqual(["pi"]);
    const isHodlFarm = stack("platform").includes("/state/hodl-farm/");
    for (const name of ["platform", "baker"]) expect(stack(name).includes("/state/hodl-farm/")).toBe(isHodlFarm);
    expect(readdirSync(join(program, "cdktf.out")).sort()).toEqual(["manifest.json", "stacks"]);
  });

  test("a closed pipe is not an error", () => {
    const { status, stdout, stderr } = spawnSync(
      "bash",
      ["-o", "pipefail", "-c", `"${process.execPath}" "${launcher}" synth config/shadownet.yaml | head -1`],
      { cwd: program, env: cleanEnvironment(), encoding: "utf8" },
    );
    expect({ status, stderr: stderr.includes("EPIPE") }).toEqual({ status: 0, stderr: false });
    expect(stdout).toMatch(/^shadownet .*\n$/);
  });
});

describeReal("on a terminal", { programs: ["script"], linux: true }, () => {
  const onTerminal = (own: Environment = {}) =>
    spawnSync("script", ["-qec", `"${process.execPath}" "${launcher}" synth config/shadownet.yaml`, "/dev/null"], {
      cwd: program,
      env: cleanEnvironment({ TERM: "xterm", ...own }),
      encoding: "utf8",
    }).stdout;

  test("prints colours", () => {
    expect(onTerminal()).toContain("\u001b[1m");
  });

  test.each([{ NO_COLOR: "1" }, { TERM: "dumb" }])("%j turns them off", (own) => {
    expect(onTerminal(own)).not.toContain("\u001b");
  });

  test("prints none elsewhere, not even on CI", () => {
    const { stdout, stderr } = farm(["synth", "config/hodl-farm.yaml"], { env: { CI: "true", TERM: "xterm" } });
    expect(stdout + stderr).not.toContain("\u001b");
  });
});
