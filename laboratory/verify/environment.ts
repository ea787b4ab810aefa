import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Configuration } from "../../lib/config/schema/configuration";
import { ControlPlane } from "../cluster/control-plane";
import type { Faults } from "../google/faults";
import { GoogleStandIn } from "../google/stand-in";
import { missing } from "../needs";
import { synthesise } from "../synthesis";
import { AppliedPlatform } from "./platform/applied-platform";
import { RefusingProxy } from "./refusing-proxy";
import { expectNone } from "./report";
import { TwoStacks } from "./two-stacks";

/** The Google provider looks up the owner of its token for its log, and continues if that fails. No other request is allowed. */
const tokenOwnerRequest = "openidconnect.googleapis.com:443";

/** What all checks share: a folder, a control plane, stand-ins for Google, and a proxy that lets nothing else through. */
export class Environment {
  /** Hints about what a control plane would need, where there is none. */
  readonly lacksControlPlane = missing({ controlPlane: true }).map(({ hint }) => hint);
  controlPlane?: ControlPlane;

  private readonly folder = mkdtempSync(join(tmpdir(), "verify-"));
  private readonly standIns: GoogleStandIn[] = [];

  static async start(): Promise<Environment> {
    const environment = new Environment(await RefusingProxy.start());
    mkdirSync(environment.pluginCache);
    if (environment.lacksControlPlane.length === 0) {
      environment.controlPlane = await ControlPlane.start({ controllers: true, mutatingPolicies: true });
    }
    return environment;
  }

  private constructor(private readonly proxy: RefusingProxy) {
    process.once("exit", () => this.removeFolder());
  }

  /** Both stacks of a configuration, and nothing at Google yet. @param name names their folder */
  async stacks(name: string, configuration: Configuration): Promise<TwoStacks> {
    const { proxy, pluginCache, controlPlane } = this;
    const google = await this.google();
    return new TwoStacks({ folder: join(this.folder, name), configuration, google, proxy, pluginCache, controlPlane });
  }

  /** Stack `platform` alone, initialised. @param name names its folder */
  async platform(name: string, configuration: Configuration, faults?: Faults): Promise<AppliedPlatform> {
    const variables = {
      TF_PLUGIN_CACHE_DIR: this.pluginCache,
      TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE: "1",
      ...this.proxy.variables,
    };
    const google = await this.google(faults);
    const platform = new AppliedPlatform({ folder: join(this.folder, name.replace(/\W+/g, "-")), google, variables });
    platform.write(synthesise(configuration).platform);
    await platform.terraform.init();
    return platform;
  }

  /** @throws Error if a program has tried to reach anything but the stand-ins and the control plane */
  expectNothingSent(): void {
    const others = this.proxy.requests.filter((request) => request !== tokenOwnerRequest);
    expectNone("something was sent to", [...new Set(others)]);
  }

  async end(): Promise<void> {
    this.proxy.stop();
    for (const standIn of this.standIns) standIn.stop();
    await this.controlPlane?.stop();
    this.removeFolder();
  }

  private get pluginCache(): string {
    return join(this.folder, "plugin-cache");
  }

  private async google(faults?: Faults): Promise<GoogleStandIn> {
    const google = await new GoogleStandIn({ faults }).start();
    this.standIns.push(google);
    return google;
  }

  private removeFolder(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
