import { execFileSync, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exampleConfiguration, exampleFiles } from "../../laboratory/examples";
import { synthesise } from "../../laboratory/synthesis";
import { describeReal } from "../support/real";
import { packageRoot } from "../../lib/package-root";

const registry = "us-central1-docker.pkg.dev";
const path = "example-project/hodl-farm/signer-forwarder";
const image = `${registry}/${path}:0123456789ab`;
const mirrored = `${registry}/example-project/docker-hub/tezos/tezos-bare:octez-v25.1`;
const unknownManifest = JSON.stringify({ errors: [{ code: "MANIFEST_UNKNOWN" }] });

/**
 * The real curl and jq ask a stand-in for the registry, which they take for Artifact Registry. docker and gcloud are
 * stand-ins that log their arguments.
 */
describeReal("push-images.sh", { programs: ["jq", "bash", "curl", "openssl"] }, () => {
  let folder: string;
  let server: Server;
  let asked: string[];
  let answer: { status: number; body?: string };
  const file = (name: string) => join(folder, name);
  const program = (name: string, script: string) => {
    writeFileSync(file(name), `#!/bin/sh\n${script}\n`);
    chmodSync(file(name), 0o755);
  };
  const run = async () => {
    const child = spawn(join(packageRoot, "ci/push-images.sh"), [file("cdk.tf.json")], {
      // curl reads .curlrc from CURL_HOME: the registry's name leads to the stand-in.
      env: { ...process.env, PATH: `${folder}:${process.env["PATH"]}`, CURL_HOME: folder },
    });
    let errors = "";
    child.stderr.on("data", (text) => (errors += String(text)));
    const status = await new Promise((resolve) => child.on("close", resolve));
    const log = existsSync(file("log")) ? readFileSync(file("log"), "utf8").trim().split("\n") : [];
    return { status, log, errors };
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "push-images-"));
    const subject = ["-subj", "/CN=registry", "-addext", `subjectAltName=DNS:${registry}`];
    const key = ["-newkey", "rsa:2048", "-nodes", "-keyout", file("key")];
    execFileSync("openssl", ["req", "-x509", ...key, "-out", file("certificate"), ...subject], { stdio: "ignore" });
    const tls = { key: readFileSync(file("key")), cert: readFileSync(file("certificate")) };
    server = createServer(tls, ({ url, headers }, response) => {
      asked.push(`${headers.authorization} ${url}`);
      response.writeHead(answer.status).end(answer.body);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    writeFileSync(file(".curlrc"), `cacert = ${file("certificate")}\nconnect-to = ${registry}:443:127.0.0.1:${port}\n`);
    program("docker", `echo docker "$@" >> "${folder}/log"\n[ "$1" != push ] || [ ! -e "${folder}/push-fails" ]`);
    program(
      "gcloud",
      `case "$*" in *print-access-token) [ ! -e "${folder}/signed-out" ] && echo token ;; *get-value*) echo me ;; *) echo gcloud "$@" >> "${folder}/log" ;; esac`,
    );
    const container = [{ image }, { image: "tezos/tezos-bare:octez-v25.1" }, { image: mirrored }];
    const resource = { kubernetes_deployment_v1: { a: { spec: { container } }, b: { spec: { container } } } };
    writeFileSync(file("cdk.tf.json"), JSON.stringify({ resource }));
  });
  beforeEach(() => {
    asked = [];
    for (const name of ["log", "push-fails", "signed-out"]) rmSync(file(name), { force: true });
  });
  afterAll(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });

  test("builds and pushes a missing image of this repository, once, and no other", async () => {
    answer = { status: 404, body: unknownManifest };
    const build = `docker build --platform linux/amd64 --tag ${image} ${packageRoot}/images/signer-forwarder`;
    const configure = `gcloud auth configure-docker ${registry} --quiet`;
    expect(await run()).toEqual({ status: 0, log: [build, configure, `docker push ${image}`], errors: "" });
    expect(asked).toEqual([`Bearer token /v2/${path}/manifests/0123456789ab`]);
  });

  test("builds what a synthesised stack uses", async () => {
    answer = { status: 404, body: unknownManifest };
    const { baker } = synthesise(exampleConfiguration(undefined, exampleFiles[0]));
    const own = readFileSync(file("cdk.tf.json"));
    writeFileSync(file("cdk.tf.json"), JSON.stringify(baker));
    const { log } = await run();
    writeFileSync(file("cdk.tf.json"), own);
    expect(log.filter((call) => call.startsWith("docker push"))).toEqual([
      expect.stringMatching(`^docker push ${registry}/[^/]+/[^/]+/signer-forwarder:[0-9a-f]+$`),
    ]);
  });

  test("skips an existing image", async () => {
    answer = { status: 200, body: "{}" };
    expect(await run()).toEqual({ status: 0, log: [], errors: "" });
  });

  test.each([
    [401, "me: HTTP 401"],
    [403, "roles/artifactregistry.writer"],
    [400, "answers HTTP 400, so it is unknown whether"],
  ])("builds nothing if the registry answers %s", async (status, message) => {
    answer = { status, body: "denied" };
    const { log, errors, ...rest } = await run();
    expect([rest.status, log]).toEqual([1, []]);
    expect(errors).toContain(message);
  });

  test("builds nothing if the registry can't be reached, or gcloud is not signed in", async () => {
    writeFileSync(file("signed-out"), "");
    expect(await run()).toMatchObject({ status: 1, log: [], errors: expect.stringContaining("gcloud auth login") });
    rmSync(file("signed-out"));
    const curlrc = readFileSync(file(".curlrc"), "utf8");
    writeFileSync(file(".curlrc"), curlrc.replace(/:\d+\n$/, ":1\n"));
    expect(await run()).toMatchObject({ status: 1, log: [], errors: expect.stringContaining("can't be reached") });
    writeFileSync(file(".curlrc"), curlrc);
  });

  test("says how to let docker push", async () => {
    answer = { status: 404, body: unknownManifest };
    writeFileSync(file("push-fails"), "");
    const { status, errors } = await run();
    expect(status).toBe(1);
    expect(errors).toContain(`gcloud auth configure-docker ${registry}`);
  });
});
