import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { inflateRawSync } from "node:zlib";
import { copyProgram } from "../../../bench/workspace";
import { RefusingProxy } from "../../../laboratory/verify/refusing-proxy";
import { exampleInput } from "../../../laboratory/examples";
import { ControlPlane } from "../../../laboratory/cluster/control-plane";
import { applyDefinitions } from "../../../laboratory/stand-ins/gke";
import { platformOutputs } from "../../../laboratory/convert/platform-outputs";
import { describeReal } from "../../support/real";
import { writeOutputs } from "../../../laboratory/terraform/terraform";
import { packageRoot } from "../../../lib/package-root";

const marker = `marker${randomBytes(12).toString("hex")}`;

/** Where people and pipelines keep secrets while the program runs: in files in HOME and in the repository, */
const secretFiles = [
  ".config/gcloud/application_default_credentials.json",
  ".config/gcloud/access_tokens.db",
  ".docker/config.json",
  ".kube/config",
  ".netrc",
  ".ssh/id_ed25519",
  ".terraform.d/credentials.tfrc.json",
];
const repositoryFiles = ["host-key", "authentication", "gha-creds-0123.json"];
/** and in variables. Terraform and its providers read the first ones, GitHub's runner sets the others. */
const secretVariables = [
  "GOOGLE_OAUTH_ACCESS_TOKEN",
  "CLOUDSDK_AUTH_ACCESS_TOKEN",
  "TF_VAR_secret",
  "GITHUB_TOKEN",
  "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
  "ACTIONS_RUNTIME_TOKEN",
  "NODE_AUTH_TOKEN",
];

const needs = { mirror: true, controlPlane: true, programs: ["terraform", "bash", "jq"] };
describeReal("the pipeline, with a marker in every place that can contain a secret", needs, () => {
  const folder = mkdtempSync(join(tmpdir(), "secrets-"));
  const home = join(folder, "home");
  const program = join(folder, "program");
  const logs = join(folder, "logs");
  let controlPlane: ControlPlane;
  let proxy: RefusingProxy;
  /** The token that the Kubernetes provider sends to the API server instead of Google's. */
  let token: string;

  beforeAll(async () => {
    copyProgram(program);
    for (const file of secretFiles) write(join(home, file), JSON.stringify({ secret: marker }));
    for (const file of repositoryFiles) write(join(program, file), marker);
    proxy = await RefusingProxy.start();
    controlPlane = await ControlPlane.start({ controllers: true });
    applyDefinitions(controlPlane);
    const { users, clusters } = JSON.parse(readFileSync(controlPlane.kubeconfig, "utf8"));
    token = users[0].user.token;
    // A stand-in for Google's program of that name. Its log shows that it was called.
    const plugin = join(folder, "bin", "gke-gcloud-auth-plugin");
    const credential = {
      kind: "ExecCredential",
      apiVersion: "client.authentication.k8s.io/v1beta1",
      status: { token },
    };
    write(plugin, `#!/bin/sh\necho asked >> '${logs}/plugin'\nprintf %s '${JSON.stringify(credential)}'\n`, 0o755);

    await run("synth", process.execPath, ["bin/farm.js", "synth", "config/hodl-farm.yaml"]);
    const read = (stack: string) =>
      JSON.parse(readFileSync(join(program, "cdktf.out", "stacks", stack, "cdk.tf.json"), "utf8"));
    const { outputs } = platformOutputs(read("baker"), read("platform"));
    const endpoint = Object.keys(outputs).find((name) => name.includes("dns_endpoint_config"))!;
    const server = new URL(clusters[0].cluster.server).host;
    await run("plan-platform", join(packageRoot, "ci/plan-stack.sh"), ["platform"]);
    writeOutputs(join(program, "state/hodl-farm/platform.tfstate"), { ...outputs, [endpoint]: server });
    await run("plan-baker", join(packageRoot, "ci/plan-stack.sh"), ["baker"]);
    await run("guard", process.execPath, ["bin/farm.js", "guard", "plans/platform/plan.json", "plans/baker/plan.json"]);
    await run("apply-baker", join(packageRoot, "ci/apply-stack.sh"), ["baker"]);
    await run("comment", process.execPath, ["bin/farm.js", "plan-comment", "plans"]);
  }, 300_000);
  afterAll(async () => {
    proxy?.stop();
    await controlPlane?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Runs a step as the pipeline does, and writes its output to a log. @throws Error with the log */
  function run(name: string, command: string, parameters: string[]): Promise<void> {
    const secrets = Object.fromEntries(secretVariables.map((variable) => [variable, marker]));
    const env = {
      ...process.env,
      ...proxy.variables,
      ...secrets,
      HOME: home,
      PATH: `${join(folder, "bin")}:${process.env["PATH"]}`,
      // The control plane here has a self-signed certificate.
      KUBE_INSECURE: "true",
      INIT_CWD: undefined,
      BAKER_CONFIG: undefined,
      CDKTF_OUTDIR: undefined,
    };
    const child = spawn(command, parameters, { cwd: program, env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (data: Buffer) => (output += data.toString()));
    return new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (status) => {
        write(join(logs, name), output);
        if (status === 0) resolve();
        else reject(new Error(`${name}: exit ${status}\n${output}`));
      });
    });
  }

  const everywhere = [
    "program/cdktf.out/stacks/platform/cdk.tf.json",
    "program/cdktf.out/stacks/baker/cdk.tf.json",
    "program/dist/raspberry-pi/pi-1/install.sh",
    "program/plans/platform/plan.json",
    "program/plans/platform/plan.tfplan",
    "program/plans/baker/plan.json",
    "program/plans/baker/plan.tfplan",
    "program/state/hodl-farm/baker.tfstate",
    "logs/apply-baker",
    "logs/comment",
  ];

  test("the secrets were used: for requests to Google, which the proxy refused, and to the API server", () => {
    expect(proxy.requests.length).toBeGreaterThan(0);
    expect(readFileSync(join(logs, "plugin"), "utf8")).toContain("asked");
    expect(
      JSON.parse(readFileSync(join(program, "state/hodl-farm/baker.tfstate"), "utf8")).resources.length,
    ).toBeGreaterThan(40);
  });

  test("0 occurrences in Terraform's JSON, plans, states, logs and dist", () => {
    const texts = textsIn(folder);
    expect([...texts.keys()]).toEqual(expect.arrayContaining(everywhere));
    const found = (secret: string) => [...texts].flatMap(([path, text]) => (text.includes(secret) ? path : [])).sort();
    // The marker is found exactly where it was put, so the search works.
    const put = [...secretFiles.map((file) => `home/${file}`), ...repositoryFiles.map((file) => `program/${file}`)];
    expect(found(marker)).toEqual(put.sort());
    expect(found(token)).toEqual(["bin/gke-gcloud-auth-plugin"]);
  });
});

