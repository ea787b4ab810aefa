/** Text that is markup already: what is put into it has been escaped. */
export class Markup {
  constructor(readonly text: string) {}
}

type Content = Markup | string | number | readonly Content[];

/** HTML or SVG. Whatever is put in is escaped, unless it is markup itself; lists are joined. */
export function markup(texts: TemplateStringsArray, ...contents: Content[]): Markup {
  return new Markup(String.raw({ raw: texts }, ...contents.map(escaped)));
}

const escaped = (content: Content): string => {
  if (content instanceof Markup) return content.text;
  if (typeof content === "object") return content.map(escaped).join("");
  return String(content).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
};
