import { colorsFor } from "../../../lib/terminal/colors";

const original = process.env;
afterEach(() => (process.env = original));

test.each([
  ["on a terminal", { isTTY: true }, {}, true],
  ["elsewhere", { isTTY: false }, {}, false],
  ["with NO_COLOR", { isTTY: true }, { NO_COLOR: "1" }, false],
  ["with an empty NO_COLOR", { isTTY: true }, { NO_COLOR: "" }, true],
  ["on a dumb terminal", { isTTY: true }, { TERM: "dumb" }, false],
])("colorsFor: %s", (_, stream, environment, expected) => {
  process.env = { TERM: "xterm", ...environment };
  expect(colorsFor(stream as NodeJS.WriteStream).isColorSupported).toBe(expected);
});
