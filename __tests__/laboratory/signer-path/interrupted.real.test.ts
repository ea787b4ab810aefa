import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { describeReal } from "../../support/real";
import { signerPathNeeds } from "../../../laboratory/signer-path/needs";
import { packageRoot } from "../../../lib/package-root";

const minutes = 60_000;

describeReal("a drill that is interrupted by Ctrl-C", signerPathNeeds, () => {
  // A short name, because the length of a socket's path is limited.
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync("/tmp/c-");
  });
  let group = 0;
  afterAll(() => {
    try {
      if (group !== 0) process.kill(-group, "SIGKILL");
    } catch {
      // It has ended, as expected.
    }
    rmSync(folder, { recursive: true, force: true });
  });

  test(
    "exits with 130, and leaves no process, container, mount or file",
    async () => {
      const drill = spawn(process.execPath, ["bin/farm.js", "drills", "3"], {
        cwd: packageRoot,
        env: { ...process.env, TMPDIR: folder },
        stdio: ["ignore", "pipe", "inherit"],
        detached: true,
      });
      group = drill.pid!;
      const ended = new Promise<number | null>((resolve) => drill.once("exit", (status) => resolve(status)));
      await new Promise<void>((resolve, reject) => {
        let output = "";
        drill.stdout.on("data", (text: Buffer) => {
          output += text.toString();
          // By now everything that has to be cleaned up exists.
          if (output.includes("the Raspberry Pis' tunnels are installed")) resolve();
        });
        void ended.then(() => reject(new Error(`the drill ended before it was interrupted: ${output}`)));
      });
      const [laboratory] = readdirSync(folder).filter((name) => name.startsWith("laboratory-"));
      expect(containersOf(laboratory!)).toHaveLength(2);
      expect(processesIn(folder).length).toBeGreaterThan(3);
      // The folders in memory of both Raspberry Pis.
      expect(mountsOf(laboratory!)).toHaveLength(2);

      // Like a terminal, to all processes of the group.
      process.kill(-group, "SIGINT");
      expect(await ended).toBe(130);
      expect(containersOf(laboratory!)).toEqual([]);
      expect(processesIn(folder)).toEqual([]);
      expect(mountsOf(laboratory!)).toEqual([]);
      expect(readdirSync(folder)).toEqual([]);
    },
    5 * minutes,
  );
});

const lines = (text: string) => text.split("\n").filter(Boolean);
const containersOf = (laboratory: string) =>
  lines(spawnSync("podman", ["ps", "--all", "--quiet", `--filter=name=${laboratory}`], { encoding: "utf8" }).stdout);
const processesIn = (folder: string) =>
  lines(spawnSync("pgrep", ["--list-full", "--full", folder], { encoding: "utf8" }).stdout);
const mountsOf = (laboratory: string) =>
  lines(readFileSync("/proc/mounts", "utf8")).filter((line) => line.includes(laboratory));
