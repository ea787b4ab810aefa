import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { bakerProxyPort } from "../../lib/config/facts/signer-path";
import { octezSignerData } from "../../raspberry-pi/paths";
import type { Laboratory } from "../cluster/laboratory";
import type { RaspberryPi } from "../home/raspberry-pi";
import { type RunningLoad, startLoad } from "../signer-path/load/start-load";
import { type SignatureRecord, recordsFile, signatureRecords } from "../stand-ins/octez-signer";
import type { Gke } from "./gke";

/**
 * The stand-in for a baker that signs: octez-baker's own bakes nothing. Once the baking pod runs, it asks for signatures
 * at the pod's proxy, from inside the pod.
 */
export class FirstSignature {
  private readonly since = Date.now() / 1000;
  private load?: RunningLoad;
  private found?: SignatureRecord;

  constructor(
    private readonly lab: Laboratory,
    private readonly gke: Gke,
    private readonly pi: RaspberryPi,
    private readonly publicKey: string,
  ) {}

  /** Starts to ask for signatures as soon as that is possible. @returns whether there is a signature */
  readonly poll = (): boolean => {
    if (this.found) return true;
    this.load ??= this.start();
    const file = join(this.pi.memoryPath(octezSignerData), recordsFile);
    const records = existsSync(file) ? signatureRecords(readFileSync(file, "utf8"), this.pi.name, this.since) : [];
    this.found = records.find(({ outcome }) => outcome === "signed");
    if (this.found) void this.load?.stop();
    return this.found !== undefined;
  };

  /** When the Raspberry Pi signed, in seconds since the rehearsal's start; undefined if it has not yet. */
  get seconds(): number | undefined {
    return this.found?.at;
  }

  private start(): RunningLoad | undefined {
    const [vm] = this.gke.vms.get("baking") ?? [];
    const [proxy] = vm?.processes(/^haproxy /) ?? [];
    if (proxy === undefined) return undefined;
    return startLoad(this.lab, {
      address: `127.0.0.1:${bakerProxyPort}`,
      publicKey: this.publicKey,
      enter: ["nsenter", `--net=/proc/${proxy}/ns/net`, "--"],
    });
  }
}
