import { join, relative } from "node:path";
import { exitCode, Failure } from "../../lib/terminal/failure";
import { loadConfiguration } from "../../lib/config/load";
import type { Configuration } from "../../lib/config/schema/configuration";
import { packageRoot } from "../../lib/package-root";
import { exampleFiles } from "../examples";
import type { ControlPlane } from "../cluster/control-plane";
import { missing } from "../needs";
import { differences } from "../terraform/provider-objects";
import { planChanges, rowProblems } from "./change-plans";
import { changeTable } from "./change-table";
import { configurationWith } from "./changes";
import { Environment } from "./environment";
import { expectTable } from "./golden-table";
import { interrupt, interruptedConfiguration, interruptions } from "./interruptions";
import { annotateAsControllers } from "../stand-ins/gke";
import { applyWithoutAddOns, installAddOns } from "./add-ons";
import { refuseToDestroy } from "./platform/destroy";
import { PlatformParts } from "./platform/parts";
import { removeBaker } from "./removal";
import { expectNone, Report } from "./report";
import type { TwoStacks } from "./two-stacks";

const allParts = ["configurations", "imports", "failures", "interruptions", "changes", "removal"];

export interface VerifyOptions {
  /** The parts to run, with a comma between them. @default - all */
  readonly only?: string;
  /** Interrupts platform at every write of every example, instead of some. @default false */
  readonly everyWrite?: boolean;
}

/**
 * Runs the real Terraform on the synthesised stacks, without Google. `farm verify --help` describes it.
 *
 * @param files configurations; if empty, the examples and all other parts
 * @throws Failure for an unknown part and if a check failed
 */
export async function verify(files: readonly string[], options: VerifyOptions = {}): Promise<void> {
  const parts = options.only?.split(",") ?? allParts;
  const unknown = parts.filter((part) => !allParts.includes(part));
  if (unknown.length > 0)
    throw new Failure(`${unknown.join()} is not a part. Parts: ${allParts.join(", ")}.`, "", exitCode.usage);
  const report = new Report();
  const lacks = missing({ programs: [process.env["TERRAFORM_BINARY_NAME"] || "terraform"] });
  if (lacks.length > 0) {
    report.skip("everything", `needs ${lacks.map(({ hint }) => hint).join(", ")}`);
    return report.end();
  }
  const interrupted = () => process.exit(130);
  process.once("SIGINT", interrupted).once("SIGTERM", interrupted);
  const environment = await Environment.start();
  try {
    const run = new Run(environment, report, options);
    const configurations = files.length > 0 ? files : exampleFiles.map((file) => join(packageRoot, file));
    await run.parts(configurations, files.length > 0 ? parts.filter((part) => !ofExamples.includes(part)) : parts);
  } finally {
    await environment.end();
  }
  report.end();
}

/** Parts that use configurations of their own. */
const ofExamples = ["changes", "removal"];

const shown = (file: string) => (file.startsWith(packageRoot) ? relative(packageRoot, file) : file);

/** At how many writes of an example other than the first an apply of platform is interrupted, by each signal. */
const someWrites = 6;

class Run {
  private threeBakers?: Promise<TwoStacks>;
  private hasAddOns = false;

  constructor(
    private readonly environment: Environment,
    private readonly report: Report,
    private readonly options: VerifyOptions,
  ) {}

  async parts(files: readonly string[], parts: readonly string[]): Promise<void> {
    const configurations = files.map((file) => ({ title: shown(file), ...loadConfiguration(file) }));
    if (!(await this.hasProviders(configurations[0]!.configuration))) return;
    if (parts.includes("configurations")) {
      for (const { title, configuration } of configurations) await this.configuration(title, configuration);
    }
    const platformParts = new PlatformParts(this.environment, this.report);
    for (const [index, { title, configuration }] of configurations.entries()) {
      if (parts.includes("imports")) await platformParts.imports(title, configuration);
      if (parts.includes("failures") && index === 0) await platformParts.failures(title, configuration);
      const count = index === 0 || this.options.everyWrite ? Infinity : someWrites;
      if (parts.includes("interruptions")) await platformParts.interruptions(title, configuration, count);
    }
    await this.withControlPlane(parts);
  }

