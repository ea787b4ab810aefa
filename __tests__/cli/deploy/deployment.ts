import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../../lib/package-root";
import { GoogleStandIn } from "../../../laboratory/google/stand-in";
import { cleanEnvironment, type CommandLine } from "../../support/command-line";

/** How a command ended. */
export interface Ending {
  readonly status: number | null;
  /** Standard output and standard error, in the order in which they came. */
  readonly output: string;
}

/**
 * A copy of the program on a workstation whose gcloud, which is the real one, and whose Terraform find a stand-in for
 * Google's API. docker, curl and kubectl are stand-ins: every image exists, and no control plane ever answers.
 */
export class Workstation {
  readonly google: GoogleStandIn;

  private constructor(
    private readonly commandLine: CommandLine,
    google: GoogleStandIn,
  ) {
    this.google = google;
    const bin = join(commandLine.folder, "bin");
    mkdirSync(bin);
    const script = (name: string, text: string) =>
      writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    script("docker", "exit 0");
    // The registry's answer to ci/push-images.sh: it has the image.
    script("curl", "printf 200");
    script("kubectl", "echo 'Unable to connect to the server' >&2; exit 1");
    script("gke-gcloud-auth-plugin", "exit 1");
    writeFileSync(join(commandLine.folder, "token"), "fake");
    cpSync(join(packageRoot, "ci/push-images.sh"), join(commandLine.program, "ci/push-images.sh"));
  }

  static async start(commandLine: CommandLine): Promise<Workstation> {
    return new Workstation(commandLine, await new GoogleStandIn().start());
  }

  stop(): void {
    this.google.stop();
  }

  /** Names of what exists at Google. */
  exists(pattern: RegExp): string[] {
    return [...this.google.resources.keys()].filter((name) => pattern.test(name));
  }

  /** https://cloud.google.com/sdk/gcloud/reference/topic/configurations */
  get variables(): NodeJS.ProcessEnv {
    const { folder } = this.commandLine;
    const endpoints = {
      CLOUDBILLING: "cloudbilling/",
      CLOUDRESOURCEMANAGER: "cloudresourcemanager/",
      COMPUTE: "compute/v1/",
      CONTAINER: "container/",
      SECRETMANAGER: "secretmanager/",
    };
    const overrides = Object.entries(endpoints).map(([service, path]) => [
      `CLOUDSDK_API_ENDPOINT_OVERRIDES_${service}`,
      `${this.google.url}/${path}`,
    ]);
    return cleanEnvironment({
      NO_COLOR: "1",
      HOME: folder,
      CLOUDSDK_CONFIG: join(folder, "gcloud"),
      CLOUDSDK_AUTH_ACCESS_TOKEN_FILE: join(folder, "token"),
      CLOUDSDK_CORE_DISABLE_PROMPTS: "1",
      ...Object.fromEntries(overrides),
      ...this.google.variables,
      PATH: `${join(folder, "bin")}:${process.env["PATH"]}`,
    });
  }

  /** Writes a configuration. @returns its path */
  configure(text: string, name = "mine.yaml"): string {
    const file = join(this.commandLine.folder, name);
    writeFileSync(file, text);
    return file;
  }

  /** Runs a command of the program; when it prints `until`, it is interrupted as by ctrl-C. */
  async farm(parameters: readonly string[], until?: string): Promise<Ending> {
    const { program, launcher } = this.commandLine;
    const child = spawn(process.execPath, [launcher, ...parameters], { cwd: program, env: this.variables });
    child.stdin.end();
    return followed(child, until);
  }

  /** Runs a command line as a person who copies it. */
  async shell(line: string): Promise<Ending> {
    const options = { cwd: this.commandLine.program, env: this.variables };
    return followed(spawn("bash", ["-c", line], options));
  }

  /** Removes what `terraform state rm` removes, as if it had never been saved. */
  async forget(stack: string, ...addresses: string[]): Promise<void> {
    const chdir = `-chdir=cdktf.out/shadownet/${stack}`;
    const { status, output } = await this.shell(
      `terraform ${chdir} state rm ${addresses.map((address) => `'${address}'`).join(" ")}`,
    );
    if (status !== 0) throw new Error(output);
  }
}

async function followed(child: ChildProcess, until?: string): Promise<Ending> {
  let output = "";
  let interrupted = false;
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      if (until !== undefined && !interrupted && output.includes(until)) {
        interrupted = true;
        child.kill("SIGINT");
      }
    });
  }
  const status = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { status, output };
}
