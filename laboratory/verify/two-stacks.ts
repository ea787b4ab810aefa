import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Configuration } from "../../lib/config/schema/configuration";
import type { ControlPlane } from "../cluster/control-plane";
import { bakerObjects, bakerObjectsByAddress } from "../convert/baker-objects";
import type { KubernetesObject } from "../convert/kubernetes-objects";
import { compareObjects, type Comparison } from "../terraform/provider-objects";
import { googleStandIns, platformOutputs } from "../convert/platform-outputs";
import { type StackJson, synthesise, type Synthesised } from "../synthesis";
import { changes, type Plan, TerraformProject, writeOutputs, writeState } from "../terraform/terraform";
import type { TerraformJson } from "../convert/terraform-references";
import { filledIn, pretendedState, withoutReferences } from "./pretended-state";
import type { RefusingProxy } from "./refusing-proxy";

export interface TwoStacksProps {
  /** A folder of its own; it is made. */
  readonly folder: string;
  readonly configuration: Configuration;
  /** Whatever a plan or an apply would send to Google. */
  readonly proxy: RefusingProxy;
  /** Where providers are kept for all folders of a run. */
  readonly pluginCache: string;
  /** Needed for whatever is done with stack `baker`. */
  readonly controlPlane?: ControlPlane;
}

type StackName = "platform" | "baker";

/**
 * Both stacks of a configuration with which the real Terraform works, far from Google. Three things are other than in
 * what was synthesised: the states are files here; `baker` reads a state of `platform` that holds stand-ins for what
 * Google would have answered; and its provider speaks to the control plane here.
 */
export class TwoStacks {
  readonly platform: TerraformProject;
  readonly baker: TerraformProject;
  private synthesised: Synthesised;

  constructor(private readonly props: TwoStacksProps) {
    // A token that nobody honours, and none that the user may have.
    const variables = {
      TF_PLUGIN_CACHE_DIR: props.pluginCache,
      TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE: "1",
      GOOGLE_OAUTH_ACCESS_TOKEN: "fake",
      GOOGLE_CREDENTIALS: undefined,
      GOOGLE_APPLICATION_CREDENTIALS: undefined,
    };
    const project = (stack: StackName) => {
      mkdirSync(join(props.folder, stack), { recursive: true });
      return new TerraformProject(join(props.folder, stack), props.folder, variables);
    };
    [this.platform, this.baker] = [project("platform"), project("baker")];
    this.synthesised = this.write(props.configuration);
  }

  /**
   * Puts another configuration in the place of the one that is there. The states stay.
   * @param unprotected leaves out prevent_destroy, which makes a plan fail instead of telling all that it would do @default false
   */
  change(configuration: Configuration, unprotected = false): void {
    this.synthesised = this.write(configuration, unprotected);
  }

  /** What a plan needs: whatever leaves the machine ends at the proxy. */
  private get planned() {
    return { refresh: false, variables: this.props.proxy.variables };
  }

  private get namespace(): string {
    return this.props.configuration.name;
  }

  private get controlPlane(): ControlPlane {
    const { controlPlane } = this.props;
    if (!controlPlane) throw new Error("stack baker needs a control plane");
    return controlPlane;
  }

  /** All that a plan of a stack is made from, but for its state. */
  text(stack: StackName): string {
    const { platform, baker } = this.synthesised;
    return JSON.stringify(stack === "platform" ? platform : [baker, platformOutputs(baker, platform).outputs]);
  }

  /** Plans against the state that is there, asks nobody. */
  plan(stack: StackName): Promise<Plan> {
    return this[stack].plan(this.planned);
  }

  /** Plans `baker` after asking the control plane. @returns addresses of what would change: nothing, after an apply */
  async drift(): Promise<string[]> {
    const plan = await this.baker.plan({ ...this.planned, refresh: true });
    return changes(plan).map(({ address }) => address);
  }

  apply(): Promise<string> {
    return this.baker.apply(this.props.proxy.variables);
  }

