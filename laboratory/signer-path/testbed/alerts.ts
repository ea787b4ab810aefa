import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { clusterLocation } from "../../../lib/config/facts/pools";
import type { Configuration } from "../../../lib/config/schema/configuration";
import { evaluationSeconds } from "../../../lib/monitoring/alerts";
import { podTargets, ruleFile, scrapeConfigs } from "../../stand-ins/managed-prometheus";
import { type Firing, Prometheus } from "../../stand-ins/prometheus";
import { synthesise } from "../../synthesis";
import type { Laboratory } from "../../cluster/laboratory";
import type { Check } from "../records";

/**
 * The alerts of a testbed. A real Prometheus replaces Google's collectors and Cloud Monitoring: it scrapes the pods as
 * the cluster's PodMonitoring objects specify, and evaluates the alerting policies' queries at their interval. It finds
 * the pods when a drill starts, and does not follow a pod that is replaced during the drill.
 */
export class TestbedAlerts {
  /** Starts Prometheus, and waits until it has scraped every proxy. */
  static async start(lab: Laboratory, configuration: Configuration): Promise<TestbedAlerts> {
    const { name, google, signers, forwarders } = configuration;
    const { items } = lab.controlPlane.get(["-n", name, "podmonitorings"]);
    const where = { project_id: google.project, location: clusterLocation(configuration), cluster: name };
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

  /** Unix times, in seconds. */
  private quietSince = 0;
  private faultAt = 0;

  private constructor(
    private readonly lab: Laboratory,
    private readonly prometheus: Prometheus,
    private readonly namespace: string,
    /** The file from which Prometheus reads its targets. */
    private readonly targets: string,
  ) {}

  /** Waits until no alert fires, and for one more evaluation. */
  async untilQuiet(): Promise<void> {
    this.findPods();
    await this.prometheus.until('absent(ALERTS{alertstate="firing"})', 90);
    this.quietSince = Date.now() / 1000;
    await pause((evaluationSeconds + 2) * 1000);
  }

  private findPods(): void {
    const { items } = this.lab.controlPlane.get(["-n", this.namespace, "pods"]);
    // Atomically: Prometheus may read it at any time.
    writeFileSync(`${this.targets}.new`, JSON.stringify(podTargets(items)));
    renameSync(`${this.targets}.new`, this.targets);
  }

  /** Marks the current time as that of the fault. */
  markFault(): void {
    this.faultAt = Date.now() / 1000;
  }

  /** Checks that an alert fired soon enough after the fault, and that none fired before it. */
  firedWithin(rule: string, seconds: number): Check[] {
    const { quietSince, faultAt } = this;
    return firedWithin(this.prometheus.firings(), { quietSince, faultAt }, rule, seconds);
  }
}

/** Checks that an alert fired soon enough after the fault, and that none fired while there was no fault. */
export function firedWithin(
  firings: readonly Firing[],
  { quietSince, faultAt }: { readonly quietSince: number; readonly faultAt: number },
  rule: string,
  seconds: number,
): Check[] {
  const early = firings.filter(({ since, until }) => until > quietSince && since < faultAt);
  const first = firings.find((firing) => firing.rule === rule && firing.since >= faultAt);
  const after = first ? first.since - faultAt : Infinity;
  return [
    {
      text: `the alert ${rule} fires within ${seconds} s`,
      actual: first ? `${after.toFixed(1)} s` : "never",
      passed: after <= seconds,
    },
    {
      text: "no alert fires before the fault",
      actual: early.length === 0 ? "none" : early.map((firing) => firing.rule).join(", "),
      passed: early.length === 0,
    },
  ];
}
