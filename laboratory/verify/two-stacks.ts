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
import { withComputedValues, simulatedState, resolveReferences } from "./simulated-state";
import type { RefusingProxy } from "./refusing-proxy";

/** What the stacks need. */
export interface TwoStacksProps {
  /** Folder for the stacks; created if it does not exist. */
  readonly folder: string;
  readonly configuration: Configuration;
  /** Receives, and rejects, all requests to Google. */
  readonly proxy: RefusingProxy;
  /** Folder for Terraform's plugin cache; it must exist. */
  readonly pluginCache: string;
  /** Required for everything that concerns stack `baker`. @default - none */
  readonly controlPlane?: ControlPlane;
}

type StackName = "platform" | "baker";

/**
 * Both stacks of a configuration, for use with the real Terraform but without Google. Three things differ from what is
 * synthesised: the states are local files, `baker` reads a state of `platform` with stand-ins for the values that Google
 * would return, and its provider connects to a local control plane.
 */
export class TwoStacks {
  readonly platform: TerraformProject;
  readonly baker: TerraformProject;
  private synthesised: Synthesised;

  constructor(private readonly props: TwoStacksProps) {
    // An invalid token, so that none of the user's own credentials are used.
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
   * Replaces the configuration and keeps the states.
   * @param unprotected leaves out prevent_destroy, which would make some plans fail @default false
   */
  configure(configuration: Configuration, unprotected = false): void {
    this.synthesised = this.write(configuration, unprotected);
  }

  /** Options of every plan: requests to the network end at the proxy. */
  private get planOptions() {
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

  /** Everything that determines the plan of a stack, except for its state. */
  text(stack: StackName): string {
    const { platform, baker } = this.synthesised;
    return JSON.stringify(stack === "platform" ? platform : [baker, platformOutputs(baker, platform).outputs]);
  }

  /** Plans against the present state, without a refresh. */
  plan(stack: StackName): Promise<Plan> {
    return this[stack].plan(this.planOptions);
  }

  /** Plans `baker` with a refresh. @returns addresses of resources that would change: none, after an apply */
  async drift(): Promise<string[]> {
    const plan = await this.baker.plan({ ...this.planOptions, refresh: true });
    return changes(plan).map(({ address }) => address);
  }

  /** Applies `baker`. @returns Terraform's output */
  apply(): Promise<string> {
    return this.baker.apply(this.props.proxy.variables);
  }

  /**
   * Writes a state of `platform` as if it had been applied.
   * @returns changes that Terraform would still plan: none, if the state matches the stack
   */
  async simulateApply(): Promise<string[]> {
    const { platform } = this.synthesised;
    const standIns = googleStandIns(platform);
    const file = join(this.platform.folder, stateFile);
    rmSync(file, { force: true });
    // Without ignore_changes, too: ignored attributes would never get a value.
    this.writeStack("platform", without("lifecycle", resolveReferences(platform, standIns)));
    let state = simulatedState(await this.plan("platform"), standIns);
    for (let round = 0; round < maxRounds; round++) {
      writeState(file, state);
      const plan = await this.plan("platform");
      if (changes(plan).length === 0) break;
      state = withComputedValues(state, plan);
    }
    this.writeStack("platform", platform);
    return changes(await this.plan("platform")).map(({ address, change }) => `${address}: ${change.actions.join()}`);
  }

  /** The objects of `baker`, with the cluster IPs that the control plane has assigned. */
  objects(): KubernetesObject[] {
    const services: StackJson[] = this.controlPlane.get(["services", "--namespace", this.namespace]).items;
    const clusterIps = Object.fromEntries(services.map(({ metadata, spec }) => [metadata.name, spec.clusterIP]));
    return bakerObjects(this.synthesised, clusterIps);
  }

  /** Identity (uid) and generation of each workload, claim and volume of this deployment. */
  generations(): Record<string, string> {
    const kinds = ["statefulsets", "daemonsets", "deployments", "persistentvolumeclaims", "persistentvolumes"];
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

  /** Compares each object of `baker` that the provider has created with the expected one. */
  compare(): Comparison[] {
    return compareObjects(this.controlPlane, this.objects());
  }

  /** Imports an existing object into the state, as described in docs/deploy.md. */
  async importExisting(address: string): Promise<void> {
    const object = bakerObjectsByAddress(this.synthesised).get(address);
    if (!object) throw new Error(`${address} does not exist in stack baker`);
    const { apiVersion, kind, metadata } = object;
    const { namespace, name } = metadata;
    const manifest = `apiVersion=${apiVersion},kind=${kind},namespace=${namespace},name=${name}`;
    const id = address.startsWith("kubernetes_manifest.") ? manifest : namespace ? `${namespace}/${name}` : name;
    await this.baker.run(["import", "-input=false", address, id]);
  }

  /** The number of resources in a stack. */
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
    // Formatted like cdktf's output: Terraform's errors quote the line.
    writeFileSync(join(this[stack].folder, "cdk.tf.json"), JSON.stringify(here, null, 2));
  }
}

/** Maximum number of passes to complete a simulated state; currently two are sufficient. */
const maxRounds = 4;

/** Name of the state files. */
const stateFile = "terraform.tfstate";
const platformStateFile = "platform.tfstate";

/** Removes all fields of that name from a stack. */
function without(field: string, stack: StackJson): StackJson {
  return JSON.parse(JSON.stringify(stack, (key, value) => (key === field ? undefined : value)));
}
