import http from "node:http";
import { RemoteSigner } from "@taquito/remote-signer";
import type { Answer } from "./answer";

/** Statuses with which signers refuse: octez-signer 500 (and 404 for a key that it lacks), signatory 403, 404 and 409. */
const refusals = [403, 404, 409, 500];

// octez-baker opens a connection for each request (`call` in its cohttp-lwt/src/client.ml); node would keep them.
http.globalAgent = new http.Agent({ keepAlive: false });

/**
 * Has bytes signed by taquito's client, which also fetches the public key and verifies the signature with it.
 * @param url of the signer, as a wallet's locator has it, without the key
 */
export async function signOverHttp(url: string, key: string, payload: string): Promise<Answer> {
  const signer = new TimedSigner(key, url);
  try {
    await signer.sign(payload);
    return { outcome: "signed", at: signer.answeredAt };
  } catch (error) {
    const { status, statusText } = error as { status?: number; statusText?: string };
    // The signature was there, but not the key, or not the right one.
    const verifying = signer.answeredAt === undefined ? "" : "verifying: ";
    if (status === undefined) {
      const brokeOff = !verifying && (error as Error).message.startsWith("Invalid response body");
      const outcome = brokeOff ? "broken" : "failed";
      return { outcome, error: verifying + reasonOf(error), at: signer.answeredAt };
    }
    const outcome = !verifying && refusals.includes(status) ? "refused" : "failed";
    return { outcome, error: `${verifying}${status} ${statusText}`, at: signer.answeredAt };
  }
}

class TimedSigner extends RemoteSigner {
  /** When the signature was there, as performance.now(). */
  answeredAt?: number;

  /** taquito asks for it as soon as it has the signature. */
  override publicKey(): Promise<string> {
    this.answeredAt ??= performance.now();
    return super.publicKey();
  }
}

function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  const told = cause instanceof Error ? cause.message : message;
  return told.replace(/^.*, reason: |^Invalid response body .*: /, "");
}
