import { GoogleSecret } from "../../../lib/kubernetes/google-secret";
import { stackOf } from "../../support/construct";
import { resource } from "../../support/stacks";

let volume: unknown;
const stack = stackOf((scope) => {
  const secret = new GoogleSecret(scope, "key", {
    namespace: "farm",
    name: "host-key",
    secret: "projects/p/secrets/farm-host-key",
    fileName: "ssh_host_ed25519_key",
  });
  volume = secret.volume("keys");
});

test("gives GKE's driver the secret's latest version and the file name", () => {
  const { manifest } = resource(stack, "kubernetes_manifest");
  expect(manifest).toMatchObject({
    apiVersion: "secrets-store.csi.x-k8s.io/v1",
    kind: "SecretProviderClass",
    metadata: { namespace: "farm", name: "host-key" },
    spec: { provider: "gke" },
  });
  expect(JSON.parse(manifest.spec.parameters.secrets)).toEqual([
    { resourceName: "projects/p/secrets/farm-host-key/versions/latest", path: "ssh_host_ed25519_key" },
  ]);
});

test("creates no Kubernetes Secret: read access to those doesn't reveal it", () => {
  expect(Object.keys(stack.resource)).toEqual(["kubernetes_manifest"]);
});

test("is mounted read-only, by the name of its class", () => {
  expect(volume).toEqual({
    name: "keys",
    csi: {
      driver: "secrets-store-gke.csi.k8s.io",
      readOnly: true,
      volumeAttributes: { secretProviderClass: "host-key" },
    },
  });
});
