import { DiskWrites } from "../../../laboratory/kill/cut";

const writes = (lines: string[]) => {
  const counter = new DiskWrites("/disk");
  return lines.map((line) => counter.completes(line));
};

test.each([
  ['7 write(1</disk/a>, "x", 1) = 1', true],
  ['[pid 7] rename("/disk/a", "/disk/b") = 0', true],
  ['7 rename("/tmp/a", "/disk/b") = 0', true],
  ["7 fsync(3</disk/a>) = 0 (DELAYED)", true],
  // Written text may contain the disk's path.
  ['7 write(1<pipe:[1]>, "/disk/a", 7) = 7', false],
  ["7 sendfile(1<pipe:[1]>, 3</disk/a>, NULL, 16) = 4", false],
  ['7 mkdir("/disk/", 0777) = -1 EEXIST (File exists)', false],
  ['7 write(1</tmp/x>, "x", 1) = 1', false],
])("%s: %s", (line, expected) => {
  expect(writes([line])).toEqual([expected]);
});

test("a call that strace prints in two lines counts once, when it completes", () => {
  const lines = [
    '7 write(1</disk/a>, "x", 1 <unfinished ...>',
    '8 write(1<pipe:[2]>, "x", 1 <unfinished ...>',
    "8 <... write resumed>) = 1",
    "7 <... write resumed>) = 1",
  ];
  expect(writes(lines)).toEqual([false, false, false, true]);
});
