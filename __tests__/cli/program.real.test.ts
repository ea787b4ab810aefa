import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { copyProgram } from "../../bench/workspace";
import { exampleFiles } from "../../laboratory/examples";
import { expectGolden } from "../support/golden";
import { describeReal } from "../support/real";

const folder = realpathSync(mkdtempSync(join(tmpdir(), "command-line-")));
const program = copyProgram(join(folder, "program"));
const launcher = join(program, "bin", "farm.js");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Environment {
  readonly [name: string]: string | undefined;
}

/** A terminal's and npm's own variables must not decide what a test sees. */
const environment = (own: Environment = {}): NodeJS.ProcessEnv => ({
  ...process.env,
  BAKER_CONFIG: undefined,
  CDKTF_OUTDIR: undefined,
  DEBUG: undefined,
  FORCE_COLOR: undefined,
  INIT_CWD: undefined,
  NO_COLOR: undefined,
  npm_lifecycle_event: undefined,
  ...own,
});

function farm(args: string[], { cwd = program, env = {} }: { cwd?: string; env?: Environment } = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [launcher, ...args], {
    cwd,
    env: environment(env),
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

/** A fingerprint of everything that a synth writes. */
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

describe("help", () => {
  test("of the program and of each verb", () => {
    const verbs = ["synth", "fence", "guard", "plan-comment", "schema", "bench", "drills", "verify"];
    const pages = [["--help"], ...verbs.map((verb) => [verb, "--help"])].map((args) => {
      const { status, stdout, stderr } = farm(args);
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      return `$ farm ${args.join(" ")}\n${stdout}`;
    });
    expectGolden("golden/help.txt", pages.join("\n"));
  });
});

describe("wrong usage", () => {
  test.each([
    [[], "Usage: farm"],
    [["synht"], "error: unknown command 'synht'\n(Did you mean synth?)"],
    [["synth", "--fast"], "error: unknown option '--fast'"],
    [["synth", "a.yaml", "b.yaml"], "error: too many arguments"],
    [["guard"], "error: missing required argument 'plan'"],
  ])("%j ends with 2 and says what is wrong", (args, message) => {
    const { status, stdout, stderr } = farm(args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr).not.toContain("    at ");
  });
});

describe("synth with a wrong configuration", () => {
  test("ends with 1 and writes nothing on a first run", () => {
    expect(farm(["synth", faulty(tenFaults)])).toMatchObject({ status: 1, stdout: "" });
    expect(["cdktf.out", "dist"].map((name) => existsSync(join(program, name)))).toEqual([false, false]);
  });

  test("shows all problems without a stack trace, and leaves what was written before as it was", () => {
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

  test("names a file that is not there, from where the user stands", () => {
    const { status, stderr } = farm(["synth", "mine.yaml"], { cwd: folder });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^error: mine\.yaml has a problem; nothing was written\.\nmine\.yaml\n {4}does not exist/);
  });

  test("a folder that can't be written is the user's matter as well", () => {
    const file = join(folder, "file");
    writeFileSync(file, "");
    const { status, stderr } = farm(["synth"], { env: { CDKTF_OUTDIR: join(file, "out") } });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^error: ENOTDIR/);
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

  test("has the version of cdktf in what it writes, bundled as it is", () => {
    const { version } = JSON.parse(readFileSync(join(program, "node_modules/cdktf/package.json"), "utf8"));
    const metadata = JSON.parse(stack("platform"))["//"].metadata;
    const manifest = JSON.parse(readFileSync(join(program, "cdktf.out", "manifest.json"), "utf8"));
    expect([metadata.version, manifest.version]).toEqual([version, version]);
  });

  test("takes BAKER_CONFIG, and the argument before it, and says which", () => {
    const env = { BAKER_CONFIG: "config/hodl-farm.yaml" };
    expect(farm(["synth"], { env }).stdout).toContain("configuration config/hodl-farm.yaml, BAKER_CONFIG\n");
    expect(farm(["synth", "config/shadownet.yaml"], { env }).stdout).toContain(
      "configuration config/shadownet.yaml, the argument (not BAKER_CONFIG=config/hodl-farm.yaml)\n",
    );
    expect(farm(["synth"]).stdout).toContain("configuration config/shadownet.yaml, the default\n");
  });

  test("under npm run takes paths from where the user stands", () => {
    const env = { INIT_CWD: join(program, "config"), npm_lifecycle_event: "synth" };
    expect(farm(["synth", "hodl-farm.yaml"], { env }).stdout).toContain("configuration hodl-farm.yaml, the argument\n");
    // Started by a script in another folder: that folder counts.
    expect(farm(["synth", "../program/config/hodl-farm.yaml"], { cwd: join(program, "lib"), env }).status).toBe(1);
  });

  test("started by cdktf it writes where cdktf wants it, and is quiet", () => {
    const outdir = join(folder, "elsewhere");
    const env = { CDKTF_OUTDIR: outdir, BAKER_CONFIG: "config/hodl-farm.yaml" };
    expect(farm(["synth"], { env })).toEqual({ status: 0, stdout: "", stderr: "" });
    const { stacks } = JSON.parse(readFileSync(join(outdir, "manifest.json"), "utf8"));
    expect(Object.keys(stacks)).toEqual(["baker", "platform"]);
    expect(stacks.platform.annotations[0].message).toContain(
      "forwarders.addresses 203.0.113.11, 203.0.113.12 are documentation addresses.",
    );
  });

  test("several at once, of two configurations, leave all of one of them", async () => {
    const files = ["hodl-farm", "shadownet", "hodl-farm", "shadownet"];
    const runs = files.map(async (name) => {
      const child = spawn(process.execPath, [launcher, "synth", `config/${name}.yaml`], {
        cwd: program,
        env: environment(),
      });
      return new Promise((resolve) => child.on("close", resolve));
    });
    expect(await Promise.all(runs)).toEqual([0, 0, 0, 0]);
    const signers = readdirSync(join(program, "dist", "raspberry-pi"));
    const isHodlFarm = signers.includes("pi-1");
    expect(signers).toEqual(isHodlFarm ? ["pi-1", "pi-2"] : ["pi"]);
    for (const name of ["platform", "baker"]) expect(stack(name).includes("/state/hodl-farm/")).toBe(isHodlFarm);
    expect(readdirSync(join(program, "cdktf.out")).sort()).toEqual(["manifest.json", "stacks"]);
  });

  test("a reader that stops early is no error", () => {
    const { status, stdout, stderr } = spawnSync(
      "bash",
      ["-o", "pipefail", "-c", `"${process.execPath}" "${launcher}" synth config/shadownet.yaml | head -1`],
      { cwd: program, env: environment(), encoding: "utf8" },
    );
    expect({ status, stderr: stderr.includes("EPIPE") }).toEqual({ status: 0, stderr: false });
    expect(stdout).toMatch(/^shadownet .*\n$/);
  });
});

describeReal("on a terminal", { programs: ["script"], linux: true }, () => {
  const onTerminal = (own: Environment = {}) =>
    spawnSync("script", ["-qec", `"${process.execPath}" "${launcher}" synth config/shadownet.yaml`, "/dev/null"], {
      cwd: program,
      env: environment({ TERM: "xterm", ...own }),
      encoding: "utf8",
    }).stdout;

  test("there are colours", () => {
    expect(onTerminal()).toContain("\u001b[1m");
  });

  test.each([{ NO_COLOR: "1" }, { TERM: "dumb" }])("%j turns them off", (own) => {
    expect(onTerminal(own)).not.toContain("\u001b");
  });

  test("elsewhere there are none, on CI neither", () => {
    const { stdout, stderr } = farm(["synth", "config/hodl-farm.yaml"], { env: { CI: "true", TERM: "xterm" } });
    expect(stdout + stderr).not.toContain("\u001b");
  });
});

describe("schema", () => {
  test("writes the schema that is committed", () => {
    const file = join(program, "config", "schema.json");
    const before = readFileSync(file, "utf8");
    expect(farm(["schema"])).toEqual({ status: 0, stdout: "Wrote config/schema.json.\n", stderr: "" });
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(JSON.parse(before));
  });
});

describe("bench", () => {
  test("refuses what it doesn't know, before it measures anything", () => {
    expect(farm(["bench", "speed"])).toEqual({
      status: 1,
      stdout: "",
      stderr: "error: There is no part speed. There are synth, growth, boot, tests.\n",
    });
  });
});

describe("drills", () => {
  test("refuses what it doesn't know, before it breaks anything", () => {
    expect(farm(["drills", "everything"])).toEqual({
      status: 1,
      stdout: "",
      stderr: expect.stringMatching(/^error: There is no drill everything\. There are .*\b1, .*\bboot\b.*\.\n$/),
    });
  });
});
