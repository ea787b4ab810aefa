import { Report } from "../../../laboratory/verify/report";

function output(isTTY = false) {
  const texts: string[] = [];
  const stream = { isTTY, columns: 40, write: (text: string) => texts.push(text) };
  return { report: new Report(stream as unknown as NodeJS.WriteStream), texts };
}

test("prints a line for each check, and fails at the end with the names of those that failed", async () => {
  const { report, texts } = output();
  await report.check("good", async () => "as expected");
  await report.check("bad", () => Promise.reject(new Error("it broke")));
  report.skip("other", "needs a mirror");
  report.progress("half");
  expect(texts).toEqual([
    expect.stringMatching(/^ok .*good: as expected\n$/),
    expect.stringMatching(/^FAILED .*bad: it broke\n$/),
    expect.stringMatching(/^SKIPPED .*other: needs a mirror\n$/),
  ]);
  expect(() => report.end()).toThrow("Failed: bad.");
});

const clearLine = "\r\x1b[K";

test("shows on a terminal what it is doing, in one line that the next one replaces", async () => {
  const { report, texts } = output(true);
  await report.check("good", async () => {
    report.progress("1 of 2");
    return "as expected";
  });
  expect(texts).toEqual([
    `${clearLine}good …`,
    `${clearLine}good: 1 of 2 …`,
    expect.stringMatching(/^\r\x1b\[Kok .*good/),
  ]);
  expect(() => report.end()).not.toThrow();
});

test("shows only Terraform's errors of a run that failed, and not all of a long list", async () => {
  const { report, texts } = output();
  const plan = Array.from({ length: 1000 }, (_, index) => `  + attribute = ${index}`).join("\n");
  await report.check("bad", () =>
    Promise.reject(new Error(`apply: exit 1\n${plan}\n\nError: quota exceeded\n\n  with a.b\n`)),
  );
  expect(texts[0]).toMatch(/^FAILED .*bad: apply: exit 1\nError: quota exceeded\n\n {2}with a\.b\n$/);
  await report.check("long", () => Promise.reject(new Error(plan)));
  expect(texts[1]).toMatch(/attribute = 19\n… and 980 more lines\n$/);
});

test("fails if everything was skipped", () => {
  const { report } = output();
  report.skip("everything", "needs terraform");
  expect(() => report.end()).toThrow("Nothing was checked: everything was skipped.");
});