const base58 = "rvyJCtoNKCw8sMQ7bAEoT9mCWQXHe4LZBTzbjNhzqX4PZhJzVh";
describeReal("a private key in the configuration", { programs: ["bash"] }, () => {
  test.each([
    ["of Tezos", `edsk${base58}`, base58],
    ["as octez-client writes it", `unencrypted:edsk${base58}`, base58],
    // Split, so that scanners for leaked keys don't report it.
    [
      "of OpenSSH",
      `${["-----BEGIN OPENSSH PRIVATE", "KEY-----"].join(" ")}\nb3BlbnNzaC1rZXktdjEA\n`,
      "b3BlbnNzaC1rZXktdjEA",
    ],
  ])("%s ends synth, which shows and writes nothing of it", async (_, value, secret) => {
    const folder = mkdtempSync(join(tmpdir(), "secrets-"));
    try {
      const program = copyProgram(join(folder, "program"));
      const input = exampleInput();
      input.bakers[0]!.authenticationPublicKey = value;
      writeFileSync(join(folder, "mine.yaml"), JSON.stringify(input));
      const child = spawn(process.execPath, [join(program, "bin/farm.js"), "synth", "mine.yaml"], {
        cwd: folder,
        env: { ...process.env, INIT_CWD: undefined, BAKER_CONFIG: undefined, DEBUG: "1" },
      });
      let output = "";
      for (const stream of [child.stdout, child.stderr])
        stream.on("data", (data: Buffer) => (output += data.toString()));
      const status = await new Promise((resolve) => child.once("close", resolve));
      expect([status, output]).toEqual([1, expect.stringContaining("contains a private key")]);
      expect(output).not.toContain(secret);
      const holders = [...textsIn(folder)].flatMap(([path, text]) => (text.includes(secret) ? path : []));
      expect(holders).toEqual(["mine.yaml"]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

function write(file: string, text: string, mode?: number): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text, { mode });
}

/** All files in a folder by their paths, as text; ZIP archives with their contents. Links are not followed. */
function textsIn(folder: string): Map<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    files.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const content = readFileSync(path);
      const text = content.subarray(0, 2).toString() === "PK" ? unpacked(content) : content.toString("latin1");
      return [path.slice(folder.length + 1), text];
    }),
  );
}

/** The contents of a ZIP archive, such as a plan. Its files are listed in the directory at its end. */
function unpacked(archive: Buffer): string {
  const texts: string[] = [];
  const directoryEntry = Buffer.from("PK\u0001\u0002");
  for (let at = archive.indexOf(directoryEntry); at >= 0; at = archive.indexOf(directoryEntry, at + 4)) {
    const packedSize = archive.readUInt32LE(at + 20);
    const header = archive.readUInt32LE(at + 42);
    const begin = header + 30 + archive.readUInt16LE(header + 26) + archive.readUInt16LE(header + 28);
    const packed = archive.subarray(begin, begin + packedSize);
    texts.push((archive.readUInt16LE(at + 10) === 0 ? packed : inflateRawSync(packed)).toString("latin1"));
  }
  return texts.join("\n");
}
