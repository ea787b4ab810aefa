import { connect, type Socket } from "node:net";
import { b58DecodePublicKeyHash, b58Encode, PrefixV2, verifySignature } from "@taquito/utils";
import type { Outcome } from "./outcome";

/**
 * The requests of Octez' protocol over TCP; each message is preceded by its length in two bytes:
 * https://gitlab.com/tezos/tezos/-/blob/octez-v25.1/src/lib_signer_services/signer_messages.ml
 */
const tags = { sign: 0, publicKey: 1, authorizedKeys: 2, knownKeys: 6 };
/** As long as Taquito's HTTP client waits for an answer. */
const timeoutMilliseconds = 30_000;

export interface TcpSigner {
  readonly host: string;
  readonly port: number;
}

/**
 * Requests a signature as Octez' own client does: on one connection, it first asks which callers are authorised. The
 * signature is verified.
 */
export async function signOverTcp(
  signer: TcpSigner,
  key: { readonly publicKey: string; readonly publicKeyHash: string },
  payload: string,
): Promise<Outcome> {
  const connection = new Connection(signer);
  try {
    const authorized = await connection.ask(authorizedKeysRequest());
    if (authorized.error !== undefined) return { outcome: "refused", error: authorized.error };
    const { value, error } = await connection.ask(signRequest(key.publicKeyHash, payload));
    if (error !== undefined) return { outcome: "refused", error };
    const answeredAt = performance.now();
    const signature = value.length === 64 ? b58Encode(value, PrefixV2.Ed25519Signature) : undefined;
    const valid = signature !== undefined && verifySignature(payload, key.publicKey, signature);
    return valid ? { outcome: "signed", answeredAt } : { outcome: "failed", error: "no valid signature", answeredAt };
  } catch (error) {
    return { outcome: "failed", error: (error as Error).message };
  } finally {
    connection.end();
  }
}

/** The request for the public key with this hash. */
export const publicKeyRequest = (publicKeyHash: string): Buffer =>
  Buffer.concat([Buffer.of(tags.publicKey), hashBytes(publicKeyHash)]);

/** The request for the hashes of all keys. */
export const knownKeysRequest = (): Buffer => Buffer.of(tags.knownKeys);
/** The request for the keys with which callers may authenticate; the answer is empty if they need not. */
export const authorizedKeysRequest = (): Buffer => Buffer.of(tags.authorizedKeys);

function signRequest(publicKeyHash: string, payload: string): Buffer {
  const bytes = Buffer.from(payload, "hex");
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  // The optional authentication signature would follow; if there is none, nothing marks its absence.
  return Buffer.concat([Buffer.of(tags.sign), hashBytes(publicKeyHash), length, bytes]);
}

/** One byte for the curve, then the hash. */
const hashBytes = (publicKeyHash: string): Buffer => Buffer.from(b58DecodePublicKeyHash(publicKeyHash, "array"));

/** A signer's answer: the requested value, or an error. */
export interface TcpAnswer {
  readonly value: Buffer;
  readonly error?: string;
}

/** A connection to a signer that speaks Octez' protocol over TCP. */
export class Connection {
  private readonly socket: Socket;
  private received = Buffer.alloc(0);
  private wake: () => void = () => {};
  private ended?: string;

  constructor({ host, port }: TcpSigner) {
    this.socket = connect({ host, port, noDelay: true });
    this.socket.setTimeout(timeoutMilliseconds, () => this.socket.destroy(new Error("no answer in 30 s")));
    this.socket.on("data", (data) => {
      this.received = Buffer.concat([this.received, data]);
      this.wake();
    });
    this.socket.on("error", ({ message }) => (this.ended = message));
    this.socket.on("close", () => {
      this.ended ??= "closed without an answer";
      this.wake();
    });
  }

  /** Sends a message and waits for its answer. @throws Error if the connection ends first */
  async ask(message: Buffer): Promise<TcpAnswer> {
    const length = Buffer.alloc(2);
    length.writeUInt16BE(message.length);
    this.socket.write(Buffer.concat([length, message]));
    const size = (await this.exactly(2)).readUInt16BE();
    const answer = await this.exactly(size);
    if (answer[0] === 0) return { value: answer.subarray(1) };
    if (answer[0] === 1) return { value: Buffer.alloc(0), error: errorText(answer) };
    throw new Error(`unexpected status ${answer[0]} in the signer's answer`);
  }

  end(): void {
    this.socket.destroy();
  }

  private async exactly(size: number): Promise<Buffer> {
    while (this.received.length < size) {
      if (this.ended !== undefined) throw new Error(this.ended);
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
    const part = this.received.subarray(0, size);
    this.received = this.received.subarray(size);
    return part;
  }
}

/** The `msg` string of the first error of a trace, which is encoded as BSON documents. */
function errorText(answer: Buffer): string {
  const name = answer.indexOf("\x02msg\0");
  if (name < 0) return "refused";
  const size = answer.readInt32LE(name + 5);
  return answer.subarray(name + 9, name + 8 + size).toString();
}
