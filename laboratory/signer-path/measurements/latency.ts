import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bakerProxyPort } from "../../../lib/config/facts/signer-path";
import { octezSignerData } from "../../../raspberry-pi/paths";
import { findProgram } from "../../needs";
import { command } from "../../cluster/commands";
import type { Laboratory } from "../../cluster/laboratory";
import type { Testbed } from "../testbed/testbed";
import { testbedKey } from "../testbed/configuration";
import { invariants, statisticsOf, noneFailed, quantile, requestRecords, withSigners } from "../evaluation/statistics";
import { withPaths } from "../evaluation/request-paths";
import type { Check, DrillRun, Statistics, RequestRecord } from "../records";
import { drillKey, keyFiles } from "../../stand-ins/octez-signer";
import { stateChangesOf } from "../evaluation/state-changes";

/** A plain tunnel that is slower than this, with a signer that takes 30 ms, says that the machine is too busy to measure. */
const quietSeconds = 0.1;
/** What the path may add to a plain tunnel beside it, and to the round trip, seconds. */
const addedSeconds = 0.003;
const rate = 5;
/** Long enough that one late request in a hundred is many. */
const seconds = 300;
/** Of a key of its own: one signer's watermark must not take the two loads for one baker's. */
const plainKey = drillKey("plain tunnel");
const ports = { sshd: 2222, plain: 6732 };

/**
 * What the whole path adds: a load through it, and one through a plain `ssh -R` beside it, in turn, to the same signer
 * over the same uplink.
 */
export async function latency(lab: Laboratory, testbed: Testbed, log: (line: string) => void): Promise<DrillRun> {
  const [pi] = testbed.pis;
  const folder = mkdtempSync(join(tmpdir(), "plain-tunnel-"));
  lab.atEnd(() => rmSync(folder, { recursive: true, force: true }));
  const end = await plainTunnel(lab, testbed, folder);
  const roundTrip = roundTripSeconds(pi!.enterNetwork, pi!.uplinks[0]!.name, lab.network.address);
  log(`latency: ${rate} requests a second on each of the two ways, for ${seconds} s`);

  const start = Date.now() / 1000;
  const load = (address: string, key: string, enter: readonly string[], phase: number) => {
    const timing = ["--rate", String(rate), "--seconds", String(seconds), "--phase", String(phase)];
    const parameters = ["--address", address, "--key", key, ...timing];
    return text(lab.run("laboratory/signer-path/load/load.ts", parameters, enter).stdout!);
  };
  // They have cores of their own elsewhere: here a control plane and three machines' programs would take those of the
  // path. Nothing of the path needs them (drill api-server).
  lab.frozen = true;
  const [whole, plain] = await Promise.all([
    load(`127.0.0.1:${bakerProxyPort}`, testbedKey.publicKey, testbed.bakerNetwork, 0),
    load(`${lab.network.address}:${ports.plain}`, plainKey.publicKey, lab.network.enter, 0.5),
  ]);
  lab.frozen = false;
  end();
  await testbed.untilAllUp(120);
  const signatures = testbed.signatures(start);
  const requests = withPaths(testbed, withSigners(requestRecords(whole, start), signatures), start);
  const statistics = statisticsOf(requests, signatures, 1 / rate);
  return {
    name: "latency",
    title: "what the path adds to a plain ssh -R",
    system: "ours",
    seconds: Date.now() / 1000 - start,
    faults: [],
    requests,
    signatures,
    stateChanges: stateChangesOf(testbed, start),
    statistics,
    checks: [
      ...noneFailed(statistics),
      ...latencyChecks(statistics, requestRecords(plain, start), roundTrip),
      ...invariants(statistics, signatures),
    ],
  };
}

