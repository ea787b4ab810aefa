import { imageRepository } from "../../../lib/gke/image-repository";
import { exampleConfiguration } from "../../../laboratory/examples";

test("is known without a request to Google", () => {
  expect(imageRepository(exampleConfiguration())).toBe("us-central1-docker.pkg.dev/hodl-farm-baking/hodl-farm");
});
