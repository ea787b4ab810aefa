import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { withLock, publishStacks } from "../../../cli/synth/publish";

const folder = mkdtempSync(join(tmpdir(), "publish-"));
const outdir = join(folder, "out");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}
const read = (path: string) => (existsSync(join(folder, path)) ? readFileSync(join(folder, path), "utf8") : undefined);

describe("publishStacks", () => {
  test("replaces what was synthesised and keeps Terraform's files", () => {
    write("out/stacks/platform/cdk.tf.json", "old");
    write("out/stacks/platform/.terraform.lock.hcl", "lock");
    write("out/stacks/gone/cdk.tf.json", "old");
    write("out/stacks/gone/.terraform/x", "provider");
    write("out/.new-999999999-x/stacks/platform/cdk.tf.json", "of a synth that was killed");
    const running = `.new-${process.pid}-x`;
    write(`out/${running}/stacks/platform/cdk.tf.json`, "of a running synth");
    write("new/stacks/platform/cdk.tf.json", "new");
    write("new/stacks/platform/assets/a/file", "asset");
    write("new/manifest.json", '{"stacks":{"platform":{}}}');

    publishStacks(join(folder, "new"), outdir);

    expect(read("out/stacks/platform/cdk.tf.json")).toBe("new");
    expect(read("out/stacks/platform/assets/a/file")).toBe("asset");
    expect(read("out/stacks/platform/.terraform.lock.hcl")).toBe("lock");
    expect(read("out/stacks/gone/cdk.tf.json")).toBeUndefined();
    expect(read("out/stacks/gone/.terraform/x")).toBe("provider");
    expect(readdirSync(outdir).sort()).toEqual([running, "manifest.json", "stacks"]);
  });
});

describe("withLock", () => {
  test("waits for another run", async () => {
    const other = spawn(process.execPath, [
      "-e",
      "setTimeout(() => require('fs').rmSync(process.argv[1]), 300)",
      join(outdir, ".lock"),
    ]);
    write("out/.lock", String(other.pid));
    const start = Date.now();
    expect(withLock(outdir, () => "done")).toBe("done");
    expect(Date.now() - start).toBeGreaterThan(200);
    await new Promise((resolve) => other.on("close", resolve));
  });

  test("takes over the lock of a run that was killed", () => {
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    write("out/.lock", String(pid));
    expect(withLock(outdir, () => read("out/.lock"))).toBe(String(process.pid));
    expect(read("out/.lock")).toBeUndefined();
  });

  test("releases the lock if the body fails", () => {
    const failing = () => {
      throw new Error("no");
    };
    expect(() => withLock(outdir, failing)).toThrow("no");
    expect(read("out/.lock")).toBeUndefined();
  });
});
