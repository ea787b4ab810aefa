import { describeReal } from "../../support/real";
import { killDrill, killNeeds } from "../../../laboratory/kill/kill";

describeReal("kill -9 anywhere in the init containers", killNeeds, () => {
  test("60 random interruptions (npm run drills -- kill runs all)", async () => {
    const logged: string[] = [];
    const seed = Date.now() % 1_000_000;
    const result = await killDrill({ seed, most: 60, log: (line) => logged.push(line) });
    // With the seed, to reproduce a failure.
    expect({ seed, ...result }).toEqual({ seed, name: "kill", ok: true, lines: [] });
    // Interruptions that come too late would test nothing.
    const [, interrupted] = /^60 starts interrupted in \d+ cases: .*; (\d+) before they ended\.$/.exec(logged[0]!)!;
    expect(Number(interrupted)).toBeGreaterThan(25);
  });
});
