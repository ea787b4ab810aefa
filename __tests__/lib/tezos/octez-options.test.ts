import { configurationSchema } from "../../../lib/config/schema/configuration";
import { octezOptionsVersion } from "../../../lib/tezos/octez-options";

test("the table is of the version that is used by default", () => {
  expect(configurationSchema.shape.tezos.shape.octezVersion.parse(undefined)).toBe(octezOptionsVersion);
});
