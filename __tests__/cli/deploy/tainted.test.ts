import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import type { Context } from "../../../cli/deploy/context";
import { repairTainted } from "../../../cli/deploy/tainted";
import type { Terraform } from "../../../lib/terraform/terraform";
import { Failure } from "../../../lib/terminal/failure";
import { exampleConfiguration } from "../../../laboratory/examples";

const folder = mkdtempSync(join(tmpdir(), "tainted-"));
const path = process.env["PATH"];
afterAll(() => {
  process.env["PATH"] = path;
  rmSync(folder, { recursive: true });
});

/** What is said of a tainted resource whose status Google says is ERROR or FAILED: Terraform and gcloud are stand-ins. */
async function said(type: string, values: object, isUsed: boolean): Promise<string> {
  const file = join(folder, "gcloud");
  writeFileSync(file, `#!/bin/sh\necho '{"status":"FAILED"}'\n`);
  chmodSync(file, 0o755);
  process.env["PATH"] = [folder, path].join(delimiter);
  const resource = { address: `${type}.x`, mode: "managed", type, values, tainted: true };
  const state = { format_version: "1.0", values: { root_module: { resources: [resource] } } };
  const terraform = { folder: "some where", start: () => ({ status: 0, output: JSON.stringify(state), events: [] }) };
  const interruption = {
    check: () => undefined,
    follow: (run: unknown) => Promise.resolve(run),
    signal: new AbortController().signal,
  };
  const context = { configuration: exampleConfiguration(), interruption, again: "" } as unknown as Context;
  const error: unknown = await repairTainted(context, terraform as unknown as Terraform, () =>
    Promise.resolve(isUsed),
  ).catch((thrown: unknown) => thrown);
  if (!(error instanceof Failure)) throw error;
  return error.details;
}

const pool = { name: "baking", cluster: "farm", location: "us-central1" };

test.each([
  ["google_compute_disk", { name: "d", zone: "us-central1-a" }, false],
  ["google_compute_region_disk", { name: "d", region: "us-central1" }, false],
  ["google_compute_address", { name: "a", region: "us-central1" }, false],
  ["google_container_node_pool", pool, true],
  ["google_container_cluster", pool, true],
])("%s: never told to delete what may hold data or run pods", async (type, values, isUsed) => {
  const text = await said(type, values, isUsed);
  expect(text).toContain("look first: gcloud ");
  expect(text).not.toMatch(/delete|state rm/);
});

test("a pool on which nothing has run is deleted by commands that can be pasted", async () => {
  const text = await said("google_container_node_pool", pool, false);
  expect(text).toContain(
    "\n  gcloud container node-pools delete baking --cluster farm --location us-central1 --project",
  );
  expect(text).toContain("\n  terraform '-chdir=some where' state rm google_container_node_pool.x");
});
