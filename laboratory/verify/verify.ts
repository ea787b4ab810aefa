import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { exitCode, Failure } from "../../lib/terminal/failure";
import { loadConfiguration } from "../../lib/config/load";
import type { Configuration } from "../../lib/config/schema/configuration";
import { exampleFiles } from "../examples";
import { ControlPlane } from "../cluster/control-plane";
import { applyDefinitions } from "../stand-ins/gke";
import { missing } from "../needs";
import { planChanges, rowProblems } from "./change-plans";
import { changeTable } from "./change-table";
import { configurationWith } from "./changes";
import { differences } from "../terraform/provider-objects";
import { interrupt, interruptedConfiguration, interruptions } from "./interruptions";
import { RefusingProxy } from "./refusing-proxy";
import { removeBaker } from "./removal";
import { TwoStacks } from "./two-stacks";
import { packageRoot } from "../../lib/package-root";

/** The Google provider looks up the owner of its token for its log, and continues if that fails. No other request is allowed. */
const tokenOwnerRequest = "openidconnect.googleapis.com:443";

const allParts = ["configurations", "changes", "removal", "interruptions"];

const golden = join(packageRoot, "laboratory/verify/golden/changes.txt");

/**
 * Runs the real Terraform on the synthesised stacks, without Google. `farm verify --help` describes it.
 *
 * @param files configurations; if empty, the examples and all other parts
 * @param options.only the only part to run @default - all
 * @throws Failure for an unknown part and if a check failed
 */
export async function verify(files: readonly string[], { only }: { readonly only?: string } = {}): Promise<void> {
  const parts = only === undefined ? allParts : allParts.filter((part) => part === only);
  if (parts.length === 0)
    throw new Failure(`${only} is not a part. Parts: ${allParts.join(", ")}.`, "", exitCode.usage);
  const terraform = process.env["TERRAFORM_BINARY_NAME"] || "terraform";
  const lacks = missing({ programs: [terraform] });
  if (lacks.length > 0) {
    print(`SKIPPED: everything needs ${lacks.map(({ hint }) => hint).join(", ")}`);
    return;
  }
  const run = new Run(mkdtempSync(join(tmpdir(), "verify-")));
  const interrupted = () => process.exit(130);
  process.once("SIGINT", interrupted).once("SIGTERM", interrupted);
  process.once("exit", () => run.removeFolder());
  try {
    await run.start();
    const configurations = files.length > 0 ? files : exampleFiles.map((file) => join(packageRoot, file));
    if (parts.includes("configurations")) {
      for (const file of configurations) await run.example(shown(file), loadConfiguration(file).configuration);
    }
    if (files.length === 0 && parts.includes("changes")) await run.changes();
    if (files.length === 0 && parts.includes("removal")) await run.removal();
    if (files.length === 0 && parts.includes("interruptions")) await run.interruptions();
  } finally {
    await run.end();
  }
  run.report();
}

const shown = (file: string) => (file.startsWith(packageRoot) ? relative(packageRoot, file) : file);

interface Result {
  readonly title: string;
  readonly outcome: "ok" | "FAILED" | "SKIPPED";
  readonly detail: string;
  readonly seconds: number;
}

class Run {
  private readonly begin = Date.now();
  private readonly results: Result[] = [];
  private proxy!: RefusingProxy;
  private controlPlane?: ControlPlane;
  private threeBakers?: Promise<TwoStacks>;
  /** Why providers are not available, once that is known. */
  private noProviders?: string;

  constructor(private readonly folder: string) {
    mkdirSync(join(folder, "plugin-cache"));
  }

  async start(): Promise<void> {
    this.proxy = await RefusingProxy.start();
    const lacks = missing({ controlPlane: true });
    if (lacks.length > 0) {
      const hints = lacks.map(({ hint }) => hint).join(", ");
      this.skip("stack baker: apply, second plan, comparison; changes; interruptions", `needs ${hints}`);
      return;
    }
    this.controlPlane = await ControlPlane.start({ controllers: true });
    applyDefinitions(this.controlPlane);
  }

  /** Checks both stacks of a configuration: Terraform accepts them, and the provider creates the expected objects. */
  async example(title: string, configuration: Configuration): Promise<void> {
    const stacks = this.stacks(title.replace(/\W+/g, "-"), configuration);
    if (!(await this.canInit(title, stacks))) return;
    await this.check(`${title}: platform`, () => this.platform(stacks));
    if (this.controlPlane) await this.check(`${title}: baker`, () => this.baker(stacks));
  }

  /** Checks the effects of each kind of change against the reviewed table. */
  async changes(): Promise<void> {
    await this.withThreeBakers("effects of changes", async (stacks) => {
      const rows = await planChanges(stacks, (line) => this.log(line));
      this.expectNothingSent();
      expectNone("wrong effects", rowProblems(rows));
      expectTable(changeTable(rows));
      return `${rows.length} changes, as in ${shown(golden)}`;
    });
  }

  async removal(): Promise<void> {
    await this.withThreeBakers("removal of one of three bakers", removeBaker);
  }

  async interruptions(): Promise<void> {
    const { controlPlane } = this;
    if (!controlPlane || this.noProviders !== undefined) return;
    for (const [index, interruption] of interruptions(controlPlane).entries()) {
      await this.check(`interrupted apply: ${interruption.title}`, async () => {
        const stacks = this.stacks(`cut-${index}`, interruptedConfiguration(index));
        await stacks.baker.init();
        return interrupt(stacks, interruption);
      });
    }
  }

