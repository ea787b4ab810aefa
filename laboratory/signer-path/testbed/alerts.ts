import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Configuration } from "../../../lib/config/schema/configuration";
import { evaluationSeconds } from "../../../lib/monitoring/alerts";
import { podTargets, ruleFile, scrapeConfigs } from "../../stand-ins/managed-prometheus";
import { type Firing, Prometheus } from "../../stand-ins/prometheus";
import { synthesise } from "../../synthesis";
import type { Laboratory } from "../../cluster/laboratory";
import type { Check } from "../records";

/**
 * Who would be told of what on a testbed. The real Prometheus stands in for Google's collectors and for Cloud Monitoring: it
 * asks the pods as the PodMonitoring objects in the cluster say, and evaluates the policies' own queries as often as they
 * say. A pod that is replaced while a drill goes on is only found by the next one.
 */
export class TestbedAlerts {
  static async start(lab: Laboratory, configuration: Configuration): Promise<TestbedAlerts> {
    const { name, google, signers, forwarders } = configuration;
    const { items } = lab.controlPlane.get(["-n", name, "podmonitorings"]);
    const where = { project_id: google.project, location: google.region, cluster: name };
    const targets = join(lab.folder, "prometheus-targets.json");
    const discovery = { file_sd_configs: [{ files: [targets] }] };
    const prometheus = new Prometheus({
      scrapeConfigs: scrapeConfigs(items, where, discovery),
      rules: ruleFile(synthesise(configuration).platform),
      address: "127.0.0.1",
      enter: lab.network.enter,
    });
    lab.atEnd(() => prometheus.end());
    const alerts = new TestbedAlerts(lab, prometheus, name, targets);
    alerts.findPods();
    const uplinks = forwarders.count * signers.flatMap((signer) => signer.uplinks).length;
    await prometheus.until(`count(haproxy_server_status{job="signer-forwarders"}) == ${uplinks}`);
    await prometheus.until(`count(haproxy_server_status{job="baking-nodes"}) == ${forwarders.count}`);
    return alerts;
  }

  /** Unix time, seconds. */
  calmSince = 0;
  brokenAt = 0;

  private constructor(
    private readonly lab: Laboratory,
    private readonly prometheus: Prometheus,
    private readonly namespace: string,
    /** The file that tells Prometheus of the pods. */
    private readonly targets: string,
  ) {}

  /** Waits until nobody is told of anything, and for an evaluation more. */
  async untilCalm(): Promise<void> {
    this.findPods();
    await this.prometheus.until('absent(ALERTS{alertstate="firing"})', 90);
    this.calmSince = Date.now() / 1000;
    await pause((evaluationSeconds + 2) * 1000);
  }

  private findPods(): void {
    const { items } = this.lab.controlPlane.get(["-n", this.namespace, "pods"]);
    // In one step: Prometheus reads it at any moment.
    writeFileSync(`${this.targets}.new`, JSON.stringify(podTargets(items)));
    renameSync(`${this.targets}.new`, this.targets);
  }

  /** To be called at the fault. */
  broken(): void {
    this.brokenAt = Date.now() / 1000;
  }

  /** What must hold of an alert that the fault is for. */
  firedWithin(rule: string, seconds: number): Check[] {
    return firedWithin(this.prometheus.firings(), this, rule, seconds);
  }
}

/** How long after the fault an alert began to fire, and whether there was any before it, while all was well. */
export function firedWithin(
  firings: readonly Firing[],
  { calmSince, brokenAt }: { readonly calmSince: number; readonly brokenAt: number },
  rule: string,
  seconds: number,
): Check[] {
  const early = firings.filter(({ since, until }) => until > calmSince && since < brokenAt);
  const first = firings.find((firing) => firing.rule === rule && firing.since >= brokenAt);
  const after = first ? first.since - brokenAt : Infinity;
  return [
    {
      text: `the alert ${rule} within ${seconds} s`,
      actual: first ? `${after.toFixed(1)} s` : "never",
      passed: after <= seconds,
    },
    {
      text: "no alert while all is well",
      actual: early.length === 0 ? "none" : early.map((firing) => firing.rule).join(", "),
      passed: early.length === 0,
    },
  ];
}
