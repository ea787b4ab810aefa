import { existsSync, readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { command } from "../../cluster/commands";
import type { Laboratory } from "../../cluster/laboratory";
import type { Vm } from "../../cluster/vm";
import { signatureRecords } from "../../stand-ins/octez-signer";
import { requestRecords, statisticsOf, withSigners } from "../evaluation/statistics";
import { requestsPerSecond, startLoad } from "../load/start-load";
import type { DrillRun, System } from "../records";
import { testbedKey } from "../testbed/configuration";
import type { LogLine } from "../testbed/pod-log";
import { programVersions } from "../testbed/versions";
import { checks2019, type Logs, stateChanges2019 } from "./evidence";
import { Forwarder2019, forwarderVm } from "./forwarder";
import { RaspberryPi2019 } from "./raspberry-pi";
import { proxyPort } from "./settings";

type ControlSystem = Exclude<System, "ours">;
const hasFix: Readonly<Record<ControlSystem, boolean>> = { "2019": false, "2019-fixed": true };

/** In seconds since the first answer. */
const cutAt = 10;
const routeMovesAt = 12;
/** In the report's test, the signers were back in less than a minute. */
const endAt = 75;
/** As the records name it. */
const signer = "pi-1";
/** The longest gap that this project allows with a single uplink (drill 2), in seconds. */
const ownLongestGapSeconds = 6;

/** The runs of both configurations. */
export interface Control {
  readonly runs: readonly DrillRun[];
  /** By program. */
  readonly versions: Readonly<Record<string, string>>;
}

/**
 * The control run: the signer path of 2019, without and with its fix, has to cope with the incident itself. The active
 * uplink silently drops all packets, then the other one takes over. It must fail as in the report; if it did not,
 * passed drills would prove nothing.
 * @param log is called with each line of progress
 */
export async function control2019(lab: Laboratory, log: (line: string) => void): Promise<Control> {
  log("2019: the forwarders' VM boots");
  const vm = await forwarderVm(lab, log);
  const prepared: Prepared[] = [];
  for (const system of Object.keys(hasFix) as ControlSystem[]) prepared.push(await prepare(lab, vm, system, log));
  log(
    `2019: the active uplink is cut at ${cutAt} s; the signers have until ${endAt} s to come back over the other one`,
  );
  const versions = programVersions(lab, vm, prepared[0]!.pi.pi);
  return { versions, runs: await Promise.all(prepared.map((one) => cut(lab, one))) };
}

interface Prepared {
  readonly system: ControlSystem;
  readonly forwarder: Forwarder2019;
  readonly pi: RaspberryPi2019;
}

async function prepare(lab: Laboratory, vm: Vm, system: ControlSystem, log: (line: string) => void): Promise<Prepared> {
  const pi = await RaspberryPi2019.start(lab, `pi-${system}`, testbedKey, log);
  const { publicKeyHash: signingKey } = testbedKey;
  const forwarder = await Forwarder2019.start(lab, vm, {
    name: `forwarder-${system}`,
    fixed: hasFix[system],
    publicKey: pi.publicKey,
    signingKey,
  });
  pi.dial(forwarder.address);
  const url = `http://${forwarder.address}:${proxyPort}/keys/${signingKey}`;
  const retries = ["--retry", "60", "--retry-delay", "1", "--retry-all-errors"];
  command([...lab.network.enter, "curl", "--silent", "--fail", "--output", "/dev/null", ...retries, url]);
  return { system, forwarder, pi };
}

async function cut(lab: Laboratory, { system, forwarder, pi }: Prepared): Promise<DrillRun> {
  const load = startLoad(lab, { address: `${forwarder.address}:${proxyPort}`, publicKey: testbedKey.publicKey });
  await load.started;
  const start = Date.now() / 1000;
  const now = () => Date.now() / 1000 - start;
  const until = (second: number) => pause((second - now()) * 1000);
  await until(cutAt);
  const wasCutAt = now();
  pi.cutWiredUplink();
  await until(routeMovesAt);
  const routeMovedAt = now();
  pi.moveRoute();

  await until(endAt);
  const sent = requestRecords(await load.stop(), start).filter(({ at }) => at >= 0);
  const signatures = existsSync(pi.records) ? signatureRecords(readFileSync(pi.records, "utf8"), signer, start) : [];
  const requests = withSigners(sent, signatures).map((request) => ({ ...request, path: "the only tunnel" }));
  const statistics = statisticsOf(requests, signatures, 1 / requestsPerSecond);
  const ofRun = (lines: readonly LogLine[]) =>
    lines.map((line) => ({ ...line, time: line.time - start })).filter(({ time }) => time >= 0);
  const logs: Logs = {
    sshd: ofRun(forwarder.log("sshd")),
    haproxy: ofRun(forwarder.log("haproxy")),
    autossh: ofRun(pi.log()),
  };
  return {
    name: "1",
    title: "The active uplink silently drops all packets",
    system,
    seconds: Math.max(...requests.map(({ at, seconds }) => at + seconds)),
    faults: [
      { at: wasCutAt, text: "the wired uplink drops all packets" },
      { at: routeMovedAt, until: routeMovedAt, text: "the default route moves to LTE" },
    ],
    requests,
    signatures,
    stateChanges: stateChanges2019(logs),
    statistics,
    checks: checks2019(logs, requests, statistics, ownLongestGapSeconds),
  };
}
