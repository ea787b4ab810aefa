import { missing, type Missing, type Needs } from "../../laboratory/needs";

/**
 * A `describe` whose tests run real programs. Where something is missing they are skipped, and the title says why,
 * for the list at the end of the run. Names in REQUIRE_REAL (a comma list: programs, `mirror`, `controlPlane`, `root`)
 * may not be missing: then the group fails. With UNIT_ONLY=1 every such group is skipped.
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
      test("has what REQUIRE_REAL names", () => {
        throw new Error(`REQUIRE_REAL names what is missing here: ${hints(forbidden)}`);
      });
    });
  } else if (lacks.length > 0) {
    describe.skip(`${title} [skipped: needs ${hints(lacks)}]`, body);
  } else {
    describe(title, () => {
      // Real programs start processes, and the machine may be busy with other workers.
      jest.setTimeout(120_000);
      body();
    });
  }
}

function hints(lacks: Missing[]): string {
  return lacks.map(({ hint }) => hint).join(", ");
}
