import type { App } from "cdktf";
import type { Configuration } from "../config/schema/configuration";
import { BakerStack } from "./baker";
import { PlatformStack } from "./platform";

/** Adds both stacks of a configuration, in the order in which they are deployed. */
export function addStacks(app: App, configuration: Configuration): { platform: PlatformStack; baker: BakerStack } {
  const platform = new PlatformStack(app, "platform", { configuration });
  const baker = new BakerStack(app, "baker", { configuration, platform });
  return { platform, baker };
}
