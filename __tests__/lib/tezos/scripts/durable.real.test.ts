import { readFileSync } from "node:fs";
import { scriptCases, serveScriptCases } from "../../../../laboratory/kill/script-cases";
import { prepareDisk } from "../../../../laboratory/kill/disk";
import { BadServer } from "../../../../laboratory/stand-ins/bad-server";
import { findProgram } from "../../../../laboratory/needs";
import { describeReal } from "../../../support/real";
import { ScriptSandbox, shellPrograms, shells } from "../../../../laboratory/kill/script-sandbox";

const calls = ["open", "openat", "rename", "renameat", "renameat2", "fsync", "fdatasync", "syncfs", "write"];

/** Files that must survive a power cut once a script has logged them, by script. */
const durable: [string, string, string[]][] = [
  ["wallet: first start", "client", ["public_keys", "public_key_hashs", "secret_keys"]],
  ["wallet: the consensus key is rotated", "client", ["public_keys", "public_key_hashs", "secret_keys"]],
  ["node-config: empty disk", "node.importing", ["config.json", "identity.json"]],
  ["node-config: a network by its URL", "", ["network", "network.json"]],
];

describeReal("files that replace others", { programs: ["strace", ...shellPrograms], linux: true }, () => {
  let box: ScriptSandbox;
  let server: BadServer;
  beforeEach(async () => {
    box = new ScriptSandbox();
    server = await BadServer.start();
    serveScriptCases(server);
  });
  afterEach(async () => {
    await server.stop();
    box.remove();
  });

  /** The system calls on the disk, such as ["fsync data/client"], in order. */
  async function trace(name: string): Promise<string[]> {
    const bootCase = scriptCases.find((each) => each.name === name)!;
    prepareDisk(box, bootCase);
    const file = box.path("tmp/trace");
    const wrapper = [findProgram("strace")!, "-f", "-qq", "-y", "-o", file, "-e", `trace=?${calls.join(",?")}`];
    const { status } = await box.start(bootCase.scripts, bootCase.environment(box, server), shells[0], wrapper).ended;
    expect(status).toBe(0);
    return readFileSync(file, "utf8")
      .split("\n")
      .map((line) => /^\d+ +(\w+)\((.*)\) += \d/.exec(line))
      .filter((match) => match !== null)
      .map(([, call, parameters]) => `${call} ${parameters!.replaceAll(`${box.data}/`, "").replaceAll(box.data, ".")}`);
  }

  test.each(durable)(
    "%s: writes a new file, syncs it, renames it, and syncs the folder",
    async (name, folder, files) => {
      const lines = await trace(name);
      for (const file of files) {
        const path = folder === "" ? file : `${folder}/${file}`;
        const renamed = lines.findIndex((line) => line.startsWith("rename") && line.includes(`"${path}"`));
        expect([path, renamed]).not.toEqual([path, -1]);
        const from = /"([^"]*)"/.exec(lines[renamed]!)![1]!;
        const synced = lines.slice(0, renamed).map((line) => line.startsWith("fsync") && line.includes(`<${from}>`));
        const written = lines.slice(0, renamed).map((line) => line.startsWith("write") && line.includes(`<${from}>`));
        // The network's definition is synced under the name that it has while it is checked.
        if (from !== "network.json.fetched") expect([path, synced.lastIndexOf(true)]).not.toEqual([path, -1]);
        expect(written.lastIndexOf(true)).toBeLessThanOrEqual(synced.lastIndexOf(true));
        const after = lines
          .slice(renamed)
          .findIndex((line) => line.startsWith("fsync") && line.endsWith(`<${folder || "."}>`));
        expect([path, after]).not.toEqual([path, -1]);
        // Never overwrites a file in place.
        expect(
          lines.filter((line) => line.includes(`"${path}", O_WRONLY`) || line.includes(`"${path}", O_RDWR`)),
        ).toEqual([]);
      }
    },
  );

  test("an imported store is synced before its folder is renamed", async () => {
    const lines = await trace("snapshot: the import");
    const renamed = lines.findIndex((line) => /^rename\w* .*"node\.importing", .*"node"/.test(line));
    const synced = lines.findIndex((line) => line.startsWith("syncfs") && line.includes("<node.importing>"));
    expect(synced).toBeGreaterThan(-1);
    expect(renamed).toBeGreaterThan(synced);
    expect(lines.slice(renamed).some((line) => line.startsWith("fsync") && line.endsWith("<.>"))).toBe(true);
  });
});
