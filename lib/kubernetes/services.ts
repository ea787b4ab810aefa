import { ServiceV1, type ServiceV1SpecPort } from "@cdktf/provider-kubernetes/lib/service-v1";
import type { Construct } from "constructs";
import type { Port } from "./connections";

export interface ClusterServiceProps {
  readonly namespace: string;
  readonly name: string;
  /** Labels that select the pods. */
  readonly selector: Record<string, string>;
  /** The pods' ports by name. The Service listens on the same ones. */
  readonly ports: Readonly<Record<string, Port>>;
  /** Whether connections also reach pods that are not Ready. @default false */
  readonly publishNotReadyAddresses?: boolean;
}

/**
 * A Service inside the cluster.
 * @returns its cluster IP, which never changes
 */
export function clusterService(scope: Construct, id: string, props: ClusterServiceProps): string {
  const { namespace, name, selector, ports, publishNotReadyAddresses } = props;
  const service = new ServiceV1(scope, id, {
    metadata: { namespace, name },
    spec: { selector, port: servicePorts(ports), publishNotReadyAddresses },
  });
  return service.spec.clusterIp;
}

export interface ExternalServiceProps extends ClusterServiceProps {
  /** The reserved external IPv4 address. */
  readonly address: string;
  /** CIDR ranges that may connect. @default - the whole internet */
  readonly allowedNetworks?: string[];
}

/**
 * A Service at a reserved external address, behind a load balancer that passes connections through.
 * https://cloud.google.com/kubernetes-engine/docs/concepts/service-load-balancer
 */
export function externalService(scope: Construct, id: string, props: ExternalServiceProps): void {
  const { namespace, name, selector, ports, publishNotReadyAddresses } = props;
  new ServiceV1(scope, id, {
    metadata: { namespace, name },
    spec: {
      selector,
      port: servicePorts(ports),
      publishNotReadyAddresses,
      type: "LoadBalancer",
      // A load balancer with a backend service, which Google recommends. Without this class it is one with a target pool,
      // and a Service can't change from one to the other. Clusters before GKE 1.33.1 don't know the class.
      // https://cloud.google.com/kubernetes-engine/docs/concepts/service-load-balancer-parameters
      loadBalancerClass: "networking.gke.io/l4-regional-external",
      // Also honoured with this class: https://github.com/kubernetes/ingress-gce/blob/master/pkg/l4/address/to_use.go
      loadBalancerIp: props.address,
      loadBalancerSourceRanges: props.allowedNetworks,
      // Preserves the client's address, which both sshd's penalties and Octez's peer-to-peer layer go by.
      externalTrafficPolicy: "Local",
    },
    // Creating a load balancer takes minutes, and nothing else in the apply depends on it.
    waitForLoadBalancer: false,
  });
}

function servicePorts(ports: Readonly<Record<string, Port>>): ServiceV1SpecPort[] {
  return Object.entries(ports).map(([name, { port }]) => ({ name, port, targetPort: String(port) }));
}
