import { mkdtempSync, rmSync } from "node:fs";
import { type ClientHttp2Session, connect, type Http2Server } from "node:http2";
import { connect as connectSocket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serveGrpc } from "../../../../laboratory/stand-ins/csi/grpc-server";
import { decode, field, mapField, mapOf, textOf } from "../../../../laboratory/stand-ins/csi/protobuf";

test("messages survive encoding and decoding", () => {
  const long = "x".repeat(300);
  const message = decode(
    Buffer.concat([field(1, long), field(2, 300), field(20, "é"), mapField(8, { a: "1", b: "" })]),
  );
  expect(textOf(message, 1)).toBe(long);
  expect(textOf(message, 2)).toBe("");
  expect(textOf(message, 20)).toBe("é");
  expect(mapOf(message, 8)).toEqual({ a: "1", b: "" });
});

test("a message is encoded as in the documentation of protocol buffers", () => {
  expect(field(1, 150).toString("hex")).toBe("089601");
  expect(field(2, "testing").toString("hex")).toBe("120774657374696e67");
});

test.each(["08", "0a05aa", "0d00000000"])(
  "a message that is cut off or of another type is an error, or empty: %s",
  (hex) => {
    const bytes = Buffer.from(hex, "hex");
    if (hex === "0a05aa") expect(textOf(decode(bytes), 2)).toBe("");
    else expect(() => decode(bytes)).toThrow();
  },
);

describe("a server", () => {
  let folder: string;
  let server: Http2Server;
  let client: ClientHttp2Session;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "grpc-"));
    const socket = join(folder, "x.sock");
    server = serveGrpc(socket, {
      "/greet": (request) => field(1, `hello ${textOf(request, 1)}`),
      "/fail": () => {
        throw new Error("not found: 50%");
      },
    });
    client = connect("http://localhost", { createConnection: () => connectSocket(socket) });
  });
  afterEach(() => {
    client.destroy();
    server.close();
    rmSync(folder, { recursive: true });
  });

  const call = (path: string, message: Buffer) =>
    new Promise<{ body: Buffer; trailers: Record<string, unknown> }>((resolve, reject) => {
      const stream = client.request({ ":path": path, ":method": "POST", "content-type": "application/grpc" });
      const chunks: Buffer[] = [];
      let trailers = {};
      stream.on("trailers", (headers) => (trailers = headers));
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("error", reject).on("end", () => resolve({ body: Buffer.concat(chunks), trailers }));
      stream.end(Buffer.concat([Buffer.from([0, 0, 0, 0, message.length]), message]));
    });

  test("answers a call", async () => {
    const { body, trailers } = await call("/greet", field(1, "you"));
    expect(body.readUInt32BE(1)).toBe(body.length - 5);
    expect(textOf(decode(body.subarray(5)), 1)).toBe("hello you");
    expect(trailers).toMatchObject({ "grpc-status": "0" });
  });

  test("passes an error on, and refuses an unknown call", async () => {
    expect((await call("/fail", Buffer.alloc(0))).trailers).toMatchObject({
      "grpc-status": "13",
      "grpc-message": "not%20found%3A%2050%25",
    });
    expect((await call("/other", Buffer.alloc(0))).trailers).toMatchObject({ "grpc-status": "12" });
  });
});