/** @param plain the requests through the plain tunnel */
export function latencyChecks(whole: Statistics, plain: readonly RequestRecord[], roundTrip: number): Check[] {
  const times = plain
    .filter(({ outcome }) => outcome === "signed")
    .map((request) => request.seconds)
    .sort((a, b) => a - b);
  const [p50, p99] = [quantile(times, 0.5), quantile(times, 0.99)];
  const added = whole.p99 - p99;
  return [
    {
      text: "every request through the plain tunnel signed",
      actual: `${times.length} of ${plain.length}`,
      passed: times.length === plain.length && plain.length > 0,
    },
    {
      text: `the plain tunnel's own p99 within ${ms(quietSeconds)}: the machine was quiet enough to measure`,
      actual: ms(p99),
      passed: p99 <= quietSeconds,
    },
    {
      text: `p99 at most ${ms(roundTrip + addedSeconds)} above the plain tunnel's (a round trip and ${ms(addedSeconds)})`,
      actual: `${ms(added)} (p99 ${ms(whole.p99)} and ${ms(p99)}, p50 ${ms(whole.p50)} and ${ms(p50)})`,
      passed: whole.signed > 0 && times.length > 0 && added <= roundTrip + addedSeconds,
    },
  ];
}

const ms = (seconds: number) => `${(seconds * 1000).toFixed(1)} ms`;

/** A plain ssh -R from the first signer, over its first uplink, to an sshd in the laboratory. @returns ends it */
async function plainTunnel(lab: Laboratory, testbed: Testbed, folder: string): Promise<() => void> {
  const [pi] = testbed.pis;
  for (const name of ["host", "client"])
    command(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", join(folder, name)]);
  const settings = [
    ...[`Port ${ports.sshd}`, `ListenAddress ${lab.network.address}`, `HostKey ${folder}/host`],
    ...[`AuthorizedKeysFile ${folder}/client.pub`, "StrictModes no", "UsePAM no", "PidFile none"],
    ...["PermitRootLogin yes", "GatewayPorts clientspecified"],
  ];
  writeFileSync(join(folder, "sshd_config"), `${settings.join("\n")}\n`);
  mkdirSync("/run/sshd", { recursive: true });
  const sshd = spawn(
    lab.network.enter[0]!,
    [...lab.network.enter.slice(1), findProgram("sshd")!, "-D", "-e", "-f", join(folder, "sshd_config")],
    { stdio: "ignore" },
  );

  for (const [name, body] of Object.entries(keyFiles([testbedKey, plainKey])))
    writeFileSync(join(pi!.inMemory(octezSignerData), name), body);
  pi!.run("systemctl", "restart", "octez-signer");
  writeFileSync(join(pi!.disk, "root/plain-tunnel"), readFileSync(join(folder, "client")), { mode: 0o600 });
  const { name } = pi!.uplinks[0]!;
  const options = ["StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "ExitOnForwardFailure=yes"];
  const signer = testbed.configuration.signers[0]!.port;
  const forward = `${lab.network.address}:${ports.plain}:127.0.0.1:${signer}`;
  const argv = [
    ...["ssh", "-N", "-F", "none", "-i", "/root/plain-tunnel", "-p", String(ports.sshd), "-B", name, "-R", forward],
    ...options.flatMap((option) => ["-o", option]),
    `root@${lab.network.address}`,
  ];
  // With its own process ids nsenter would stay before ssh, and be killed in its place.
  const enter = pi!.enter.filter((option) => option !== "--pid");
  const ssh = spawn(enter[0]!, [...enter.slice(1), ...argv], { stdio: "ignore" });
  const end = () => [ssh, sshd].forEach((one) => one.kill("SIGKILL"));
  lab.atEnd(end);
  const url = `http://${lab.network.address}:${ports.plain}/keys/${plainKey.publicKeyHash}`;
  const patience = ["--retry", "30", "--retry-delay", "1", "--retry-all-errors"];
  command([...lab.network.enter, "curl", "--silent", "--fail", "--output", "/dev/null", ...patience, url]);
  // The signer was started anew: its health checks have to see that.
  await pause(15_000);
  await testbed.untilAllUp();
  return end;
}

/** The median of twenty, by ping. */
function roundTripSeconds(enter: readonly string[], uplink: string, address: string): number {
  const said = command([...enter, "ping", "-c", "20", "-i", "0.1", "-I", uplink, address]);
  const times = [...said.matchAll(/time=([\d.]+) ms/g)].map(([, time]) => Number(time) / 1000).sort((a, b) => a - b);
  return quantile(times, 0.5);
}
