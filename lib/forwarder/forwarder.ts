import { DeploymentV1 } from "@cdktf/provider-kubernetes/lib/deployment-v1";
import { Construct } from "constructs";
import type { BakerConfiguration, Configuration } from "../config/schema/configuration";
import { proxyMetricsPort, proxyStatusPortName } from "../config/facts/signer-path";
import { Connections } from "../kubernetes/connections";
import { hookCommand } from "../kubernetes/containers";
import type { GoogleSecret } from "../kubernetes/google-secret";
import { workloadLabels } from "../kubernetes/labels";
import { internet } from "../kubernetes/outside";
import { SecurePod } from "../kubernetes/secure-pod";
import { clusterService, externalService } from "../kubernetes/services";
import { forwarderKind, forwarderName } from "./forwarder-names";
import { forwarderProxyConfig, stageSocketFolder, tunnelSocketFolder } from "./haproxy-config";
import { HaproxyContainer, haproxyFolder } from "./haproxy-container";
import { hookScript } from "./scripts";
import { socketVolume, socketVolumeName, SshdContainer } from "./sshd-container";

export interface SignerForwarderProps {
  readonly configuration: Configuration;
  readonly namespace: string;
  /** Number of the forwarder, starting at 1. */
  readonly number: number;
  /** Reserved external address that the Raspberry Pis connect to. */
  readonly externalAddress: string;
  /** Reference of the image with sshd. */
  readonly image: string;
  readonly hostKey: GoogleSecret;
  readonly serviceAccountName: string;
}

/** Names of the forwarder's ports that a baker needs: the one for its requests, and the proxy's status. */
export const forwarderPortNames = (baker: BakerConfiguration): string[] => [
  requestPortName(baker),
  proxyStatusPortName,
];

const requestPortName = (baker: BakerConfiguration) => `baker-${baker.name}`;

/**
 * The waits of drain-forwarder.sh, in seconds. The others must have been ready for longer than the second or two during
 * which a proxy that has just started counts all paths as healthy. The timeout leaves time to give a Raspberry Pi its
 * new key. Both differ for each forwarder, so that two that wait for each other neither stop nor give up together.
 */
const minReadySeconds = (number: number) => 4 * number;
const drainTimeoutSeconds = (number: number) => 900 + 120 * number;
const drainSeconds = 2;
/** How long the stop after that may take, in seconds: HAProxy's soft stop, then the end of the tunnels. */
const stopSeconds = 20;
const drainHook = "drain-forwarder.sh";

/**
 * The cloud's end of the Raspberry Pis' tunnels, where bakers send their requests: an sshd for each signer, and HAProxy
 * in front of their sockets. Each forwarder is a Deployment of one pod, because it has its own address, its own VM and,
 * if there are enough, its own zone.
 */
export class SignerForwarder extends Construct {
  private readonly name: string;
  /** Cluster IP address for the bakers' requests; a token. It never changes, so a baker's proxy doesn't need DNS. */
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
    const name = (this.name = forwarderName(number));
    const { selector } = workloadLabels("forwarder", forwarderKind, String(number));

    const sshPorts = Object.fromEntries(signers.map((signer) => [`ssh-${signer.name}`, { port: signer.sshPort }]));
    const requestPorts = {
      ...Object.fromEntries(bakers.map((baker) => [requestPortName(baker), { port: baker.signerPort }])),
      [proxyStatusPortName]: { port: proxyMetricsPort },
    };
    // Raspberry Pis and the bakers' proxies do their own health checks. If one sshd restarts, the pod is not Ready for
    // a moment, which must not cut off the other signers.
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
   * Creates its Deployment, whose pod waits for the other forwarders before it stops. Not in the constructor, because
   * each forwarder needs the addresses of all.
   */
  createDeployment(others: readonly SignerForwarder[]): void {
    const { configuration, namespace, number } = this.props;
    const { signers } = configuration;
    const { name } = this;
    const { labels, selector } = workloadLabels("forwarder", forwarderKind, String(number));
    const sshds = signers.map(
      (signer) =>
        new SshdContainer(this, `sshd-${signer.name}`, {
          configuration,
          signer,
          namespace,
          name,
          image: this.props.image,
          hostKey: this.props.hostKey,
        }),
    );
    const proxy = new HaproxyContainer(this, "proxy", {
      configuration,
      namespace,
      name: `${name}-proxy`,
      haproxyConfig: forwarderProxyConfig(configuration),
      files: { [drainHook]: hookScript(drainHook) },
      preStop: preStopCommand(others, number),
      mounts: [
        { name: "stages", mountPath: stageSocketFolder },
        ...signers.map((signer) => ({ name: socketVolumeName(signer), mountPath: tunnelSocketFolder(signer) })),
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
          // While a zone is down, two forwarders in one zone are better than one.
          whenUnsatisfiable: "ScheduleAnyway",
          labelSelector: [{ matchLabels: { "app.kubernetes.io/name": forwarderKind } }],
        },
      ],
      // It is stateless, so it moves to another VM 30 s after its own has become unavailable (the default is 300 s).
      // https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/#taint-based-evictions
      tolerations: ["not-ready", "unreachable"].map((taint) => ({
        key: `node.kubernetes.io/${taint}`,
        operator: "Exists",
        effect: "NoExecute",
        tolerationSeconds: "30",
      })),
      terminationGracePeriodSeconds: (others.length > 0 ? drainTimeoutSeconds(number) : 0) + stopSeconds,
    });
    new DeploymentV1(this, "Resource", {
      metadata: { namespace, name, labels },
      spec: {
        replicas: "1",
        // Anti-affinity keeps the new pod off the VM until the old one is deleted: a rolling update could never finish.
        strategy: { type: "Recreate" },
        selector: { matchLabels: selector },
        template: { metadata: pod.metadata, spec: pod.spec },
      },
      // At the first apply, neither the image nor the host key exists yet.
      waitForRollout: false,
    });
    for (const other of others) this.connections.allowTo(other.connections, [proxyStatusPortName]);
  }
}

/** The preStop hook of a forwarder's proxy. A single forwarder doesn't wait for others. */
function preStopCommand(others: readonly SignerForwarder[], number: number): string[] {
  if (others.length === 0) return ["sleep", String(drainSeconds)];
  return hookCommand(`${haproxyFolder}/${drainHook}`, {
    SELF: `127.0.0.1:${proxyMetricsPort}`,
    OTHERS: others.map(({ clusterAddress }) => `${clusterAddress}:${proxyMetricsPort}`).join(" "),
    MIN_READY_SECONDS: minReadySeconds(number),
    TIMEOUT_SECONDS: drainTimeoutSeconds(number),
    DRAIN_SECONDS: drainSeconds,
    // Standard output of HAProxy, which is the container's log.
    LOG: "/proc/1/fd/1",
  });
}
