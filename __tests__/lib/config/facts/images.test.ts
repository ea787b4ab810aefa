import { haproxyImage, imageMirrors, imageRepository, octezImage } from "../../../../lib/config/facts/images";
import { exampleConfiguration } from "../../../../laboratory/examples";

const mirror = "us-central1-docker.pkg.dev/hodl-farm-baking/hodl-farm-docker-io";
const withOctez = (octez: string) => exampleConfiguration((input) => (input.tezos.images = { octez }));

test("the repository of own images is known without a request to Google", () => {
  expect(imageRepository(exampleConfiguration())).toBe("us-central1-docker.pkg.dev/hodl-farm-baking/hodl-farm");
});

test("the image depends on the version by default", () => {
  expect(octezImage(exampleConfiguration((input) => (input.tezos.octezVersion = "25.2")))).toBe(
    `${mirror}/tezos/tezos-bare:octez-v25.2`,
  );
  expect(haproxyImage(exampleConfiguration())).toBe(`${mirror}/library/haproxy:3.0.11-alpine`);
});

const digest = `sha256:${"0".repeat(64)}`;
test.each([
  // Docker Hub, however it is named.
  ["octez:octez-v25.1", `${mirror}/library/octez:octez-v25.1`],
  ["docker.io/octez:octez-v25.1", `${mirror}/library/octez:octez-v25.1`],
  ["docker.io/my/octez:octez-v25.1", `${mirror}/my/octez:octez-v25.1`],
  ["index.docker.io/my/octez:octez-v25.1", `${mirror}/my/octez:octez-v25.1`],
  ["registry-1.docker.io/my/octez:octez-v25.1", `${mirror}/my/octez:octez-v25.1`],
  // A digest stays, with or without a tag.
  [`my/octez:octez-v25.1@${digest}`, `${mirror}/my/octez:octez-v25.1@${digest}`],
  [`my/octez@${digest}`, `${mirror}/my/octez@${digest}`],
  // Other registries have their own mirrors.
  ["ghcr.io/a/b/octez:octez-v25.1", `${mirror.replace("docker-io", "ghcr-io")}/a/b/octez:octez-v25.1`],
  [
    "registry.example.com/octez:octez-v25.1",
    `${mirror.replace("docker-io", "registry-example-com")}/octez:octez-v25.1`,
  ],
  ["example.com:5000/octez:octez-v25.1", `${mirror.replace("docker-io", "example-com-5000")}/octez:octez-v25.1`],
  // VMs reach Google's without Cloud NAT.
  ["europe-docker.pkg.dev/p/r/octez:octez-v25.1", "europe-docker.pkg.dev/p/r/octez:octez-v25.1"],
  ["mirror.gcr.io/tezos/octez:octez-v25.1", "mirror.gcr.io/tezos/octez:octez-v25.1"],
  ["gcr.io/p/octez:octez-v25.1", "gcr.io/p/octez:octez-v25.1"],
])("%s is pulled as %s", (reference, pulled) => {
  expect(octezImage(withOctez(reference))).toBe(pulled);
});

test("there is a mirror for each registry that is used, and none for others", () => {
  const dockerHub = { registry: "docker.io", id: "docker-io", repository: "hodl-farm-docker-io" };
  expect(imageMirrors(exampleConfiguration())).toEqual([dockerHub]);
  expect(imageMirrors(withOctez("ghcr.io/a/octez:octez-v25.1"))).toEqual([
    { registry: "ghcr.io", id: "ghcr-io", repository: "hodl-farm-ghcr-io" },
    dockerHub,
  ]);
  expect(imageMirrors(withOctez("gcr.io/p/octez:octez-v25.1"))).toEqual([dockerHub]);
});

test("the mirror of a registry with a long name has an id that Google accepts", () => {
  const [{ repository } = { repository: "" }] = imageMirrors(
    withOctez(`${"long.".repeat(20)}example.com/o:octez-v25.1`),
  );
  expect(repository).toMatch(/^hodl-farm-long-[a-z0-9-]{1,47}[a-z0-9]$/);
});

test("registries whose names differ only in punctuation have different mirrors", () => {
  const ids = ["a.example.com", "a-example.com"].map(
    (registry) => imageMirrors(withOctez(`${registry}/o:octez-v25.1`))[0]!.repository,
  );
  expect(new Set(ids).size).toBe(2);
});
