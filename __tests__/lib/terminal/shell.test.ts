import { execFileSync } from "node:child_process";
import { shellWord } from "../../../lib/terminal/shell";

test.each(["config/mine.yaml", "my files/mine.yaml", "it's.yaml", '$HOME `x` \\ "y".yaml', "*", "~", ""])(
  "the shell reads %j as one word",
  (text) => {
    expect(execFileSync("sh", ["-c", `printf %s ${shellWord(text)}`], { encoding: "utf8" })).toBe(text);
  },
);

test("leaves a plain path as it is", () => {
  expect(shellWord("config/my-baker.yaml")).toBe("config/my-baker.yaml");
});
