import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { walletFileNames } from "../../lib/tezos/wallet";
import type { ScriptSandbox } from "./script-sandbox";
import { type ScriptCase, handMadeAlias, protectedFiles } from "./script-cases";

/** Files of a disk by their path. */
export type Contents = ReadonlyMap<string, string>;

/** Writes the initial state of a case into a sandbox. */
export function prepareDisk(box: ScriptSandbox, { disk, mounted }: ScriptCase): void {
  for (const folder of ["data", "wallet", "config", "secret", "tmp"]) {
    if (!box.exists(folder)) continue;
    for (const name of readdirSync(box.path(folder))) rmSync(box.path(folder, name), { recursive: true, force: true });
  }
  for (const [path, text] of Object.entries({ ...protectedFiles, ...disk })) box.write(`data/${path}`, text);
  for (const [path, text] of Object.entries(mounted)) box.write(path, text);
}

/** All files on the sandbox's disk. */
export function contents(box: ScriptSandbox): Contents {
  return new Map(
    readdirSync(box.data, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [relative(box.data, path), readFileSync(path, "utf8")]),
  );
}

/** Violations of what must be true at any time, even right after a kill. */
export function violations(disk: Contents, scriptCase: ScriptCase): string[] {
  const faults = Object.entries(protectedFiles)
    .filter(([path, text]) => disk.get(path) !== text)
    .map(([path]) => `${path} has changed`);
  for (const name of walletFileNames) {
    const path = `client/${name}`;
    const before = scriptCase.disk[path];
    const text = disk.get(path);
    if (text !== before && !isWalletFile(text)) faults.push(`${path} is neither unchanged nor valid: ${text}`);
    const everywhere = [...disk].filter(([each]) => each === path || each.startsWith(`${path}.kept-`));
    if (before?.includes(handMadeAlias) && !everywhere.some(([, each]) => each.includes(handMadeAlias))) {
      faults.push(`${path} has lost an alias that was created by hand`);
    }
  }
  if ([...disk.keys()].some((path) => path.startsWith("node/")) && !disk.has("node/config.json")) {
    faults.push("the folder node exists without its configuration");
  }
  const hadData = Object.keys(scriptCase.disk).some((path) => path.startsWith("node/store"));
  const imports = scriptCase.scripts.includes("snapshot.sh") && !scriptCase.name.includes("snapshots are disabled");
  if (!hadData && imports && disk.has("node/config.json") && !disk.has("node/store/head")) {
    faults.push("the folder node contains an incomplete snapshot");
  }
  return faults;
}

/** Differences from the disk of a start that was not interrupted. */
export function differences(disk: Contents, expected: Contents): string[] {
  const [actual, wanted] = [comparable(disk), comparable(expected)];
  return [...new Set([...actual.keys(), ...wanted.keys()])]
    .filter((path) => actual.get(path) !== wanted.get(path))
    .map((path) => `${path} is ${shown(actual.get(path))} instead of ${shown(wanted.get(path))}`);
}

const shown = (text: string | undefined) => (text === undefined ? "missing" : JSON.stringify(text.slice(0, 200)));

/** Ignores how often a file was backed up, and the random part of a generated identity. */
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
