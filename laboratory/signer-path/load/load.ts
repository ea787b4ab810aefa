import { setPriority } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { getPkhfromPk } from "@taquito/utils";
import type { SignerProtocol } from "../../../lib/config/schema/configuration";
import type { RequestRecord } from "../records";
import type { Answer } from "./answer";
import { signOverHttp } from "./http-client";
import { firstLevelAt, slots } from "./payloads";
import { signOverTcp } from "./tcp-client";

type Sign = (host: string, port: string, key: Omit<LoadKey, "slots">, payload: string) => Promise<Answer>;

const signOver: Record<SignerProtocol, Sign> = {
  http: (host, port, key, payload) => signOverHttp(`http://${host}:${port}`, key.publicKeyHash, payload),
  tcp: (host, port, key, payload) => signOverTcp({ host, port: Number(port) }, key, payload),
};

/**
 * Has a baker's signatures made at a steady rate, and prints a RequestRecord for each request, with Unix time as `at`.
 * A request never waits for the one before it, and none is sent twice. It ends after its time, or on SIGTERM; either way
 * when the requests under way have ended.
 *
 *   --protocol http|tcp   what the signer speaks @default http
 *   --address HOST:PORT   where the signer is, or what stands before it
 *   --key PUBLIC_KEY      one for each key that signs
 *   --rate N              requests a second for each key @default 5
 *   --seconds N           @default until SIGTERM
 *   --phase PART          of the time between two requests, 0 to 1: each is sent so long after a multiple of it, by the
 *                         clock. Two loads with different ones do not get into each other's way. @default whenever
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
  const sign = signOver[values.protocol as SignerProtocol];

  // It statistics: on a busy machine it must not wait for what it statistics.
  if (process.getuid?.() === 0) setPriority(-15);
  const firstLevel = firstLevelAt(Date.now() / 1000);
  const keys = (values.key ?? []).map((publicKey): LoadKey => {
    const publicKeyHash = getPkhfromPk(publicKey);
    return { publicKey, publicKeyHash, slots: slots(publicKeyHash, firstLevel) };
  });
  const request = async (key: LoadKey): Promise<void> => {
    const { chain: _, ...slot } = key.slots.next().value;
    const sent = performance.now();
    const { at = performance.now(), ...answer } = await sign(host, port, key, slot.payload);
    const times = { at: (performance.timeOrigin + sent) / 1000, seconds: (at - sent) / 1000 };
    process.stdout.write(`${JSON.stringify({ ...slot, ...times, ...answer } satisfies RequestRecord)}\n`);
  };

  // The first request is to find the modules loaded and compiled: otherwise it would look slow. Nobody listens there.
  for (const key of keys) await sign("127.0.0.1", "1", key, "00");
  const rate = Number(values.rate);
  if (values.phase !== undefined) await pause(millisecondsUntilPhase(1000 / rate, Number(values.phase)));
  await steadily(rate, Number(values.seconds), () => keys.map(request));
  return 0;
}

function millisecondsUntilPhase(period: number, phase: number): number {
  const passed = (performance.timeOrigin + performance.now()) % period;
  return (phase * period - passed + period) % period;
}

interface LoadKey {
  readonly publicKey: string;
  readonly publicKeyHash: string;
  readonly slots: ReturnType<typeof slots>;
}

/**
 * Starts something at a steady rate, and waits for all of it. Where this process was late, it makes up for it. It stops
 * too when whoever has started it is gone.
 */
async function steadily(rate: number, seconds: number, start: () => Promise<void>[]): Promise<void> {
  const underWay = new Set<Promise<void>>();
  let stopped = false;
  process.once("SIGTERM", () => (stopped = true));
  const begin = performance.now();
  const parent = process.ppid;
  for (let sent = 0; !stopped && process.ppid === parent && sent < seconds * rate; sent++) {
    const due = begin + (sent * 1000) / rate;
    await pause(Math.max(0, due - performance.now()));
    for (const one of start()) {
      underWay.add(one);
      void one.finally(() => underWay.delete(one));
    }
  }
  await Promise.all(underWay);
}
