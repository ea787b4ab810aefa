import "../../main";
import "../../raspberry-pi/bundle";

/** Everything that a synth imports, and two empty stacks. */
export { run } from "./empty-app";
