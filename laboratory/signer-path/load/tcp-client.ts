import { connect, type Socket } from "node:net";
import { b58DecodePublicKeyHash, b58Encode, PrefixV2, verifySignature } from "@taquito/utils";
import type { Answer } from "./answer";

/** Messages of Octez's protocol (src/lib_signer_services/signer_messages.ml), each with its length in two bytes before it. */
const tags = { sign: 0, publicKey: 1, authorizedKeys: 2, knownKeys: 6 };
/** A signer that gives no answer at all is given up, as taquito's client does it. */
const giveUpMilliseconds = 30_000;

export interface TcpSigner {
  readonly host: string;
  readonly port: number;
}

/**
 * Has bytes signed as Octez's own client does: one connection, on which it first asks whose proof the signer wants.
 * The signature is verified.
 */
export async function signOverTcp(
  signer: TcpSigner,
  key: { readonly publicKey: string; readonly publicKeyHash: string },
  payload: string,
): Promise<Answer> {
  const connection = new Connection(signer);
  try {
    const authorized = await connection.ask(authorizedKeysRequest());
    if (authorized.error !== undefined) return { outcome: "refused", error: authorized.error };
    const { value, error } = await connection.ask(signRequest(key.publicKeyHash, payload));
    if (error !== undefined) return { outcome: "refused", error };
    const at = performance.now();
    const signature = value.length === 64 ? b58Encode(value, PrefixV2.Ed25519Signature) : undefined;
    const valid = signature !== undefined && verifySignature(payload, key.publicKey, signature);
    return valid ? { outcome: "signed", at } : { outcome: "failed", error: "no valid signature", at };
  } catch (error) {
    return { outcome: "failed", error: (error as Error).message };
  } finally {
    connection.end();
  }
}

/** Asks a tcp signer for a key's public half. */
export const publicKeyRequest = (publicKeyHash: string): Buffer =>
  Buffer.concat([Buffer.of(tags.publicKey), hashBytes(publicKeyHash)]);

export const knownKeysRequest = (): Buffer => Buffer.of(tags.knownKeys);
export const authorizedKeysRequest = (): Buffer => Buffer.of(tags.authorizedKeys);

function signRequest(publicKeyHash: string, payload: string): Buffer {
  const bytes = Buffer.from(payload, "hex");
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  // A proof that the caller is authorised would follow; without one there is nothing, also no mark of absence.
  return Buffer.concat([Buffer.of(tags.sign), hashBytes(publicKeyHash), length, bytes]);
}

/** A byte for the curve, and the hash. */
const hashBytes = (publicKeyHash: string): Buffer => Buffer.from(b58DecodePublicKeyHash(publicKeyHash, "array"));

/** A signer's answer: what was asked for, or why not. */
export interface TcpAnswer {
  readonly value: Buffer;
  readonly error?: string;
}

export class Connection {
  private readonly socket: Socket;
  private received = Buffer.alloc(0);
  private wake: () => void = () => {};
  private ended?: string;

  constructor({ host, port }: TcpSigner) {
    this.socket = connect({ host, port, noDelay: true });
    this.socket.setTimeout(giveUpMilliseconds, () => this.socket.destroy(new Error("no answer in 30 s")));
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

  /** @throws Error where the connection ends before the answer does */
  async ask(message: Buffer): Promise<TcpAnswer> {
    const length = Buffer.alloc(2);
    length.writeUInt16BE(message.length);
    this.socket.write(Buffer.concat([length, message]));
    const size = (await this.exactly(2)).readUInt16BE();
    const answer = await this.exactly(size);
    if (answer[0] === 0) return { value: answer.subarray(1) };
    if (answer[0] === 1) return { value: Buffer.alloc(0), error: errorText(answer) };
    throw new Error("an answer that is not the protocol's");
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

/** The message of the first error of a trace: BSON documents, of which this takes the one string that is named msg. */
function errorText(answer: Buffer): string {
  const name = answer.indexOf("\x02msg\0");
  if (name < 0) return "refused";
  const size = answer.readInt32LE(name + 5);
  return answer.subarray(name + 9, name + 8 + size).toString();
}