  private async withControlPlane(parts: readonly string[]): Promise<void> {
    if (!this.environment.controlPlane) {
      const needs = this.environment.lacksControlPlane.join(", ");
      this.report.skip("stack baker, changes, removal, interruptions of baker", `needs ${needs}`);
      return;
    }
    await this.addOns();
    if (parts.includes("interruptions")) await this.interruptions();
    if (parts.includes("changes")) await this.changes();
    if (parts.includes("removal")) await this.report.check("removal of one of three bakers", () => this.removal());
  }

  /** Whether providers are available, which only init can tell. */
  private async hasProviders(configuration: Configuration): Promise<boolean> {
    try {
      await this.environment.platform("providers", configuration);
      return true;
    } catch (error) {
      const why = /^Error: (.*)$/m.exec((error as Error).message)?.[1] ?? String(error);
      this.report.skip("everything", `no provider is available from a mirror or the registry: ${why}`);
      return false;
    }
  }

  /** Checks both stacks of a configuration: they can be applied, and the provider creates the expected objects. */
  private async configuration(title: string, configuration: Configuration): Promise<void> {
    const stacks = await this.environment.stacks(title.replace(/\W+/g, "-"), configuration);
    await this.report.check(`${title}: platform`, () => this.platform(stacks));
    await this.report.check(`${title}: destroying platform`, () => refuseToDestroy(stacks.platform));
    const { controlPlane } = this.environment;
    if (!controlPlane) return;
    if (!this.hasAddOns) {
      await this.report.check("late add-ons", () => applyWithoutAddOns(stacks, controlPlane));
      await this.addOns();
    }
    await this.report.check(`${title}: baker`, () => this.baker(stacks, controlPlane));
  }

  private async platform(stacks: TwoStacks): Promise<string> {
    const { platform } = stacks;
    await platform.terraform.init();
    await platform.terraform.validate();
    const changes = (await platform.plan()).resource_changes ?? [];
    const other = changes.filter(({ mode, change }) => mode !== "managed" || change.actions.join() !== "create");
    expectNone(
      "the first plan does not only create",
      other.map(({ address }) => address),
    );
    await platform.apply();
    expectNone("the second plan would change", await platform.drift());
    expectNone("stack baker reads outputs that stack platform does not have", await stacks.missingOutputs());
    this.environment.expectNothingSent();
    return `init, validate, apply of ${changes.length} resources; then no changes`;
  }

  private async baker(stacks: TwoStacks, controlPlane: ControlPlane): Promise<string> {
    await stacks.baker.init();
    await stacks.baker.validate();
    await stacks.apply();
    annotateAsControllers(controlPlane, stacks.namespace);
    expectNone("the second plan would change", await stacks.drift());
    const compared = stacks.compare();
    expectNone("the provider created something else", differences(compared));
    return `init, validate, apply; then no changes; ${compared.length} objects, as the tests assume`;
  }

  private async addOns(): Promise<void> {
    if (this.hasAddOns) return;
    this.hasAddOns = true;
    await installAddOns(this.environment.controlPlane!);
  }

  /** Checks the effects of each kind of change against the reviewed table. */
  private async changes(): Promise<void> {
    await this.report.check("effects of changes", async () => {
      const rows = await planChanges(await this.prepareThreeBakers(), (how) => this.report.progress(how));
      this.environment.expectNothingSent();
      expectNone("wrong effects", rowProblems(rows));
      return `${rows.length} changes, as in ${expectTable("changes.txt", changeTable(rows))}`;
    });
  }

  private async removal(): Promise<string> {
    return removeBaker(await this.prepareThreeBakers());
  }

  private async interruptions(): Promise<void> {
    for (const [index, interruption] of interruptions(this.environment.controlPlane!).entries()) {
      await this.report.check(`interrupted apply of baker: ${interruption.title}`, async () => {
        const stacks = await this.environment.stacks(`cut-${index}`, interruptedConfiguration(index));
        await stacks.baker.init();
        return interrupt(stacks, interruption);
      });
    }
  }

  /** The configuration with three bakers, with both stacks applied. */
  private prepareThreeBakers(): Promise<TwoStacks> {
    const prepare = async () => {
      const stacks = await this.environment.stacks("changes", configurationWith());
      await Promise.all([stacks.platform.terraform.init(), stacks.baker.init()]);
      await Promise.all([stacks.platform.apply(), stacks.apply()]);
      return stacks;
    };
    return (this.threeBakers ??= prepare());
  }
}
