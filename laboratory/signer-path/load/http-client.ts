import http from "node:http";
import { RemoteSigner } from "@taquito/remote-signer";
import type { Outcome } from "./outcome";

/**
 * Statuses with which signers refuse: octez-signer 500, and 404 for a key that it does not have; Signatory 403, 404 and
 * 409 (https://github.com/ecadlabs/signatory/blob/main/pkg/signatory/signatory.go).
 */
const refusals = [403, 404, 409, 500];

// Like octez-baker, which opens a connection for each request: its HTTP client uses no connection cache by default,
// https://github.com/mirage/ocaml-cohttp/blob/0013ad6f908148acc34afb94638afed0ed7084a0/cohttp-lwt/src/client.ml
http.globalAgent = new http.Agent({ keepAlive: false });

/**
 * Requests a signature with Taquito's client, which also fetches the public key and verifies the signature.
 * @param url of the signer, without the key
 */
export async function signOverHttp(url: string, key: string, payload: string): Promise<Outcome> {
  const signer = new TimedSigner(key, url);
  try {
    await signer.sign(payload);
    return { outcome: "signed", answeredAt: signer.answeredAt };
  } catch (error) {
    const { answeredAt } = signer;
    const { status, statusText } = error as { status?: number; statusText?: string };
    // The signature arrived, but the public key did not, or does not match.
    const verifying = answeredAt === undefined ? "" : "verifying: ";
    if (status === undefined) {
      const isTruncated = !verifying && (error as Error).message.startsWith("Invalid response body");
      return { outcome: isTruncated ? "truncated" : "failed", error: verifying + reasonOf(error), answeredAt };
    }
    const outcome = !verifying && refusals.includes(status) ? "refused" : "failed";
    return { outcome, error: `${verifying}${status} ${statusText}`, answeredAt };
  }
}

/** Records when the signature arrives. */
class TimedSigner extends RemoteSigner {
  /** As performance.now(). */
  answeredAt?: number;

  /** Taquito asks for the public key as soon as it has the signature. */
  override publicKey(): Promise<string> {
    this.answeredAt ??= performance.now();
    return super.publicKey();
  }
}

function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  const reason = cause instanceof Error ? cause.message : message;
  return reason.replace(/^.*, reason: |^Invalid response body .*: /, "");
}
