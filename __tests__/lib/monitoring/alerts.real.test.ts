import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ConfigurationInput } from "../../../lib/config/schema/configuration";
import { scrapeSeconds } from "../../../lib/config/facts/signer-path";
import { exampleConfiguration, exampleFiles } from "../../../laboratory/examples";
import { ruleFile, type RuleFile } from "../../../laboratory/stand-ins/managed-prometheus";
import { describeReal } from "../../support/real";
import { synthesise } from "../../../laboratory/synthesis";

/** Values of a series and how many seconds each lasts; undefined: no sample. */
type Course = readonly (readonly [value: 0 | 1 | undefined, seconds: number])[];
interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly course: Course;
}

const up: Course = [[1, 1200]];
const upUntil = (seconds: number, then: 0 | undefined): Course => [
  [1, seconds],
  [then, 1200],
];
const silentAfter = (seconds: number) => upUntil(seconds, undefined);
const downAfter = (seconds: number) => upUntil(seconds, 0);

const deployment = {
  project_id: "hodl-farm-baking",
  location: "us-central1",
  cluster: "hodl-farm",
  namespace: "hodl-farm",
};

/** What the forwarders report: each uplink of hodl-farm is up, unless `change` returns something else. */
function uplinks(
  change: (forwarder: string, signer: string, uplink: string) => Course | undefined,
  where = deployment,
) {
  return ["1", "2"].flatMap((forwarder) =>
    ["pi-1", "pi-2"].flatMap((signer) =>
      ["eth0", "wwan0"].map((server): Series => {
        const own = { job: "signer-forwarders", forwarder, signer, server, proxy: `health-${signer}`, state: "UP" };
        const pod = { pod: `forwarder-${forwarder}-abc`, instance: `forwarder-${forwarder}-abc:proxy-metrics` };
        return { labels: { ...where, ...own, ...pod }, course: change(forwarder, signer, server) ?? up };
      }),
    ),
  );
}

/** What a baker's proxy reports about the forwarders. */
function baker(change: (forwarder: string) => Course | undefined, name = "baker"): Series[] {
  return ["1", "2"].map((forwarder) => {
    const own = { job: "baking-nodes", baker: name, forwarder, proxy: "health-forwarders", state: "UP" };
    return {
      labels: { ...deployment, ...own, server: `forwarder-${forwarder}`, pod: `baker-${name}-0` },
      course: change(forwarder) ?? up,
    };
  });
}

const healthy = [...uplinks(() => undefined), ...baker(() => undefined)];
const noSigner = ["NoSigner"];
const signer = (name: string) => [`SignerDown ${name}`];
const forwarder = (number: number) => [`ForwarderDown ${number}`];

/** What fires, by seconds since the start; queries are evaluated every 30 s. */
const cases: [title: string, series: Series[], firing: Record<number, string[]>][] = [
  ["everything is up", healthy, { 0: [], 30: [], 60: [], 600: [], 1170: [] }],
  [
    "both signers go down: fires at the next evaluation",
    [...uplinks(() => downAfter(121)), ...baker(() => undefined)],
    {
      120: [],
      150: noSigner,
      420: noSigner,
      480: [...forwarder(1), ...forwarder(2), ...noSigner, ...signer("pi-1"), ...signer("pi-2")],
    },
  ],
  [
    "both signers went down, and one is back",
    uplinks((_, name) => (name === "pi-2" ? [...downAfter(100).slice(0, 1), [0, 100], [1, 1000]] : downAfter(100))),
    { 90: [], 120: noSigner, 180: noSigner, 210: [], 390: [], 420: signer("pi-1") },
  ],
  [
    "one uplink of one signer is up, at one forwarder",
    uplinks((number, name, uplink) =>
      number === "2" && name === "pi-2" && uplink === "wwan0" ? undefined : downAfter(100),
    ),
    { 150: [], 390: [], 420: [...forwarder(1), ...signer("pi-1")] },
  ],
  [
    "all forwarders stop sending",
    [...uplinks(() => silentAfter(120)), ...baker(() => undefined)],
    { 120: [], 150: [], 180: noSigner, 510: [...forwarder(1), ...forwarder(2), ...noSigner] },
  ],
  ["nothing has ever sent a sample", [], { 0: noSigner, 330: [...forwarder(1), ...forwarder(2), ...noSigner] }],
  [
    "the baker reaches no forwarder, although they report healthy uplinks",
    [...uplinks(() => undefined), ...baker(() => downAfter(121))],
    { 120: [], 150: noSigner, 600: noSigner },
  ],
  [
    "the baker reaches one forwarder, which reaches no signer",
    [
      ...uplinks((number) => (number === "2" ? downAfter(100) : undefined)),
      ...baker((number) => (number === "1" ? downAfter(100) : undefined)),
    ],
    { 90: [], 120: noSigner, 420: [...forwarder(2), ...noSigner] },
  ],
  [
    "the baker's pod is gone: the signers are not at fault",
    [...uplinks(() => undefined), ...baker(() => silentAfter(60))],
    { 600: [] },
  ],
  [
    "a forwarder stops sending after a healthy last sample, and the other one loses the signers",
    uplinks((number) => (number === "1" ? silentAfter(100) : downAfter(130))),
    { 150: [], 180: noSigner },
  ],
  [
    "a signer is down for four minutes",
    uplinks((_, name) => (name === "pi-1" ? [...downAfter(100).slice(0, 1), [0, 240], [1, 800]] : undefined)),
    { 120: [], 330: [], 360: [], 600: [] },
  ],
  [
    "a signer is down for six minutes",
    uplinks((_, name) => (name === "pi-1" ? [...downAfter(100).slice(0, 1), [0, 360], [1, 700]] : undefined)),
    { 390: [], 420: signer("pi-1"), 450: signer("pi-1"), 480: [] },
  ],
  [
    "a signer flaps",
    uplinks((_, name) =>
      name === "pi-1"
        ? Array.from({ length: 10 }, (_, index): Course => [
            [0, index === 0 ? 60 : 80],
            [1, 40],
          ]).flat()
        : undefined,
    ),
    { 120: [], 300: [], 420: [], 600: [], 900: [] },
  ],
  [
    "a forwarder sends nothing for longer than five minutes",
    [
      ...uplinks((number) => (number === "1" ? silentAfter(100) : undefined)),
      ...baker((number) => (number === "1" ? downAfter(103) : undefined)),
    ],
    { 450: [], 480: forwarder(1), 900: forwarder(1) },
  ],
  [
    "a forwarder has no tunnel",
    uplinks((number) => (number === "2" ? downAfter(100) : undefined)),
    { 390: [], 420: forwarder(2) },
  ],
  [
    "a deployment of the same name in another project is healthy",
    [...uplinks(() => downAfter(100)), ...uplinks(() => undefined, { ...deployment, project_id: "other" })],
    { 90: [], 120: noSigner },
  ],
];

