import { readFileSync } from "node:fs";
import { join } from "node:path";
import { commandsOf, sectionOf, stepsOfSection, stepsOfSynth } from "../../../laboratory/first-day/documented-steps";
import { packageRoot } from "../../../lib/package-root";

const page = `# Title

\`\`\`sh
npm ci && npm test   # everything
\`\`\`

## Deploy

Text with 1. a number.

1. **Write it.** Some text.

   \`\`\`sh
   cp a b
   # a comment
   gcloud create x \\
     --flag
   sed -n 1p a |
     tail
   \`\`\`

   Text.

   \`\`\`yaml
   not: a command
   \`\`\`

2. **Look**: twice.

   \`\`\`sh
   ls
   \`\`\`

## Next section

3. **Not this.**
`;

test("the steps of a section have its commands, as a person pastes them", () => {
  expect(stepsOfSection(page, "Deploy")).toEqual([
    { number: 1, title: "Write it", commands: ["cp a b", "gcloud create x --flag", "sed -n 1p a | tail"] },
    { number: 2, title: "Look", commands: ["ls"] },
  ]);
  expect(commandsOf(page)[0]).toBe("npm ci && npm test   # everything");
});

test("a section that does not exist, or has no steps, is an error", () => {
  expect(() => sectionOf(page, "Other")).toThrow("there is no section Other");
  expect(() => stepsOfSection(page, "Title")).not.toThrow();
  expect(() => stepsOfSection("## Empty\n\nText.\n", "Empty")).toThrow("has no numbered steps");
});

test("the steps that synth prints are those below its heading", () => {
  const output = `Written
  1. not a step
       no command

Next steps
  1. Prepare each Raspberry Pi, and put
     what it prints into the file.
       scp -r a b: && ssh b
  2. Look.
       ls
`;
  expect(stepsOfSynth(output)).toEqual([
    { number: 1, title: "Prepare each Raspberry Pi, and put", commands: ["scp -r a b: && ssh b"] },
    { number: 2, title: "Look.", commands: ["ls"] },
  ]);
});

test("README's steps are found, each with a command", () => {
  const steps = stepsOfSection(readFileSync(join(packageRoot, "README.md"), "utf8"), "Deploy");
  expect(steps.map(({ number }) => number)).toEqual(steps.map((_, index) => index + 1));
  expect(steps.length).toBeGreaterThan(4);
  for (const { commands } of steps) expect(commands).not.toEqual([]);
});
