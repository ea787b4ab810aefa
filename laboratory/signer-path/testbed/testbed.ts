import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { bakerProxyPort } from "../../../lib/config/facts/signer-path";
import type { Configuration } from "../../../lib/config/schema/configuration";
import { octezSignerData } from "../../../raspberry-pi/paths";
import { command } from "../../cluster/commands";
import type { Laboratory } from "../../cluster/laboratory";
import { RaspberryPi } from "../../home/raspberry-pi";
import {
  modeFile,
  recordsFile,
  type SignatureRecord,
  signatureRecords,
  type SignerMode,
} from "../../stand-ins/octez-signer";
import { type RunningLoad, startLoad } from "../load/start-load";
import type { RequestRecord } from "../records";
import { TestbedAlerts } from "./alerts";
import { Cloud } from "./cloud";
import { testbedConfiguration, testbedKey, type TestbedVariant } from "./configuration";
import { installBundle, installSigner, sshPublicKey } from "./install";
import { installLedgerStandIn } from "./ledger";
import { pathsDown } from "./paths-down";
import { programVersions } from "./versions";

/**
 * A complete signer path as a user deploys it: the stack `baker` on a cluster in two zones, and Raspberry Pis with
 * their bundles. Only Octez and Google's services (load balancers, disks, Secret Manager, monitoring) are stand-ins.
 */
export class Testbed {
  /** Deploys a testbed; returns once every path is up. @param log is called with each line of progress */
  static async start(lab: Laboratory, variant: TestbedVariant, log: (line: string) => void): Promise<Testbed> {
    const pis: RaspberryPi[] = [];
    // One after the other: the first one builds their image.
    for (const name of variant.signers)
      pis.push(await RaspberryPi.start(lab, name, variant.uplinks, log, [octezSignerData]));
    const testbed = new Testbed(lab, variant, pis);
    await testbed.deploy(log);
    return testbed;
  }

  readonly cloud: Cloud;
  /** The configuration that is deployed. */
  configuration!: Configuration;
  private watching?: TestbedAlerts;

  private constructor(
    readonly lab: Laboratory,
    readonly variant: TestbedVariant,
    /** In the signers' order. */
    readonly pis: readonly RaspberryPi[],
  ) {
    this.cloud = new Cloud(lab);
  }

  /** The Raspberry Pi of a signer. @throws Error if there is no signer of that name */
  pi(signer: string): RaspberryPi {
    const pi = this.pis.find((one) => one.name === signer);
    if (!pi) throw new Error(`the testbed has no signer ${signer}`);
    return pi;
  }

  /** Changes how a signer's stand-in behaves. */
  setMode(signer: string, mode: SignerMode): void {
    const file = join(this.pi(signer).memoryPath(octezSignerData), modeFile);
    // Atomically: the stand-in may read it at any time.
    writeFileSync(`${file}.new`, mode);
    command(["mv", `${file}.new`, file]);
  }

  /** What the signers have done, from their own records. @param since Unix time, in seconds */
  signatures(since: number): SignatureRecord[] {
    return this.pis.flatMap((pi) => {
      const file = join(pi.memoryPath(octezSignerData), recordsFile);
      return existsSync(file) ? signatureRecords(readFileSync(file, "utf8"), pi.name, since) : [];
    });
  }

  /** Starts a baker's requests at a steady rate, from the baking pod. @param onRequest is called with each of them */
  startLoad(onRequest?: (record: RequestRecord) => void): RunningLoad {
    return startLoad(this.lab, {
      address: `127.0.0.1:${bakerProxyPort}`,
      publicKey: testbedKey.publicKey,
      protocol: this.variant.protocol,
      enter: this.cloud.bakerNetwork,
      onRequest,
    });
  }

  /** Rolls out another configuration to the cluster. The Raspberry Pis keep theirs. */
  async apply(configuration: Configuration): Promise<void> {
    this.configuration = configuration;
    await this.cloud.apply(configuration);
  }

  /** The versions of the programs that take part. */
  versions(): Record<string, string> {
    return programVersions(this.lab, this.cloud.forwarders[0]!.vm, this.pis[0]!);
  }

  /** Starts to evaluate the alerts, as Cloud Monitoring would, and waits until none fires. */
  async watchAlerts(): Promise<void> {
    this.watching ??= await TestbedAlerts.start(this.lab, this.configuration);
    await this.watching.untilQuiet();
  }

  /** @throws Error before watchAlerts() */
  get alerts(): TestbedAlerts {
    if (!this.watching) throw new Error("watchAlerts() was not called");
    return this.watching;
  }

  /** The paths that a proxy currently considers down: "forwarder-1 pi-1 wwan0", "baker forwarder-2". */
  pathsDown(): string[] {
    return pathsDown(this.lab, this);
  }

  /** Waits until every proxy considers every path up. @throws Error that names the paths that are still down */
  async untilAllUp(seconds = 90): Promise<void> {
    let down: string[] = [];
    const end = Date.now() + seconds * 1000;
    do {
      await pause(500);
      down = this.pathsDown();
    } while (down.length > 0 && Date.now() < end);
    if (down.length === 0) return;
    const queries = [
      ["pods", "--output=wide"],
      ["persistentvolumeclaims"],
      ["events", "--field-selector=type=Warning"],
    ];
    const tables = queries.map((query) => this.lab.kubectl("-n", this.cloud.namespace, "get", ...query).stdout);
    throw new Error(`still down after ${seconds} s: ${down.join(", ")}\n${tables.join("")}`);
  }

  /** In the order of README.md's steps. */
  private async deploy(log: (line: string) => void): Promise<void> {
    const { variant, pis, cloud } = this;
    for (const pi of pis) installLedgerStandIn(pi);
    log("the Raspberry Pis generate their keys");
    const initial = testbedConfiguration(variant, { sshPublicKeys: {} });
    const sshPublicKeys = Object.fromEntries(pis.map((pi) => [pi.name, sshPublicKey(installBundle(pi, initial))]));
    const forwarders = cloud.deployedForwarders(initial);
    this.configuration = testbedConfiguration(variant, { sshPublicKeys, forwarders });
    await cloud.deploy(this.configuration, log);

    log("the Raspberry Pis' tunnels are installed");
    for (const [index, pi] of pis.entries()) installSigner(pi, this.configuration, this.configuration.signers[index]!);
    await this.untilAllUp(120);
  }
}
