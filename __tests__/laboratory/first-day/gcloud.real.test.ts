import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../../../lib/package-root";
import { eachGoogle } from "../../support/google";
import { describeReal } from "../../support/real";

const test_ = eachGoogle();
const google = () => test_.google;
const programs = join(packageRoot, "laboratory/first-day/programs");

let home: string;
beforeEach(() => (home = mkdtempSync(join(tmpdir(), "gcloud-"))));
afterEach(() => rmSync(home, { recursive: true }));

/** Runs a stand-in; asynchronously, because the stand-in for Google's API answers in this process. */
function run(
  program: string,
  ...parameters: string[]
): Promise<{ status: number | null; stdout: string; stderr: string }> {
  const { PATH } = process.env;
  const env = { PATH, HOME: home, GOOGLE_STAND_IN: google().standIn.url, CLUSTER_TOKEN_FILE: join(home, "token") };
  const child = spawn(join(programs, program), parameters, { env, stdio: ["ignore", "pipe", "pipe"] });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (data: Buffer) => (stdout += data.toString()));
  child.stderr.on("data", (data: Buffer) => (stderr += data.toString()));
  return new Promise((resolve) => child.once("close", (status) => resolve({ status, stdout, stderr })));
}
const gcloud = (line: string) => run("gcloud", ...line.split(" "));

describeReal("the stand-in for gcloud", { programs: ["node", "sh"] }, () => {
  test("needs a login, and refuses what it does not know", async () => {
    expect(await gcloud("projects describe p --format=json")).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("gcloud auth login"),
    });
    await gcloud("auth login");
    expect(JSON.parse((await gcloud("projects describe p --format=json")).stdout)).toMatchObject({ projectId: "p" });
    expect(await gcloud("compute instances delete x")).toMatchObject({ status: 1 });
    expect(await gcloud("projects describe p --unknown")).toMatchObject({ status: 1 });
  });

  test("adds versions of a secret from a file, and lists them", async () => {
    await gcloud("auth login");
    await google().post("/secretmanager/v1/projects/p/secrets?secretId=key", { replication: { automatic: {} } });
    const list = "secrets versions list key --project p --filter=state=ENABLED --format=json";
    expect(JSON.parse((await gcloud(list)).stdout)).toEqual([]);
    writeFileSync(join(home, "secret"), "private half");
    const { stderr, status } = await gcloud(`secrets versions add key --project p --data-file=${join(home, "secret")}`);
    expect({ stderr, status }).toEqual({ stderr: "Created version [1] of the secret [key].\n", status: 0 });
    const added = await gcloud(list);
    expect(JSON.parse(added.stdout)).toMatchObject([{ state: "ENABLED" }]);
    expect(added.stdout).not.toContain(Buffer.from("private half").toString("base64"));
  });

  test("writes a kubeconfig for the cluster's DNS endpoint, whose plugin needs a login", async () => {
    await google().createNetwork();
    await google().createCluster();
    writeFileSync(join(home, "token"), "secret-token");
    const plugin = () => run("gke-gcloud-auth-plugin", "--use_application_default_credentials");
    expect(await plugin()).toMatchObject({ status: 1 });
    await gcloud("auth login");
    expect(await plugin()).toMatchObject({ status: 1 });
    await gcloud("auth application-default login");
    expect(JSON.parse((await plugin()).stdout)).toMatchObject({ status: { token: "secret-token" } });
    expect(await gcloud("container clusters get-credentials c --location r --project p")).toMatchObject({ status: 1 });
    await gcloud("container clusters get-credentials c --location r --project p --dns-endpoint");
    const { clusters, users } = JSON.parse(readFileSync(join(home, ".kube/config"), "utf8"));
    expect(clusters[0].cluster.server).toMatch(/^https:\/\/gke-.*\.gke\.goog$/);
    expect(users[0].user.exec.command).toBe("gke-gcloud-auth-plugin");
  });

  test("registers itself for a registry, beside what docker's configuration had", async () => {
    await gcloud("auth configure-docker a-docker.pkg.dev --quiet");
    await gcloud("auth configure-docker b-docker.pkg.dev --quiet");
    expect(JSON.parse(readFileSync(join(home, ".docker/config.json"), "utf8"))).toEqual({
      credHelpers: { "a-docker.pkg.dev": "gcloud", "b-docker.pkg.dev": "gcloud" },
    });
  });
});
