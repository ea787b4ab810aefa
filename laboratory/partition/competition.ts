import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Configuration } from "../../lib/config/schema/configuration";
import { bakerProxyPort, proxyMetricsPort } from "../../lib/config/facts/signer-path";
import type { Laboratory } from "../cluster/laboratory";
import type { Vm } from "../cluster/vm";
import { doubleSignatures } from "../signer-path/evaluation/statistics";
import {
  drillKey,
  keyFiles,
  recordsFile,
  type SignatureRecord,
  signatureRecords,
  signerProgram,
} from "../stand-ins/octez-signer";

const key = drillKey("partitioned baker");

/** Ports of the signers in the laboratory's network. */
const signerPorts: Readonly<Record<string, number>> = { "pi-1": 6732, "pi-2": 6733 };

/** The result of two competing bakers, from the signers' records. */
export interface Competition {
  /** Number of signatures by signer. */
  readonly signed: Readonly<Record<string, number>>;
  /** Number of refused requests. */
  readonly refused: number;
  /** Levels at which two payloads were signed. */
  readonly doubles: readonly string[];
}

/**
 * Two signers with the same key, each with its own high watermark. There are no forwarders in between: each forwarder's
 * Service leads directly to the signer that this forwarder would select.
 */
export class Signers {
  private readonly folder: string;

  constructor(
    private readonly lab: Laboratory,
    private readonly configuration: Configuration,
  ) {
    this.folder = join(lab.folder, "signers");
    const { address, enter } = lab.network;
    for (const [name, port] of Object.entries(signerPorts)) {
      mkdirSync(join(this.folder, name), { recursive: true });
      for (const [file, text] of Object.entries(keyFiles([key]))) writeFileSync(join(this.folder, name, file), text);
      const launch = ["launch", "http", "signer", "--address", address, "--port", String(port)];
      const asInstalled = ["--check-high-watermark", "--magic-bytes", "0x11,0x12,0x13"];
      const options = ["--base-dir", join(this.folder, name), ...launch, ...asInstalled];
      const [program = "", ...rest] = [...enter, signerProgram, ...options];
      const signer = spawn(program, rest, { stdio: "ignore" });
      signer.unref();
      lab.atEnd(() => void signer.kill("SIGKILL"));
    }
    lab.run("laboratory/partition/forwarder-status.ts", [address, String(proxyMetricsPort)]);
  }

  /** Lets a forwarder's Service lead to a signer. */
  route(forwarder: number, signer: string): void {
    const name = `forwarder-${forwarder}`;
    const [baker] = this.configuration.bakers;
    const port = (portName: string, number: number) => ({ name: portName, port: number, protocol: "TCP" });
    this.lab.apply([
      {
        apiVersion: "discovery.k8s.io/v1",
        kind: "EndpointSlice",
        metadata: {
          namespace: this.configuration.name,
          name: `${name}-drill`,
          labels: { "kubernetes.io/service-name": name },
        },
        addressType: "IPv4",
        endpoints: [{ addresses: [this.lab.network.address], conditions: { ready: true } }],
        ports: [port(`baker-${baker!.name}`, signerPorts[signer]!), port("status", proxyMetricsPort)],
      },
    ]);
  }

  /** Requests signatures from a VM's baking pod until the laboratory ends. @returns a function that returns the responses so far */
  startBaker(vm: Vm): () => string[] {
    const [proxy] = vm.processes(/^haproxy /);
    if (proxy === undefined) throw new Error(`no proxy is running on ${vm.name}`);
    const parameters = [`http://127.0.0.1:${bakerProxyPort}`, key.publicKeyHash, vm.name];
    const enter = ["nsenter", `--net=/proc/${proxy}/ns/net`, "--"];
    const child = this.lab.run("laboratory/partition/competing-baker.ts", parameters, enter);
    let output = "";
    child.stdout!.on("data", (data: Buffer) => (output += data.toString()));
    return () => output.split("\n").filter(Boolean);
  }

  /** The signers' records since then (Unix time in seconds). */
  since(start: number): Competition {
    const records = Object.keys(signerPorts).flatMap((name) => this.records(name, start));
    const signed = records.filter(({ outcome }) => outcome === "signed");
    return {
      signed: Object.fromEntries(
        Object.keys(signerPorts).map((name) => [name, signed.filter(({ signer }) => signer === name).length]),
      ),
      refused: records.filter(({ outcome }) => outcome === "refused").length,
      doubles: doubleSignatures(records),
    };
  }

  private records(name: string, start: number): SignatureRecord[] {
    try {
      return signatureRecords(readFileSync(join(this.folder, name, recordsFile), "utf8"), name, start);
    } catch (error) {
      // It has not received a request yet.
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
      throw error;
    }
  }
}