describeReal("Prometheus", { programs: ["promtool"] }, () => {
  const folder = mkdtempSync(join(tmpdir(), "rules-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  const promtool = (content: object, ...command: string[]) => {
    const file = join(folder, "input.json");
    writeFileSync(file, JSON.stringify(content));
    const { status, stdout, stderr } = spawnSync("promtool", [...command, file], { encoding: "utf8" });
    return { status, output: stdout + stderr };
  };

  test.each(exampleFiles)("accepts the policies of %s as rules", (file) => {
    const rules = ruleFile(synthesise(exampleConfiguration(undefined, file)).platform);
    const { status, output } = promtool(rules, "check", "rules", "--lint-fatal");
    expect({ status, output }).toEqual({
      status: 0,
      output: expect.stringContaining(`${rules.groups[0].rules.length} rules found`),
    });
  });

  const rules = ruleFile(synthesise(exampleConfiguration()).platform);

  test.each(cases)("%s", (_, series, firing) => {
    expect(evaluated(rules, series, firing)).toEqual({ status: 0, output: expect.stringContaining("SUCCESS") });
  });

  test("a baker has its own signers: those of another baker don't count", () => {
    const change = ({ bakers }: ConfigurationInput) => {
      const second = {
        ...bakers[0]!,
        name: "second",
        signerPort: 8446,
        signers: ["pi-2"],
        authenticationPublicKey: undefined,
      };
      const keys = { delegate: { publicKey: "edpkuVXoMUi7rgsYat2KQQwLjGWjQo6jFxVR7wAED1dKWGbs4Vhrnn" } };
      bakers[0]!.signers = ["pi-1"];
      bakers.push({ ...second, keys });
    };
    const two = ruleFile(synthesise(exampleConfiguration(change)).platform);
    const series = uplinks((_, name) => (name === "pi-2" ? downAfter(100) : undefined));
    const titles = { NoSigner: "hodl-farm: baker second can't reach any signer" };
    expect(
      evaluated(two, series, { 90: [], 120: noSigner, 600: [...noSigner, ...signer("pi-2")] }, titles),
    ).toMatchObject({ status: 0 });
  });

  function evaluated(
    file: RuleFile,
    series: readonly Series[],
    firing: Record<number, string[]>,
    titles: Record<string, string> = {},
  ) {
    writeFileSync(join(folder, "rules.json"), JSON.stringify(file));
    const all = file.groups[0].rules;
    const names = [...new Set(all.map(({ alert }) => alert))];
    const alert_rule_test = Object.entries(firing).flatMap(([at, expected]) =>
      names.map((alertname) => ({
        alertname,
        eval_time: `${at}s`,
        exp_alerts: expected
          .map((text) => text.split(" "))
          .filter(([name]) => name === alertname)
          .map(([, which]) => {
            const title = titles[alertname];
            const rule = all.find(({ alert, labels }) => alert === alertname && (!title || labels.title === title))!;
            const own = { SignerDown: { signer: which }, ForwarderDown: { forwarder: which } }[alertname] ?? {};
            return { exp_labels: { ...rule.labels, ...own } };
          }),
      })),
    );
    const input_series = series.map(({ labels, course }) => ({
      series: `haproxy_server_status{${Object.entries(labels)
        .map(([name, value]) => `${name}="${value}"`)
        .join(",")}}`,
      values: course
        .map(
          ([value, seconds]) => `${value === undefined ? "_" : `${value}+0`}x${Math.ceil(seconds / scrapeSeconds) - 1}`,
        )
        .join(" "),
    }));
    const tests = [{ interval: `${scrapeSeconds}s`, input_series, alert_rule_test }];
    return promtool(
      { rule_files: ["rules.json"], evaluation_interval: file.groups[0].interval, tests },
      "test",
      "rules",
    );
  }
});
