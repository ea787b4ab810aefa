import { spawnSync } from "node:child_process";
import { get } from "node:http";
import { setTimeout as pause } from "node:timers/promises";

/** A Service of type LoadBalancer with externalTrafficPolicy: Local. */
export interface Balanced {
  /** The external one. */
  readonly address: string;
  /** The port on which each VM's kube-proxy reports whether the VM has a ready pod of the Service. */
  readonly healthCheckNodePort: number;
}

const checkSeconds = 2;

/**
 * Acts as Google's load balancers in the laboratory's network: routes each external address, without changing packets,
 * to a VM with a ready pod of the Service. If no VM has one, the route stays as it is. Ends when its standard input
 * ends.
 * https://cloud.google.com/kubernetes-engine/docs/concepts/service-load-balancer
 * @param args [Balanced[], addresses of the VMs], each as JSON
 */
export async function run(args: string[]): Promise<number> {
  const [balanced, vms] = args.map((arg) => JSON.parse(arg)) as [Balanced[], string[]];
  const chosen = new Map<string, string>();
  const check = async () => {
    for (const { address, healthCheckNodePort } of balanced) {
      const answers = await Promise.all(vms.map((vm) => isHealthy(vm, healthCheckNodePort)));
      const healthy = vms.filter((_, index) => answers[index]);
      if (healthy.length === 0 || healthy.includes(chosen.get(address)!)) continue;
      spawnSync("ip", ["route", "replace", address, "via", healthy[0]!]);
      chosen.set(address, healthy[0]!);
    }
  };
  const ended = new Promise((resolve) => process.stdin.resume().once("close", resolve)).then(() => true);
  do await check();
  while (!(await Promise.race([ended, pause(checkSeconds * 1000, false)])));
  return 0;
}

function isHealthy(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get({ host, port, path: "/healthz", timeout: 1000, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on("timeout", () => request.destroy()).on("error", () => resolve(false));
  });
}
