import { signingWithin, upWithin } from "../../../../laboratory/signer-path/drills/path-drill";
import { controlName, pathDrills } from "../../../../laboratory/signer-path/drills/path-drills";
import type { RequestRecord, StateChange } from "../../../../laboratory/signer-path/records";

const slot = { key: "tz1", kind: "block", level: 1, round: 0, payload: "11" } as const;
const request = (at: number, seconds: number, outcome: RequestRecord["outcome"]) => ({ ...slot, at, seconds, outcome });
const change = (at: number, what: string, state: StateChange["state"]) => ({ at, where: "pi-1", what, state });

test("each drill has a name of its own", () => {
  const names = [...pathDrills.map(({ name }) => name), controlName];
  expect(new Set(names).size).toBe(names.length);
  for (const name of ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "hang", "500", "409", "close", "unplug"]) {
    expect(names).toContain(name);
  }
});

test("signing again is counted from the moment asked for, by the answer", () => {
  const requests = [
    request(1, 0.1, "signed"),
    request(9, 4, "failed"),
    request(11, 2, "signed"),
    request(12, 0.1, "refused"),
  ];
  expect(signingWithin({ requests }, 10, 3)).toMatchObject({ actual: "3.0 s", passed: true });
  expect(signingWithin({ requests }, 10, 2.9)).toMatchObject({ actual: "3.0 s", passed: false });
  expect(signingWithin({ requests }, 14, 3)).toMatchObject({ actual: "never", passed: false });
});

test("each of the stateChanges must come up again, after the moment asked for", () => {
  const stateChanges = [change(1, "a", "up"), change(11, "a", "down"), change(13, "a", "up"), change(14, "b", "down")];
  const what = (name: string) => ({ where: "pi-1", what: name });
  expect(upWithin({ stateChanges }, 10, [what("a")], 5)).toMatchObject({ actual: "3.0 s", passed: true });
  expect(upWithin({ stateChanges }, 10, [what("a")], 2)).toMatchObject({ actual: "3.0 s", passed: false });
  expect(upWithin({ stateChanges }, 10, [what("a"), what("b")], 5)).toMatchObject({
    actual: "never: pi-1 b",
    passed: false,
  });
});
