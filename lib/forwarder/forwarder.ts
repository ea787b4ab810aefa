import { DeploymentV1 } from "@cdktf/provider-kubernetes/lib/deployment-v1";
import { Construct } from "constructs";
import type { BakerConfiguration, Configuration } from "../config/schema/configuration";
import { proxyMetricsPort, proxyStatusPortName, socketFolder } from "../config/facts/signer-path";
import { Connections } from "../kubernetes/connections";
import { hookCommand } from "../kubernetes/containers";
import type { GoogleSecret } from "../kubernetes/google-secret";
import { workloadLabels } from "../kubernetes/labels";
import { internet } from "../kubernetes/outside";
import { SecurePod } from "../kubernetes/secure-pod";
import { clusterService, externalService } from "../kubernetes/services";
import { forwarderProxyConfig, stageSocketFolder } from "./haproxy-config";
import { Proxy, proxyFolder } from "./proxy";
import { signerScript } from "./scripts";
import { SignerSshd, socketVolume, socketVolumeName } from "./signer-sshd";

export interface SignerForwarderProps {
  readonly configuration: Configuration;
  readonly namespace: string;
  /** Which of the forwarders it is, from 1. */
  readonly number: number;
  /** Reserved external address that the Raspberry Pis dial. */
  readonly externalAddress: string;
  /** Image of sshd. */
  readonly image: string;
  readonly hostKey: GoogleSecret;
  readonly serviceAccountName: string;
}

/** What every forwarder's pod is named by, whichever it is. */
export const forwarderName = "signer-forwarder";

/** The ports of a forwarder that a baker needs: its requests', and the one that says that the proxy runs. */
export const forwarderPortNames = (baker: BakerConfiguration): string[] => [
  requestPortName(baker),
  proxyStatusPortName,
];

const requestPortName = (baker: BakerConfiguration) => `baker-${baker.name}`;

/**
 * How long a forwarder waits at its end for the others, see hand-over.sh: more than the second or two in which a proxy
 * that has just started takes all paths for healthy; and at most long enough for a person to give a Raspberry Pi its new
 * key. Other for each, so that two that wait for each other neither go nor give up together.
 */
const steadySeconds = (number: number) => 4 * number;
const atMostSeconds = (number: number) => 900 + 120 * number;
const leaveSeconds = 2;
/** What comes after that: HAProxy's soft stop, and the tunnels' end. */
const stopSeconds = 20;
const handOver = "hand-over.sh";

/**
 * Where the Raspberry Pis' tunnels end and the bakers' requests go in: an sshd for each signer, and HAProxy before
 * their sockets. A Deployment of one, because each has an address, a VM and, as far as there are some, a zone of its own.
 */
