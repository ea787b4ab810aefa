import { PodDisruptionBudgetV1 } from "@cdktf/provider-kubernetes/lib/pod-disruption-budget-v1";
import { ServiceAccountV1 } from "@cdktf/provider-kubernetes/lib/service-account-v1";
import { Construct } from "constructs";
import type { Configuration } from "../config/schema/configuration";
import { GoogleSecret } from "../kubernetes/google-secret";
import { forwarderName, SignerForwarder } from "./forwarder";
import { hostKeyFile } from "./sshd-config";

export interface SignerForwardersProps {
  readonly configuration: Configuration;
  readonly namespace: string;
  /** Reserved external addresses, one for each forwarder. */
  readonly externalAddresses: string[];
  /** E-mail of the Google service account that may read the host key. */
  readonly googleServiceAccount: string;
  /** The host key in Secret Manager: projects/P/secrets/S. */
  readonly hostKeySecret: string;
  /** Image of sshd. */
  readonly image: string;
}

/** All forwarders, and what they share: an identity, the host key, and that one at a time may be missing. */
export class SignerForwarders extends Construct {
  /** In the order of their numbers. */
  readonly forwarders: readonly SignerForwarder[];

  constructor(scope: Construct, id: string, props: SignerForwardersProps) {
    super(scope, id);
    const { configuration, namespace, image } = props;
    const serviceAccount = new ServiceAccountV1(this, "account", {
      metadata: {
        namespace,
        // The Google service account knows the Kubernetes one by this name.
        name: "forwarder",
        annotations: { "iam.gke.io/gcp-service-account": props.googleServiceAccount },
      },
      // It is for the host key's mount alone, for which Google's driver gets a token by itself.
      automountServiceAccountToken: false,
    });
    // One key for all: the Raspberry Pis pin it, and don't care which forwarder shows it.
    const hostKey = new GoogleSecret(this, "host-key", {
      namespace,
      name: "forwarder-host-key",
      secret: props.hostKeySecret,
      fileName: hostKeyFile,
    });
    this.forwarders = props.externalAddresses.map(
      (externalAddress, index) =>
        new SignerForwarder(this, String(index + 1), {
          configuration,
          namespace,
          number: index + 1,
          externalAddress,
          image,
          hostKey,
          serviceAccountName: serviceAccount.metadata.name,
        }),
    );
    for (const forwarder of this.forwarders) {
      forwarder.run(this.forwarders.filter((other) => other !== forwarder));
    }
    new PodDisruptionBudgetV1(this, "disruption-budget", {
      metadata: { namespace, name: forwarderName },
      spec: {
        // A drain takes one at a time: upgrades of VMs wait until the other forwarder is back.
        maxUnavailable: "1",
        selector: { matchLabels: { "app.kubernetes.io/name": forwarderName } },
      },
    });
  }
}
