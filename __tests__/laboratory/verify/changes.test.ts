import { changes, configurationWith } from "../../../laboratory/verify/changes";

test.each(changes.map(({ title, change }) => [title, change] as const))(
  "%s leads to a valid configuration",
  (_, change) => {
    expect(() => configurationWith(change)).not.toThrow();
  },
);
