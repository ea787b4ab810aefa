import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { quotas } from "../../../cli/quotas/quotas";
import { Failure } from "../../../lib/terminal/failure";
import { capturePrinted } from "../../support/printed";

const folder = mkdtempSync(join(tmpdir(), "quotas-"));
const path = process.env["PATH"];
const printed = capturePrinted();
afterEach(() => {
  process.env["PATH"] = path;
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Puts a stand-in for gcloud first in PATH: a shell script. */
function gcloud(script: string): void {
  const file = join(folder, "gcloud");
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  process.env["PATH"] = [folder, path].join(delimiter);
}

const answers = (ssd: number) => {
  const limits = { CPUS: 24, INSTANCES: 24, SSD_TOTAL_GB: ssd, IN_USE_ADDRESSES: 8, STATIC_ADDRESSES: 8 };
  const global = { CPUS_ALL_REGIONS: 32, FORWARDING_RULES: 15, NETWORKS: 5 };
  const json = (all: object) =>
    JSON.stringify({ quotas: Object.entries(all).map(([metric, limit]) => ({ limit, metric, usage: 0 })) });
  return `case "$*" in *regions*) echo '${json(limits)}';; *project-info*) echo '${json(global)}';; *) echo '[]';; esac`;
};

async function failure(): Promise<Failure> {
  try {
    await quotas("config/hodl-farm.yaml");
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error("quotas did not fail");
}

test("prints a table, and what gcloud does not tell", async () => {
  gcloud(answers(700));
  await quotas("config/hodl-farm.yaml");
  expect(printed.text).toMatch(
    /SSD_TOTAL_GB +us-central1 +560 +620 while GKE upgrades the pool baking +limit 700 +enough/,
  );
  expect(printed.text).toMatch(/ROUTERS +project +1 +1 +gcloud does not tell/);
  expect(printed.text).toContain("free trial's limits can't be raised");
});

test("fails with what to write into the request if a quota is too small", async () => {
  gcloud(answers(500));
  const { message, details, code } = await failure();
  expect([message, code]).toEqual(["A quota is too small.", 1]);
  expect(details).toContain('paste: "Please raise SSD_TOTAL_GB in us-central1 from 500 to 620');
  expect(printed.text).toContain("too small");
});

test.each([
  ["API [compute.googleapis.com] not enabled on project [p].", "gcloud services enable compute.googleapis.com"],
  ["You do not currently have an active account selected.", "gcloud auth login"],
])("says what to do if gcloud answers %s", async (answer, remedy) => {
  gcloud(`echo 'ERROR: ${answer}' >&2; exit 1`);
  const { message, details } = await failure();
  expect(message).toContain(remedy);
  expect(details).toContain(answer);
});
