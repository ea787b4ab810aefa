/** HTML or SVG whose contents are escaped already. */
export class Markup {
  constructor(readonly text: string) {}
}

type Content = Markup | string | number | readonly Content[];

/** Template tag for HTML and SVG. Contents are escaped unless they are Markup; lists are concatenated. */
export function markup(texts: TemplateStringsArray, ...contents: Content[]): Markup {
  return new Markup(String.raw({ raw: texts }, ...contents.map(escaped)));
}

const escaped = (content: Content): string => {
  if (content instanceof Markup) return content.text;
  if (typeof content === "object") return content.map(escaped).join("");
  return String(content).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
};
