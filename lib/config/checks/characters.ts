import type { Findings } from "../reading/findings";
import { characterName, invisibleCharacter } from "../reading/characters";
import type { Path } from "../reading/problems";
import { isRecord, shown } from "../reading/values";

/** Whether a name or a value has a character that nobody can see, and that therefore must be the only one reported. */
export function checkCharacters(value: unknown, findings: Findings, path: Path = []): void {
  if (typeof value === "string") checkText(value, findings, path);
  else if (Array.isArray(value)) value.forEach((item, index) => checkCharacters(item, findings, [...path, index]));
  else if (isRecord(value)) {
    for (const [name, item] of Object.entries(value)) {
      checkText(name, findings, [...path, name]);
      checkCharacters(item, findings, [...path, name]);
    }
  }
}

function checkText(text: string, findings: Findings, path: Path): void {
  const character = invisibleCharacter(text);
  if (character === undefined) return;
  findings.onlyProblem(
    path,
    `has ${characterName(character)} in it: ${shown(text)}. Delete the line and type it again.`,
  );
}
