import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";

import type { KubernetesObject } from "../../laboratory/convert/kubernetes-objects";
import type { StackJson } from "../../laboratory/synthesis";
import { packageRoot } from "../../lib/package-root";

/** The output for one configuration, which the linters check. */
export interface LintedOutput {
  readonly name: string;
  readonly objects: readonly KubernetesObject[];
  /** The JSON of stack `platform`. */
  readonly platform: StackJson;
}

/** A finding of a linter. */
export interface Finding {
  readonly check: string;
  /** Kind and name, and possibly a container, such as `StatefulSet baker-one octez-node`. */
  readonly where: string;
}

/** An intended deviation from what a linter expects. */
export interface LintException extends Finding {
  readonly reason: string;
}

/** The exceptions in ci/lint-exceptions.yaml, by tool. */
export function lintExceptions(): Record<string, LintException[]> {
  return parse(readFileSync(join(packageRoot, "ci", "lint-exceptions.yaml"), "utf8")) as Record<
    string,
    LintException[]
  >;
}

/** Findings without an exception, and exceptions without a finding. */
export function judge(findings: readonly Finding[], exceptions: readonly LintException[]) {
  const excuses = ({ check, where }: LintException, finding: Finding) =>
    check === finding.check && pattern(where).test(finding.where);
  const text = ({ check, where }: Finding) => `${check}: ${where}`;
  return {
    unexplained: [
      ...new Set(findings.filter((one) => !exceptions.some((each) => excuses(each, one))).map(text)),
    ].sort(),
    unneeded: exceptions.filter((each) => !findings.some((one) => excuses(each, one))).map(text),
  };
}

function pattern(where: string): RegExp {
  const parts = where.split("*").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}( .*)?$`);
}

/* eslint-disable @typescript-eslint/no-explicit-any -- the linters' reports, read by path */

/** Runs kube-score on the Kubernetes objects. @throws Error if it has skipped an object that it should check */
export function kubeScore(outputs: readonly LintedOutput[]): Finding[] {
  return outputs.flatMap(({ objects }) => {
    const parameters = ["score", "--output-format", "json", "--kubernetes-version", "v1.33"];
    const optional = ["container-seccomp-profile", "container-ports-check"].flatMap((test) => [
      "--enable-optional-test",
      test,
    ]);
    const report: any[] = JSON.parse(run("kube-score", [...parameters, ...optional, "-"], asYaml(objects)));
    const missed = objects.filter(
      ({ kind, metadata }) =>
        ["DaemonSet", "Deployment", "Job", "NetworkPolicy", "Service", "StatefulSet"].includes(kind) &&
        !report.some(({ object_meta, type_meta }) => object_meta.name === metadata.name && type_meta.kind === kind),
    );
    if (missed.length > 0) throw new Error(`kube-score skipped ${missed.map(({ metadata }) => metadata.name).join()}`);
    return report.flatMap(({ object_meta: { name }, type_meta: { kind }, checks }) =>
      (checks as any[])
        // Grade 10 means that a check passed.
        .filter(({ skipped, grade }) => !skipped && grade < 10)
        .flatMap(({ check, comments }) =>
          (comments ?? [{ path: "" }]).map(({ path }: any) => ({
            check: check.id,
            where: [kind, name, path].filter(Boolean).join(" "),
          })),
        ),
    );
  });
}

/**
 * Runs checkov on the Kubernetes objects, on stack `platform`, on the images and on the workflows. Stack `baker` is
 * covered by the Kubernetes objects, for which checkov has more checks.
 * @throws Error if it could not parse something, or has checked nothing in one of its frameworks
 */
export function checkov(outputs: readonly LintedOutput[]): Finding[] {
  const frameworks = ["kubernetes", "terraform_json", "dockerfile", "github_actions"];
  const folder = mkdtempSync(join(tmpdir(), "checkov-"));
  try {
    for (const { name, objects, platform } of outputs) {
      mkdirSync(join(folder, name));
      writeFileSync(join(folder, name, "kubernetes.yaml"), asYaml(objects));
      writeFileSync(join(folder, name, "cdk.tf.json"), JSON.stringify(platform, undefined, 2));
    }
    for (const part of ["images", ".github"]) {
      cpSync(join(packageRoot, part), join(folder, part), { recursive: true });
    }
    // Without --skip-download it fetches explanations from its vendor's server.
    const quietly = ["--skip-download", "--quiet", "--compact", "--output", "json"];
    const reports: any[] = JSON.parse(
      run("checkov", ["-d", ".", "--framework", ...frameworks, ...quietly], "", folder),
    );
    return frameworks.flatMap((framework) => {
      const { summary, results } = reports.find(({ check_type }) => check_type === framework) ?? {};
      if (!summary?.passed || summary.parsing_errors > 0) {
        throw new Error(`checkov could not check ${framework}: ${JSON.stringify(summary)}`);
      }
      return results.failed_checks.map(({ check_id: check, resource }: any) => ({ check, where: place(resource) }));
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Converts checkov's names: `StatefulSet.NAMESPACE.NAME`, `resource.ID_HASH` or `FILE.`. */
function place(resource: string): string {
  const [kind, , name] = resource.split(".");
  if (name) return `${kind} ${name}`;
  return resource
    .replace(/^resource\./, "")
    .replace(/_[0-9A-F]{8}$/, "")
    .replace(/\.$/, "");
}

/** A stream of YAML documents: every JSON document is one. */
const asYaml = (objects: readonly KubernetesObject[]) =>
  objects.map((object) => JSON.stringify(object)).join("\n---\n");

function run(program: string, parameters: string[], input: string, cwd?: string): string {
  // Both exit with 1 if they have findings.
  const { status, stdout, stderr, error } = spawnSync(program, parameters, {
    ...{ cwd, input, encoding: "utf8", maxBuffer: 2 ** 28 },
  });
  if (status !== 0 && status !== 1) throw new Error(`${program}: exit ${status}\n${stderr || error}`);
  return stdout;
}
