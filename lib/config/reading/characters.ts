/**
 * Characters that are invisible, or that look like others: they come from word processors, web pages and chat programs,
 * and nobody finds them without help.
 */

/** Names of the usual ones. https://www.unicode.org/charts/nameslist */
const names: Readonly<Record<string, string>> = {
  "\u00a0": "no-break space",
  "\u00ad": "soft hyphen",
  "\u200b": "zero-width space",
  "\u200c": "zero-width non-joiner",
  "\u200d": "zero-width joiner",
  "\u200e": "left-to-right mark",
  "\u200f": "right-to-left mark",
  "\u202f": "narrow no-break space",
  "\u2060": "word joiner",
  "\u3000": "ideographic space",
  "\ufeff": "byte order mark",
  "\u2010": "hyphen that is not the one of the keyboard",
  "\u2011": "non-breaking hyphen",
  "\u2012": "figure dash",
  "\u2013": "en dash",
  "\u2014": "em dash",
  "\u2212": "minus sign",
  "\u2018": "typographic quotation mark",
  "\u2019": "typographic quotation mark",
  "\u201a": "typographic quotation mark",
  "\u201c": "typographic quotation mark",
  "\u201d": "typographic quotation mark",
  "\u201e": "typographic quotation mark",
  "\u00ab": "typographic quotation mark",
  "\u00bb": "typographic quotation mark",
  "\t": "tab",
  "\n": "line break",
  "\r": "carriage return",
  " ": "space",
};

/** Spaces but the usual one, format characters, and control characters but tab and line breaks. */
const invisible = /[\p{Zs}\p{Zl}\p{Zp}\p{Cf}\p{Cc}]/gu;
const ordinary = /^[ \t\r\n]$/;

/** The first character of a text that can't be seen and does not belong there, if there is one. */
export const invisibleCharacter = (text: string): string | undefined =>
  text.match(invisible)?.find((character) => !ordinary.test(character));

/** A character for a message, by its name and number where it can be mistaken: a zero-width space (U+200B). */
export function characterName(character: string): string {
  const name = names[character];
  const isAscii = /^[ -~\t\r\n]$/.test(character);
  if (isAscii) return name === undefined ? `"${character}"` : withArticle(name);
  const code = `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}`;
  if (name !== undefined) return `${withArticle(name)} (${code})`;
  return invisibleCharacter(character) === undefined ? `"${character}" (${code})` : `the invisible character ${code}`;
}

const withArticle = (name: string) => `${/^[aeiou]/.test(name) ? "an" : "a"} ${name}`;

/** A text in quotes, in which every character can be seen: invisible ones by their numbers. */
export const shownName = (text: string): string =>
  JSON.stringify(text).replace(invisible, (character) =>
    ordinary.test(character) ? character : `\\u${character.codePointAt(0)!.toString(16).padStart(4, "0")}`,
  );
