import { spawnSync } from "node:child_process";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { KubernetesObject } from "../convert/kubernetes-objects";
import { Program } from "./program";
import { poweredLabel, simulatedNode, type SimulatedVm } from "./simulated-vm";

/** What a control plane consists of, and where it runs. */
export interface ControlPlaneOptions {
  /** @default false */
  readonly scheduler?: boolean;
  /** The controller manager: creates the pods of workloads, binds claims, evicts pods. @default false */
  readonly controllers?: boolean;
  /**
   * Serves MutatingAdmissionPolicy, which changes objects without a webhook's server: beta in Kubernetes 1.34, where it is
   * off. https://kubernetes.io/docs/reference/access-authn-authz/mutating-admission-policy/ @default false
   */
  readonly mutatingPolicies?: boolean;
  /** The network namespace in which it runs, where VMs can reach it. @default - this host's loopback interface */
  readonly network?: {
    /** Command prefix that enters it. */
    readonly enter: readonly string[];
    /** The API server's address in it. */
    readonly address: string;
  };
}

/** The output of a successful kubectl. */
export interface KubectlResult {
  readonly stdout: string;
  /** Warnings of the API server and of kubectl, without the prefix `Warning:`. */
  readonly warnings: string[];
}

const apiServer = "kube-apiserver";

/** How long to wait for a program, in milliseconds. */
const timeoutMilliseconds = 60_000;

/**
 * A real Kubernetes control plane: etcd, the API server, optionally the scheduler and the controllers, and kwok, which
 * simulates VMs (https://kwok.sigs.k8s.io). The programs are in the folder named by CONTROL_PLANE_BIN (from Kubernetes'
 * releases, kwokctl or envtest). It keeps its data in a temporary folder and ends with this process, however that ends.
 */
export class ControlPlane {
  /** Starts it and waits until it is ready. Call stop() when done. @throws Error if it does not become ready */
  static async start(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
    const controlPlane = new ControlPlane(options.network);
    try {
      await controlPlane.up(options);
    } catch (error) {
      await controlPlane.stop();
      throw error;
    }
    return controlPlane;
  }

  /** Path of the administrator's kubeconfig, for kubectl's --kubeconfig or the Terraform provider's config_path. */
  readonly kubeconfig: string;
  /** The API server's URL as the programs here reach it, with the loopback address. */
  get server(): string {
    return JSON.parse(readFileSync(this.kubeconfig, "utf8")).clusters[0].cluster.server;
  }

  /** The administrator's token. */
  get token(): string {
    return JSON.parse(readFileSync(this.kubeconfig, "utf8")).users[0].user.token;
  }

  /** Path of the kubelets' kubeconfig. It has all rights, and a user name of its own, as on a real cluster. */
  readonly kubeletKubeconfig: string;
  private readonly folder = mkdtempSync(join(tmpdir(), "control-plane-"));
  private readonly programs = new Map<string, Program>();
  private apiServerParameters: string[] = [];

  private constructor(private readonly network: ControlPlaneOptions["network"]) {
    this.kubeconfig = join(this.folder, "kubeconfig");
    this.kubeletKubeconfig = join(this.folder, "kubelet.kubeconfig");
  }

  /**
   * Runs kubectl as the cluster's administrator.
   * @param input its standard input
   * @throws Error with its standard error, if it fails
   */
  kubectl(parameters: string[], input?: string): KubectlResult {
    const { status, stdout, stderr, error } = this.tryKubectl(parameters, input);
    if (status !== 0) throw new Error(`kubectl ${parameters.join(" ")}: exit ${status}\n${stderr || error}`);
    const warnings = stderr.split("\n").flatMap((line) => /^Warning: (.*)$/.exec(line)?.[1] ?? []);
    return { stdout, warnings };
  }

  /** The parsed output of `kubectl get … -o json`. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- read by path
  get(parameters: string[]): any {
    return JSON.parse(this.kubectl(["get", ...parameters, "-o", "json"]).stdout);
  }

  /**
   * Server-side apply with strict field validation: an unknown or duplicate field is an error.
   * @returns the API server's warnings
   */
  apply(objects: readonly KubernetesObject[]): string[] {
    const list = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
    return this.kubectl(["apply", "--server-side", "--validate=strict", "-f", "-"], list).warnings;
  }

