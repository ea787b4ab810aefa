import { exampleConfiguration } from "../../../../laboratory/examples";
import {
  idleBytesPerSecond,
  idleGigabytesPerMonth,
  maxIdleGigabytesPerMonth,
} from "../../../../laboratory/signer-path/measurements/metered-traffic";

const configuration = exampleConfiguration();
const uplinks = configuration.signers.flatMap((signer) => signer.uplinks.map((uplink) => ({ signer, uplink })));

describe("an idle uplink", () => {
  test("transfers less than half a GB a month if it is metered, for both forwarders", () => {
    const metered = uplinks.filter(({ uplink }) => uplink.metered);
    const each = metered.map(({ signer, uplink }) => idleGigabytesPerMonth(configuration, signer, uplink));
    expect(configuration.forwarders.count).toBe(2);
    expect(each).toHaveLength(2);
    expect(Math.max(...each)).toBeLessThan(maxIdleGigabytesPerMonth);
  });

  test("transfers several GB if it is not", () => {
    const { signer, uplink } = uplinks.find(({ uplink }) => !uplink.metered)!;
    expect(idleGigabytesPerMonth(configuration, signer, uplink)).toBeGreaterThan(5);
  });

  test("transfers as measured: 1008 bytes for a health check and 288 for a keep-alive, each every 15 s", () => {
    const { signer, uplink } = uplinks.find(({ uplink }) => uplink.name === "wwan0")!;
    expect(15 * idleBytesPerSecond(configuration, signer, uplink)).toBeCloseTo(1008 + 288);
  });
});
