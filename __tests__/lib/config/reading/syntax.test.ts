import { problemsOf } from "../../../support/fixes";

const yaml = (text: string) =>
  problemsOf(text).map(({ line, column, message }) => `${line}:${column} ${message.replace("YAML: ", "")}`);

test.each([
  [
    "a field that is indented less than its siblings",
    "google:\n  project: x\n region: y\n",
    "3:1 this line is not indented like the other fields of its group. Use the same number of spaces.",
  ],
  [
    "a field that is indented deeper than its siblings",
    "google:\n  project: x\n    region: y\n",
    "3:5 this line is indented deeper than the field above, which already has a value. Indent both by the same number of spaces.",
  ],
  [
    "a missing colon",
    "name shadownet\nsize: small\n",
    "1:1 a colon and a space are missing after the name of the field. Write name: shadownet",
  ],
  [
    "a missing colon inside a group",
    "google:\n  project x\n  region: y\n",
    "2:3 a colon and a space are missing after the name of the field. Write project: x",
  ],
  [
    "a name without anything",
    "name: a\nsize\ntezos: b\n",
    "2:1 a colon and a space are missing after the name of the field. Write size:",
  ],
  [
    "no space after the colon",
    "google:\n  region:us-central1\n  project: x\n",
    "2:3 a colon and a space are missing after the name of the field. Write region: us-central1",
  ],
  [
    "a double quote that is not closed",
    'size: full\nname: "a\nx: y\nz: 1\n',
    '2:7 this quote is not closed. Add " at its end.',
  ],
  [
    "a single quote that is not closed",
    "size: full\nname: 'a\nx: y\n",
    "2:7 this quote is not closed. Add ' at its end.",
  ],
  [
    "a list that is not closed",
    "google:\n  zones: [a, b\n  region: x\n",
    "2:10 this list is not closed. Add ] at its end.",
  ],
  ["a list that is not closed at the end", "zones: [a, b\n", "1:8 this list is not closed. Add ] at its end."],
  ["a group that is not closed", "google: { project: x\nname: y\n", "1:9 this group is not closed. Add } at its end."],
  [
    "a bracket too many",
    "zones: [a, b]]\nname: x\n",
    "1:14 ] closes nothing: no list or group is open here. Remove it.",
  ],
  [
    "no space after the colon of a line that is followed by a comment",
    "google:\n  project:x\n  # why\n  region: y\n",
    "2:3 a colon and a space are missing after the name of the field. Write project: x",
  ],
  [
    "a comma after a colon",
    "name: a\nsigners:,\n  - name: b\n",
    "2:1 nothing may follow this colon. Remove what does.",
  ],
  [
    "an undefined alias",
    "name: *x\n",
    "1:7 *x refers to the value marked with &x, and there is none above. If the * belongs to the value, put it in quotes.",
  ],
  [
    "an anchor without a name",
    "name: & x\n",
    "1:7 & must be followed by a name. If it belongs to the value, put the value in quotes.",
  ],
  ["a reserved character", "name: @x\n", "1:7 a value can't begin with @. Put it in quotes."],
  [
    "a second colon",
    "name: a: b\n",
    "1:7 a colon followed by a space begins another value. Put the whole value in quotes.",
  ],
  [
    "a wrong escape",
    'name: "a\\q"\n',
    "1:9 in double quotes, \\ begins a special character, and \\q is none. Use single quotes.",
  ],
  [
    "text after a quote",
    'name: "a" b\n',
    "1:11 this does not belong to the value before it. Check the quotes, the brackets and the indentation.",
  ],
  [
    "lines with commas",
    '"name": "a",\n"size": "b"\n',
    "1:12 a line ends without a comma, except inside [ ] and { }. Remove the comma.",
  ],
  [
    "a list item and a field",
    "signers:\n- name: pi\n sshPort: 1\n",
    "3:1 this line is neither an item of the list above, which begins with -, nor indented as a field of the last item.",
  ],
  [
    "a tag",
    "name: !x y\n",
    "1:7 a word that begins with ! is a tag, and none is used here. Remove it, or put the value in quotes.",
  ],
  [
    "a known tag",
    "labels: !!set {b}\n",
    "1:9 a word that begins with ! is a tag, and none is used here. Remove it, or put the value in quotes.",
  ],
  [
    "an unknown directive",
    "%FOO\n---\nname: a\n",
    "1:1 a line that begins with % is a directive, and none is used here. Remove it.",
  ],
  [
    "the old version",
    "%YAML 1.1\n---\nname: a\n",
    "1:1 YAML 1.1 reads other values than are written. Remove this line.",
  ],
  [
    "a second document after the first one's end",
    "name: a\n...\nfoo: b\n",
    "3:1 a second document begins here (--- or ...). A file contains one configuration.",
  ],
  [
    "an invisible character in a broken line",
    "google:\n\u00a0 project x\n  region: y\n",
    "2:1 a colon and a space are missing after the name of the field. Write project: x. The line has a no-break space (U+00A0) in it, too.",
  ],
])("refuses %s, with the line where it begins", (_title, text, problem) => {
  expect(yaml(text)).toEqual([problem]);
});

test.each([
  [
    "a zero-width space",
    "name: shadownet\u200b\n",
    "name",
    'has a zero-width space (U+200B) in it: "shadownet\\u200b". Delete the line and type it again.',
  ],
  [
    "a no-break space in a name",
    "tezos:\n  net\u00a0work: x\n",
    'tezos["net\\u00a0work"]',
    'has a no-break space (U+00A0) in it: "net\\u00a0work".',
  ],
  ["a byte order mark", 'name: "\ufeffx"\n', "name", "has a byte order mark (U+FEFF) in it"],
  ["an unnamed one", "name: a\u2061b\n", "name", "has the invisible character U+2061 in it"],
  ["a control character", "name: a\0b\n", "name", "has the invisible character U+0000 in it"],
])("names %s, and reports nothing else of the field", (_title, text, path, message) => {
  const own = problemsOf(text).filter((problem) => problem.path === path);
  expect(own.map((problem) => problem.message)).toEqual([expect.stringContaining(message)]);
});

test("names a character that looks like another", () => {
  const messages = problemsOf("name: sh\u0430downet\ntezos: {octezVersion: 25\u201310}\n").map(
    ({ message }) => message,
  );
  expect(messages).toContainEqual(expect.stringContaining('It has "\u0430" (U+0430) in it.'));
  expect(messages).toContainEqual(expect.stringContaining("It has an en dash (U+2013) in it."));
});
