import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { scriptCases, bootScripts, serveScriptCases } from "../../laboratory/kill/script-cases";
import { prepareDisk } from "../../laboratory/kill/disk";
import { BadServer } from "../../laboratory/stand-ins/bad-server";

import { describeReal } from "../support/real";
import { ScriptSandbox, shellPrograms } from "../../laboratory/kill/script-sandbox";
import { standInSnapshot } from "../../laboratory/stand-ins/snapshot";
import { packageRoot } from "../../lib/package-root";

const file = join(packageRoot, "docs/boot.md");
const document = () => readFileSync(file, "utf8");

describeReal("the logs in docs/boot.md", { programs: shellPrograms }, () => {
  test("match what the scripts log", async () => {
    const logs = await makeLogs();
    if (process.env["UPDATE_GOLDEN"] === "1") {
      const text = Object.entries(logs).reduce((old, [name, log]) => withLog(old, name, log), document());
      return writeFileSync(file, text);
    }
    for (const [name, log] of Object.entries(logs)) expect(comparable(logOf(document(), name))).toBe(comparable(log));
  });
});

test("every error and warning of the scripts is explained", () => {
  const folder = join(packageRoot, "lib/tezos/scripts");
  const scripts = readdirSync(folder).filter((name) => name.endsWith(".sh"));
  const messages = scripts.flatMap((name) => [
    ...readFileSync(join(folder, name), "utf8").matchAll(/(?:\b(?:fail|reject) "|log "(?=WARNING))([^"]*)/g),
  ]);
  expect(messages.length).toBeGreaterThan(30);
  const text = document();
  // Without the values that the shell inserts: the first longer part in between must be in the document.
  const parts = messages.map(([, message]) => {
    const fixed = message!.split(/\$\(.*|\$\{[^}]*\}|\$\w+|\$@/).map((part) => part.trim());
    return fixed.find((part) => part.length >= 12) ?? fixed.find((part) => part !== "") ?? "";
  });
  expect(parts.filter((part) => !text.includes(part))).toEqual([]);
});

/** The logs of a pod's first start, of its second, and of one after an interrupted download. */
async function makeLogs(): Promise<Record<string, string>> {
  const box = new ScriptSandbox();
  const server = await BadServer.start();
  try {
    serveScriptCases(server);
    const empty = scriptCases.find(({ name }) => name === "whole boot: empty disk")!;
    prepareDisk(box, empty);
    const environment = { ...empty.environment(box, server), PROGRESS_SECONDS: "1" };
    const body = standInSnapshot({}, 30_000_000);
    const whole = { body, etag: '"1"', pauseMilliseconds: 4 };
    const boot = async () =>
      (await box.start(bootScripts, environment).ended).output
        .replaceAll(box.data, "/data")
        .replaceAll(server.url("/rolling"), "https://snapshots.tzinit.org/mainnet/rolling")
        .replaceAll(server.url("/rpc"), "https://rpc.tzkt.io/mainnet");

    server.paths.set("/rolling", whole);
    const first = await boot();
    const second = await boot();
    prepareDisk(box, empty);
    server.paths.set("/rolling", { ...whole, cutAfter: 12_000_000 });
    await boot();
    server.paths.set("/rolling", whole);
    return { first, second, resumed: await boot() };
  } finally {
    await server.stop();
    box.remove();
  }
}

const marker = (name: string) => `<!-- log: ${name} -->\n`;
const block = /^\n```text\n([^]*?)```\n/;

function logOf(text: string, name: string): string {
  const [, after] = text.split(marker(name));
  return block.exec(after ?? "")?.[1] ?? `docs/boot.md has no log after ${marker(name)}`;
}

function withLog(text: string, name: string, log: string): string {
  const [before, after] = text.split(marker(name));
  return `${before}${marker(name)}\n\`\`\`text\n${log}\`\`\`\n${after!.replace(block, "")}`;
}

/** Removes what differs each time: the numbers of the download, and how many lines it logs. */
function comparable(log: string): string {
  const lines = log.replace(/\d+\.\d+ (GB|%|MB\/s)/g, "0 $1").split("\n");
  return lines.filter((line, index) => line !== lines[index - 1]).join("\n");
}
