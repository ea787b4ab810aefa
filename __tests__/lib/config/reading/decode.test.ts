import { decode } from "../../../../lib/config/reading/decode";
import { ConfigurationError } from "../../../../lib/config/reading/problems";

function faultOf(content: Buffer): string {
  try {
    decode(content, "mine.yaml");
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const [{ line, message } = { message: "" }] = error.problems;
    return `${line ?? ""} ${message}`;
  }
  return "";
}

const swapped = (buffer: Buffer) => Buffer.from(buffer).swap16();

test.each([
  ["UTF-16 with its mark", Buffer.from("\ufeffname: é\n", "utf16le"), " is encoded as UTF-16. Save it as UTF-8."],
  ["big-endian UTF-16", swapped(Buffer.from("\ufeffname: a\n", "utf16le")), " is encoded as UTF-16. Save it as UTF-8."],
  ["UTF-16 without a mark", Buffer.from("name: a\n", "utf16le"), " is encoded as UTF-16. Save it as UTF-8."],
  [
    "Latin-1",
    Buffer.from("name: a\nlabels: { owner: andré }\n", "latin1"),
    "2 is not encoded as UTF-8. Save it as UTF-8.",
  ],
  [
    "bare carriage returns",
    Buffer.from("name: a\r\nsize: b\rtezos: c\r"),
    "2 has a carriage return where a line should end. Save it with line ends of the kind LF (Unix).",
  ],
])("refuses %s", (_title, content, fault) => {
  expect(faultOf(content)).toBe(fault);
});

test.each([
  ["UTF-8", "name: andré\n"],
  ["the line ends of Windows", "name: a\r\nsize: b\r\n"],
  ["nothing", ""],
  ["one letter", "a"],
])("reads %s", (_title, text) => {
  expect(decode(Buffer.from(text), "mine.yaml")).toBe(text);
});
