import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../lib/package-root";

const read = (path: string) => readFileSync(join(packageRoot, path), "utf8");

describe("docs/ci.md", () => {
  test("lets the apply account grant exactly the roles of the VMs' service account", () => {
    const roles = (text: string) => [...text.matchAll(/["'](roles\/[\w.]+)["']/g)].map(([, role]) => role).sort();
    const condition = /modifiedGrantsByRole[^]*?\nYAML/.exec(read("docs/ci.md"))?.[0] ?? "";
    expect(roles(condition)).not.toEqual([]);
    expect(roles(condition)).toEqual(roles(read("lib/gke/node-service-account.ts")));
  });

  test("sets exactly the repository variables that the workflows read", () => {
    const workflows = ["plan.yml", "plan-stack.yml", "deploy.yml", "drift.yml"].map((name) =>
      read(`.github/workflows/${name}`),
    );
    const used = [...workflows.join().matchAll(/vars\.(\w+)/g)].map(([, name]) => name);
    const documented = [...read("docs/ci.md").matchAll(/gh variable set (\w+)/g)].map(([, name]) => name);
    expect(documented.sort()).toEqual([...new Set(used)].sort());
  });
});
