import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { packageRoot } from "../../../lib/package-root";
import { GoogleError } from "../../../laboratory/google/errors";
import { drillKey } from "../../../laboratory/stand-ins/octez-signer";
import { CommandLine } from "../../support/command-line";
import { describeReal } from "../../support/real";
import { type Ending, Workstation } from "./deployment";

const example = readFileSync(join(packageRoot, "config/shadownet.yaml"), "utf8");

/** The example, with a person's own values. */
const shadownet = example
  .replace("my-shadownet-baker", "shadownet-of-mine")
  .replace(/edpk\w+/, drillKey("deploy").publicKey)
  .replace(/AAAAC3NzaC1lZDI1NTE5\S+/, "AAAAC3NzaC1lZDI1NTE5AAAAI".padEnd(67, "B") + "C");

/** As far as a deployment gets here: the stack platform is complete, and the image is there. */
const platformIsDone = "cluster: waiting for";

describeReal("deploy, by the real Terraform, provider and gcloud", { mirror: true, programs: ["gcloud", "jq"] }, () => {
  const commandLine = new CommandLine();
  let workstation: Workstation;
  let file: string;

  jest.setTimeout(600_000);
  beforeAll(async () => {
    workstation = await Workstation.start(commandLine);
    file = workstation.configure(shadownet);
  });
  afterAll(() => workstation.stop());

  const deploy = (until?: string): Promise<Ending> => workstation.farm(["deploy", file, "--yes"], until);
  const named = (pattern: RegExp) => workstation.exists(pattern);

  /** The addresses in platform's cdk.tf.json whose type and id match. */
  const addresses = (pattern: RegExp) => {
    const stack = JSON.parse(
      readFileSync(join(commandLine.program, "cdktf.out/shadownet/platform/cdk.tf.json"), "utf8"),
    ) as { resource: Record<string, Record<string, unknown>> };
    return Object.entries(stack.resource)
      .flatMap(([type, resources]) => Object.keys(resources).map((name) => `${type}.${name}`))
      .filter((address) => pattern.test(address));
  };

  test("a cluster that Google could not finish: says why and what to type, and then goes on", async () => {
    workstation.google.setFaults({
      operations: [
        {
          on: /^CREATE_CLUSTER /,
          message:
            "Insufficient regional quota to satisfy request: resource \"CPUS\": request requires '12.0' and is short '4.0'. project has a quota of '24.0' with '8.0' available.",
        },
      ],
    });
    const failed = await deploy();
    expect(failed.output).toContain(
      "The quota CPUS of this project in us-central1 is 24, of which 8 are free; this needs 12.",
    );
    expect(failed.output).toContain("https://console.cloud.google.com/iam-admin/quotas?project=shadownet-of-mine");
    expect(failed.status).toBe(3);

    const stuck = await deploy();
    expect(stuck.status).toBe(1);
    expect(stuck.output).toContain("cluster shadownet is ERROR");
    const commands = stuck.output.split("\n").filter((line) => /^ {2}(gcloud|terraform) /.test(line));
    expect(commands).toHaveLength(2);
    for (const command of commands) {
      const { status, output } = await workstation.shell(command);
      expect({ command, status, output: status === 0 ? "" : output }).toEqual({ command, status: 0, output: "" });
    }

    const next = await deploy(platformIsDone);
    expect(next.output).toContain("platform: applied.");
    expect(next.status).toBe(3);
    expect(named(/nodePools\/default-pool/)).toEqual([]);
  });

  test("a cluster that is marked as tainted but runs is kept", async () => {
    const [cluster = ""] = addresses(/^google_container_cluster/);
    await workstation.shell(`terraform -chdir=cdktf.out/shadownet/platform taint '${cluster}'`);
    const { output } = await deploy(platformIsDone);
    expect(output).toContain("cluster shadownet is RUNNING, although an earlier run could not finish it");
    expect(output).toContain("platform: nothing to change.");
  });

  test("what a killed run created and did not save is imported, named where it is doubled, and nothing is replaced", async () => {
    const before = workstation.google.snapshot();
    const lost = addresses(/^google_(compute_(address|disk|region_disk|firewall)|secret_manager_secret|monitoring)/);
    await workstation.forget("platform", ...lost.filter((address) => !/_iam_/.test(address)));
    const pools = "/container/v1/projects/shadownet-of-mine/locations/us-central1-a/clusters/shadownet/nodePools";
    await fetch(`${workstation.google.url}${pools}`, {
      method: "POST",
      body: JSON.stringify({ nodePool: { name: "default-pool", initialNodeCount: 1 } }),
    });
    const refused = await deploy();
    expect(refused.status).toBe(3);
    expect(refused.output).toContain("only a person can say whether they are shadownet's, and --yes does not");
    expect(refused.output).not.toMatch(/importing google_/);
    const imports = refused.output.split("\n").filter((line) => /^ {2}terraform .* import /.test(line));
    expect(imports).toHaveLength(2);
    for (const command of imports) {
      const { status, output } = await workstation.shell(command);
      expect({ command, status, output: status === 0 ? "" : output }).toEqual({ command, status: 0, output: "" });
    }
    const { output } = await deploy(platformIsDone);
    expect(output).toMatch(/importing google_compute_address\.\S+: it exists, but is missing/);
    expect(output).toContain("Cloud Monitoring has these twice");
    expect(output).toContain("deleted node pool default-pool");
    const names = (snapshot: string) =>
      (JSON.parse(snapshot).resources as [string][])
        .map(([name]) => name)
        .filter((name) => !/operations|monitoring/.test(name));
    expect(names(workstation.google.snapshot()).sort()).toEqual(names(before).sort());
    expect(output).toContain("They stay. To be asked whether to delete them, run this without --yes.");
    expect(named(/alertPolicies/)).toHaveLength(4);
    const next = await deploy(platformIsDone);
    expect(next.output).toContain("platform: nothing to change.");
  });

  test("a baker that is taken out of the configuration: refused, whoever plans, and nothing is changed", async () => {
    const other = workstation.configure(shadownet.replace("- name: baker\n", "- name: other\n"), "other.yaml");
    const before = workstation.google.snapshot();
    const { status, output } = await workstation.farm(["deploy", other, "--yes"]);
    expect(status).toBe(1);
    expect(output).toMatch(
      /google_compute_disk\.disk-baker_\w+ is no longer in the configuration and would be deleted/,
    );
    expect(workstation.google.snapshot()).toBe(before);
    const direct = await workstation.shell("terraform -chdir=cdktf.out/shadownet/platform plan -no-color");
    expect(direct.status).toBe(1);
    expect(direct.output).toContain("Instance cannot be destroyed");
  });

  test("values of an example are refused before anything is asked of Google", async () => {
    const before = workstation.google.requests.length;
    const { status, output } = await workstation.farm([
      "deploy",
      workstation.configure(example, "example.yaml"),
      "--yes",
    ]);
    expect(status).toBe(1);
    expect(output).toContain("is the value of an example");
    expect(output).toMatch(
      /Replace them by yours in \S+: google\.project, bakers\[0\]\.keys\.delegate\.publicKey, signers/,
    );
    expect(workstation.google.requests).toHaveLength(before);
  });

  test("an account that may not read alerts: a warning, and the deployment goes on", async () => {
    const answer = new GoogleError(403, "PERMISSION_DENIED", "Permission monitoring.alertPolicies.list denied");
    workstation.google.setFaults({ requests: [{ on: /^GET .*\/alertPolicies$/, answer }] });
    const { output } = await deploy(platformIsDone);
    workstation.google.setFaults({});
    expect(output).toMatch(
      /warning: Cloud Monitoring can't be asked .* The deployment goes on\.\n[^]*Permission monitoring/,
    );
    expect(output).toContain(platformIsDone);
  });

  test("another run in the same folder: refused before anything is written", async () => {
    const lock = join(commandLine.program, "cdktf.out/shadownet/lock");
    const holder = { pid: process.pid, host: hostname(), since: "2026-01-01T00:00:00.000Z", command: "the other" };
    mkdirSync(dirname(lock), { recursive: true });
    writeFileSync(lock, JSON.stringify(holder));
    for (const command of [
      ["deploy", file, "--yes"],
      ["destroy", file, "--confirm", "shadownet"],
    ]) {
      const { status, output } = await workstation.farm(command);
      expect({ status, output }).toEqual({ status: 1, output: expect.stringContaining("the other\n") as string });
      expect(output).not.toContain("initialising");
    }
    rmSync(lock);
  });

  test("reports everything that is missing at once, and touches nothing", async () => {
    const before = workstation.google.requests.length;
    const { status, output } = await workstation.shell(
      `CLOUDSDK_AUTH_ACCESS_TOKEN_FILE= GOOGLE_OAUTH_ACCESS_TOKEN= TERRAFORM_BINARY_NAME=nowhere ${process.execPath} bin/farm.js deploy ${file} --yes`,
    );
    expect(status).toBe(1);
    expect(output).toContain("- nowhere is not installed, or not on PATH.\n  Install Terraform: https://");
    expect(output).toContain("- gcloud is not signed in: ");
    expect(output).toContain("- Terraform has no Google credentials.\n  gcloud auth application-default login");
    expect(workstation.google.requests).toHaveLength(before);
  });

  test("destroy deletes the cluster and the rest, and of what stays only what is named", async () => {
    const other = workstation.configure(shadownet.replace("- name: baker\n", "- name: other\n"), "other.yaml");
    const before = workstation.google.snapshot();
    const moved = workstation.configure(shadownet.replace("shadownet-of-mine", "another-project"), "moved.yaml");
    const wrong = await workstation.farm(["destroy", moved, "--confirm", "shadownet"]);
    expect(wrong.output).toMatch(
      /google_container_cluster\.\w+ is in project shadownet-of-mine, not in another-project\./,
    );
    expect(wrong.status).toBe(1);
    expect(workstation.google.snapshot()).toBe(before);
    const unknown = await workstation.farm(["destroy", other, "--confirm", "shadownet"]);
    expect(unknown.output).toMatch(/^ {2}terraform -chdir=\S+ state rm google_compute_disk\.disk-baker_\w+ /m);
    expect(unknown.status).toBe(1);
    expect(workstation.google.snapshot()).toBe(before);
    const destroy = (...more: string[]) => workstation.farm(["destroy", file, "--confirm", "shadownet", ...more]);
    const first = await destroy();
    expect(first.output).toMatch(/These stay:\n {2}- secret shadownet-host-key, .*\n {2}- address [\d.]+ shadownet-/);
    expect(first.status).toBe(0);
    // Twins of alert policies are not Terraform's, and stay.
    expect(named(/^(container|iam|artifactregistry)\/|networks|firewalls/)).toEqual([]);
    const staying = () =>
      named(/^(compute|secretmanager)\/.*\/(disks|addresses|secrets)\/[^/]+$/).map((name) => name.replace(/.*\//, ""));
    expect(staying().sort()).toEqual([
      "shadownet-baker-baker",
      "shadownet-forwarder-1",
      "shadownet-host-key",
      "shadownet-nat",
    ]);
    const again = await destroy("--delete", "shadownet-host-key", "shadownet-nat", "shadownet-forwarder-1");
    expect(again.status).toBe(0);
    expect(staying()).toEqual(["shadownet-baker-baker"]);
    const last = await destroy("--delete", "shadownet-baker-baker");
    expect(last.output).toContain("Nothing stays");
    expect(staying()).toEqual([]);
    expect((await destroy()).output).toContain("Nothing of shadownet is deployed.");
  });
});
