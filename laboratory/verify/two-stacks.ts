import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Configuration } from "../../lib/config/schema/configuration";
import type { ControlPlane } from "../cluster/control-plane";
import { bakerObjects, bakerObjectsByAddress } from "../convert/baker-objects";
import type { KubernetesObject } from "../convert/kubernetes-objects";
import { compareObjects, type Comparison } from "../terraform/provider-objects";
import { platformOutputs } from "../convert/platform-outputs";
import type { GoogleStandIn } from "../google/stand-in";
import { importId } from "../../lib/terraform/import-ids";
import { type StackJson, synthesise, type Synthesised } from "../synthesis";
import { changes, type Plan, TerraformProject, writeOutputs } from "../terraform/terraform";
import type { TerraformBlock, TerraformJson } from "../convert/terraform-references";
import { AppliedPlatform, without } from "./platform/applied-platform";
import type { RefusingProxy } from "./refusing-proxy";

/** What the stacks need. */
export interface TwoStacksProps {
  /** Folder for the stacks; created if it does not exist. */
  readonly folder: string;
  readonly configuration: Configuration;
  /** Takes the place of Google's API. */
  readonly google: GoogleStandIn;
  /** Receives, and rejects, all requests to anything else. */
  readonly proxy: RefusingProxy;
  /** Folder for Terraform's plugin cache; it must exist. */
  readonly pluginCache: string;
  /** Required for everything that concerns stack `baker`. @default - none */
  readonly controlPlane?: ControlPlane;
}

type StackName = "platform" | "baker";

/**
 * Both stacks of a configuration, for use with the real Terraform but without Google. Three things differ from what is
 * synthesised: the states are local files, `baker` reads a state of `platform` whose values don't depend on which other
 * resources there are, and its provider connects to a local control plane.
 */
export class TwoStacks {
  readonly platform: AppliedPlatform;
  readonly baker: TerraformProject;
  private synthesised: Synthesised;

  constructor(private readonly props: TwoStacksProps) {
    const variables = {
      TF_PLUGIN_CACHE_DIR: props.pluginCache,
      TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE: "1",
      ...props.proxy.variables,
    };
    const folder = (stack: StackName) => join(props.folder, stack);
    this.platform = new AppliedPlatform({ folder: folder("platform"), google: props.google, variables });
    mkdirSync(folder("baker"), { recursive: true });
    this.baker = new TerraformProject(folder("baker"), props.folder, variables);
    this.synthesised = this.write(props.configuration);
  }

  /**
   * Replaces the configuration and keeps the states.
   * @param unprotected leaves out prevent_destroy, which would make some plans fail @default false
   */
  configure(configuration: Configuration, unprotected = false): void {
    this.synthesised = this.write(configuration, unprotected);
  }

  /** Namespace of everything in `baker`. */
  get namespace(): string {
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

  /** Terraform in a stack's folder. */
  terraform(stack: StackName): TerraformProject {
    return stack === "platform" ? this.platform.terraform : this.baker;
  }

  /** Plans `platform` against what is at Google, and `baker` against its state, without a refresh. */
  plan(stack: StackName): Promise<Plan> {
    return stack === "platform" ? this.platform.plan() : this.baker.plan({ refresh: false });
  }

  /** Plans `baker` with a refresh. @returns addresses of resources that would change: none, after an apply */
  async drift(): Promise<string[]> {
    return changes(await this.baker.plan()).map(({ address }) => address);
  }

  /** Applies `baker`. @returns Terraform's output */
  apply(): Promise<string> {
    return this.baker.apply();
  }

  /** The objects of `baker`, with the cluster IPs that the control plane has assigned. */
  objects(): KubernetesObject[] {
    const services: StackJson[] = this.controlPlane.get(["services", "--namespace", this.namespace]).items;
    const clusterIps = Object.fromEntries(services.map(({ metadata, spec }) => [metadata.name, spec.clusterIP]));
    return bakerObjects(this.synthesised, clusterIps);
  }

  /** Identity (uid) and generation of each workload, claim and volume of this deployment. */
  generations(): Record<string, string> {
    const kinds = ["statefulsets", "daemonsets", "deployments", "jobs", "persistentvolumeclaims", "persistentvolumes"];
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

  /** Imports an existing object into the state of `baker`, as described in docs/deploy.md. */
  async importExisting(address: string): Promise<void> {
    const object = bakerObjectsByAddress(this.synthesised).get(address);
    const [type = ""] = address.split(".");
    const values = type === "kubernetes_manifest" ? { manifest: object } : { metadata: object?.metadata };
    const id = importId(type, values, this.props.configuration.google);
    if (id === undefined) throw new Error(`${address} does not exist in stack baker`);
    await this.baker.run(["import", "-input=false", address, id]);
  }

  /** Outputs that `baker` reads and that the applied `platform` does not have. */
  async missingOutputs(): Promise<string[]> {
    const { platform, baker } = this.synthesised;
    const outputs = await this.platform.terraform.outputs();
    return Object.keys(platformOutputs(baker, platform).outputs).filter((name) => !outputs[name]?.value);
  }

  /** The number of resources in a stack, without those that are only in Terraform's state. */
  resourceCount(stack: StackName): number {
    const { terraform_data: _, ...resource } = (this.synthesised[stack] as TerraformJson).resource ?? {};
    return Object.values(resource).reduce((sum, byName) => sum + Object.keys(byName).length, 0);
  }

  private write(configuration: Configuration, unprotected = false): Synthesised {
    const { platform, baker } = synthesise(configuration);
    const { outputs } = platformOutputs(baker, platform);
    writeOutputs(join(this.baker.folder, platformStateFile), outputs);
    this.platform.write(platform, unprotected);
    this.writeBaker(unprotected ? without("prevent_destroy", baker) : baker);
    return { platform, baker };
  }

  private writeBaker(json: StackJson): void {
    const { controlPlane } = this.props;
    const remote = Object.keys(json.data.terraform_remote_state);
    const local = { backend: "local", config: { path: platformStateFile } };
    const here = {
      ...json,
      terraform: { ...json.terraform, backend: { local: { path: "terraform.tfstate" } } },
      data: { terraform_remote_state: Object.fromEntries(remote.map((name) => [name, local])) },
      // No pods run on this control plane, so that no Job ever completes.
      resource: withoutWaiting(json.resource),
      provider: controlPlane ? { kubernetes: [bakerProvider(json, controlPlane)] } : json.provider,
    };
    // Formatted like cdktf's output: Terraform's errors quote the line.
    writeFileSync(join(this.baker.folder, "cdk.tf.json"), JSON.stringify(here, null, 2));
  }
}

const platformStateFile = "platform.tfstate";

/** The provider's settings as synthesised, but for where it connects to. */
function bakerProvider(json: StackJson, { kubeconfig }: ControlPlane): TerraformBlock {
  const { host: _, exec: __, token: ___, ...settings } = json.provider.kubernetes[0];
  return { ...settings, config_path: kubeconfig };
}

const withoutWaiting = (resource: StackJson): StackJson => ({
  ...resource,
  kubernetes_job_v1: Object.fromEntries(
    Object.entries<StackJson>(resource.kubernetes_job_v1).map(([name, job]) => [
      name,
      { ...job, wait_for_completion: false },
    ]),
  ),
});
