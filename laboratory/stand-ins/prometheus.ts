import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { RuleFile } from "./managed-prometheus";
import { findProgram } from "../needs";

/** The time during which an alert fired. */
export interface Firing {
  readonly rule: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Unix times of the first and the last evaluation at which it fired, in seconds. */
  readonly since: number;
  readonly until: number;
}

export interface PrometheusProps {
  readonly scrapeConfigs: readonly object[];
  /** All rules, in one group. */
  readonly rules: RuleFile;
  /** The address on which it listens, with port 9090. */
  readonly address: string;
  /** Command prefix that enters the network in which it runs. @default - the host's network */
  readonly enter?: readonly string[];
}

/** Runs its arguments as a command until its standard input ends, which also happens if its parent is killed. */
const untilInputEnds = '"$@" & cat >/dev/null; kill -KILL $!; wait';

/** A real Prometheus server. It ends with this process, even if this process is killed. */
export class Prometheus {
  private readonly folder = mkdtempSync(join(tmpdir(), "prometheus-"));
  private readonly program: ChildProcess;
  private log = "";

  constructor(private readonly props: PrometheusProps) {
    const { scrapeConfigs, rules, address, enter = [] } = props;
    const file = (name: string, content: object) => {
      // JSON is valid YAML.
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

  /** Waits until a query has a result. @throws Error with Prometheus' log */
  async until(query: string, seconds = 60): Promise<void> {
    const end = Date.now() + seconds * 1000;
    for (;;) {
      const series = this.query(query);
      if (series && series.length > 0) return;
      if (Date.now() > end) throw new Error(`${query} has no result after ${seconds} s: ${this.log}`);
      await pause(500);
    }
  }

  /** The result of a query: labels and value of each series. */
  series(query: string): { readonly labels: Readonly<Record<string, string>>; readonly value: string }[] {
    return (this.query(query) ?? []).map(({ metric, value }) => ({ labels: metric, value: value![1] }));
  }

  /** All alerts that fired within the last hour, in order of their start. */
  firings(): Firing[] {
    const series = this.query('ALERTS{alertstate="firing"}[1h]');
    if (!series) throw new Error(`Prometheus does not answer: ${this.log}`);
    const gap = 1.5 * Number.parseInt(this.props.rules.groups[0].interval);
    return series
      .flatMap(({ metric, values }) => {
        const { __name__: _, alertname: rule = "", alertstate: _state, ...labels } = metric;
        return runsOf(
          values!.map(([at]) => at),
          gap,
        ).map(({ since, until }) => ({ rule, labels, since, until }));
      })
      .sort((one, other) => one.since - other.since);
  }

  /** Stops the server and removes its data. */
  async end(): Promise<void> {
    const ended = new Promise((resolve) => this.program.once("exit", resolve));
    if (this.program.exitCode === null && this.program.signalCode === null) {
      this.program.ref();
      this.program.stdin!.end();
      await ended;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  private query(query: string): Series[] | undefined {
    const { address, enter = [] } = this.props;
    const url = `http://${address}:9090/api/v1/query`;
    const [program = "", ...parameters] = [
      ...[...enter, "curl", "--silent", "--max-time", "5", "--data-urlencode", `query=${query}`, url],
    ];
    const { stdout } = spawnSync(program, parameters, { encoding: "utf8" });
    if (!stdout.startsWith("{")) return undefined;
    const answer = JSON.parse(stdout) as { status: string; error?: string; data: { result: Series[] } };
    if (answer.status !== "success") throw new Error(`${query}: ${answer.error}`);
    return answer.data.result;
  }
}

interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly value?: readonly [number, string];
  readonly values?: readonly (readonly [number, string])[];
}

/** Merges times of evaluations that are less than `gap` seconds apart. */
function runsOf(moments: readonly number[], gap: number): { since: number; until: number }[] {
  const runs: { since: number; until: number }[] = [];
  for (const at of moments) {
    const last = runs.at(-1);
    if (last && at - last.until < gap) last.until = at;
    else runs.push({ since: at, until: at });
  }
  return runs;
}