  /** Adds simulated VMs, or brings back those that were lost. Use powerOn() for the first ones, since it starts kwok. */
  add(vms: readonly SimulatedVm[]): void {
    this.applyNodes(vms.map(simulatedNode));
  }

  /** Adds simulated VMs and waits until their nodes are Ready. */
  async powerOn(vms: readonly SimulatedVm[]): Promise<void> {
    this.add(vms);
    if (!this.programs.has("kwok")) {
      this.run("kwok", "kwok", [
        ...["--kubeconfig", this.kubeletKubeconfig, "--manage-nodes-with-label-selector", `${poweredLabel}=on`],
        // Together with --node-monitor-grace-period: a lost VM is noticed within seconds, rather than after 40 s or more.
        ...["--node-lease-duration-seconds", "4", "--server-address", ""],
      ]);
    }
    const names = new Set(vms.map(({ name }) => name));
    await this.until(`${[...names].join(", ")} are Ready`, () => {
      const ready = this.readyNodes();
      return [...names].every((name) => ready.includes(name));
    });
  }

  /** A simulated VM stops responding: its lease expires and its pods stay. The controllers notice seconds later. */
  lose(name: string): void {
    this.kubectl(["label", "node", name, `${poweredLabel}-`]);
  }

  /** Names of the Ready nodes. */
  readyNodes(): string[] {
    const nodes: { metadata: { name: string }; status: { conditions?: { type: string; status: string }[] } }[] =
      this.get(["nodes"]).items;
    return nodes
      .filter(({ status }) => status.conditions?.some(({ type, status }) => type === "Ready" && status === "True"))
      .map(({ metadata }) => metadata.name);
  }

  /**
   * Polls a condition four times a second.
   * @param what the condition in words, for the error message
   * @param seconds @default 60
   * @throws Error on a time-out, or if one of the control plane's programs has exited
   */
  async until(what: string, condition: () => boolean, seconds = timeoutMilliseconds / 1000): Promise<void> {
    const end = Date.now() + seconds * 1000;
    while (!condition()) {
      const ended = [...this.programs.values()].find(({ process }) => process.exitCode !== null);
      if (ended) throw new Error(`${ended.name} exited while waiting until ${what}:\n${ended.logTail()}`);
      if (Date.now() > end) throw new Error(`timed out after ${seconds} s waiting until ${what}`);
      await pause(250);
    }
  }

  /** Kills the API server. What it has acknowledged is stored; requests in flight may or may not be. */
  async killApiServer(): Promise<void> {
    await this.end(apiServer);
  }

  /** Starts the API server again, at the same address, and waits until it is ready. */
  async startApiServer(): Promise<void> {
    this.run(apiServer, apiServer, this.apiServerParameters);
    await this.until("the API server is ready", () => this.tryKubectl(["get", "--raw", "/readyz"]).status === 0);
  }

  /** Suspends all programs (SIGSTOP), or resumes them. */
  set frozen(frozen: boolean) {
    for (const program of this.programs.values()) program.signal(frozen ? "SIGSTOP" : "SIGCONT");
  }

