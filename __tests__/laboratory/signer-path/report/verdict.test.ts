import { gapsInSigning } from "../../../../laboratory/signer-path/report/verdict";
import { sampleRequest } from "../sample-records";

test("a gap in signing ends with the next signature, or with the last request", () => {
  const requests = [
    sampleRequest(0),
    sampleRequest(0.5),
    sampleRequest(1, { outcome: "failed" }),
    sampleRequest(2),
    sampleRequest(4, { outcome: "failed" }),
  ];
  expect(gapsInSigning(requests)).toEqual([
    { from: 0.6, to: 2.1 },
    { from: 2.1, to: 4.1 },
  ]);
});
