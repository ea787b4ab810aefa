import { existsSync, readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { describeReal } from "../../support/real";
import { command } from "../../../laboratory/cluster/commands";
import { Laboratory, laboratoryNeeds } from "../../../laboratory/cluster/laboratory";
import type { Vm } from "../../../laboratory/cluster/vm";
import { pauseImage } from "../../../laboratory/cluster/vm-files";

// The first use creates a Debian root file system.
const minutes = 60_000;

/** Whether a process is running; one that has exited stays in /proc until its parent has waited for it. */
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
    await lab.controlPlane.until("the pods are running", () =>
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

  test("has VMs with the labels and taints of their options", () => {
    const { metadata } = lab.controlPlane.get(["node", "one"]);
    expect(metadata.labels).toMatchObject({ pool: "a", "topology.kubernetes.io/zone": "us-central1-b" });
    const { spec } = lab.controlPlane.get(["node", "two"]);
    expect(spec.taints).toContainEqual({ key: "pool", value: "b", effect: "NoSchedule" });
  });

  test("routes packets from a VM to a pod on another", () => {
    expect(answersPing(one, addressOf("two"))).toBe(true);
  });

  test("a power cut stops everything on a VM; afterwards the same pod starts again", async () => {
    const processes = one.processes(/^sleep 4711/);
    expect(processes).toHaveLength(1);
    await one.off();
    expect(runs(processes[0]!)).toBe(false);
    expect(statusOf("one").containerStatuses[0].restartCount).toBe(0);

    await one.on();
    await lab.controlPlane.until(
      "the pod is running again",
      () => statusOf("one").containerStatuses[0].restartCount === 1,
    );
    // It is immediately reachable at its old address.
    expect(answersPing(two, one.address)).toBe(true);
  });

  test("cuts a VM off while its pod keeps running, and reconnects it", async () => {
    const processes = two.processes(/^sleep 4711/);
    two.cut();
    await lab.controlPlane.until("the VM is not Ready", () => !isReady("two"));
    expect(two.processes(/^sleep 4711/)).toEqual(processes);
    two.reconnect();
    await lab.controlPlane.until("the VM is Ready", () => isReady("two"));
    expect(two.processes(/^sleep 4711/)).toEqual(processes);
  });

  test("can be suspended while pods keep running, and then continues as before", async () => {
    const processes = one.processes(/^sleep 4711/);
    const folder = lab.folder.split("/").at(-1)!;
    const suspended = () =>
      command(["ps", "-eo", "stat=,args="])
        .split("\n")
        .filter((line) => /^T/.test(line) && line.includes(folder) && /\/kube(let|-proxy) /.test(line));
    lab.frozen = true;
    expect(suspended()).toHaveLength(4);
    expect(() => lab.kubectl("get", "nodes", "--request-timeout", "1s")).toThrow("exit 1");
    expect(answersPing(one, two.address)).toBe(true);
    // Longer than the grace period of 8 s after which a Node is considered lost.
    await pause(15_000);
    lab.frozen = false;
    expect(suspended()).toEqual([]);
    await lab.controlPlane.until("the VMs are Ready", () => ["one", "two"].every(isReady));
    expect(one.processes(/^sleep 4711/)).toEqual(processes);
    expect(statusOf("one").phase).toBe("Running");
  });

  test("removes everything at the end", async () => {
    const { folder } = lab;
    const name = folder.split("/").at(-1)!;
    await lab.end();
    expect(existsSync(folder)).toBe(false);
    expect(command(["find", "/sys/fs/cgroup", "-maxdepth", "2", "-name", `${name}*`])).toBe("");
    expect(command(["ps", "-eo", "args"])).not.toContain(folder);
  });
});
