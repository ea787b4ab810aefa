import type { Configuration } from "../../../lib/config/schema/configuration";
import type { Environment } from "../environment";
import type { Report } from "../report";
import { failAndRecover, googleFailures } from "./failures";
import { importAll } from "./import-all";
import { interruptAtWrites } from "./interruptions";
import { undisturbed } from "./recover";
import { recordWrites } from "./writes";

/** How many applies are interrupted at a time. */
const workers = 4;

/** The parts of verify that need stack `platform` alone. */
export class PlatformParts {
  constructor(
    private readonly environment: Environment,
    private readonly report: Report,
  ) {}

  /** Imports everything after the state was lost. */
  async imports(title: string, configuration: Configuration): Promise<void> {
    await this.report.check(`${title}: lost state of platform`, async () => {
      const platform = await this.environment.platform(`import ${title}`, configuration);
      await platform.apply();
      return importAll(platform);
    });
  }

  /** Lets Google fail in each known way during the first apply. */
  async failures(title: string, configuration: Configuration): Promise<void> {
    const platform = await this.environment.platform(`failures ${title}`, configuration);
    const empty = platform.checkpoint();
    await platform.apply();
    const expected = undisturbed(platform);
    for (const failure of googleFailures) {
      await this.report.check(`${title}: ${failure.title}`, () => failAndRecover(platform, empty, failure, expected));
    }
  }

  /** Interrupts applies by each signal. @param count at how many writes */
  async interruptions(title: string, configuration: Configuration, count: number): Promise<void> {
    const names = Array.from({ length: workers }, (_, index) => `interrupted-${index} ${title}`);
    const platforms = await Promise.all(names.map((name) => this.environment.platform(name, configuration)));
    const [recording] = platforms as [(typeof platforms)[number]];
    const writes = await recordWrites(recording);
    const expected = undisturbed(recording);
    for (const signal of ["SIGINT", "SIGKILL"] as const) {
      await this.report.check(`${title}: platform interrupted by ${signal === "SIGINT" ? "ctrl-C" : signal}`, () =>
        interruptAtWrites({
          ...{ writes, count, signal, expected, platforms },
          progress: (how) => this.report.progress(how),
        }),
      );
    }
  }
}
