import { describeReal } from "../../support/real";
import { killDrill, killNeeds } from "../../../laboratory/kill/kill";

describeReal("kill -9 anywhere in the init containers", killNeeds, () => {
  test("60 cuts by chance; all of them: npm run drills -- kill", async () => {
    const said: string[] = [];
    const seed = Date.now() % 1_000_000;
    const result = await killDrill({ seed, most: 60, log: (line) => said.push(line) });
    // With the seed, to see a failure again.
    expect({ seed, ...result }).toEqual({ seed, name: "kill", ok: true, lines: [] });
    // Cuts that come too late would find nothing.
    const [, cutOff] = /^60 starts cut off in \d+ cases: .*; (\d+) before their end\.$/.exec(said[0]!)!;
    expect(Number(cutOff)).toBeGreaterThan(25);
  });
});
