import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { packageRoot } from "../lib/package-root";

/** The parts of the program that are copied; its packages are linked. */
const parts = [
  "main.ts",
  "lib",
  "raspberry-pi",
  "images",
  "config",
  "bin",
  "cli",
  "laboratory",
  "bench",
  "package.json",
  "tsconfig.json",
  "cdktf.json",
];

interface Bundler {
  bundle(root: string, entry: string, options: { packages: "external" }): Promise<{ code: string }>;
}

/** Copies of the program, so that a measurement does not overwrite what a user has synthesised. */
export class Workspace {
  readonly folder = mkdtempSync(join(tmpdir(), "bench-"));
  /** An unchanged copy. */
  readonly program = this.copy("program");

  /**
   * The program as cdktf's TypeScript template would have it: all classes of a provider are loaded through its index, and
   * ts-node compiles at run time. Undefined if ts-node can't be installed.
   * https://github.com/hashicorp/terraform-cdk/tree/v0.21.0/packages/%40cdktf/cli-core/templates/typescript
   */
  likeStockTemplate(): { readonly folder: string; readonly args: readonly string[] } | undefined {
    const tsNode = installTsNode();
    if (tsNode === undefined) return undefined;
    const folder = this.copy("stock");
    for (const path of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
      if (!path.endsWith(".ts") || path.startsWith("node_modules")) continue;
      const file = join(folder, path);
      writeFileSync(file, throughTheIndex(readFileSync(file, "utf8")));
    }
    const start =
      'import { run } from "./cli/program";\nrun(process.argv.slice(2)).then((code) => process.exit(code));\n';
    writeFileSync(join(folder, "start.ts"), start);
    // Without the type checks of the template, which alone would take a minute.
    return { folder, args: ["--require", join(tsNode, "register", "transpile-only.js"), "start.ts"] };
  }

  /** Bundles an entry module without its packages, which Node then loads file by file; returns the file to run. */
  async withPackagesLoadedByNode(entry: string): Promise<string> {
    const { bundle } = require(join(packageRoot, "bin", "bundle.js")) as Bundler;
    const { code } = await bundle(this.program, entry, { packages: "external" });
    const file = join(this.program, `${basename(entry, ".ts")}.js`);
    writeFileSync(file, `${code}\nmodule.exports.run().then((code) => process.exit(code));\n`);
    return file;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private copy(name: string): string {
    return copyProgram(join(this.folder, name));
  }
}

/** Copies the program into a new folder. The copy writes only there. */
export function copyProgram(folder: string): string {
  mkdirSync(folder);
  for (const part of parts) cpSync(join(packageRoot, part), join(folder, part), { recursive: true });
  symlinkSync(join(packageRoot, "node_modules"), join(folder, "node_modules"));
  return folder;
}

/** `import { X } from "@cdktf/provider-google/lib/some-resource"` as `const { X } = someResource` of the index. */
export function throughTheIndex(source: string): string {
  let count = 0;
  return source.replace(
    /^import \{([^}]*)\} from "(@cdktf\/provider-[a-z]+)\/lib\/([a-z0-9-]+)";/gm,
    (_, specifiers: string, provider: string, module: string) => {
      const values = specifiers.split(",").map((specifier) => specifier.trim());
      const names = values.filter((specifier) => specifier !== "" && !specifier.startsWith("type "));
      const space = module.replace(/-([a-z0-9])/g, (_match, letter: string) => letter.toUpperCase());
      const local = `${space}${++count}`;
      return `import { ${space} as ${local} } from "${provider}"; const { ${names.join(", ")} } = ${local};`;
    },
  );
}

const tsNodeVersion = "10.9.2";

/** Installs ts-node, which nothing else needs, and keeps it between runs. */
function installTsNode(): string | undefined {
  const folder = join(packageRoot, "node_modules", ".cache", "hodl-farm-bench");
  const tsNode = join(folder, "node_modules", "ts-node");
  if (existsSync(tsNode)) return tsNode;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), "{}");
  try {
    const args = [
      "install",
      "--no-audit",
      "--no-fund",
      "--ignore-scripts",
      `ts-node@${tsNodeVersion}`,
      "typescript@5.9.3",
      "@types/node@20",
    ];
    execFileSync("npm", args, { cwd: folder, stdio: "ignore" });
    return tsNode;
  } catch {
    return undefined;
  }
}
