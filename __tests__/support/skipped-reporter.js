/** Jest reporter: the last thing a run prints is what was skipped and why, one line a reason. */
class SkippedReporter {
  constructor(globalConfig) {
    this.filtered = Boolean(globalConfig.testNamePattern);
  }

  onRunComplete(_contexts, results) {
    // With `-t` jest marks everything else as skipped, which says nothing about this machine.
    if (this.filtered) return;
    const text = skippedList(results.testResults);
    // Jest always runs its own summary after the other reporters; only the process's end comes later.
    process.once("exit", () => process.stderr.write(text));
  }
}

/** Tests skipped, grouped by the reason that describeReal wrote into the title; "" when none was. */
function skippedList(testResults) {
  const groups = new Map();
  for (const { testResults: tests } of testResults) {
    for (const test of tests.filter(({ status }) => status !== "passed" && status !== "failed")) {
      const titles = [...test.ancestorTitles, test.title];
      const marked = titles.map((title) => / ?\[skipped: (.*)\]$/.exec(title)).find((match) => match !== null);
      const reason = marked ? marked[1] : "no reason given: only describeReal may skip";
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
