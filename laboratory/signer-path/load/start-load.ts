import type { Laboratory } from "../../cluster/laboratory";
import type { SignerProtocol } from "../../../lib/config/schema/configuration";
import type { RequestRecord } from "../records";

/** The load's rate, for each key. */
export const requestsPerSecond = 5;

export interface LoadProps {
  /** HOST:PORT of the signer, or of a proxy in front of it. */
  readonly address: string;
  readonly publicKey: string;
  /** @default "http" */
  readonly protocol?: SignerProtocol;
  /** Command prefix that enters the network from which the requests come. @default - the laboratory's network */
  readonly enter?: readonly string[];
  /** Called with each request once it has ended. @default - none */
  readonly onRequest?: (record: RequestRecord) => void;
}

/** A load that runs until it is stopped. */
export interface RunningLoad {
  /** Resolves after the first request. @throws Error if the load ends before */
  readonly started: Promise<void>;
  /** Stops the load and waits for pending requests. @returns its output: a RequestRecord on each line */
  readonly stop: () => Promise<string>;
}

/** Starts load.ts, a baker's requests at a steady rate. */
export function startLoad(lab: Laboratory, props: LoadProps): RunningLoad {
  const { address, publicKey, protocol = "http", enter = lab.network.enter, onRequest = () => {} } = props;
  const parameters = [
    ...["--address", address, "--protocol", protocol, "--key", publicKey],
    ...["--rate", String(requestsPerSecond)],
  ];
  const child = lab.run("laboratory/signer-path/load/load.ts", parameters, enter);
  const closed = new Promise((resolve) => child.once("close", resolve));
  let output = "";
  let incomplete = "";
  const started = new Promise<void>((resolve, reject) => {
    child.once("exit", (status) => reject(new Error(`the load ended with ${status}`)));
    child.stdout!.on("data", (data: Buffer) => {
      output += data.toString();
      const lines = (incomplete + data.toString()).split("\n");
      incomplete = lines.pop()!;
      lines.filter(Boolean).forEach((line) => onRequest(JSON.parse(line) as RequestRecord));
      resolve();
    });
  });
  return {
    started,
    stop: async () => {
      // The laboratory's programs don't keep this process alive.
      child.ref();
      child.kill("SIGTERM");
      await closed;
      return output;
    },
  };
}
