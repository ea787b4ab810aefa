import { bakersOf, pathTimeoutSeconds, signersOf, stageTimeouts } from "../../../../lib/config/facts/signer-path";
import { exampleConfiguration } from "../../../../laboratory/examples";

const configuration = exampleConfiguration();
const [baker] = configuration.bakers;
const [signer] = configuration.signers;

test.each([
  [{ device: "none" as const }, 0.8],
  [{ device: "ledger" as const }, 1.6],
  [{ slowestSignatureSeconds: 0.6 }, 1.2],
  [{ slowestSignatureSeconds: 0.6, timeoutSeconds: 0.7 }, 0.7],
])("a path to a signer with %o may take %d s", (change, seconds) => {
  expect(pathTimeoutSeconds({ ...signer!, ...change })).toBe(seconds);
});

test("each stage waits for two attempts of the one below, or for one if there is only one path", () => {
  const timeouts = (signers: number, uplinks: number) => {
    const changed = exampleConfiguration((input) => {
      input.bakers[0]!.signers = input.bakers[0]!.signers.slice(0, signers);
      for (const one of input.signers) one.uplinks = one.uplinks.slice(0, uplinks);
    });
    return stageTimeouts(changed, changed.bakers[0]!);
  };
  // T = 0.8 s: 2T + 0.1 and 4T + 0.3.
  expect(timeouts(2, 2)).toMatchObject({ signerSeconds: 1.7, forwarderSeconds: 3.5 });
  expect(timeouts(2, 1)).toMatchObject({ signerSeconds: 0.9, forwarderSeconds: 1.9 });
  expect(timeouts(1, 2)).toMatchObject({ signerSeconds: 1.7, forwarderSeconds: 1.8 });
  expect(timeouts(1, 1)).toMatchObject({ signerSeconds: 0.9, forwarderSeconds: 1 });
});

test("finds the signers of a baker in its order, and the bakers of a signer", () => {
  const turned = { ...baker!, signers: ["pi-2", "pi-1"] };
  expect(signersOf(configuration, turned).map(({ name }) => name)).toEqual(["pi-2", "pi-1"]);
  expect(bakersOf(configuration, signer!)).toEqual([baker]);
  expect(bakersOf({ ...configuration, bakers: [{ ...baker!, signers: ["pi-2"] }] }, signer!)).toEqual([]);
});
