import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { signerBundle, writeBundles } from "../../raspberry-pi/bundle";
import { command } from "../../laboratory/cluster/commands";
import { RecordingDisk, recordingDiskNeeds, type Remains } from "../../laboratory/home/recording-disk";
import { systemdImage, systemdContainerNeeds } from "../../laboratory/home/systemd-image";
import { SystemdContainer } from "../../laboratory/home/systemd-container";
import { exampleConfiguration } from "../../laboratory/examples";
import { describeReal } from "../support/real";

const allRemains: Remains[] = ["nothing", "everything", 1, 2];

describeReal("an answered watermark after a power cut, with the kernel's ext4", recordingDiskNeeds, () => {
  /** How a signer may write its watermark, without fsync. */
  const writers: [string, (file: string, level: number) => void][] = [
    ["overwritten", (file, level) => writeFileSync(file, `{"level":${level}}\n`)],
    [
      "written to a new file that is renamed",
      (file, level) => {
        writeFileSync(`${file}.new`, `{"level":${level}}\n`);
        renameSync(`${file}.new`, file);
      },
    ],
  ];
  let disk: RecordingDisk;
  afterEach(() => disk?.end());

  /** Signs some levels, cuts the power after each, and returns the answered levels that are lost. */
  async function lostLevels(write: (file: string, level: number) => void, attributes: string[]): Promise<string[]> {
    disk = await RecordingDisk.start(32);
    const data = join(disk.mounted, "octez-signer");
    mkdirSync(data);
    if (attributes.length > 0) command(["chattr", ...attributes, data]);
    // The test is not about what existed before.
    command(["sync"]);
    const answered: number[] = [];
    for (let level = 1; level <= 12; level++) {
      write(join(data, "watermarks"), level);
      // At this moment, the signature is sent.
      answered[level] = await disk.mark();
    }
    const lost: string[] = [];
    for (let level = 1; level <= 12; level++) {
      for (const remains of allRemains) {
        await disk.afterCut(answered[level]!, remains, (found) => {
          const file = join(found, "octez-signer/watermarks");
          const text = existsSync(file) ? readFileSync(file, "utf8") : "";
          if (text !== `{"level":${level}}\n`) lost.push(`${level} (${remains}): ${JSON.stringify(text)}`);
        });
      }
    }
    return lost;
  }

  test.each(writers)("%s, always survives with install.sh's attributes", async (_, write) => {
    expect(await lostLevels(write, ["+S", "+D"])).toEqual([]);
  });

  test.each(writers)("%s, can be lost without them", async (_, write) => {
    expect((await lostLevels(write, [])).length).toBeGreaterThan(0);
  });
});

const needs = { ...recordingDiskNeeds, programs: [...recordingDiskNeeds.programs, ...systemdContainerNeeds.programs] };
describeReal("a power cut during install.sh, with the kernel's ext4", needs, () => {
  let work: string;
  let disk: RecordingDisk;
  let pi: SystemdContainer | undefined;
  let image: string;
  beforeAll(async () => {
    image = await systemdImage();
    work = mkdtempSync(join(tmpdir(), "power-cut-"));
  }, 600_000);
  afterAll(async () => {
    pi?.end();
    await disk?.end();
    rmSync(work, { recursive: true, force: true });
  });

  const installed = ["etc", "usr/local", "var/lib/octez-signer"];
  const bundleOf = (port: number) =>
    exampleConfiguration((input) => {
      input.signers[0]!.port = port;
      if (port !== 6732) input.signers[0]!.uplinks = [{ name: "eth0" }];
    });
  const ports = [6732, 6799];
  /** The files of a bundle, by the path at which they are installed. */
  const texts = (port: number) => {
    const configuration = bundleOf(port);
    const files = signerBundle(configuration, configuration.signers[0]!).filter(({ path }) =>
      path.startsWith("files/"),
    );
    return new Map(files.map(({ path, text }) => [path.replace(/^files\//, ""), text]));
  };

  /** A stand-in for a Raspberry Pi whose installed folders are on this file system. */
  function piOn(mounted: string): SystemdContainer {
    const options = installed.map((path) => `--volume=${join(mounted, path)}:/${path}`);
    return new SystemdContainer({ name: `power-cut-${process.pid}`, image, folders: { "/bundles": work }, options });
  }

  test("leaves each file either old or new at any moment, and the next run completes it", async () => {
    for (const port of ports) writeBundles(bundleOf(port), join(work, String(port)));
    const root = join(work, "root");
    mkdirSync(root);
    const name = command(["podman", "create", image, "/sbin/init"]).trim();
    command(["sh", "-c", `podman export ${name} | tar -C ${root} -x etc usr/local; podman rm ${name}`]);
    mkdirSync(join(root, "var/lib/octez-signer"), { recursive: true });
    disk = await RecordingDisk.start(128, root);
    pi = piOn(disk.mounted);
    await pi.boot();
    const begin = await disk.mark();
    for (const port of ports) pi.run(`/bundles/${port}/pi-1/install.sh`);
    const end = await disk.mark();
    pi.end();
    pi = undefined;

    const [old, fresh] = ports.map(texts) as [Map<string, string>, Map<string, string>];
    const faults: string[] = [];
    const count = 30;
    for (let number = 0; number <= count; number++) {
      const moment = begin + Math.round(((end - begin) * number) / count);
      const remains = allRemains[number % allRemains.length]!;
      await disk.afterCut(moment, remains, (found) => {
        const manifestFile = join(found, "etc/tezos-signer/manifest");
        const manifest = existsSync(manifestFile) ? readFileSync(manifestFile, "utf8").split("\n") : [];
        for (const path of new Set([...old.keys(), ...fresh.keys()])) {
          if (!existsSync(join(found, path))) continue;
          const text = readFileSync(join(found, path), "utf8");
          if (text !== old.get(path) && text !== fresh.get(path))
            faults.push(`${moment} ${remains}: ${path} is ${text.length} bytes`);
          if (!manifest.includes(`/${path}`)) faults.push(`${moment} ${remains}: uninstall.sh would forget ${path}`);
        }
        const key = join(found, "etc/tezos-signer/ssh/id_ed25519");
        if (existsSync(key)) command(["ssh-keygen", "-y", "-f", key]);
      });
    }
    expect(faults).toEqual([]);

    // Boot two of the resulting disks, and install again.
    for (const part of [0.2, 0.8]) {
      const moment = begin + Math.round((end - begin) * part);
      await disk.afterCut(moment, 3, async (found) => {
        pi = piOn(found);
        try {
          await pi.boot();
          pi.run("/bundles/6799/pi-1/install.sh");
          for (const [path, text] of fresh) expect([path, pi.run("cat", `/${path}`)]).toEqual([path, text]);
          for (const path of old.keys()) if (!fresh.has(path)) expect(existsSync(join(found, path))).toBe(false);
          expect(pi.sh("find /etc /usr/local /var/lib/octez-signer -name '*.tezos-new' -o -name '*.wanted'")).toBe("");
        } finally {
          pi.end();
          pi = undefined;
        }
      });
    }
  }, 300_000);
});