  /**
   * Leaves a state of `platform` as if it had been applied.
   * @returns what Terraform would change in it: nothing, or the state says something else than the stack
   */
  async pretendApplied(): Promise<string[]> {
    const { platform } = this.synthesised;
    const standIns = googleStandIns(platform);
    const file = join(this.platform.folder, stateFile);
    rmSync(file, { force: true });
    // Without ignore_changes as well: what is ignored is never filled in.
    this.writeStack("platform", without("lifecycle", withoutReferences(platform, standIns)));
    let state = pretendedState(await this.plan("platform"), standIns);
    for (let rest = rounds; rest > 0; rest--) {
      writeState(file, state);
      const plan = await this.plan("platform");
      if (changes(plan).length === 0) break;
      state = filledIn(state, plan);
    }
    this.writeStack("platform", platform);
    return changes(await this.plan("platform")).map(({ address, change }) => `${address}: ${change.actions.join()}`);
  }

  /** The objects of `baker`, with the cluster IPs that the control plane gave out. */
  objects(): KubernetesObject[] {
    const services: StackJson[] = this.controlPlane.get(["services", "--namespace", this.namespace]).items;
    const clusterIps = Object.fromEntries(services.map(({ metadata, spec }) => [metadata.name, spec.clusterIP]));
    return bakerObjects(this.synthesised, clusterIps);
  }

  /** Of each workload, claim and volume in the control plane that is of this configuration: which one, and which edition. */
  generations(): Record<string, string> {
    const kinds = ["statefulsets", "deployments", "persistentvolumeclaims", "persistentvolumes"];
    const { items } = this.controlPlane.get([kinds.join(), "--all-namespaces"]);
    const own = items.filter(
      ({ metadata, spec }: StackJson) => (metadata.namespace ?? spec.claimRef?.namespace) === this.namespace,
    );
    return Object.fromEntries(
      own.map(({ kind, metadata }: StackJson) => [
        `${kind}/${metadata.name}`,
        `${metadata.uid} ${metadata.generation ?? ""}`,
      ]),
    );
  }

  /** Each object of `baker` as the provider has made it, next to what is expected of it. */
  compare(): Comparison[] {
    return compareObjects(this.controlPlane, this.objects());
  }

  /** Takes an object that is there into the state, as docs/deploy.md says. */
  async importLeftover(address: string): Promise<void> {
    const object = bakerObjectsByAddress(this.synthesised).get(address);
    if (!object) throw new Error(`stack baker has no ${address}`);
    const { apiVersion, kind, metadata } = object;
    const { namespace, name } = metadata;
    const manifest = `apiVersion=${apiVersion},kind=${kind},namespace=${namespace},name=${name}`;
    const id = address.startsWith("kubernetes_manifest.") ? manifest : namespace ? `${namespace}/${name}` : name;
    await this.baker.run(["import", "-input=false", address, id]);
  }

  resourceCount(stack: StackName): number {
    const { resource = {} } = this.synthesised[stack] as TerraformJson;
    return Object.values(resource).reduce((sum, byName) => sum + Object.keys(byName).length, 0);
  }

  private write(configuration: Configuration, unprotected = false): Synthesised {
    const { platform, baker } = synthesise(configuration);
    const { outputs } = platformOutputs(baker, platform);
    const stacks = unprotected ? { platform: without("prevent_destroy", platform), baker } : { platform, baker };
    writeOutputs(join(this.baker.folder, platformStateFile), outputs);
    this.writeStack("platform", stacks.platform);
    this.writeStack("baker", stacks.baker);
    return stacks;
  }

  private writeStack(stack: StackName, json: StackJson): void {
    const { controlPlane } = this.props;
    const here = { ...json, terraform: { ...json.terraform, backend: { local: { path: stateFile } } } };
    if (stack === "baker") {
      const remote = Object.keys(json.data.terraform_remote_state);
      const local = { backend: "local", config: { path: platformStateFile } };
      here.data = { terraform_remote_state: Object.fromEntries(remote.map((name) => [name, local])) };
      if (controlPlane) here.provider = { kubernetes: [{ config_path: controlPlane.kubeconfig }] };
    }
    // As cdktf writes it: Terraform's errors show the line at fault.
    writeFileSync(join(this[stack].folder, "cdk.tf.json"), JSON.stringify(here, null, 2));
  }
}

/** How often a pretended state is filled in at most: twice is enough today. */
const rounds = 4;

export const stateFile = "terraform.tfstate";
const platformStateFile = "platform.tfstate";

/** A stack without all fields of that name. */
function without(field: string, stack: StackJson): StackJson {
  return JSON.parse(JSON.stringify(stack, (key, value) => (key === field ? undefined : value)));
}