  /** Prints the results. @throws Failure with the checks that failed */
  report(): void {
    const width = Math.max(...this.results.map(({ title }) => title.length));
    print("");
    for (const { title, outcome, detail, seconds } of this.results) {
      print(`${title.padEnd(width)}  ${outcome.padEnd(7)}  ${seconds.toFixed(1).padStart(6)} s  ${detail}`.trimEnd());
    }
    const failed = this.results.filter(({ outcome }) => outcome === "FAILED");
    if (failed.length > 0) throw new Failure(`Failed: ${failed.map(({ title }) => title).join("; ")}.`);
  }

  async end(): Promise<void> {
    this.proxy.stop();
    await this.controlPlane?.stop();
    this.removeFolder();
  }

  removeFolder(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Runs a check on the configuration with three bakers, with both stacks as after an apply. */
  private async withThreeBakers(title: string, body: (stacks: TwoStacks) => Promise<string>): Promise<void> {
    if (!this.controlPlane || this.noProviders !== undefined) return;
    await this.check(title, async () => {
      this.threeBakers ??= this.prepareThreeBakers();
      return body(await this.threeBakers);
    });
  }

  private async prepareThreeBakers(): Promise<TwoStacks> {
    const stacks = this.stacks("changes", configurationWith());
    await Promise.all([stacks.platform.init(), stacks.baker.init()]);
    const [different] = await Promise.all([stacks.simulateApply(), stacks.apply()]);
    expectNone("the simulated state differs from the stack", different);
    return stacks;
  }

  private async platform(stacks: TwoStacks): Promise<string> {
    await stacks.platform.validate();
    const changes = (await stacks.plan("platform")).resource_changes ?? [];
    const other = changes.filter(({ mode, change }) => mode !== "managed" || change.actions.join() !== "create");
    expectNone(
      "the first plan does not only create",
      other.map(({ address }) => address),
    );
    expectNone("a plan after an apply would change", await stacks.simulateApply());
    this.expectNothingSent();
    return `init, validate, plan of ${changes.length} resources; nothing was sent to Google`;
  }

  private async baker(stacks: TwoStacks): Promise<string> {
    await stacks.baker.init();
    await stacks.baker.validate();
    await stacks.apply();
    expectNone("the second plan would change", await stacks.drift());
    const compared = stacks.compare();
    expectNone("the provider created something else", differences(compared));
    return `init, validate, apply; then no changes; ${compared.length} objects, as the tests assume`;
  }

  private stacks(name: string, configuration: Configuration): TwoStacks {
    const { proxy, controlPlane } = this;
    const pluginCache = join(this.folder, "plugin-cache");
    return new TwoStacks({ folder: join(this.folder, name), configuration, proxy, pluginCache, controlPlane });
  }

  /** Whether providers are available, which only init can tell. After the first failure, it is not tried again. */
  private async canInit(title: string, stacks: TwoStacks): Promise<boolean> {
    if (this.noProviders === undefined) {
      try {
        await stacks.platform.init();
        return true;
      } catch (error) {
        this.noProviders = /^Error: (.*)$/m.exec((error as Error).message)?.[1] ?? String(error);
      }
    }
    this.skip(title, `no provider is available from a mirror or the registry: ${this.noProviders}`);
    return false;
  }

  private expectNothingSent(): void {
    const others = this.proxy.requests.filter((request) => request !== tokenOwnerRequest);
    expectNone("something was sent to", [...new Set(others)]);
  }

  private async check(title: string, body: () => Promise<string>): Promise<void> {
    this.log(title);
    const since = Date.now();
    const end = (outcome: Result["outcome"], detail: string) =>
      this.results.push({ title, outcome, detail, seconds: (Date.now() - since) / 1000 });
    try {
      end("ok", await body());
    } catch (error) {
      const { message } = error as Error;
      this.log(`FAILED: ${message}`);
      end("FAILED", message.split("\n")[0]!.slice(0, 200));
    }
  }

  private skip(title: string, why: string): void {
    this.log(`SKIPPED: ${title}: ${why}`);
    this.results.push({ title, outcome: "SKIPPED", detail: why, seconds: 0 });
  }

  private log(line: string): void {
    print(`${((Date.now() - this.begin) / 1000).toFixed(0).padStart(4)} s  ${line}`);
  }
}

/** @throws Error that lists the items, if there are any */
function expectNone(what: string, items: readonly string[]): void {
  if (items.length > 0) throw new Error(`${what}: ${items.join("; ")}`);
}

/** @throws Error with the first line that differs from the golden file; UPDATE_GOLDEN=1 writes the file instead */
function expectTable(table: string): void {
  if (process.env["UPDATE_GOLDEN"] === "1") {
    mkdirSync(join(golden, ".."), { recursive: true });
    writeFileSync(golden, table);
    return;
  }
  const lines = (existsSync(golden) ? readFileSync(golden, "utf8") : "").split("\n");
  const other = table.split("\n").findIndex((line, index) => line !== lines[index]);
  if (other < 0 && lines.length === table.split("\n").length) return;
  const at = other < 0 ? table.split("\n").length : other;
  const [there, here] = [lines[at], table.split("\n")[at]];
  const what = `line ${at + 1} of ${shown(golden)} is "${there ?? ""}" instead of "${here ?? ""}"`;
  throw new Error(`${what}; UPDATE_GOLDEN=1 updates the file`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