export class SignerForwarder extends Construct {
  private readonly name: string;
  /** Cluster address for the bakers' requests. It stays: a baker's proxy does not depend on name resolution. */
  readonly clusterAddress: string;
  readonly connections: Connections;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: SignerForwarderProps,
  ) {
    super(scope, id);
    const { configuration, namespace, number } = props;
    const { signers, bakers, forwarders } = configuration;
    const name = (this.name = `forwarder-${number}`);
    const { selector } = workloadLabels("forwarder", forwarderName, String(number));

    const sshPorts = Object.fromEntries(signers.map((signer) => [`ssh-${signer.name}`, { port: signer.sshPort }]));
    const requestPorts = {
      ...Object.fromEntries(bakers.map((baker) => [requestPortName(baker), { port: baker.signerPort }])),
      [proxyStatusPortName]: { port: proxyMetricsPort },
    };
    // Raspberry Pis and the bakers' proxies do their own health checks. If one sshd restarts, the pod is not Ready for a
    // moment, which must not cut off the other signers.
    const common = { namespace, selector, publishNotReadyAddresses: true };
    externalService(this, "ssh", {
      ...common,
      name: `${name}-ssh`,
      ports: sshPorts,
      address: props.externalAddress,
      allowedNetworks: forwarders.allowedNetworks,
    });
    this.clusterAddress = clusterService(this, "requests", { ...common, name, ports: requestPorts });
    this.connections = new Connections(this, { namespace, name, selector, ports: { ...sshPorts, ...requestPorts } });
    this.connections.allowFromOutside(internet("raspberry-pis", {}, forwarders.allowedNetworks), Object.keys(sshPorts));
  }

  /**
   * Makes its pod, which at its end waits for the others. Apart from the constructor, because each forwarder needs the
   * addresses of all.
   */
  run(others: readonly SignerForwarder[]): void {
    const { configuration, namespace, number } = this.props;
    const { signers } = configuration;
    const { name } = this;
    const { labels, selector } = workloadLabels("forwarder", forwarderName, String(number));
    const sshds = signers.map(
      (signer) =>
        new SignerSshd(this, `sshd-${signer.name}`, {
          configuration,
          signer,
          namespace,
          name,
          image: this.props.image,
          hostKey: this.props.hostKey,
        }),
    );
    const proxy = new Proxy(this, "proxy", {
      configuration,
      namespace,
      name: `${name}-proxy`,
      text: forwarderProxyConfig(configuration),
      files: { [handOver]: signerScript(handOver) },
      preStop: handOverTo(others, number),
      mounts: [
        { name: "stages", mountPath: stageSocketFolder },
        ...signers.map((signer) => ({ name: socketVolumeName(signer), mountPath: `${socketFolder}/${signer.name}` })),
      ],
    });
    const pod = new SecurePod({
      labels,
      pool: "system",
      serviceAccountName: this.props.serviceAccountName,
      parts: [...sshds, proxy, { containers: [], volumes: [socketVolume("stages")] }],
      apartFrom: ["forwarder"],
      topologySpread: [
        {
          maxSkew: 1,
          topologyKey: "topology.kubernetes.io/zone",
          // In a lost zone's absence two in one zone are better than one.
          whenUnsatisfiable: "ScheduleAnyway",
          labelSelector: [{ matchLabels: { "app.kubernetes.io/name": forwarderName } }],
        },
      ],
      // It holds no data: after 30 s without its VM (the default is 300 s) it starts on another.
      tolerations: ["not-ready", "unreachable"].map((taint) => ({
        key: `node.kubernetes.io/${taint}`,
        operator: "Exists",
        effect: "NoExecute",
        tolerationSeconds: "30",
      })),
      terminationGracePeriodSeconds: (others.length > 0 ? atMostSeconds(number) : 0) + stopSeconds,
    });
    new DeploymentV1(this, "Resource", {
      metadata: { namespace, name, labels },
      spec: {
        replicas: "1",
        // Its place on the VM is taken until the old pod is gone: a rolling update would wait for itself.
        strategy: { type: "Recreate" },
        selector: { matchLabels: selector },
        template: { metadata: pod.metadata, spec: pod.spec },
      },
      // At the first apply neither the image nor the host key is there yet.
      waitForRollout: false,
    });
    for (const other of others) this.connections.allowTo(other.connections, [proxyStatusPortName]);
  }
}

/** What a forwarder's proxy does at the pod's end. The only one has nobody to wait for. */
function handOverTo(others: readonly SignerForwarder[], number: number): string[] {
  if (others.length === 0) return ["sleep", String(leaveSeconds)];
  return hookCommand(`${proxyFolder}/${handOver}`, {
    SELF: `127.0.0.1:${proxyMetricsPort}`,
    OTHERS: others.map(({ clusterAddress }) => `${clusterAddress}:${proxyMetricsPort}`).join(" "),
    STEADY_SECONDS: steadySeconds(number),
    AT_MOST_SECONDS: atMostSeconds(number),
    LEAVE_SECONDS: leaveSeconds,
    // HAProxy's, which is the container's log.
    LOG: "/proc/1/fd/1",
  });
}
