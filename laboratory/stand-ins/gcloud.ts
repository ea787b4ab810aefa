import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { binaries } from "../cluster/control-plane";
import { packageRoot } from "../../lib/package-root";

/** A VM, as `gcloud compute instances describe` shows it. */
export interface StandInVm {
  readonly id: string;
  readonly status: string;
}

/**
 * Google Cloud, as gcloud's stand-in in the folder beside this file sees it: a cluster's credentials, and VMs. Who uses
 * it plays the hypervisor: sees that a VM is STOPPING, takes its power and says that it is TERMINATED.
 */
export class GcloudStandIn {
  private readonly folder = mkdtempSync(join(tmpdir(), "gcloud-"));

  constructor(private readonly project: string) {}

  /** For who calls gcloud: it and the real kubectl are found first. */
  get environment(): Record<string, string> {
    const path = [join(packageRoot, "laboratory/stand-ins/gcloud"), binaries(), process.env["PATH"]].join(delimiter);
    return { PATH: path, GCLOUD_STAND_IN: this.folder };
  }

  addCluster(region: string, name: string, kubeconfig: string): void {
    copyFileSync(kubeconfig, this.file("clusters", this.project, region, name));
  }

  vm(zone: string, name: string): StandInVm | undefined {
    const file = this.file("instances", this.project, zone, `${name}.json`);
    return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as StandInVm) : undefined;
  }

  /** @param vm undefined where it is gone */
  setVm(zone: string, name: string, vm: StandInVm | undefined): void {
    const file = this.file("instances", this.project, zone, `${name}.json`);
    if (vm) {
      // In one step: gcloud may just be reading it.
      writeFileSync(`${file}.new`, JSON.stringify({ name, zone, ...vm }));
      renameSync(`${file}.new`, file);
    } else rmSync(file, { force: true });
  }

  set reachable(reachable: boolean) {
    if (reachable) rmSync(this.file("unreachable"), { force: true });
    else writeFileSync(this.file("unreachable"), "");
  }

  /** The command lines so far, without those that only look. */
  changes(): string[] {
    const file = this.file("calls");
    const calls = existsSync(file) ? readFileSync(file, "utf8").split("\n").filter(Boolean) : [];
    return calls.filter((call) => !/ (describe|get-credentials) /.test(call));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private file(...path: string[]): string {
    const file = join(this.folder, ...path);
    mkdirSync(dirname(file), { recursive: true });
    return file;
  }
}