  /** Ends every program and deletes the folder. */
  async stop(): Promise<void> {
    this.frozen = false;
    await Promise.all([...this.programs.keys()].map((name) => this.end(name)));
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async up(options: ControlPlaneOptions): Promise<void> {
    const [api, etcd, peer] = (await freePorts(3)) as [number, number, number];
    const [token, kubeletToken] = [1, 2].map(() => randomBytes(16).toString("hex")) as [string, string];
    const file = (name: string, text: string) => {
      writeFileSync(join(this.folder, name), text, { mode: 0o600 });
      return join(this.folder, name);
    };
    const key = file("service-accounts.key", newKey());
    const users = [`${token},admin,admin,system:masters`, `${kubeletToken},system:kubelet,kubelet,system:masters`];
    const tokens = file("tokens.csv", users.map((user) => `${user}\n`).join(""));
    file("kubeconfig", kubeconfig(`https://127.0.0.1:${api}`, token));
    file("kubelet.kubeconfig", kubeconfig(`https://127.0.0.1:${api}`, kubeletToken));

    const etcdUrl = `http://127.0.0.1:${etcd}`;
    const peerUrl = `http://127.0.0.1:${peer}`;
    this.run("etcd", "etcd", [
      ...["--data-dir", join(this.folder, "etcd"), "--unsafe-no-fsync", "--log-level", "warn"],
      ...["--listen-client-urls", etcdUrl, "--advertise-client-urls", etcdUrl],
      ...["--listen-peer-urls", peerUrl, "--initial-advertise-peer-urls", peerUrl],
      ...["--initial-cluster", `default=${peerUrl}`],
    ]);
    this.apiServerParameters = [
      ...["--etcd-servers", etcdUrl, "--bind-address", this.network ? "0.0.0.0" : "127.0.0.1"],
      ...["--secure-port", String(api), "--kubelet-preferred-address-types", "InternalIP"],
      // Pods never call it here, and an endpoint must not be a loopback address.
      ...["--advertise-address", this.network?.address ?? "127.0.0.1", "--endpoint-reconciler-type", "none"],
      ...["--cert-dir", join(this.folder, "certificates"), "--service-cluster-ip-range", "10.96.0.0/20"],
      ...["--service-account-issuer", "https://kubernetes.default.svc", "--service-account-key-file", key],
      ...["--service-account-signing-key-file", key, "--token-auth-file", tokens, "--authorization-mode", "Node,RBAC"],
      ...(options.mutatingPolicies
        ? ["--feature-gates=MutatingAdmissionPolicy=true", "--runtime-config=admissionregistration.k8s.io/v1beta1=true"]
        : []),
    ];
    await this.startApiServer();
    const client = ["--kubeconfig", this.kubeconfig, "--secure-port", "0", "--leader-elect=false"];
    if (options.controllers) {
      this.run("kube-controller-manager", "kube-controller-manager", [
        ...client,
        ...["--service-account-private-key-file", key, "--use-service-account-credentials"],
        ...["--node-monitor-period", "1s", "--node-monitor-grace-period", "8s"],
      ]);
    }
    if (options.scheduler) this.run("kube-scheduler", "kube-scheduler", client);
    const ready = options.controllers ? ["-n", "default", "serviceaccount", "default"] : ["namespace", "default"];
    await this.until(`${ready.join(" ")} exists`, () => this.tryKubectl(["get", ...ready]).status === 0);
  }

  private run(name: string, program: string, parameters: string[]): void {
    const command = [...(this.network?.enter ?? []), join(binaries(), program), ...parameters];
    this.programs.set(name, new Program(name, command, this.folder));
  }

  private applyNodes(nodes: readonly unknown[]): void {
    const list = JSON.stringify({ apiVersion: "v1", kind: "List", items: nodes });
    this.kubectl(["apply", "--server-side", "--force-conflicts", "-f", "-"], list);
  }

  private async end(name: string): Promise<void> {
    const program = this.programs.get(name);
    this.programs.delete(name);
    await program?.end();
  }

  private tryKubectl(parameters: string[], input?: string) {
    const command = [...(this.network?.enter ?? []), join(binaries(), "kubectl"), "--kubeconfig", this.kubeconfig];
    return spawnSync(command[0]!, [...command.slice(1), ...parameters], {
      encoding: "utf8",
      input,
      maxBuffer: 256 * 1024 * 1024,
      // A hanging kubectl must not block the whole run.
      timeout: timeoutMilliseconds,
      // Below HOME kubectl caches what it has discovered, by the API server's address and port.
      env: { ...process.env, HOME: this.folder },
    });
  }
}

/** The folder with the programs. @throws Error if CONTROL_PLANE_BIN is not set */
export function binaries(): string {
  const folder = process.env["CONTROL_PLANE_BIN"];
  if (!folder)
    throw new Error("CONTROL_PLANE_BIN is not set; guard the test with describeReal(…, { controlPlane: true }, …)");
  return folder;
}

function newKey(): string {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

function kubeconfig(server: string, token: string): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    // The certificate is self-signed, and nothing else listens on this port of the loopback interface.
    clusters: [{ name: "test", cluster: { server, "insecure-skip-tls-verify": true } }],
    users: [{ name: "admin", user: { token } }],
    contexts: [{ name: "test", context: { cluster: "test", user: "admin" } }],
    "current-context": "test",
  });
}

/** Unused ports of the loopback interface. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => new Promise((resolve) => server.once("listening", resolve))));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
