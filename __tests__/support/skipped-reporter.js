/** A jest reporter that lists skipped tests by reason at the very end of a run. */
class SkippedReporter {
  constructor(globalConfig) {
    this.filtered = Boolean(globalConfig.testNamePattern);
  }

  onRunComplete(_contexts, results) {
    // With -t jest reports all other tests as skipped, whatever this host has.
    if (this.filtered) return;
    const text = skippedList(results.testResults);
    // Jest prints its own summary after all reporters; only the process's exit comes later.
    process.once("exit", () => process.stderr.write(text));
  }
}

/** The skipped tests, grouped by the reason that describeReal has put into the title. */
function skippedList(testResults) {
  const groups = new Map();
  for (const { testResults: tests } of testResults) {
    for (const test of tests.filter(({ status }) => status !== "passed" && status !== "failed")) {
      const titles = [...test.ancestorTitles, test.title];
      const marked = titles.map((title) => / ?\[skipped: (.*)\]$/.exec(title)).find((match) => match !== null);
      const reason = marked ? marked[1] : "unknown reason: only describeReal may skip tests";
      const group = marked ? marked.input.slice(0, marked.index) : titles.join(" › ");
      const counts = groups.get(reason) ?? new Map();
      counts.set(group, (counts.get(group) ?? 0) + 1);
      groups.set(reason, counts);
    }
  }
  if (groups.size === 0) return "\nSkipped: nothing\n";
  const lines = [...groups]
    .sort(([a], [b]) => a.localeCompare(b))
    .flatMap(([reason, counts]) => [`  ${reason}`, ...[...counts].map(([group, count]) => `    ${group} (${count})`)]);
  return `\nSkipped, and why:\n${lines.join("\n")}\n`;
}

module.exports = SkippedReporter;
module.exports.skippedList = skippedList;
