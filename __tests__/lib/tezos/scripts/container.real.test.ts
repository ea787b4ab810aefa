import { spawnSync } from "node:child_process";
import { chownSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { octezImage } from "../../../../lib/config/facts/images";
import { protectedFiles, serveScriptCases } from "../../../../laboratory/kill/script-cases";
import { BadServer } from "../../../../laboratory/stand-ins/bad-server";
import { busyboxArchive } from "../../../../laboratory/cluster/busybox-image";
import { exampleConfiguration } from "../../../../laboratory/examples";
import { bakerObjects } from "../../../../laboratory/convert/baker-objects";
import { podmanPod, podmanPodNeeds } from "../../../../laboratory/convert/podman-pod";
import { describeReal } from "../../../support/real";
import { optionsTable } from "../../../../laboratory/stand-ins/octez-options-table";
import { synthesise } from "../../../../laboratory/synthesis";
import { packageRoot } from "../../../../lib/package-root";

/* eslint-disable @typescript-eslint/no-explicit-any -- objects of Kubernetes' API, read by path */

const secret = "edsk3QoqBuvdamxouPhin7swCvkQNgq4jP5KZPbwWNnwdZpSpJiEbq";
const user = 1000;

describeReal("the init containers of a synthesised baking pod", podmanPodNeeds, () => {
  const name = `scripts-container-${process.pid}`;
  const folder = mkdtempSync(join(tmpdir(), "scripts-container-"));
  const configuration = exampleConfiguration();
  const image = `localhost/${name}:1`;
  const data = join(folder, "data");
  let server: BadServer;

  /** Runs a short command. It blocks this process, which also runs the snapshot server. */
  const podman = (...parameters: string[]) => {
    const { status, stdout, stderr } = spawnSync("podman", ["--runtime", "runc", ...parameters], {
      encoding: "utf8",
      env: { ...process.env, CONTAINERS_CONF: join(folder, "containers.conf") },
    });
    if (status !== 0) throw new Error(`podman ${parameters.join(" ")}: ${stderr}`);
    return stdout + stderr;
  };

  beforeAll(async () => {
    // So that low limits of this host don't break the pod.
    const limits = '[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]\n';
    writeFileSync(join(folder, "containers.conf"), limits);
    const archive = busyboxArchive(join(folder, "root"), {
      "/bin/octez-node": readFileSync(join(packageRoot, "laboratory/stand-ins/octez/octez-node"), "utf8"),
      "/options": optionsTable("octez-node"),
    });
    const changes = ["PATH=/bin", "STAND_IN_OPTIONS=/options", "STAND_IN_LOG=/data/commands.log"];
    podman("import", ...changes.flatMap((change) => ["--change", `ENV ${change}`]), archive, image);
    server = await BadServer.start();
    serveScriptCases(server);
    mkdirSync(join(folder, "secret"));
    writeFileSync(join(folder, "secret/secret-key"), secret);
    for (const [path, text] of Object.entries(protectedFiles)) {
      mkdirSync(dirname(join(data, path)), { recursive: true });
      writeFileSync(join(data, path), text);
      chownSync(join(data, path), user, user);
    }
    for (const path of [data, join(data, "client")]) chownSync(path, user, user);
  });
  afterAll(async () => {
    await server.stop();
    podman("pod", "rm", "--force", "--ignore", name);
    podman("image", "rm", "--force", image);
    rmSync(folder, { recursive: true });
  });

  /** Runs the init containers of the synthesised pod, with their user's permissions. Returns their logs. */
  async function boot(): Promise<string> {
    const objects = bakerObjects(synthesise(configuration));
    const baking = `baker-${configuration.bakers[0]!.name}`;
    const workload = objects.find(({ kind, metadata }) => kind === "StatefulSet" && metadata.name === baking);
    const pod: any = podmanPod(workload!, objects, {
      name,
      folder: join(folder, "pod"),
      volumes: { data, authentication: join(folder, "secret") },
      images: { [octezImage(configuration)]: image },
    });
    const { initContainers, containers } = pod.spec;
    const scripts = initContainers.filter((each: any) => each.command[0].startsWith("/scripts/"));
    const urls: Record<string, string> = {
      SNAPSHOT_URL: server.url("/rolling"),
      SNAPSHOT_VERIFY_URL: server.url("/rpc"),
    };
    for (const { env } of scripts) for (const each of env) each.value = urls[each.name] ?? each.value;
    // podman 4.3 accepts at most 63 characters, Kubernetes 256 KiB.
    delete pod.metadata.annotations;
    pod.spec = {
      ...pod.spec,
      // The server listens on this host's loopback address.
      hostNetwork: true,
      // One after another as ordinary containers, because podman discards the logs of init containers.
      initContainers: [],
      containers: [],
    };
    let log = "";
    for (const container of scripts) {
      const file = join(folder, "pod.yaml");
      const probe = ["id -u", "touch /x 2>&1", "grep CapBnd /proc/self/status", `exec ${container.command[0]}`].join(
        ";",
      );
      const { resources: _, ...rest } = container;
      const only = { ...rest, command: ["/bin/sh", "-c", probe] };
      writeFileSync(file, JSON.stringify({ ...pod, spec: { ...pod.spec, containers: [only] } }));
      podman("kube", "play", file);
      const running = `${name}-${container.name}`;
      while (podman("inspect", "--format", "{{.State.Status}}", running).trim() !== "exited") await pause(200);
      log += podman("logs", running);
      podman("pod", "rm", "--force", name);
    }
    expect(scripts).toHaveLength(4);
    expect(containers.length).toBeGreaterThan(2);
    return log;
  }

  test("prepare an empty disk, and leave a disk with data alone", async () => {
    const confined = ["1000", "touch: /x: Read-only file system", "CapBnd:\t0000000000000000"];
    const first = (await boot()).split("\n");
    for (const line of confined) expect(first.filter((each) => each === line)).toHaveLength(4);
    expect(first.filter((line) => line.includes("ERROR"))).toEqual([]);
    expect(first).toContain("snapshot: the node's data is in place");
    expect(first).toContain("storage-upgrade: the storage is up to date");
    const secrets = JSON.parse(readFileSync(join(data, "client/secret_keys"), "utf8"));
    expect(secrets.map((entry: any) => entry.value)).toContain(`unencrypted:${secret}`);

    const files = () =>
      readdirSync(data, { recursive: true, encoding: "utf8" })
        .map((path) => [path, statSync(join(data, path)).ino])
        .sort();
    const before = files();
    server.requests.splice(0);
    const second = (await boot()).split("\n").filter((line) => !confined.includes(line) && line !== "");
    expect(second.sort()).toEqual([
      "node-config: the configuration is up to date",
      "snapshot: the node has data: nothing to import",
      "storage-upgrade: the storage is up to date",
      ...["public_key_hashs", "public_keys", "secret_keys"].map((file) => `wallet: ${file} is up to date`),
    ]);
    expect(files()).toEqual(before);
    expect(server.requests).toEqual([]);
    for (const [path, text] of Object.entries(protectedFiles))
      expect(readFileSync(join(data, path), "utf8")).toBe(text);
  });
});
