import { clusterLocation } from "../config/facts/pools";
import type { BakerConfiguration, Configuration } from "../config/schema/configuration";
import { forwarderKind, forwarderNumbers } from "../forwarder/forwarder-names";
import { bakerMetrics, forwarderMetrics, type ProxyMetrics, serverStatus } from "./signer-metrics";

/** A condition that sends an alert. */
export interface Alert {
  /** Unique among the alerts and never changed: it is part of a Terraform address. */
  readonly id: string;
  /** Name of the Prometheus rule: letters only. */
  readonly rule: string;
  /** critical: nothing is signed. warning: redundancy is lost, so the next fault may stop signing. */
  readonly severity: "critical" | "warning";
  readonly title: string;
  /** PromQL. Each series in its result raises an alert. */
  readonly query: string;
  /** How long the condition must last before the alert fires, in seconds: a multiple of evaluationSeconds, or 0. */
  readonly forSeconds: number;
  /** What the alert means and what to do first, as Markdown. */
  readonly documentation: string;
}

/**
 * How often the queries are evaluated, in seconds: the shortest interval of a PromQL condition.
 * https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.alertPolicies#PrometheusQueryLanguageCondition
 */
export const evaluationSeconds = 30;

/** How long a warning's condition must last, in seconds: longer than a reboot or the replacement of a pod takes. */
const warningSeconds = 300;

/**
 * Maximum age of a sample. Cloud Monitoring doesn't write Prometheus' staleness markers, so a plain selector would
 * return the last sample of a dead forwarder for five minutes. With a shorter maximum, replacing a collector would look
 * like a loss too. https://cloud.google.com/stackdriver/docs/managed-prometheus/promql-differences
 */
const maximumSampleAge = "1m";

/** All alerts of a configuration. */
export function alerts(configuration: Configuration): Alert[] {
  return [
    ...configuration.bakers.map((baker) => noSigner(configuration, baker)),
    // The loss of the only signer is already covered by the bakers' own alerts.
    ...(configuration.signers.length > 1 ? [signerDown(configuration)] : []),
    forwarderDown(configuration),
  ];
}

/**
 * No path is left for this baker's requests: none of its signers has a healthy uplink at any forwarder that the baker
 * reaches. A forwarder only counts as unreachable if the baker's proxy reports it; the loss of the baker's pod, and
 * with it of these reports, doesn't raise the alert.
 */
function noSigner(configuration: Configuration, baker: BakerConfiguration): Alert {
  const { name } = configuration;
  const unreachable = `max by (forwarder) (
      ${lastSamples(configuration, bakerMetrics, `baker="${baker.name}"`)}
    ) == 0`;
  const { signers } = baker;
  return {
    id: `no-signer-${baker.name}`,
    rule: "NoSigner",
    severity: "critical",
    title: `${name}: baker ${baker.name} can't reach any signer`,
    // No data counts as 0 as well: silence must not pass for health.
    query: `(
  max(
    ${lastSamples(configuration, forwarderMetrics, `signer=~"${signers.join("|")}"`)}
    unless on (forwarder)
    ${unreachable}
  )
  or vector(0)
) == 0
`,
    forSeconds: 0,
    documentation: `**Baker ${baker.name} can't sign: either none of its signers (${signers.join(", ")}) can be reached, or the forwarders send no metrics.**

Every block and attestation is missed until a signer is back. Don't restart anything: signing resumes within 15 seconds of its return.

1. Is the internet connection at home up? Run \`sudo signer-doctor\` on each Raspberry Pi. It checks every link and prints what is broken and how to fix it.
2. If the Raspberry Pis can't reach a forwarder, check the forwarders' pods: \`${listForwarders(configuration)}\`.
3. Never start a second baker or signer with the same keys as a workaround: that risks double signing.

See also docs/alerts.md.
`,
  };
}

/** One alert for all bakers, so that a signer shared by several sends one. Bakers with one signer have NoSigner too. */
function signerDown(configuration: Configuration): Alert {
  return {
    id: "signer-down",
    rule: "SignerDown",
    severity: "warning",
    title: `${configuration.name}: a signer is down`,
    query: `max by (signer) (
  ${lastSamples(configuration, forwarderMetrics)}
) == 0
`,
    forSeconds: warningSeconds,
    documentation: `**For ${warningSeconds / 60} minutes, no forwarder has reached the signer named in the label \`signer\` over any uplink, or the signer itself has reported that it can't sign.**

Its bakers sign with their other signers. A baker that has no other signer, or whose other signers fail too, signs nothing.

1. Run \`sudo signer-doctor\` on that Raspberry Pi. If you can't reach it, check its power, its cable and the router.
2. If it uses a Ledger: is the Ledger unlocked, with its app open?

See also docs/alerts.md.
`,
  };
}

/** The forwarder sends no metrics, or has no tunnel. One that never sent metrics has no series, so each is listed. */
function forwarderDown(configuration: Configuration): Alert {
  const { name, forwarders } = configuration;
  const each = forwarderNumbers(configuration).map(
    (number) => `  or label_replace(vector(0), "forwarder", "${number}", "", "")\n`,
  );
  return {
    id: "forwarder-down",
    rule: "ForwarderDown",
    severity: "warning",
    title: `${name}: a forwarder is down`,
    query: `(
  max by (forwarder) (
    ${lastSamples(configuration, forwarderMetrics)}
  )
${each.join("")}) == 0
`,
    forSeconds: warningSeconds,
    documentation: `**For ${warningSeconds / 60} minutes, the forwarder numbered in the label \`forwarder\` has sent no metrics, or no Raspberry Pi has had a tunnel to it.**

${forwarders.count > 1 ? "Requests go through the other forwarders." : "It is the only forwarder: nothing is signed."} If an alert that a baker can't reach any signer is open too, deal with that one first.

1. Is its pod, forwarder-N, running and Ready? \`${listForwarders(configuration)}\`
2. If it is, the Raspberry Pis can't connect to it. Run \`sudo signer-doctor\` on one of them: it prints the forwarder, its address and its host key.

See also docs/alerts.md.
`,
  };
}

const listForwarders = ({ name }: Configuration): string =>
  `kubectl --namespace ${name} get pods --selector app.kubernetes.io/name=${forwarderKind} --output wide`;

/** A selector for the latest sample of each series that is not older than maximumSampleAge. */
function lastSamples(configuration: Configuration, { job }: ProxyMetrics, ...more: string[]): string {
  const { name, google } = configuration;
  // The labels that Managed Prometheus adds. A metrics scope can span projects with a deployment of the same name each.
  const target = [
    `project_id="${google.project}"`,
    `location="${clusterLocation(configuration)}"`,
    `cluster="${name}"`,
    `namespace="${name}"`,
    `job="${job}"`,
  ];
  return `last_over_time(${serverStatus}{${[...target, ...more].join(", ")}}[${maximumSampleAge}])`;
}
