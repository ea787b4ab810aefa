import type { Configuration } from "../../lib/config/schema/configuration";
import { SignerForwarders } from "../../lib/forwarder/forwarders";
import { BakerProxy } from "../../lib/forwarder/haproxy-container";
import { type KubernetesObject, kubernetesObjects } from "../../laboratory/convert/kubernetes-objects";
import { stackOf } from "./construct";

/** The Kubernetes objects of all forwarders, and of each baker's proxy. */
export function forwarderObjects(configuration: Configuration): KubernetesObject[] {
  const numbers = Array.from({ length: configuration.forwarders.count }, (_, index) => index + 1);
  const stack = stackOf((scope) => {
    const { forwarders } = new SignerForwarders(scope, "forwarders", {
      configuration,
      namespace: "hodl-farm",
      externalAddresses: numbers.map((number) => `203.0.113.${10 + number}`),
      googleServiceAccount: "forwarder@example.iam.gserviceaccount.com",
      hostKeySecret: "projects/example/secrets/host-key",
      image: "example/signer-forwarder:tag",
    });
    for (const baker of configuration.bakers) {
      new BakerProxy(scope, `proxy-${baker.name}`, {
        configuration,
        baker,
        namespace: "hodl-farm",
        forwarderAddresses: forwarders.map(({ clusterAddress }) => clusterAddress),
      });
    }
  });
  return kubernetesObjects(stack);
}

/** The object of that kind and name. @throws Error if it does not exist */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- objects of Kubernetes' API, read by path
export function objectOf(objects: KubernetesObject[], kind: string, name: string): any {
  const found = objects.find((object) => object.kind === kind && object.metadata.name === name);
  if (!found) throw new Error(`${kind} ${name} does not exist`);
  return found;
}
