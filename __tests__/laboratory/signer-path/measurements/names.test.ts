import { withoutSoakNumbers } from "../../../../laboratory/signer-path/measurements/names";

test.each([
  [["soak"], [["soak"], 5, undefined]],
  [
    ["soak", "60"],
    [["soak"], 60, undefined],
  ],
  [
    ["1", "soak", "0.5", "7", "4", "hang"],
    [["1", "soak", "4", "hang"], 0.5, "7"],
  ],
  [
    ["1", "4"],
    [["1", "4"], 5, undefined],
  ],
])("the soak's numbers in %j are not names of drills", (args, expected) => {
  const { names, minutes, seed } = withoutSoakNumbers(args);
  expect([names, minutes, seed]).toEqual(expected);
});
