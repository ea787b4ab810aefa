import { characterName } from "./characters";
import { ConfigurationError } from "./problems";

/** The text of a file. @throws ConfigurationError unless it is UTF-8 with the usual line ends */
export function decode(content: Buffer, file: string): string {
  const fault = encodingFault(content);
  if (fault) throw new ConfigurationError(file, [{ path: "", ...fault }]);
  return content.toString("utf8");
}

interface Fault {
  readonly message: string;
  readonly line?: number;
}

function encodingFault(content: Buffer): Fault | undefined {
  const [first = 0, second = 0] = content;
  const isMarked = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  // Text without a mark, whose every other byte is 0 as long as it has only Latin letters.
  if (isMarked || (content.length > 1 && (first === 0) !== (second === 0)))
    return { message: "is encoded as UTF-16. Save it as UTF-8." };
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(content);
  } catch {
    return { message: "is not encoded as UTF-8. Save it as UTF-8.", line: firstInvalidLine(content) };
  }
  const text = content.toString("latin1");
  const bare = text.search(/\r(?!\n)/);
  if (bare >= 0) {
    return {
      message: `has ${characterName("\r")} where a line should end. Save it with line ends of the kind LF (Unix).`,
      line: text.slice(0, bare).split("\n").length,
    };
  }
  return undefined;
}

/** The replacement character stands for what can't be decoded. */
const firstInvalidLine = (content: Buffer): number => content.toString("utf8").split("\ufffd")[0]!.split("\n").length;
