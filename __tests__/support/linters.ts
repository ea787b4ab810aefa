import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";

import type { KubernetesObject } from "../../laboratory/convert/kubernetes-objects";
import type { StackJson } from "../../laboratory/synthesis";
import { packageRoot } from "../../lib/package-root";

/** What the linters look at: the output for one configuration. */
export interface LintedOutput {
  readonly name: string;
  readonly objects: readonly KubernetesObject[];
  /** The stack for Google Cloud. */
  readonly platform: StackJson;
}

/** Something that a linter says is wrong. */
export interface Finding {
  readonly check: string;
  /** A kind and a name, such as `StatefulSet baker-one octez-node`. */
  readonly where: string;
}

/** Something that is so on purpose. */
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

/** Findings for which there is no exception, and exceptions that no finding needs. */
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

/** kube-score on the Kubernetes objects. @throws Error when it passed over what it should look at */
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
        ["Deployment", "NetworkPolicy", "Service", "StatefulSet"].includes(kind) &&
        !report.some(({ object_meta, type_meta }) => object_meta.name === metadata.name && type_meta.kind === kind),
    );
    if (missed.length > 0)
      throw new Error(`kube-score passed over ${missed.map(({ metadata }) => metadata.name).join()}`);
    return report.flatMap(({ object_meta: { name }, type_meta: { kind }, checks }) =>
      (checks as any[])
        // 10 is its mark for what is all right.
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
 * checkov on the Kubernetes objects, on the stack for Google Cloud, and on what the pipeline builds and runs. The other
 * stack is the Kubernetes objects in other words, which checkov knows less of.
 * @throws Error when it could not read something, or looked at nothing of a kind
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
    // Without --skip-download it asks its maker's server for explanations.
    const quietly = ["--skip-download", "--quiet", "--compact", "--output", "json"];
    const reports: any[] = JSON.parse(
      run("checkov", ["-d", ".", "--framework", ...frameworks, ...quietly], "", folder),
    );
    return frameworks.flatMap((framework) => {
      const { summary, results } = reports.find(({ check_type }) => check_type === framework) ?? {};
      if (!summary?.passed || summary.parsing_errors > 0) {
        throw new Error(`checkov could not look at ${framework}: ${JSON.stringify(summary)}`);
      }
      return results.failed_checks.map(({ check_id: check, resource }: any) => ({ check, where: place(resource) }));
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** `StatefulSet.NAMESPACE.NAME`, `resource.ID_HASH` or `FILE.` in checkov's words. */
function place(resource: string): string {
  const [kind, , name] = resource.split(".");
  if (name) return `${kind} ${name}`;
  return resource
    .replace(/^resource\./, "")
    .replace(/_[0-9A-F]{8}$/, "")
    .replace(/\.$/, "");
}

/** JSON is YAML. */
const asYaml = (objects: readonly KubernetesObject[]) =>
  objects.map((object) => JSON.stringify(object)).join("\n---\n");

function run(program: string, parameters: string[], input: string, cwd?: string): string {
  // Both exit with 1 when they find something.
  const { status, stdout, stderr, error } = spawnSync(program, parameters, {
    ...{ cwd, input, encoding: "utf8", maxBuffer: 2 ** 28 },
  });
  if (status !== 0 && status !== 1) throw new Error(`${program}: exit ${status}\n${stderr || error}`);
  return stdout;
}
