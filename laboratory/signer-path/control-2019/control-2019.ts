import { existsSync, readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { command } from "../../cluster/commands";
import type { Laboratory } from "../../cluster/laboratory";
import type { Vm } from "../../cluster/vm";
import { testbedKey } from "../testbed/configuration";
import { statisticsOf, requestRecords, withSigners } from "../evaluation/statistics";
import type { LogLine } from "../testbed/pod-log";
import type { DrillRun, System } from "../records";
import { rate, startLoadFrom } from "../drills/run-drill";
import { signatureRecords } from "../../stand-ins/octez-signer";
import { type Logs, seenAsIn2019, statesOf2019 } from "./evidence";
import { Forwarder2019, forwarderMachine } from "./forwarder";
import { RaspberryPi2019 } from "./raspberry-pi";
import { proxyPort } from "./settings";
import { programVersions } from "../testbed/versions";

type ControlSystem = Exclude<System, "ours">;
const controls: readonly ControlSystem[] = ["2019", "2019-fixed"];

/** Seconds since the first answer. */
const cutAt = 10;
const routeMovesAt = 12;
/** The report's test was back in less than a minute. */
const endAt = 75;
/** Its name in the records. */
const signer = "pi-1";
/** What this project allows itself with a single uplink, in seconds. */
const longestOfOurs = 6;

/**
 * The signer path of 2019, before and after its fix, through the drill that the report is about: the uplink in use is
 * dropped in silence and the other one takes over. Both at the same time, on a machine of the laboratory. It must fail
 * as the report says: a laboratory that can't show that would show nothing.
 */
export async function control2019(lab: Laboratory, log: (line: string) => void): Promise<Control> {
  log("2019: the forwarders' machine boots");
  const machine = await forwarderMachine(lab, log);
  const prepared: Prepared[] = [];
  for (const system of controls) prepared.push(await prepare(lab, machine, system, log));
  log(
    `2019: the uplink in use is cut at ${cutAt} s; until ${endAt} s the other one has time to bring the signers back`,
  );
  const versions = programVersions(lab, machine, prepared[0]!.pi.pi);
  return { versions, runs: await Promise.all(prepared.map((one) => cut(lab, one))) };
}

export interface Control {
  readonly runs: readonly DrillRun[];
  /** Program to version. */
  readonly versions: Readonly<Record<string, string>>;
}

interface Prepared {
  readonly system: ControlSystem;
  readonly forwarder: Forwarder2019;
  readonly pi: RaspberryPi2019;
}

async function prepare(
  lab: Laboratory,
  machine: Vm,
  system: ControlSystem,
  log: (line: string) => void,
): Promise<Prepared> {
  const name = `pi-${system}`;
  const pi = await RaspberryPi2019.start(lab, name, testbedKey, log);
  const { publicKeyHash: signingKey } = testbedKey;
  const fixed = system === "2019-fixed";
  const forwarder = await Forwarder2019.start(lab, machine, {
    name: `forwarder-${system}`,
    fixed,
    publicKey: pi.publicKey,
    signingKey,
  });
  pi.dial(forwarder.address);
  const url = `http://${forwarder.address}:${proxyPort}/keys/${signingKey}`;
  const patience = ["--retry", "60", "--retry-delay", "1", "--retry-all-errors"];
  command([...lab.network.enter, "curl", "--silent", "--fail", "--output", "/dev/null", ...patience, url]);
  return { system, forwarder, pi };
}

async function cut(lab: Laboratory, { system, forwarder, pi }: Prepared): Promise<DrillRun> {
  const load = startLoadFrom(lab, lab.network.enter, {
    address: `${forwarder.address}:${proxyPort}`,
    protocol: "http",
  });
  await load.begun;
  const start = Date.now() / 1000;
  const now = () => Date.now() / 1000 - start;
  const until = (second: number) => pause((second - now()) * 1000);
  await until(cutAt);
  const cutSince = now();
  pi.cutWire();
  await until(routeMovesAt);
  const routeMoved = now();
  pi.moveRoute();

  await until(endAt);
  const requested = requestRecords(await load.end(), start).filter(({ at }) => at >= 0);
  const signatures = existsSync(pi.records) ? signatureRecords(readFileSync(pi.records, "utf8"), signer, start) : [];
  const requests = withSigners(requested, signatures).map((request) => ({ ...request, path: "the only tunnel" }));
  const statistics = statisticsOf(requests, signatures, 1 / rate);
  const since = (lines: readonly LogLine[]) =>
    lines.map((line) => ({ ...line, time: line.time - start })).filter(({ time }) => time >= 0);
  const logs: Logs = {
    sshd: since(forwarder.log("sshd")),
    haproxy: since(forwarder.log("haproxy")),
    autossh: since(pi.log()),
  };
  return {
    name: "1",
    title: "the uplink in use is dropped in silence",
    system,
    seconds: Math.max(...requests.map(({ at, seconds }) => at + seconds)),
    faults: [
      { at: cutSince, text: "the wire drops every packet, in silence" },
      { at: routeMoved, until: routeMoved, text: "the route moves to LTE" },
    ],
    requests,
    signatures,
    stateChanges: statesOf2019(logs),
    statistics,
    checks: seenAsIn2019(logs, requests, statistics, longestOfOurs),
  };
}
