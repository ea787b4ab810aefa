import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { createPrivateKey, sign as nodeSign } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { b58DecodeAndCheckPrefix, b58Encode, PrefixV2, verifySignature } from "@taquito/utils";
import { describeReal } from "../../support/real";
import { signOverHttp } from "../../../laboratory/signer-path/load/http-client";
import { payload } from "../../../laboratory/signer-path/load/payloads";
import {
  authorizedKeysRequest,
  Connection,
  knownKeysRequest,
  publicKeyRequest,
  signOverTcp,
} from "../../../laboratory/signer-path/load/tcp-client";
import {
  drillKey,
  keyFiles,
  modeFile,
  recordsFile,
  signatureRecords,
  signerProgram,
  type SignerMode,
  writeSignerProgram,
} from "../../../laboratory/stand-ins/octez-signer";

const key = drillKey("baker");
const caller = drillKey("caller");
const host = "127.0.0.1";

describeReal("the stand-in for octez-signer", { programs: ["python3"] }, () => {
  let folder: string;
  let port: number;
  const processes: ChildProcess[] = [];
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "stand-in-"));
    for (const [name, text] of Object.entries(keyFiles([key]))) writeFileSync(join(folder, name), text);
    port = await freePort();
  });
  afterEach(async () => {
    await Promise.all(processes.splice(0).map(kill));
    rmSync(folder, { recursive: true });
  });

  async function launch(protocol: "http" | "socket", launchOptions: string[] = [], options: string[] = []) {
    const words = ["launch", protocol, "signer", "--address", host, "--port", String(port), ...launchOptions];
    const signer = spawn(signerProgram, ["--base-dir", folder, ...options, ...words], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    processes.push(signer);
    await new Promise((resolve) => signer.stdout!.once("data", resolve));
    return signer;
  }
  const bytes = (level: number, round = 0, chain = 0) => payload(key.publicKeyHash, chain, "attestation", level, round);
  const post = (data: Buffer, query = "") =>
    fetch(`http://${host}:${port}/keys/${key.publicKeyHash}${query}`, {
      method: "POST",
      body: JSON.stringify(data.toString("hex")),
    });
  const refusal = async (data: Buffer, query = "") => {
    const answer = await post(data, query);
    return { status: answer.status, errors: (await answer.json()) as { id: string; msg: string }[] };
  };
  const mode = (text: SignerMode) => writeFileSync(join(folder, modeFile), text);
  const outcomes = () =>
    signatureRecords(readFileSync(join(folder, recordsFile), "utf8"), "pi-1", 0).map(({ outcome }) => outcome);
  const overHttp = (level: number) =>
    signOverHttp(`http://${host}:${port}`, key.publicKeyHash, bytes(level).toString("hex"));
  const overTcp = (level: number) => signOverTcp({ host, port }, key, bytes(level).toString("hex"));

  test("is also a single file, which can be installed as octez-signer", () => {
    const file = join(folder, "octez-signer");
    writeSignerProgram(file);
    expect(execFileSync(file, ["--version"], { encoding: "utf8" })).toContain("25.1");
    expect(readdirSync(dirname(signerProgram))).not.toContain("__pycache__");
  });

  test("produces signatures that taquito verifies, and keeps its watermark when it is killed", async () => {
    const options = ["--check-high-watermark", "--magic-bytes", "0x11,0x12,0x13"];
    const signer = await launch("http", options);
    expect(await overHttp(5)).toMatchObject({ outcome: "signed" });
    const first = (await (await post(bytes(6, 1))).json()) as { signature: string };
    await kill(signer);
    await launch("http", options);

    expect(await (await post(bytes(6, 1))).json()).toEqual(first);
    const other = bytes(6, 1);
    other[20] = ~other[20]!;
    const refused = (msg: string) => ({
      status: 500,
      errors: [{ kind: "temporary", id: "failure", msg: `attestation ${msg}` }],
    });
    expect(await refusal(other)).toEqual(refused("level 6 and round 1 already signed with different data"));
    expect(await refusal(bytes(6, 0))).toEqual(refused("level 6 and round 0 not above high watermark (6,1)"));
    expect(await refusal(bytes(5, 9))).toEqual(refused("level 5 below high watermark 6"));
    expect((await post(bytes(5, 0, 1))).status).toBe(200);
    expect((await post(payload(key.publicKeyHash, 0, "block", 5, 0))).status).toBe(200);
    expect((await post(bytes(6, 2))).status).toBe(200);
    expect((await refusal(Buffer.of(3, 1, 2))).errors[0]!.msg).toBe("magic byte 0x03 not allowed");

    const records = signatureRecords(readFileSync(join(folder, recordsFile), "utf8"), "pi-1", 0);
    expect(records.map(({ level, round, outcome }) => `${level} ${round} ${outcome}`)).toEqual([
      ...["5 0 signed", "6 1 signed", "6 1 signed", "6 1 refused", "6 0 refused", "5 9 refused"],
      ...["5 0 signed", "5 0 signed", "6 2 signed"],
    ]);
    expect(records[7]).toMatchObject({ key: key.publicKeyHash, kind: "block" });
    expect(Math.abs(records[0]!.at - Date.now() / 1000)).toBeLessThan(60);
  });

  test("requires authentication if it is configured", async () => {
    writeFileSync(join(folder, "authorized_keys"), JSON.stringify([{ name: "caller", value: caller.publicKey }]));
    await launch("http", [], ["--require-authentication"]);
    const authorized = await (await fetch(`http://${host}:${port}/authorized_keys`)).json();
    expect(authorized).toEqual({ authorized_keys: [caller.publicKeyHash] });
    expect((await refusal(bytes(1))).errors[0]!.msg).toBe("missing authentication signature field");
    const proof = (data: Buffer) => `?authentication=${proofOf(data)}`;
    expect((await refusal(bytes(1), proof(bytes(2)))).errors[0]!.msg).toBe("invalid authentication signature");
    const { signature } = (await (await post(bytes(1), proof(bytes(1)))).json()) as { signature: string };
    expect(verifySignature(bytes(1).toString("hex"), key.publicKey, signature)).toBe(true);
  });

  test("speaks Octez's protocol over a socket, many requests on one connection", async () => {
    await launch("socket", ["--check-high-watermark", "--allow-list-known-keys"]);
    expect(await overTcp(5)).toMatchObject({ outcome: "signed" });
    expect(await overTcp(4)).toEqual({ outcome: "refused", error: "attestation level 4 below high watermark 5" });
    const connection = new Connection({ host, port });
    const hash = `00${Buffer.from(b58DecodeAndCheckPrefix(key.publicKeyHash)[0]).toString("hex")}`;
    const publicBytes = `00${Buffer.from(b58DecodeAndCheckPrefix(key.publicKey)[0]).toString("hex")}`;
    const asked = [authorizedKeysRequest(), knownKeysRequest(), publicKeyRequest(key.publicKeyHash)];
    const answers: string[] = [];
    for (const message of asked) answers.push((await connection.ask(message)).value.toString("hex"));
    connection.end();
    expect(answers).toEqual(["00", `00000015${hash}`, publicBytes]);
  });

  test.each([
    ["http", overHttp],
    ["socket", overTcp],
  ] as const)("misbehaves as its mode says, over %s", async (protocol, ask) => {
    await launch(protocol, ["--check-high-watermark"]);
    const answers: Record<string, string> = {};
    let level = 1;
    for (const text of [
      "ok",
      "refuse500",
      "refuse409",
      "close",
      "truncate",
      "garbage",
      "slow 300",
      "drip 2",
    ] as const) {
      mode(text);
      const begin = performance.now();
      const { outcome } = await ask(level++);
      const seconds = (performance.now() - begin) / 1000;
      answers[text] = outcome;
      if (text === "slow 300") expect(seconds).toBeGreaterThan(0.3);
      if (text === "drip 2") expect(seconds).toBeGreaterThan(0.13);
    }
    expect(answers).toEqual({
      ...{ ok: "signed", refuse500: "refused", refuse409: "refused", close: "failed" },
      // Over TCP an answer has no headers.
      truncate: protocol === "http" ? "truncated" : "failed",
      ...{ garbage: "failed", "slow 300": "signed", "drip 2": "signed" },
    });
    expect(outcomes()).toEqual([
      ...["signed", "refused", "refused", "unanswered", "unanswered", "unanswered", "signed", "signed"],
    ]);

    mode("hang");
    const hanging = ask(level++);
    const begin = performance.now();
    await Promise.race([hanging, pause(400)]);
    expect(performance.now() - begin).toBeGreaterThan(390);
    if (protocol === "http") {
      expect((await fetch(`http://${host}:${port}/keys/${key.publicKeyHash}`)).status).toBe(200);
    }
    mode("ok");
    expect((await hanging).outcome).toBe("failed");
    expect((await ask(level)).outcome).toBe("signed");
    expect(outcomes().slice(-2)).toEqual(["unanswered", "signed"]);
  });

  test("refuses a command line that octez-signer would refuse", async () => {
    const signer = spawn(signerProgram, ["launch", "http", "signer", "--check-watermark"], { stdio: "ignore" });
    expect(await new Promise((resolve) => signer.on("exit", resolve))).not.toBe(0);
  });
});

/** The caller's signature of a request, as Octez defines it: 4, the kind of request, the key and the payload. */
function proofOf(data: Buffer): string {
  const { blake2b } = require("@noble/hashes/blake2b") as typeof import("@noble/hashes/blake2b");
  const hash = Buffer.from(b58DecodeAndCheckPrefix(key.publicKeyHash)[0]);
  const message = Buffer.concat([Buffer.of(4, 1, 0), hash, data]);
  const seed = Buffer.from(b58DecodeAndCheckPrefix(caller.secretKey)[0]);
  const der = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), seed]);
  const privateKey = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  return b58Encode(nodeSign(null, blake2b(message, { dkLen: 32 }), privateKey), PrefixV2.GenericSignature);
}

async function kill(process: ChildProcess): Promise<void> {
  if (process.exitCode !== null || process.signalCode !== null) return;
  const ended = new Promise((resolve) => process.once("exit", resolve));
  process.kill("SIGKILL");
  await ended;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, host, () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
