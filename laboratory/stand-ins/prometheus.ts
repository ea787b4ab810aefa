import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { RuleFile } from "./managed-prometheus";
import { findProgram } from "../needs";

/** One alert, from when to when it fired. Unix time, seconds; to the evaluation, of which there is one in a while. */
export interface Firing {
  readonly rule: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly since: number;
  readonly until: number;
}

export interface PrometheusProps {
  readonly scrapeConfigs: readonly object[];
  /** A file of rules, all of them in one group. */
  readonly rules: RuleFile;
  /** Where it listens; the port is always 9090. */
  readonly address: string;
  /** What stands before a command that is to run where it runs. @default - nothing */
  readonly enter?: readonly string[];
}

/** Runs the rest of the line, until its own input ends: also when who has started it is killed. */
const untilInputEnds = '"$@" & cat >/dev/null; kill -KILL $!; wait';

/** The real Prometheus. It ends with this process, in whatever way this ends. */
export class Prometheus {
  private readonly folder = mkdtempSync(join(tmpdir(), "prometheus-"));
  private readonly program: ChildProcess;
  private log = "";

  constructor(private readonly props: PrometheusProps) {
    const { scrapeConfigs, rules, address, enter = [] } = props;
    const file = (name: string, content: object) => {
      // JSON is YAML.
      writeFileSync(join(this.folder, name), JSON.stringify(content));
      return join(this.folder, name);
    };
    const config = file("prometheus.json", {
      rule_files: [file("rules.json", rules)],
      scrape_configs: scrapeConfigs,
    });
    const [program = "", ...parameters] = [
      ...[...enter, "sh", "-c", untilInputEnds, "sh", findProgram("prometheus")!, `--config.file=${config}`],
      ...[`--storage.tsdb.path=${join(this.folder, "data")}`, `--web.listen-address=${address}:9090`],
      "--log.level=warn",
    ];
    this.program = spawn(program, parameters, { stdio: ["pipe", "pipe", "pipe"] });
    this.program.unref();
    for (const stream of [this.program.stdout!, this.program.stderr!]) {
      stream.on("data", (text: Buffer) => (this.log = (this.log + text.toString()).slice(-4000)));
    }
  }

  /** Waits until a query has a result. @throws Error with what Prometheus has said */
  async until(query: string, seconds = 60): Promise<void> {
    const end = Date.now() + seconds * 1000;
    for (;;) {
      const found = this.find(query);
      if (found && found.length > 0) return;
      if (Date.now() > end) throw new Error(`nothing is found after ${seconds} s with ${query}: ${this.log}`);
      await pause(500);
    }
  }

  /** The labels of each series of the result, and its newest value. */
  series(query: string): { readonly labels: Readonly<Record<string, string>>; readonly value: string }[] {
    return (this.find(query) ?? []).map(({ metric, value }) => ({ labels: metric, value: value![1] }));
  }

  /** All that has fired in the last hour, in the order in which it began. */
  firings(): Firing[] {
    const found = this.find('ALERTS{alertstate="firing"}[1h]');
    if (!found) throw new Error(`Prometheus does not answer: ${this.log}`);
    const gap = 1.5 * Number.parseInt(this.props.rules.groups[0].interval);
    return found
      .flatMap(({ metric, values }) => {
        const { __name__: _, alertname: rule = "", alertstate: _state, ...labels } = metric;
        return runsOf(
          values!.map(([at]) => at),
          gap,
        ).map(({ since, until }) => ({ rule, labels, since, until }));
      })
      .sort((one, other) => one.since - other.since);
  }

  async end(): Promise<void> {
    const ended = new Promise((resolve) => this.program.once("exit", resolve));
    if (this.program.exitCode === null && this.program.signalCode === null) {
      this.program.ref();
      this.program.stdin!.end();
      await ended;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  private find(query: string): Found[] | undefined {
    const { address, enter = [] } = this.props;
    const url = `http://${address}:9090/api/v1/query`;
    const [program = "", ...parameters] = [
      ...[...enter, "curl", "--silent", "--max-time", "5", "--data-urlencode", `query=${query}`, url],
    ];
    const { stdout } = spawnSync(program, parameters, { encoding: "utf8" });
    if (!stdout.startsWith("{")) return undefined;
    const answer = JSON.parse(stdout) as { status: string; error?: string; data: { result: Found[] } };
    if (answer.status !== "success") throw new Error(`${query}: ${answer.error}`);
    return answer.data.result;
  }
}

interface Found {
  readonly metric: Readonly<Record<string, string>>;
  readonly value?: readonly [number, string];
  readonly values?: readonly (readonly [number, string])[];
}

/** Moments of evaluations as times in which each one was there: none is further from the next one than `gap`. */
function runsOf(moments: readonly number[], gap: number): { since: number; until: number }[] {
  const runs: { since: number; until: number }[] = [];
  for (const at of moments) {
    const last = runs.at(-1);
    if (last && at - last.until < gap) last.until = at;
    else runs.push({ since: at, until: at });
  }
  return runs;
}
