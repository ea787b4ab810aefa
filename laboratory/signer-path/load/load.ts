import { setPriority } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { getPkhfromPk } from "@taquito/utils";
import type { SignerProtocol } from "../../../lib/config/schema/configuration";
import type { RequestRecord } from "../records";
import { signOverHttp } from "./http-client";
import type { Outcome } from "./outcome";
import { firstLevelAt, signingRequests } from "./payloads";
import { signOverTcp } from "./tcp-client";

/** The host and port of a signer, or of a proxy in front of it. */
interface Address {
  readonly host: string;
  readonly port: string;
}

interface LoadKey {
  readonly publicKey: string;
  readonly publicKeyHash: string;
}

type Client = (address: Address, key: LoadKey, payload: string) => Promise<Outcome>;

const clients: Readonly<Record<SignerProtocol, Client>> = {
  http: ({ host, port }, { publicKeyHash }, payload) => signOverHttp(`http://${host}:${port}`, publicKeyHash, payload),
  tcp: ({ host, port }, key, payload) => signOverTcp({ host, port: Number(port) }, key, payload),
};

/**
 * Requests a baker's signatures at a steady rate, and prints a RequestRecord for each, with Unix time as `at`. No
 * request waits for an earlier one, and none is retried. The load stops after --seconds or on SIGTERM, once all pending
 * requests have ended.
 *
 *   --protocol http|tcp   the signer's protocol @default http
 *   --address HOST:PORT   of the signer, or of a proxy in front of it
 *   --key PUBLIC_KEY      a key to sign with; may be repeated
 *   --rate N              requests a second for each key @default 5
 *   --seconds N           @default - until SIGTERM
 *   --phase PART          0 to 1: sends each request at this part of the interval, by the clock, so that two loads with
 *                         different phases don't disturb each other. @default - starts at once
 */
export async function run(parameters: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...parameters],
    options: {
      protocol: { type: "string", default: "http" },
      address: { type: "string" },
      key: { type: "string", multiple: true },
      rate: { type: "string", default: "5" },
      seconds: { type: "string", default: "Infinity" },
      phase: { type: "string" },
    },
  });
  const [host = "", port = ""] = (values.address ?? "").split(":");
  const sign = clients[values.protocol as keyof typeof clients];
  if (!sign) throw new Error(`--protocol must be ${Object.keys(clients).join(" or ")}, not ${values.protocol}`);

  // The load is what measures: on a busy host it must not wait for the programs that it measures.
  if (process.getuid?.() === 0) setPriority(-15);
  const firstLevel = firstLevelAt(Date.now() / 1000);
  const keys = (values.key ?? []).map((publicKey) => {
    const publicKeyHash = getPkhfromPk(publicKey);
    return { publicKey, publicKeyHash, requests: signingRequests(publicKeyHash, firstLevel) };
  });
  const request = async (key: (typeof keys)[number]): Promise<void> => {
    const { chain: _, ...next } = key.requests.next().value;
    const sent = performance.now();
    const { answeredAt = performance.now(), ...outcome } = await sign({ host, port }, key, next.payload);
    const times = { at: (performance.timeOrigin + sent) / 1000, seconds: (answeredAt - sent) / 1000 };
    process.stdout.write(`${JSON.stringify({ ...next, ...times, ...outcome } satisfies RequestRecord)}\n`);
  };

  // Loads and compiles the client's modules, so that the first request is not slow. Nothing listens on this port.
  for (const key of keys) await sign({ host: "127.0.0.1", port: "1" }, key, "00");
  const rate = Number(values.rate);
  if (values.phase !== undefined) await pause(millisecondsUntilPhase(1000 / rate, Number(values.phase)));
  await atSteadyRate(rate, Number(values.seconds), () => keys.map(request));
  return 0;
}

function millisecondsUntilPhase(period: number, phase: number): number {
  const passed = (performance.timeOrigin + performance.now()) % period;
  return (phase * period - passed + period) % period;
}

/**
 * Calls `start` at a steady rate, catching up after delays, and waits for everything that it started. Also stops when
 * the parent process has ended.
 */
async function atSteadyRate(rate: number, seconds: number, start: () => Promise<void>[]): Promise<void> {
  const pending = new Set<Promise<void>>();
  let stopped = false;
  process.once("SIGTERM", () => (stopped = true));
  const begin = performance.now();
  const parent = process.ppid;
  for (let sent = 0; !stopped && process.ppid === parent && sent < seconds * rate; sent++) {
    const due = begin + (sent * 1000) / rate;
    await pause(Math.max(0, due - performance.now()));
    for (const one of start()) {
      pending.add(one);
      void one.finally(() => pending.delete(one));
    }
  }
  await Promise.all(pending);
}
