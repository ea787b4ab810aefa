import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Fields } from "../../google/fields";
import type { GoogleStandIn } from "../../google/stand-in";
import type { StackJson } from "../../synthesis";
import { changes, type Plan, TerraformProject } from "../../terraform/terraform";

/** What a platform needs. */
export interface AppliedPlatformProps {
  /** Terraform's working directory; created if it does not exist. */
  readonly folder: string;
  /** Takes the place of Google's API. */
  readonly google: GoogleStandIn;
  /** Environment variables of Terraform, which must keep it from the network. */
  readonly variables: NodeJS.ProcessEnv;
}

/** Terraform's state and everything at Google, at one moment. */
export interface Checkpoint {
  /** Content of the state file; undefined before the first one is written. */
  readonly state: string | undefined;
  readonly google: string;
}

/** A resource in Terraform's state. */
export interface StateResource {
  readonly address: string;
  readonly type: string;
  readonly isTainted: boolean;
  readonly attributes: Fields;
}

/** Stack `platform`, which the real Terraform and the real provider apply to a stand-in for Google's API. */
export class AppliedPlatform {
  readonly terraform: TerraformProject;
  readonly google: GoogleStandIn;
  private json: StackJson = {};

  constructor({ folder, google, variables }: AppliedPlatformProps) {
    mkdirSync(folder, { recursive: true });
    this.google = google;
    this.terraform = new TerraformProject(folder, folder, { ...variables, ...google.variables });
  }

  /** The stack as it is now. */
  get stack(): StackJson {
    return this.json;
  }

  /**
   * Replaces the stack, and keeps the state, which is a local file whatever the stack says.
   * @param unprotected leaves out prevent_destroy, which would make some plans fail @default false
   */
  write(json: StackJson, unprotected = false): void {
    this.json = json;
    const stack: StackJson = unprotected ? without("prevent_destroy", json) : json;
    const here = { ...stack, terraform: { ...stack.terraform, backend: { local: { path: stateFile } } } };
    // Formatted like cdktf's output: Terraform's errors quote the line.
    writeFileSync(this.path("cdk.tf.json"), JSON.stringify(here, null, 2));
  }

  /** Plans against what is at Google. @throws Error with all output, if it fails */
  plan(): Promise<Plan> {
    return this.terraform.plan();
  }

  /** Addresses of what the next plan would change, with the actions: none, after an apply. */
  async drift(): Promise<string[]> {
    return changes(await this.plan()).map(({ address, change }) => `${address}: ${change.actions.join()}`);
  }

  /** @returns Terraform's output @throws Error with all output, if it fails */
  apply(): Promise<string> {
    return this.terraform.apply();
  }

  /** What Terraform knows of. */
  get state(): StateResource[] {
    const { resources = [] } = existsSync(this.path(stateFile))
      ? (JSON.parse(readFileSync(this.path(stateFile), "utf8")) as Fields)
      : {};
    return resources.flatMap(({ mode, type, name, instances }: Fields) =>
      mode === "managed"
        ? instances.map(({ status, attributes, index_key: key }: Fields) => {
            const address = `${type}.${name}${key === undefined ? "" : `[${JSON.stringify(key)}]`}`;
            return { address, type, isTainted: status === "tainted", attributes };
          })
        : [],
    );
  }

  checkpoint(): Checkpoint {
    const file = this.path(stateFile);
    return { state: existsSync(file) ? readFileSync(file, "utf8") : undefined, google: this.google.snapshot() };
  }

  /** Goes back to an earlier moment; requests are forgotten. */
  restore({ state, google }: Checkpoint): void {
    // A program that was killed leaves its lock.
    for (const file of [stateFile, `${stateFile}.backup`, `.${stateFile}.lock.info`]) {
      rmSync(this.path(file), { force: true });
    }
    if (state !== undefined) writeFileSync(this.path(stateFile), state);
    this.google.restore(google);
    this.google.requests.length = 0;
  }

  private path(file: string): string {
    return join(this.terraform.folder, file);
  }
}

const stateFile = "terraform.tfstate";

/** Removes all fields of that name from a stack. */
export function without(field: string, stack: StackJson): StackJson {
  return JSON.parse(JSON.stringify(stack, (key, value) => (key === field ? undefined : value)));
}
