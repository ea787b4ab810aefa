import type {
  DeploymentV1SpecTemplateSpecContainerEnv as EnvironmentVariable,
  DeploymentV1SpecTemplateSpecContainerVolumeMount as VolumeMount,
} from "@cdktf/provider-kubernetes/lib/deployment-v1";
import { Construct } from "constructs";
import type { BakerConfiguration, Configuration } from "../config/schema/configuration";
import { proxyReservation } from "../config/facts/machines";
import { proxyMetricsPort } from "../config/facts/signer-path";
import { containerResources } from "../kubernetes/containers";
import type { Container, PodPart, Volume } from "../kubernetes/secure-pod";
import { TextFiles } from "../kubernetes/text-files";
import { bakerProxyConfig, forwarderVariable } from "./haproxy-config";
import { proxyReadyPath } from "./proxy-text";

/** Where the container finds haproxy.cfg. */
export const proxyFolder = "/usr/local/etc/haproxy";

/** Name of the container's port for its metrics. */
export const proxyMetricsPortName = "proxy-metrics";

export interface ProxyProps {
  readonly configuration: Configuration;
  readonly namespace: string;
  /** Of its ConfigMap. */
  readonly name: string;
  /** haproxy.cfg. */
  readonly text: string;
  /** The command that runs between the pod's end and the proxy's. */
  readonly preStop: string[];
  /** Texts that lie beside haproxy.cfg, by file name. @default - none */
  readonly files?: Readonly<Record<string, string>>;
  /** What the text takes from the environment. @default - nothing */
  readonly env?: EnvironmentVariable[];
  /** Volumes of others, for the sockets that the text names. @default - none */
  readonly mounts?: VolumeMount[];
}

/** HAProxy in a pod. */
export class Proxy extends Construct implements PodPart {
  readonly containers: Container[];
  readonly volumes: Volume[];
  readonly annotations: Record<string, string>;

  constructor(scope: Construct, id: string, props: ProxyProps) {
    super(scope, id);
    const { namespace, name } = props;
    const files = new TextFiles(this, "files", {
      namespace,
      name,
      files: { ...props.files, "haproxy.cfg": props.text },
    });
    const probe = { path: proxyReadyPath, port: String(proxyMetricsPort) };
    this.containers = [
      {
        name: "proxy",
        image: props.configuration.tezos.images.haproxy,
        // In the foreground, without a master process: nothing is ever reloaded, a new text is a new pod.
        command: ["haproxy", "-db", "-f", `${proxyFolder}/haproxy.cfg`],
        env: props.env,
        port: [{ name: proxyMetricsPortName, containerPort: proxyMetricsPort }],
        resources: containerResources(proxyReservation, 0.125),
        volumeMount: [{ name: "proxy", mountPath: proxyFolder, readOnly: true }, ...(props.mounts ?? [])],
        // Neither knows of signers: without one a pod is no better for being restarted, and must be Ready.
        readinessProbe: { httpGet: probe, periodSeconds: 2, timeoutSeconds: 1 },
        livenessProbe: { httpGet: probe, periodSeconds: 5, timeoutSeconds: 2, failureThreshold: 4 },
        // After that the image's stop signal, USR1, makes HAProxy end softly: requests under way first.
        lifecycle: { preStop: [{ exec: { command: props.preStop } }] },
      },
    ];
    this.volumes = [files.volume("proxy")];
    this.annotations = { "hodl.farm/proxy": files.checksum };
  }
}

export interface BakerProxyProps {
  readonly configuration: Configuration;
  readonly baker: BakerConfiguration;
  readonly namespace: string;
  /** Cluster addresses of the forwarders, in their order. */
  readonly forwarderAddresses: string[];
}

/** The baker's end of the signer path, on its pod's loopback address: the wallet's locators point to it. */
export class BakerProxy extends Proxy {
  constructor(scope: Construct, id: string, props: BakerProxyProps) {
    const { configuration, baker, namespace } = props;
    super(scope, id, {
      configuration,
      namespace,
      name: `baker-${baker.name}-proxy`,
      text: bakerProxyConfig(configuration, baker),
      // The baker ends at once; until it has, its last request finds the way.
      preStop: ["sleep", "10"],
      // Known to Kubernetes only, so they can't stand in the text.
      env: props.forwarderAddresses.map((value, index) => ({ name: forwarderVariable(index + 1), value })),
    });
  }
}
