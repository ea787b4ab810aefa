import type { Configuration } from "../../lib/config/schema/configuration";
import type { ConfigurationFile } from "../configuration-file";
import type { Colors } from "../../lib/terminal/colors";
import type { StackJson } from "../../lib/terraform/stack-json";

/** What a synth made, as the summary tells it. */
export interface SummaryProps {
  readonly file: ConfigurationFile;
  readonly configuration: Configuration;
  /** What was synthesised, by stack. What it can tell is read from here, not from the configuration. */
  readonly stacks: Readonly<Record<string, StackJson>>;
  /** Where it was written, as shown. */
  readonly folders: { readonly stacks: string; readonly raspberryPi: string };
  readonly colors: Colors;
}
