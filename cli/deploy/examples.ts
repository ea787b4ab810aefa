import { exampleFields } from "../../lib/config/checks/examples";
import { formatProblems, pathText } from "../../lib/config/reading/problems";
import type { LoadedConfiguration } from "../../lib/config/load";
import { Failure } from "../../lib/terminal/failure";
import type { ConfigurationFile } from "../configuration-file";
import { type Answers, asksPerson, warn } from "../dialogue";

/**
 * Shows the warnings about a configuration, as synth does, and has to be told to go on where a value is still that of an
 * example: nobody has the private halves of those keys, so nothing could ever sign.
 * @throws Failure with exit code 1 if one is, unless a person at a terminal typed that word
 */
export async function refuseExamples(
  file: ConfigurationFile,
  { configuration, warnings }: LoadedConfiguration,
  answers: Answers,
): Promise<void> {
  if (warnings.length > 0)
    warn(`${file.path} is valid, but check this:\n${formatProblems({ file: file.path, problems: warnings })}\n`);
  const fields = exampleFields(configuration).map(pathText);
  if (fields.length === 0) return;
  const question =
    "Values of an example remain. Nobody has the private keys of an example. Deploy them nevertheless? Type example: ";
  if (await asksPerson(question, "example", answers)) return;
  throw new Failure(
    "Values of an example remain. Nothing was changed.",
    `Replace them by yours in ${file.path}: ${fields.join(", ")}`,
  );
}
