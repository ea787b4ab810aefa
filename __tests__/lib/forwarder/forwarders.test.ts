import { exampleConfiguration } from "../../../laboratory/examples";
import { objectOf, forwarderObjects } from "../../support/forwarder-objects";

const objects = forwarderObjects(exampleConfiguration());

test("as many forwarders as configured", () => {
  const deployments = objects.filter(({ kind }) => kind === "Deployment");
  expect(deployments.map(({ metadata }) => metadata.name)).toEqual(["forwarder-1", "forwarder-2"]);
});

test("a drain evicts one of them at a time", () => {
  const { spec } = objectOf(objects, "PodDisruptionBudget", "signer-forwarder");
  expect(spec.maxUnavailable).toBe(1);
  for (const { template } of objects
    .filter(({ kind }) => kind === "Deployment")
    .map((deployment) => deployment["spec"] as never)) {
    expect((template as { metadata: { labels: object } }).metadata.labels).toMatchObject(spec.selector.matchLabels);
  }
});

test("their service account has no rights in Kubernetes, and can read the host key in Google Cloud", () => {
  expect(objectOf(objects, "ServiceAccount", "forwarder")).toMatchObject({
    metadata: { annotations: { "iam.gke.io/gcp-service-account": "forwarder@example.iam.gserviceaccount.com" } },
    automountServiceAccountToken: false,
  });
  const pod = objectOf(objects, "Deployment", "forwarder-1").spec.template.spec;
  expect(pod).toMatchObject({ serviceAccountName: "forwarder", automountServiceAccountToken: false });
});

test("the latest version of the host key is mounted under the name that sshd expects", () => {
  const { parameters } = objectOf(objects, "SecretProviderClass", "forwarder-host-key").spec;
  expect(JSON.parse(parameters.secrets)).toEqual([
    { resourceName: "projects/example/secrets/host-key/versions/latest", path: "ssh_host_ed25519_key" },
  ]);
});
