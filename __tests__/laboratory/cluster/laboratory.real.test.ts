import { existsSync, readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { describeReal } from "../../support/real";
import { command } from "../../../laboratory/cluster/commands";
import { Laboratory, laboratoryNeeds } from "../../../laboratory/cluster/laboratory";
import type { Vm } from "../../../laboratory/cluster/vm";
import { pauseImage } from "../../../laboratory/cluster/vm-files";

// The first use makes a Debian folder.
const minutes = 60_000;

/** A process that has ended stays in /proc until its parent has heard of it. */
function runs(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

describeReal("the laboratory", { ...laboratoryNeeds, programs: [...laboratoryNeeds.programs, "ping"] }, () => {
  let lab: Laboratory;
  let one: Vm;
  let two: Vm;
  beforeAll(async () => {
    lab = await Laboratory.start();
    one = lab.vm("one", { zone: "us-central1-b", labels: { pool: "a" } });
    two = lab.vm("two", {
      zone: "us-central1-f",
      taints: [{ key: "pool", value: "b", effect: "NoSchedule" }],
    });
    await Promise.all([one.on(), two.on()]);
    lab.apply(["one", "two"].map(pod));
    await lab.controlPlane.until("the pods run", () =>
      ["one", "two"].every((name) => statusOf(name).phase === "Running"),
    );
  }, 5 * minutes);
  afterAll(() => lab?.end(), minutes);

  const pod = (node: string) => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: node, namespace: "default" },
    spec: {
      nodeSelector: { "kubernetes.io/hostname": node },
      tolerations: [{ operator: "Exists" }],
      containers: [{ name: "main", image: pauseImage, command: ["sleep", "4711"] }],
      terminationGracePeriodSeconds: 1,
    },
  });
  const statusOf = (name: string) => lab.controlPlane.get(["-n", "default", "pod", name]).status;
  const addressOf = (name: string): string => statusOf(name).podIP;
  const isReady = (name: string) => lab.controlPlane.readyNodes().includes(name);
  const answersPing = (from: Vm, address: string) => {
    try {
      command([...from.enter, "ping", "-c", "1", "-W", "1", address]);
      return true;
    } catch {
      return false;
    }
  };

  test("has machines with the labels and taints of its options", () => {
    const { metadata } = lab.controlPlane.get(["node", "one"]);
    expect(metadata.labels).toMatchObject({ pool: "a", "topology.kubernetes.io/zone": "us-central1-b" });
    const { spec } = lab.controlPlane.get(["node", "two"]);
    expect(spec.taints).toContainEqual({ key: "pool", value: "b", effect: "NoSchedule" });
  });

  test("carries packets from a machine to a pod of another", () => {
    expect(answersPing(one, addressOf("two"))).toBe(true);
  });

  test("stops everything on a machine that loses power, and starts the same pod when it is back", async () => {
    const processes = one.processes(/^sleep 4711/);
    expect(processes).toHaveLength(1);
    await one.off();
    expect(runs(processes[0]!)).toBe(false);
    expect(statusOf("one").containerStatuses[0].restartCount).toBe(0);

    await one.on();
    await lab.controlPlane.until("the pod runs again", () => statusOf("one").containerStatuses[0].restartCount === 1);
    // The others find it at once, at its old address.
    expect(answersPing(two, one.address)).toBe(true);
  });

  test("cuts a machine off while its pod runs on, and mends that", async () => {
    const processes = two.processes(/^sleep 4711/);
    two.cut();
    await lab.controlPlane.until("the machine is not Ready", () => !isReady("two"));
    expect(two.processes(/^sleep 4711/)).toEqual(processes);
    two.reconnect();
    await lab.controlPlane.until("the machine is Ready", () => isReady("two"));
    expect(two.processes(/^sleep 4711/)).toEqual(processes);
  });

  test("holds still while what runs on it runs on, and goes on as before", async () => {
    const processes = one.processes(/^sleep 4711/);
    const folder = lab.folder.split("/").at(-1)!;
    const held = () =>
      command(["ps", "-eo", "stat=,args="])
        .split("\n")
        .filter((line) => /^T/.test(line) && line.includes(folder) && /\/kube(let|-proxy) /.test(line));
    lab.frozen = true;
    expect(held()).toHaveLength(4);
    expect(() => lab.kubectl("get", "nodes", "--request-timeout", "1s")).toThrow("exit 1");
    expect(answersPing(one, two.address)).toBe(true);
    // Longer than a Node's word stands here, 8 s.
    await pause(15_000);
    lab.frozen = false;
    expect(held()).toEqual([]);
    await lab.controlPlane.until("the machines are Ready", () => ["one", "two"].every(isReady));
    expect(one.processes(/^sleep 4711/)).toEqual(processes);
    expect(statusOf("one").phase).toBe("Running");
  });

  test("leaves nothing behind", async () => {
    const { folder } = lab;
    const name = folder.split("/").at(-1)!;
    await lab.end();
    expect(existsSync(folder)).toBe(false);
    expect(command(["find", "/sys/fs/cgroup", "-maxdepth", "2", "-name", `${name}*`])).toBe("");
    expect(command(["ps", "-eo", "args"])).not.toContain(folder);
  });
});
