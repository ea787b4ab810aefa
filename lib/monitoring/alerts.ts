import type { BakerConfiguration, Configuration } from "../config/schema/configuration";
import { bakerMetrics, forwarderMetrics, type ProxyMetrics, serverStatus } from "./signer-metrics";

/** A state that somebody is to be told of. */
export interface Alert {
  /** Unique among them, and stays: it is a part of a Terraform address. */
  readonly id: string;
  /** Name of the rule: letters only. */
  readonly rule: string;
  /** critical: nothing is signed. warning: the next fault may be the one that nothing is left for. */
  readonly severity: "critical" | "warning";
  readonly title: string;
  /** PromQL. Each series of its result is one that alerts. */
  readonly query: string;
  /** How long that must last, in seconds: a multiple of evaluationSeconds, or 0. */
  readonly forSeconds: number;
  /** What it means and what to do first, as Markdown. */
  readonly documentation: string;
}

/** How often the queries are evaluated: as often as Google offers. */
export const evaluationSeconds = 30;

/** How long a warning's state must last. Shorter ones are what a reboot or a replaced pod costs. */
const warningSeconds = 300;

/**
 * How old a sample may be. Cloud Monitoring knows no staleness markers: a plain selector would take the last word of a
 * forwarder that is gone for five minutes. Shorter than this, a collector that is replaced would count as such a loss.
 */
const oldestSample = "1m";

/** All alerts of a configuration. */
export function alerts(configuration: Configuration): Alert[] {
  return [
    ...configuration.bakers.map((baker) => noSigner(configuration, baker)),
    // The only one is what the bakers' own alerts are of.
    ...(configuration.signers.length > 1 ? [signerAway(configuration)] : []),
    forwarderAway(configuration),
  ];
}

/**
 * Nothing carries this baker's requests: no uplink of its signers is up at any forwarder that it reaches. It does not
 * count as out of reach merely because its pod, and what that could say, is not there.
 */
function noSigner(configuration: Configuration, baker: BakerConfiguration): Alert {
  const { name } = configuration;
  const outOfReach = `max by (forwarder) (
      ${lastSamples(configuration, bakerMetrics, `baker="${baker.name}"`)}
    ) == 0`;
  const { signers } = baker;
  return {
    id: `no-signer-${baker.name}`,
    rule: "NoSigner",
    severity: "critical",
    title: `${name}: baker ${baker.name} reaches no signer`,
    // Without any sample it is a 0 as well: who hears nothing must not believe that all is well.
    query: `(
  max(
    ${lastSamples(configuration, forwarderMetrics, `signer=~"${signers.join("|")}"`)}
    unless on (forwarder)
    ${outOfReach}
  )
  or vector(0)
) == 0
`,
    forSeconds: 0,
    documentation: `**Baker ${baker.name} can't sign: none of its signers (${signers.join(", ")}) can be reached, or nothing is heard of the forwarders.**

Every block and attestation is missed until one is back. Nothing has to be restarted: signing goes on within 15 seconds.

1. Is the house's internet up? On each Raspberry Pi run \`sudo signer-doctor\`: it says link by link what is broken and what to do.
2. If they reach no forwarder: \`kubectl --namespace ${name} get pods --selector app.kubernetes.io/name=signer-forwarder --output wide\`.
3. Never start a second baker or signer with the same keys to get over it.

More in docs/alerts.md.
`,
  };
}

/** One for all bakers: who shares a signer is told of it once. Those that have no other one have an alert of their own. */
function signerAway(configuration: Configuration): Alert {
  return {
    id: "signer-away",
    rule: "SignerAway",
    severity: "warning",
    title: `${configuration.name}: a signer is away`,
    query: `max by (signer) (
  ${lastSamples(configuration, forwarderMetrics)}
) == 0
`,
    forSeconds: warningSeconds,
    documentation: `**For ${warningSeconds / 60} minutes no forwarder has reached the signer that the label \`signer\` names, on any of its uplinks; or it says itself that it can't sign.**

Its bakers sign with their other signers. Where there is none, or that one fails too, nothing is signed.

1. On that Raspberry Pi run \`sudo signer-doctor\`. If it can't be reached: power, cable, router.
2. With a Ledger: is it unlocked, with its app open?

More in docs/alerts.md.
`,
  };
}

/** It says nothing, or no tunnel stands on it. A forwarder that has never said anything has no series: each is named. */
function forwarderAway(configuration: Configuration): Alert {
  const { name, forwarders } = configuration;
  const each = Array.from(
    { length: forwarders.count },
    (_, index) => `  or label_replace(vector(0), "forwarder", "${index + 1}", "", "")\n`,
  );
  return {
    id: "forwarder-away",
    rule: "ForwarderAway",
    severity: "warning",
    title: `${name}: a forwarder is away`,
    query: `(
  max by (forwarder) (
    ${lastSamples(configuration, forwarderMetrics)}
  )
${each.join("")}) == 0
`,
    forSeconds: warningSeconds,
    documentation: `**For ${warningSeconds / 60} minutes nothing was heard of the forwarder whose number the label \`forwarder\` has, or no tunnel of any Raspberry Pi stands on it.**

Requests take ${forwarders.count > 1 ? "the other forwarders" : "no other way: there is no other forwarder"}. While no signer can be reached at all, look at that alert first.

1. \`kubectl --namespace ${name} get pods --selector app.kubernetes.io/name=signer-forwarder --output wide\`: is forwarder-N there, and Ready?
2. If it is, the Raspberry Pis don't get to it: \`sudo signer-doctor\` on one of them names the forwarder, its address and its host key.

More in docs/alerts.md.
`,
  };
}

/** The newest sample of each series that is not too old. */
function lastSamples({ name, google }: Configuration, { job }: ProxyMetrics, ...more: string[]): string {
  // As managed Prometheus labels what it collects. One console can show several projects, each with a farm of that name.
  const target = [
    `project_id="${google.project}"`,
    `location="${google.region}"`,
    `cluster="${name}"`,
    `namespace="${name}"`,
    `job="${job}"`,
  ];
  return `last_over_time(${serverStatus}{${[...target, ...more].join(", ")}}[${oldestSample}])`;
}
