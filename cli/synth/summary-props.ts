import type { Configuration } from "../../lib/config/schema/configuration";
import type { ConfigurationFile } from "../configuration-file";
import type { Colors } from "../../lib/terminal/colors";
import type { StackJson } from "../../lib/terraform/stack-json";

/** The result of a synth, from which the summary is made. */
export interface SummaryProps {
  readonly file: ConfigurationFile;
  readonly configuration: Configuration;
  /** The synthesised stacks by name. The summary reads as much as possible from them, not from the configuration. */
  readonly stacks: Readonly<Record<string, StackJson>>;
  /** Where the files were written, as it is typed in the package's folder. */
  readonly folders: { readonly stacks: string; readonly raspberryPi: string };
  readonly colors: Colors;
}
