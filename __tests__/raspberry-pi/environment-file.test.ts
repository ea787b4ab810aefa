import { environmentFile } from "../../raspberry-pi/environment-file";

test("quotes every value", () => {
  expect(environmentFile({ UPLINKS: "eth0 wwan0", PORT: 6732, NONE: "" })).toBe(
    'UPLINKS="eth0 wwan0"\nPORT="6732"\nNONE=""\n',
  );
});

test.each(['"', "$HOME", "`id`", "a\\b", "a\nb"])(
  "refuses %j, because a shell and systemd read it differently",
  (value) => {
    expect(() => environmentFile({ NAME: value })).toThrow(/NAME can't contain/);
  },
);
