import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { exampleFiles } from "../../../laboratory/examples";
import { randomNumbers } from "../../../laboratory/random";
import { packageRoot } from "../../../lib/package-root";
import { followed, problemsOf, suggestionIn } from "../../support/fixes";

/** What a person does to a file by mistake, in a line of it. */
type Mistake = (line: string, pick: <T>(of: readonly T[]) => T) => string | undefined;

const letters = [..."abexz019-_:.,#'\"[]{}&*!|>%@` \t"];
const values =
  "~ null yes no on off 007 1_000 0x1F 1e3 .nan .inf 2026-11-28 08:00 [] {} '' \"\" x 1,000 10GiB -1 0 1.5".split(" ");
const at = (line: string, pick: (of: readonly number[]) => number) => pick([...line].map((_, index) => index));

const mistakes: readonly Mistake[] = [
  (line, pick) =>
    line === "" ? undefined : line.slice(0, at(line, pick)) + pick(letters) + line.slice(at(line, pick)),
  (line, pick) => {
    const index = at(line, pick);
    return line === "" ? undefined : line.slice(0, index) + line.slice(index + 1);
  },
  (line, pick) => {
    const index = at(line, pick);
    return line.length < 2
      ? undefined
      : line.slice(0, index) + (line[index + 1] ?? "") + (line[index] ?? "") + line.slice(index + 2);
  },
  (line) => ` ${line}`,
  (line) => line.replace(/^ {1,2}/, ""),
  (line) => line.replace(/^ {2}/, "\t"),
  (line) => line.replace(":", ""),
  (line) => line.replace(": ", ":"),
  (line, pick) => line.replace(/: \S.*$/, `: ${pick(values)}`),
  (line) => line.replace(/: (\S.*)$/, ': "$1"'),
  (line) => line.replace(/"/, ""),
  (line) => line.replace(/"/g, "“"),
  (line) => line.replace(/(\w+):/, (_, name: string) => `${name.toUpperCase()}:`),
  (line) => `${line}\n${line}`,
  () => "",
  (line) => line.replace(/[\]}]$/, ""),
  (line) => line.replace(/ (\S+)$/, " \u00a0$1"),
  (line) => `${line},`,
];

/** A longer run of the same: MISTAKES=3000 MISTAKES_LOG=file npx jest mistakes */
const runs = Number(process.env["MISTAKES"] ?? 60);
const log = process.env["MISTAKES_LOG"];

test.each(exampleFiles)(
  "after mistakes in %s, each problem is told in plain words, and each suggestion mends it",
  (file) => {
    const next = randomNumbers(runs);
    const pick = <T>(of: readonly T[]): T => of[Math.floor(next() * of.length)]!;
    const text = readFileSync(join(packageRoot, file), "utf8");
    let suggested = 0;
    for (let run = 0; run < runs; run++) {
      const lines = text.split("\n");
      const index = pick(
        lines
          .map((line, number) => (line.trim() === "" || /^\s*#/.test(line) ? -1 : number))
          .filter((number) => number >= 0),
      );
      const wrong = pick(mistakes)(lines[index]!, pick);
      if (wrong === undefined || wrong === lines[index]) continue;
      lines[index] = wrong;
      const changed = lines.join("\n");
      const problems = problemsOf(changed);
      for (const problem of problems) {
        const { message, line } = problem;
        if (log)
          appendFileSync(
            log,
            `${JSON.stringify(wrong)} (was ${JSON.stringify(text.split("\n")[index])})\n    ${line ?? ""} ${problem.path}: ${message}\n`,
          );
        expect([wrong, message]).toEqual([
          wrong,
          expect.not.stringMatching(/undefined|\[object|NaN|Infinity|Invalid |expected |Expected /),
        ]);
        if (suggestionIn(problem) === undefined) continue;
        suggested++;
        const left = problemsOf(followed(changed, problem)).map((each) => `${each.path} ${each.message}`);
        expect([wrong, left]).toEqual([wrong, expect.not.arrayContaining([`${problem.path} ${message}`])]);
      }
    }
    expect(suggested).toBeGreaterThan(0);
  },
);
