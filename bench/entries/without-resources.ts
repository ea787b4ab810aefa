import "../../main";
import "../../raspberry-pi/bundle";

/** All that a synth imports, and two empty stacks. */
export { run } from "./empty-app";
