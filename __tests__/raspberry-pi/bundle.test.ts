import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { signerBundle, writeBundles } from "../../raspberry-pi/bundle";
import type { BundleFile } from "../../raspberry-pi/bundle-file";
import { exampleConfiguration } from "../../laboratory/examples";
import { expectGolden } from "../support/golden";
import { packageRoot } from "../../lib/package-root";

const configuration = exampleConfiguration();
const [first, second] = configuration.signers as [(typeof configuration.signers)[0], (typeof configuration.signers)[0]];
const byPath = (files: readonly BundleFile[]) => new Map(files.map((file) => [file.path, file]));
const changed = (change: Parameters<typeof exampleConfiguration>[0]) => {
  const result = exampleConfiguration(change);
  return byPath(signerBundle(result, result.signers[0]!));
};

describe("hodl-farm's first signer", () => {
  const files = byPath(signerBundle(configuration, first));

  test("has these files, and only programs are executable", () => {
    const list = [...files.values()].map(({ path, mode }) => `${mode.toString(8)} ${path}\n`).join("");
    expectGolden("golden/files.txt", list);
  });

  const generated = [...files.values()].filter(
    ({ path }) => path !== "user-data" && !existsSync(join(packageRoot, "raspberry-pi", path)),
  );
  test.each(generated.map((file) => [file.path, file] as const))("%s", (path, file) => {
    expectGolden(`golden/pi-1/${path}`, file.text);
  });

  test("is the same each time", () => {
    expect(signerBundle(configuration, first)).toEqual([...files.values()]);
  });

  test("holds no private key", () => {
    for (const { path, text } of files.values())
      expect([path, /PRIVATE KEY|edsk[1-9A-Za-z]{20}/.test(text)]).toEqual([path, false]);
  });
});

test("a signer's bundle has no settings of another signer", () => {
  const [one, two] = [signerBundle(configuration, first), signerBundle(configuration, second)];
  expect(two.map(({ path }) => path)).toEqual(one.map(({ path }) => path));
  for (const { path, text } of two) expect([path, text.includes(String(first.sshPort))]).toEqual([path, false]);
});

describe("without the forwarders' addresses or host key", () => {
  test.each([["addresses"], ["hostPublicKey"]] as const)(
    "%s: no tunnels, and install.sh reports what is missing",
    (field) => {
      const files = changed((input) => delete input.forwarders![field]);
      expect(files.get("install.env")!.text).toContain('TUNNELS=""');
      expect(files.get("install.env")!.text).toContain(`MISSING="forwarders.${field}"`);
      expect([...files.keys()].filter((path) => path.includes("/tunnels/"))).toEqual([]);
      expect(files.has("files/etc/systemd/system/octez-signer.service")).toBe(true);
    },
  );
});

test("other signer software: no octez-signer, and no check of its data folder", () => {
  const files = changed((input) => (input.signers[0]!.software = "own"));
  expect([...files.keys()].filter((path) => path.includes("octez-signer"))).toEqual([]);
  expect(files.get("files/etc/tezos-signer/health.env")!.text).toContain('DATA_FOLDER=""');
});

test("only a signer with a Ledger has udev rules, device access and a health check for it", () => {
  const rules = "files/etc/udev/rules.d/60-tezos-ledger.rules";
  expect(byPath(signerBundle(configuration, first)).has(rules)).toBe(false);
  const files = changed((input) => {
    input.signers[0]!.device = "ledger";
    // Two Ledgers with two uplinks each are too slow for one baker.
    input.bakers[0]!.signers = ["pi-1"];
    input.signers[0]!.uplinks = [{ name: "eth0" }];
  });
  expectGolden("golden/ledger/60-tezos-ledger.rules", files.get(rules)!.text);
  expectGolden("golden/ledger/octez-signer.service", files.get("files/etc/systemd/system/octez-signer.service")!.text);
  expect(files.get("files/etc/tezos-signer/health.env")!.text).toContain('DEVICE="ledger"');
});

describe("writeBundles", () => {
  let work: string;
  beforeEach(() => (work = mkdtempSync(join(tmpdir(), "bundles-"))));
  afterEach(() => rmSync(work, { recursive: true, force: true }));

  test("writes each signer's bundle with its permissions, and removes that of a signer that is no longer configured", () => {
    const folder = join(work, "dist/raspberry-pi");
    mkdirSync(join(folder, "removed"), { recursive: true });
    writeBundles(configuration, folder);
    expect(readdirSync(folder).sort()).toEqual(["pi-1", "pi-2"]);
    expect(readdirSync(join(work, "dist"))).toEqual(["raspberry-pi"]);
    for (const { path, mode, text } of signerBundle(configuration, first)) {
      const file = join(folder, "pi-1", path);
      expect([path, readFileSync(file, "utf8") === text]).toEqual([path, true]);
      expect([path, statSync(file).mode & 0o100]).toEqual([path, mode & 0o100]);
    }
  });

  test("changes nothing if it fails", () => {
    const folder = join(work, "raspberry-pi");
    writeBundles(configuration, folder);
    const before = readFileSync(join(folder, "pi-1/install.env"), "utf8");
    // A name that is too long for any file system: it fails halfway.
    const broken = structuredClone(configuration);
    broken.signers[1]!.name = "x".repeat(300);
    expect(() => writeBundles(broken, folder)).toThrow(/ENAMETOOLONG/);
    expect(readFileSync(join(folder, "pi-1/install.env"), "utf8")).toBe(before);
    expect(readdirSync(work)).toEqual(["raspberry-pi"]);
  });

  test("derives permissions from git's executable bit, whatever the umask was", () => {
    const script = join(packageRoot, "raspberry-pi/install.sh");
    const mode = statSync(script).mode;
    try {
      chmodSync(script, 0o700);
      expect(byPath(signerBundle(configuration, first)).get("install.sh")!.mode).toBe(0o755);
    } finally {
      chmodSync(script, mode);
    }
  });

  test("omits compiled Python modules", () => {
    const compiled = join(packageRoot, "raspberry-pi/files/usr/local/lib/tezos-signer/tezos_signer/__pycache__");
    const existed = existsSync(compiled);
    try {
      mkdirSync(compiled, { recursive: true });
      writeFileSync(join(compiled, "a-test.pyc"), "");
      expect(signerBundle(configuration, first).filter(({ path }) => path.includes("__pycache__"))).toEqual([]);
    } finally {
      rmSync(existed ? join(compiled, "a-test.pyc") : compiled, { recursive: true });
    }
  });
});

test("does not load cdktf, directly or indirectly", () => {
  const folder = mkdtempSync(join(tmpdir(), "imports-"));
  const script = join(folder, "loaded.ts");
  writeFileSync(
    script,
    `import ${JSON.stringify(join(packageRoot, "raspberry-pi/bundle"))};
console.log(JSON.stringify(Object.keys(require.cache)));`,
  );
  const loaded = JSON.parse(
    execFileSync(join(packageRoot, "node_modules/.bin/tsx"), [script], { encoding: "utf8" }),
  ) as string[];
  rmSync(folder, { recursive: true });
  expect(loaded.some((path) => path.endsWith("raspberry-pi/tunnels.ts"))).toBe(true);
  expect(loaded.filter((path) => /node_modules\/(@?cdktf|constructs)\b/.test(path))).toEqual([]);
});
