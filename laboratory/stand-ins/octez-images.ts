import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { haproxyImage, octezImage } from "../../lib/config/facts/images";
import type { Configuration } from "../../lib/config/schema/configuration";
import { type OctezProgramName, octezPrograms } from "../../lib/tezos/octez-options";
import { busyboxFolder, copyProgram, type ImageArchive, writeImage } from "../cluster/images";
import type { Laboratory } from "../cluster/laboratory";
import { optionsTable } from "./octez-options-table";
import { packageRoot } from "../../lib/package-root";

/** A folder on the baking pod's disk through which drills and Octez' stand-ins exchange files. */
export const standInFolder = "stand-ins";

const programs = Object.keys(octezPrograms) as OctezProgramName[];
const standIns = join(packageRoot, "laboratory/stand-ins/octez");

/**
 * The images of a baking pod, with the names of its configuration: Octez' stand-ins with busybox, which the real image
 * has too, and Debian's HAProxy.
 */
export function bakingPodImages(lab: Laboratory, configuration: Configuration): ImageArchive[] {
  const octez = join(lab.folder, "octez");
  busyboxFolder(octez, lab.debian);
  const bin = join(octez, "usr/local/bin");
  const install = (from: string, ...names: string[]) =>
    names.forEach((name) => cpSync(join(standIns, from), join(bin, name)));
  install("octez-node", "octez-node");
  install("octez-node-run", "octez-node-run");
  install("octez-client-program", "octez-baker", "octez-accuser");
  install("held", "dirname", "mv", "sleep", "sync");
  const tables = "usr/share/stand-ins";
  mkdirSync(join(octez, tables), { recursive: true });
  for (const program of programs) writeFileSync(join(octez, tables, program), optionsTable(program));

  return [
    writeImage(join(lab.folder, "octez.tar"), {
      name: octezImage(configuration),
      folder: octez,
      env: {
        STAND_IN_FOLDER: `/data/${standInFolder}`,
        STAND_IN_LOG: `/data/${standInFolder}/commands`,
        STAND_IN_OPTIONS: `/${tables}/octez-node`,
        STAND_IN_TABLES: `/${tables}`,
      },
    }),
    haproxyArchive(lab, haproxyImage(configuration)),
  ];
}

/** An image of Debian's HAProxy, with busybox. */
export function haproxyArchive(lab: Laboratory, name: string): ImageArchive {
  const scratch = mkdtempSync(join(lab.folder, "haproxy-"));
  const folder = join(scratch, "root");
  busyboxFolder(folder, lab.debian);
  copyProgram(folder, lab.debian, "/usr/sbin/haproxy");
  // As in the real image: https://github.com/docker-library/haproxy/blob/master/Dockerfile.template
  return writeImage(join(scratch, "haproxy.tar"), { name, folder, stopSignal: "SIGUSR1" });
}
