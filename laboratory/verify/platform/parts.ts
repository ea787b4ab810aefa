import type { Configuration } from "../../../lib/config/schema/configuration";
import type { Environment } from "../environment";
import type { Report } from "../report";
import type { AppliedPlatform } from "./applied-platform";
import { failAndRecover, googleFailures } from "./failures";
import { importAll } from "./import-all";
import { interruptAtWrites } from "./interruptions";
import { interruptAt } from "./interrupted-writes";
import { undisturbed } from "./recover";
import { shareOut } from "./share-out";
import { recordWrites } from "./writes";

/** How many applies run at a time: they mostly wait. */
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
    const platforms = await this.platforms(`failures ${title}`, configuration);
    const [first] = platforms as [AppliedPlatform];
    const empty = first.checkpoint();
    await first.apply();
    const expected = undisturbed(first);
    await shareOut(googleFailures, platforms, (failure, platform) =>
      this.report.check(`${title}: ${failure.title}`, () => failAndRecover(platform, empty, failure, expected)),
    );
  }

  /** Interrupts applies by each signal. @param count at how many writes */
  async interruptions(title: string, configuration: Configuration, count: number): Promise<void> {
    const platforms = await this.platforms(`interruptions ${title}`, configuration);
    const [recording] = platforms as [AppliedPlatform];
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
    await this.report.check(`${title}: ctrl-C while GKE creates the cluster`, async () => {
      const creation = writes.find(({ title }) => /^POST \S+\/clusters /.test(title))!;
      recording.google.setFaults({ slow: [{ on: /^CREATE_CLUSTER /, milliseconds: 6000 }] });
      // Terraform goes on with the cluster, but not with the rest of its creation: the removal of that pool.
      await interruptAt(recording, creation, "SIGINT", expected, ["default-pool"]);
      return "applied again; GKE's own node pool, which no plan shows, deleted; and no changes";
    });
  }

  /** Platforms of the same configuration, each with a Google of its own. */
  private platforms(purpose: string, configuration: Configuration): Promise<AppliedPlatform[]> {
    const names = Array.from({ length: workers }, (_, index) => `${purpose} ${index}`);
    return Promise.all(names.map((name) => this.environment.platform(name, configuration)));
  }
}
