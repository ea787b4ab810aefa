import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../lib/package-root";

const read = (path: string) => readFileSync(join(packageRoot, path), "utf8");

describe("docs/ci.md", () => {
  test("lets the apply account grant just the roles that the VMs' service account gets", () => {
    const roles = (text: string) => [...text.matchAll(/["'](roles\/[\w.]+)["']/g)].map(([, role]) => role).sort();
    const condition = /modifiedGrantsByRole[^]*?\nYAML/.exec(read("docs/ci.md"))?.[0] ?? "";
    expect(roles(condition)).not.toEqual([]);
    expect(roles(condition)).toEqual(roles(read("lib/gke/node-service-account.ts")));
  });

  test("names every repository variable that the workflows read, and no other", () => {
    const workflows = ["plan.yml", "plan-stack.yml", "deploy.yml", "drift.yml"].map((name) =>
      read(`.github/workflows/${name}`),
    );
    const used = [...workflows.join().matchAll(/vars\.(\w+)/g)].map(([, name]) => name);
    const documented = [...read("docs/ci.md").matchAll(/gh variable set (\w+)/g)].map(([, name]) => name);
    expect(documented.sort()).toEqual([...new Set(used)].sort());
  });
});
