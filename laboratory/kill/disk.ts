import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { walletFileNames } from "../../lib/tezos/wallet";
import type { ScriptSandbox } from "./script-sandbox";
import { type ScriptCase, handMadeAlias, protectedFiles } from "./script-cases";

/** Files of a disk by their path. */
export type Contents = ReadonlyMap<string, string>;

/** Puts a sandbox into the state in which a case begins. */
export function prepareDisk(box: ScriptSandbox, { disk, mounted }: ScriptCase): void {
  for (const folder of ["data", "wallet", "config", "secret", "tmp"]) {
    if (!box.exists(folder)) continue;
    for (const name of readdirSync(box.path(folder))) rmSync(box.path(folder, name), { recursive: true, force: true });
  }
  for (const [path, text] of Object.entries({ ...protectedFiles, ...disk })) box.write(`data/${path}`, text);
  for (const [path, text] of Object.entries(mounted)) box.write(path, text);
}

export function contents(box: ScriptSandbox): Contents {
  return new Map(
    readdirSync(box.data, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [relative(box.data, path), readFileSync(path, "utf8")]),
  );
}

/** What must hold at any time, also right after a kill. */
export function faultsAfterCut(disk: Contents, scriptCase: ScriptCase): string[] {
  const faults = Object.entries(protectedFiles)
    .filter(([path, text]) => disk.get(path) !== text)
    .map(([path]) => `${path} is not as it was`);
  for (const name of walletFileNames) {
    const path = `client/${name}`;
    const before = scriptCase.disk[path];
    const text = disk.get(path);
    if (text !== before && !isWalletFile(text)) faults.push(`${path} is neither what it was nor whole: ${text}`);
    const everywhere = [...disk].filter(([each]) => each === path || each.startsWith(`${path}.kept-`));
    if (before?.includes(handMadeAlias) && !everywhere.some(([, each]) => each.includes(handMadeAlias))) {
      faults.push(`${path} has lost an alias that was made by hand`);
    }
  }
  if ([...disk.keys()].some((path) => path.startsWith("node/")) && !disk.has("node/config.json")) {
    faults.push("the folder node is there without its configuration");
  }
  const began = Object.keys(scriptCase.disk).some((path) => path.startsWith("node/store"));
  const imports = scriptCase.scripts.includes("snapshot.sh") && !scriptCase.name.includes("no snapshot");
  if (!began && imports && disk.has("node/config.json") && !disk.has("node/store/head")) {
    faults.push("the folder node holds a part of the snapshot");
  }
  return faults;
}

/** In what the disk differs from what it would be if nothing had been cut off. */
export function faultsAtEnd(disk: Contents, expected: Contents): string[] {
  const [is, wanted] = [comparable(disk), comparable(expected)];
  return [...new Set([...is.keys(), ...wanted.keys()])]
    .filter((path) => is.get(path) !== wanted.get(path))
    .map((path) => `${path} is ${shown(is.get(path))}, without a cut ${shown(wanted.get(path))}`);
}

const shown = (text: string | undefined) => (text === undefined ? "missing" : JSON.stringify(text.slice(0, 200)));

/** A file that was kept twice is kept; an identity that was made anew is another each time. */
function comparable(disk: Contents): Map<string, string> {
  const result = new Map<string, string>();
  for (const [path, text] of disk) {
    const [base, kept] = path.split(/\.kept-\d+$/);
    if (kept !== undefined)
      result.set(
        `${base}.kept`,
        [...new Set([...(result.get(`${base}.kept`)?.split("\f") ?? []), text])].sort().join("\f"),
      );
    else result.set(path, path.endsWith("identity.json") ? text.replace(/idst\d+/, "idst") : text);
  }
  return result;
}

function isWalletFile(text: string | undefined): boolean {
  try {
    return Array.isArray(JSON.parse(text ?? ""));
  } catch {
    return false;
  }
}
