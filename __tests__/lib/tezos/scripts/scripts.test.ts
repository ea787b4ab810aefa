import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describeReal } from "../../../support/real";
import { packageRoot } from "../../../../lib/package-root";

const folder = join(packageRoot, "lib/tezos/scripts");
const scripts = readdirSync(folder).filter((name) => name.endsWith(".sh"));

describeReal("scripts of the pods", { programs: ["shellcheck"] }, () => {
  test.each(scripts)("shellcheck finds nothing in %s", (name) => {
    execFileSync("shellcheck", ["-x", "-s", "sh", join("lib/tezos/scripts", name)], {
      cwd: packageRoot,
      encoding: "utf8",
    });
  });

  test("shellcheck finds nothing in the stand-ins", () => {
    const standIns = join(packageRoot, "laboratory/stand-ins/octez");
    for (const name of readdirSync(standIns)) execFileSync("shellcheck", [join(standIns, name)], { encoding: "utf8" });
  });
});

test("every environment variable that a script reads is documented in its header", () => {
  // Variables of the shell, of temporary files, and for a child process.
  const others = new Set(["TMPDIR", "OWN_ALIASES"]);
  for (const name of scripts.filter((script) => script !== "common.sh")) {
    const text = readFileSync(join(folder, name), "utf8");
    const head = /^(#.*\n)+/.exec(text)?.[0] ?? "";
    const read = new Set(
      [...text.slice(head.length).matchAll(/\$\{?([A-Z][A-Z_]+)/g)].map(([, variable]) => variable!),
    );
    for (const variable of read)
      if (!others.has(variable)) expect([name, head]).toEqual([name, expect.stringContaining(variable)]);
    expect(statSync(join(folder, name)).mode & 0o111).not.toBe(0);
  }
});
