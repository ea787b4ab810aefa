import { neverDown, outOfUse, signingWithin, upWithin } from "../../../../laboratory/signer-path/drills/drill-checks";
import type { StateChange } from "../../../../laboratory/signer-path/records";
import { sampleRequest } from "../sample-records";

const change = (at: number, what: string, state: StateChange["state"]) => ({ at, where: "pi-1", what, state });
const named = (what: string) => ({ where: "pi-1", what });

test("the next signature counts from the given moment to its arrival", () => {
  const requests = [
    sampleRequest(1),
    sampleRequest(9, { seconds: 4, outcome: "failed" }),
    sampleRequest(11, { seconds: 2 }),
    sampleRequest(12, { outcome: "refused" }),
  ];
  expect(signingWithin({ requests }, 10, 3)).toMatchObject({ actual: "3.0 s", passed: true });
  expect(signingWithin({ requests }, 10, 2.9)).toMatchObject({ actual: "3.0 s", passed: false });
  expect(signingWithin({ requests }, 14, 3)).toMatchObject({ actual: "never", passed: false });
});

test("each of several components must come up after the given moment", () => {
  const stateChanges = [change(1, "a", "up"), change(11, "a", "down"), change(13, "a", "up"), change(14, "b", "down")];
  expect(upWithin({ stateChanges }, 10, [named("a")], 5)).toMatchObject({ actual: "3.0 s", passed: true });
  expect(upWithin({ stateChanges }, 10, [named("a")], 2)).toMatchObject({ actual: "3.0 s", passed: false });
  expect(upWithin({ stateChanges }, 10, [named("a"), named("b")], 5)).toMatchObject({
    actual: "never: pi-1 b",
    passed: false,
  });
});

test("none of several components may go down", () => {
  const stateChanges = [change(1, "a", "up"), change(2, "b", "down")];
  expect(neverDown({ stateChanges }, [named("a")])).toMatchObject({ actual: "all up", passed: true });
  expect(neverDown({ stateChanges }, [named("a"), named("b")])).toMatchObject({
    actual: "pi-1 b went down",
    passed: false,
  });
});

test("the first signer is out of use after its last answer during the fault, or after the last refusal", () => {
  const faults = [{ at: 10, until: 20, text: "" }];
  const signedBy = (signer: string, at: number) => sampleRequest(at, { signer });
  expect(outOfUse({ faults, requests: [signedBy("pi-1", 12), signedBy("pi-2", 15)] }).actual).toBe("2.1 s");
  expect(outOfUse({ faults, requests: [sampleRequest(14, { outcome: "refused", signer: "pi-2" })] })).toMatchObject({
    actual: "4.1 s",
    passed: false,
  });
  expect(outOfUse({ faults, requests: [signedBy("pi-1", 21)] })).toMatchObject({ actual: "0.0 s", passed: true });
});
