import "../../lib/cli/program";
import "../../lib/cli/synth";

/** All that a synth imports, and two empty stacks. */
export { run } from "./empty-app";
