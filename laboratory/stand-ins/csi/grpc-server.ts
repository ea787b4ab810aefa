import { mkdirSync, rmSync } from "node:fs";
import { createServer, type Http2Server, type ServerHttp2Stream } from "node:http2";
import { dirname } from "node:path";
import { decode, type Message } from "./protobuf";

/** Answers a call with an encoded message. What it throws is the call's error. */
export type Call = (request: Message) => Buffer | Promise<Buffer>;

/** Codes of https://grpc.io/docs/guides/status-codes/ */
const status = { ok: "0", internal: "13", unimplemented: "12" };

/**
 * Serves unary calls on a Unix socket.
 * https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
 * @param calls by their path, such as /csi.v1.Node/NodeGetInfo
 */
export function serveGrpc(socket: string, calls: Readonly<Record<string, Call>>): Http2Server {
  mkdirSync(dirname(socket), { recursive: true });
  rmSync(socket, { force: true });
  const server = createServer();
  server.on("stream", (stream, headers) => void answer(stream, calls[String(headers[":path"])]));
  server.listen(socket);
  return server;
}

async function answer(stream: ServerHttp2Stream, call: Call | undefined): Promise<void> {
  // The client may go away at any time, and asks again.
  stream.on("error", () => {});
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    if (!call) return end(stream, status.unimplemented, "not implemented by this stand-in");
    // A byte that says whether the message is compressed, and four with its length.
    const message = await call(decode(Buffer.concat(chunks).subarray(5)));
    const prefix = Buffer.alloc(5);
    prefix.writeUInt32BE(message.length, 1);
    end(stream, status.ok, "", Buffer.concat([prefix, message]));
  } catch (error) {
    end(stream, status.internal, (error as Error).message);
  }
}

function end(stream: ServerHttp2Stream, code: string, message: string, body?: Buffer): void {
  if (stream.closed || stream.destroyed) return;
  stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
  stream.once("wantTrailers", () =>
    stream.sendTrailers({ "grpc-status": code, "grpc-message": encodeURIComponent(message) }),
  );
  stream.end(body);
}
