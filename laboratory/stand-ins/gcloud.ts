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

/** A VM in the output of `gcloud compute instances describe`. */
export interface StandInVm {
  readonly id: string;
  readonly status: string;
}

/**
 * The state of Google Cloud for the stand-in for gcloud (laboratory/stand-ins/gcloud/gcloud): clusters' credentials,
 * and VMs. The caller acts as the hypervisor: when a VM is STOPPING, it powers the VM off and sets TERMINATED.
 */
export class GcloudStandIn {
  private readonly folder = mkdtempSync(join(tmpdir(), "gcloud-"));

  constructor(private readonly project: string) {}

  /** The environment for a program that calls gcloud: the stand-in and the real kubectl come first in PATH. */
  get environment(): Record<string, string> {
    const path = [join(packageRoot, "laboratory/stand-ins/gcloud"), binaries(), process.env["PATH"]].join(delimiter);
    return { PATH: path, GCLOUD_STAND_IN: this.folder };
  }

  /** Adds a cluster, whose credentials are a kubeconfig file. */
  addCluster(region: string, name: string, kubeconfig: string): void {
    copyFileSync(kubeconfig, this.file("clusters", this.project, region, name));
  }

  /** The current state of a VM; undefined if it does not exist. */
  vm(zone: string, name: string): StandInVm | undefined {
    const file = this.file("instances", this.project, zone, `${name}.json`);
    return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as StandInVm) : undefined;
  }

  /** Changes the state of a VM. @param vm undefined if it no longer exists */
  setVm(zone: string, name: string, vm: StandInVm | undefined): void {
    const file = this.file("instances", this.project, zone, `${name}.json`);
    if (vm) {
      // Atomically: gcloud may read it at any time.
      writeFileSync(`${file}.new`, JSON.stringify({ name, zone, ...vm }));
      renameSync(`${file}.new`, file);
    } else rmSync(file, { force: true });
  }

  /** Whether gcloud reaches Google Cloud. */
  set reachable(reachable: boolean) {
    if (reachable) rmSync(this.file("unreachable"), { force: true });
    else writeFileSync(this.file("unreachable"), "");
  }

  /** The command lines so far, without those that change nothing. */
  changes(): string[] {
    const file = this.file("calls");
    const calls = existsSync(file) ? readFileSync(file, "utf8").split("\n").filter(Boolean) : [];
    return calls.filter((call) => !/ (describe|get-credentials) /.test(call));
  }

  /** Removes the state. */
  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private file(...path: string[]): string {
    const file = join(this.folder, ...path);
    mkdirSync(dirname(file), { recursive: true });
    return file;
  }
}
