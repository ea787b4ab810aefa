import { missing, type Missing, type Needs } from "../../laboratory/needs";

/**
 * A `describe` whose tests run real programs. If anything is missing, they are skipped; the title contains the reason,
 * which the reporter lists at the end of the run. If REQUIRE_REAL names what is missing (a comma-separated list of
 * programs, `mirror`, `controlPlane`, `root`), the group fails instead. UNIT_ONLY=1 skips all such groups.
 */
export function describeReal(title: string, needs: Needs, body: () => void): void {
  if (process.env["UNIT_ONLY"] === "1") {
    describe.skip(`${title} [skipped: unit tests only]`, body);
    return;
  }
  const lacks = missing(needs);
  const required = (process.env["REQUIRE_REAL"] ?? "").split(",").map((name) => name.trim());
  const forbidden = lacks.filter(({ name }) => required.includes(name));
  if (forbidden.length > 0) {
    describe(title, () => {
      test("has everything that REQUIRE_REAL names", () => {
        throw new Error(`REQUIRE_REAL names programs that are missing on this host: ${hints(forbidden)}`);
      });
    });
  } else if (lacks.length > 0) {
    describe.skip(`${title} [skipped: needs ${hints(lacks)}]`, body);
  } else {
    describe(title, () => {
      // Real programs take longer, and other workers may keep the host busy.
      jest.setTimeout(120_000);
      body();
    });
  }
}

function hints(lacks: Missing[]): string {
  return lacks.map(({ hint }) => hint).join(", ");
}
