import { signatureRecords } from "../../../laboratory/stand-ins/octez-signer";
import { sampleSignature } from "../signer-path/sample-records";

test("a signer's records are in seconds since the run's start, without older ones", () => {
  const text = [999, 1001].map((at) => `${JSON.stringify({ ...sampleSignature(1), at })}\n`).join("");
  expect(signatureRecords(text, "pi-2", 1000)).toEqual([{ ...sampleSignature(1), at: 1, signer: "pi-2" }]);
});
