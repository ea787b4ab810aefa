import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer as createTcpServer, type AddressInfo, type Server as TcpServer, type Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import { describeReal } from "../support/real";
import { packageRoot } from "../../lib/package-root";

const key = "tz1gg5bjopPcr9agjamyu9BbXKLibNc2rbAq";
const otherKey = "tz1VSUr8wwNhLAzempoch5d6hLRiTh8Cjcjb";

const script = join(packageRoot, "raspberry-pi/files/usr/local/lib/tezos-signer/signer-health");

describeReal("signer-health", { programs: ["python3"], linux: true }, () => {
  const stops: (() => unknown)[] = [];
  const sockets = new Set<Socket>();
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  });

  /**
   * A stand-in for octez-signer that holds `key`. It answers a POST whose body is "hang" only after `answerHanging()`.
   * Like octez-signer, it keeps a connection open until it has answered, even if the caller has disconnected.
   */
  async function startStandIn(host: string) {
    let gets = 0;
    let answerHanging = () => {};
    const hanging = new Promise<void>((resolve) => (answerHanging = resolve));
    const server = createTcpServer({ allowHalfOpen: true }, (socket) => {
      sockets.add(socket);
      socket.on("error", () => socket.destroy());
      const answer = (status: string) =>
        socket.end(`HTTP/1.1 ${status}\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}`);
      let request = "";
      socket.on("data", (data: Buffer) => {
        request += data.toString();
        if (request.startsWith("GET")) {
          gets++;
          answer(request.startsWith(`GET /keys/${key} `) ? "200 OK" : "404 Not Found");
        } else if (request.endsWith("sign")) answer("200 OK");
        else if (request.endsWith("hang")) void hanging.then(() => answer("200 OK"));
      });
    });
    const port = await listening(server, host);
    return { port, gets: () => gets, answerHanging };
  }

  async function listening(server: TcpServer, host: string): Promise<number> {
    server.on("connection", (socket: Socket) => sockets.add(socket));
    server.listen(0, host);
    await once(server, "listening");
    stops.push(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    return (server.address() as AddressInfo).port;
  }

  async function freePort(): Promise<number> {
    const server = createTcpServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }

  async function startHealth(settings: Record<string, string>) {
    const port = await freePort();
    const child: ChildProcess = spawn(script, {
      env: {
        PATH: process.env["PATH"],
        HEALTH_PORT: String(port),
        SIGNER_PROTOCOL: "http",
        KEY_HASHES: key,
        DEVICE: "none",
        DATA_FOLDER: "",
        STUCK_SECONDS: "1",
        ...settings,
      },
      stdio: ["ignore", "ignore", "inherit"],
    });
    const ended = once(child, "exit");
    stops.push(async () => {
      child.kill("SIGKILL");
      await ended;
    });
    const ask = async (path = "/health") => {
      const response = await fetch(`http://127.0.0.1:${port}${path}`);
      return { status: response.status, ...((await response.json()) as { healthy: boolean; reason?: string }) };
    };
    for (let tries = 0; ; tries++) {
      try {
        await ask("/none");
        return { ask };
      } catch (error) {
        if (tries > 100) throw error;
        await pause(50);
      }
    }
  }

  /** Until the result of the last check has expired. */
  const cacheMilliseconds = 1000;

  // octez-signer listens on the second address.
  test.each(["127.0.0.1", "::ffff:127.0.0.1"])(
    "a signer on %s that answers is healthy, and is queried once a second",
    async (host) => {
      const standIn = await startStandIn(host);
      const { ask } = await startHealth({ SIGNER_PORT: String(standIn.port), KEY_HASHES: `${key} ${otherKey}` });
      expect(await ask()).toEqual({ status: 200, healthy: true });
      const gets = standIn.gets();
      for (let i = 0; i < 5; i++) await ask();
      expect(standIn.gets()).toBe(gets);
      expect(await ask(`/keys/${key}`)).toMatchObject({ status: 200 });
      expect(await ask(`/keys/${otherKey}`)).toEqual({
        status: 503,
        healthy: false,
        reason: `the signer does not hold ${otherKey}`,
      });
      expect(await ask("/keys/tz1unknown")).toMatchObject({ status: 404 });
    },
  );

  test("a signer that holds none of the keys can't sign", async () => {
    const { port } = await startStandIn("127.0.0.1");
    const { ask } = await startHealth({ SIGNER_PORT: String(port), KEY_HASHES: otherKey });
    expect(await ask()).toMatchObject({ status: 503, reason: "the signer holds none of its bakers' keys" });
  });

  test.each(["127.0.0.1", "::ffff:127.0.0.1"])(
    "an unanswered request on %s makes it unhealthy, until it is answered",
    async (host) => {
      const { port, answerHanging } = await startStandIn(host);
      const { ask } = await startHealth({ SIGNER_PORT: String(port) });
      // Requests that are answered at once don't count.
      for (let i = 0; i < 10; i++)
        await fetch(`http://127.0.0.1:${port}/keys/${key}`, { method: "POST", body: "sign" });
      expect(await ask()).toMatchObject({ status: 200 });
      const aborted = AbortSignal.timeout(500);
      await expect(
        fetch(`http://127.0.0.1:${port}/keys/${key}`, { method: "POST", body: "hang", signal: aborted }),
      ).rejects.toThrow();
      await pause(cacheMilliseconds);
      // The caller has disconnected, as HAProxy does after its time-out; the signer still hangs.
      expect(await ask()).toMatchObject({
        status: 503,
        reason: "the signer has left a request unanswered for more than 1 s",
      });
      answerHanging();
      await pause(cacheMilliseconds);
      expect(await ask()).toMatchObject({ status: 200 });
    },
  );

  test("a signer that is not running, and one that accepts connections but never answers", async () => {
    const { ask } = await startHealth({ SIGNER_PORT: String(await freePort()) });
    expect(await ask()).toMatchObject({ status: 503, reason: expect.stringContaining("does not answer") as string });
    const silent = await startHealth({
      SIGNER_PORT: String(
        await listening(
          createTcpServer(() => {}),
          "127.0.0.1",
        ),
      ),
    });
    const started = Date.now();
    expect(await silent.ask()).toMatchObject({ status: 503, reason: expect.stringContaining("timed out") as string });
    // The forwarder's health check times out after a second.
    expect(Date.now() - started).toBeLessThan(900);
  });

  test("a tcp signer has to accept connections", async () => {
    const port = await listening(
      createTcpServer((socket) => socket.resume()),
      "127.0.0.1",
    );
    const { ask } = await startHealth({ SIGNER_PROTOCOL: "tcp", SIGNER_PORT: String(port) });
    expect(await ask()).toMatchObject({ status: 200 });
    expect(await ask(`/keys/${key}`)).toMatchObject({ status: 200 });
    const { ask: askStopped } = await startHealth({ SIGNER_PROTOCOL: "tcp", SIGNER_PORT: String(await freePort()) });
    expect(await askStopped()).toMatchObject({ status: 503 });
  });

  test("a Ledger that is not connected", async () => {
    const { port } = await startStandIn("127.0.0.1");
    const { ask } = await startHealth({ SIGNER_PORT: String(port), DEVICE: "ledger" });
    expect(await ask()).toMatchObject({ status: 503, reason: "no Ledger is connected" });
  });

  test("a data folder that is full or does not exist", async () => {
    const { port } = await startStandIn("127.0.0.1");
    // /proc has no free space.
    const full = await startHealth({ SIGNER_PORT: String(port), DATA_FOLDER: "/proc" });
    expect(await full.ask()).toMatchObject({ status: 503, reason: expect.stringContaining("is full") as string });
    const missing = await startHealth({ SIGNER_PORT: String(port), DATA_FOLDER: join(packageRoot, "missing folder") });
    expect(await missing.ask()).toMatchObject({
      status: 503,
      reason: expect.stringContaining("can't be accessed") as string,
    });
  });
});
