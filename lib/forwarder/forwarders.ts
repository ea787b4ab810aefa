import { PodDisruptionBudgetV1 } from "@cdktf/provider-kubernetes/lib/pod-disruption-budget-v1";
import { ServiceAccountV1 } from "@cdktf/provider-kubernetes/lib/service-account-v1";
import { Construct } from "constructs";
import type { Configuration } from "../config/schema/configuration";
import { GoogleSecret } from "../kubernetes/google-secret";
import { SignerForwarder } from "./forwarder";
import { forwarderKind, forwarderServiceAccount } from "./forwarder-names";
import { hostKeyFile } from "./sshd-config";

export interface SignerForwardersProps {
  readonly configuration: Configuration;
  readonly namespace: string;
  /** Reserved external addresses, one for each forwarder, by their number. */
  readonly externalAddresses: string[];
  /** E-mail of the Google service account that can read the host key. */
  readonly googleServiceAccount: string;
  /** The secret in Secret Manager with the ssh host key: projects/P/secrets/S. */
  readonly hostKeySecret: string;
  /** Reference of the image with sshd. */
  readonly image: string;
}

/** All forwarders, and what they share: a service account, the host key and a disruption budget. */
export class SignerForwarders extends Construct {
  /** By their number. */
  readonly forwarders: readonly SignerForwarder[];

  constructor(scope: Construct, id: string, props: SignerForwardersProps) {
    super(scope, id);
    const { configuration, namespace, image } = props;
    const serviceAccount = new ServiceAccountV1(this, "account", {
      metadata: {
        namespace,
        // Workload Identity binds the Google service account to this name.
        name: forwarderServiceAccount,
        annotations: { "iam.gke.io/gcp-service-account": props.googleServiceAccount },
      },
      // It only serves to mount the host key, and the CSI driver gets its own token for that.
      automountServiceAccountToken: false,
    });
    // One key for all forwarders: the Raspberry Pis pin a single key.
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
      forwarder.createDeployment(this.forwarders.filter((other) => other !== forwarder));
    }
    new PodDisruptionBudgetV1(this, "disruption-budget", {
      metadata: { namespace, name: forwarderKind },
      spec: {
        // A drain evicts one at a time: a VM upgrade waits until the other forwarder is back.
        maxUnavailable: "1",
        selector: { matchLabels: { "app.kubernetes.io/name": forwarderKind } },
      },
    });
  }
}
