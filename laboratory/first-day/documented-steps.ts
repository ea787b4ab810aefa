/** A step of a first deployment as the documentation prints it. */
export interface DocumentedStep {
  readonly number: number;
  readonly title: string;
  /** As a person would paste them, one by one. A command of several lines is one text. */
  readonly commands: readonly string[];
}

/**
 * The numbered steps of a section of a Markdown page, with the commands in their code blocks.
 * @param heading of the section, without its #
 * @throws Error if there is no such section, or no step in it
 */
export function stepsOfSection(markdown: string, heading: string): DocumentedStep[] {
  const section = sectionOf(markdown, heading);
  const steps = section.split(/^(?=\d+\. )/m).filter((part) => /^\d+\. /.test(part));
  if (steps.length === 0) throw new Error(`the section ${heading} has no numbered steps`);
  return steps.map((step) => {
    const [, number, title] = /^(\d+)\. (?:\*\*)?(.+?)(?:\*\*|\n)/.exec(step)!;
    return { number: Number(number), title: title!.replace(/[.:]$/, ""), commands: commandsOf(step) };
  });
}

/** The text of a section, up to the next heading of its level or above. @throws Error if there is none of that name */
export function sectionOf(markdown: string, heading: string): string {
  const start = new RegExp(`^(#+) ${heading}$`, "m").exec(markdown);
  if (!start) throw new Error(`there is no section ${heading}`);
  const rest = markdown.slice(start.index + start[0].length);
  const end = new RegExp(`^#{1,${start[1]!.length}} `, "m").exec(rest);
  return end ? rest.slice(0, end.index) : rest;
}

/** The commands in the sh blocks of a text. */
export function commandsOf(markdown: string): string[] {
  const blocks = [...markdown.matchAll(/^( *)```sh\n([^]*?)^ *```$/gm)];
  return blocks.flatMap(([, indent = "", block = ""]) =>
    commandsOfBlock(block.replaceAll(new RegExp(`^${indent}`, "gm"), "")),
  );
}

/** The commands under "Next" in what synth prints: the lines below each step that are indented further. */
export function stepsOfSynth(output: string): DocumentedStep[] {
  const lines = output.slice(output.search(/^Next/m)).split("\n");
  const starts = lines.flatMap((line, index) => {
    const [, indent, number, title] = /^( *)(\d+)\. (.*)$/.exec(line) ?? [];
    return number === undefined ? [] : [{ index, indent: indent!.length, number: Number(number), title: title! }];
  });
  return starts.map(({ index, indent, number, title }, place) => {
    const end = starts[place + 1]?.index ?? lines.length;
    const below = lines.slice(index + 1, end).filter((line) => line.search(/\S/) > indent + 3);
    return { number, title, commands: commandsOfBlock(below.map((line) => line.trim()).join("\n")) };
  });
}

/** Joins lines that end with a backslash or a pipe with the next; leaves out comments. */
function commandsOfBlock(block: string): string[] {
  const commands: string[] = [];
  let pending = "";
  for (const line of block.split("\n").map((text) => text.trim())) {
    if (pending === "" && (line === "" || line.startsWith("#"))) continue;
    pending += line;
    if (line.endsWith("\\")) pending = pending.slice(0, -1);
    else if (line.endsWith("|")) pending += " ";
    else {
      commands.push(pending);
      pending = "";
    }
  }
  return pending === "" ? commands : [...commands, pending];
}
