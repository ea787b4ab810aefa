import type {
  DeploymentV1SpecTemplateSpecContainerEnv as EnvironmentVariable,
  DeploymentV1SpecTemplateSpecContainerVolumeMount as VolumeMount,
} from "@cdktf/provider-kubernetes/lib/deployment-v1";
import { Construct } from "constructs";
import type { BakerConfiguration, Configuration } from "../config/schema/configuration";
import { haproxyImage } from "../config/facts/images";
import { proxyReservation } from "../config/facts/machines";
import { proxyMetricsPort } from "../config/facts/signer-path";
import { containerResources } from "../kubernetes/containers";
import type { Container, PodPart, Volume } from "../kubernetes/secure-pod";
import { TextFiles } from "../kubernetes/text-files";
import { bakerProxyConfig, forwarderVariable } from "./haproxy-config";
import { proxyReadyPath } from "./haproxy-sections";

/** Folder of haproxy.cfg in the container. */
export const haproxyFolder = "/usr/local/etc/haproxy";

/** Name of the container's port for its metrics. */
export const proxyMetricsPortName = "proxy-metrics";

export interface HaproxyContainerProps {
  readonly configuration: Configuration;
  readonly namespace: string;
  /** Name of its ConfigMap. */
  readonly name: string;
  /** The text of haproxy.cfg. */
  readonly haproxyConfig: string;
  /** Command of the preStop hook, which delays HAProxy's stop. */
  readonly preStop: string[];
  /** Further files next to haproxy.cfg, by name. @default - none */
  readonly files?: Readonly<Record<string, string>>;
  /** Variables that haproxy.cfg refers to. @default - none */
  readonly env?: EnvironmentVariable[];
  /** Mounts of other parts' volumes, for the sockets that haproxy.cfg refers to. @default - none */
  readonly mounts?: VolumeMount[];
}

/** HAProxy as a part of a pod. */
export class HaproxyContainer extends Construct implements PodPart {
  readonly containers: Container[];
  readonly volumes: Volume[];
  readonly annotations: Record<string, string>;

  constructor(scope: Construct, id: string, props: HaproxyContainerProps) {
    super(scope, id);
    const { namespace, name } = props;
    const files = new TextFiles(this, "files", {
      namespace,
      name,
      files: { ...props.files, "haproxy.cfg": props.haproxyConfig },
    });
    const probe = { path: proxyReadyPath, port: String(proxyMetricsPort) };
    this.containers = [
      {
        name: "proxy",
        image: haproxyImage(props.configuration),
        // In the foreground, without a master process: nothing is ever reloaded, because a changed file rolls the pod.
        command: ["haproxy", "-db", "-f", `${haproxyFolder}/haproxy.cfg`],
        env: props.env,
        port: [{ name: proxyMetricsPortName, containerPort: proxyMetricsPort }],
        resources: containerResources(proxyReservation, 0.125),
        volumeMount: [{ name: "proxy", mountPath: haproxyFolder, readOnly: true }, ...(props.mounts ?? [])],
        // Neither probe depends on signers: without a signer a restart doesn't help, and the pod must be Ready.
        readinessProbe: { httpGet: probe, periodSeconds: 2, timeoutSeconds: 1 },
        livenessProbe: { httpGet: probe, periodSeconds: 5, timeoutSeconds: 2, failureThreshold: 4 },
        // Then the image's stop signal, SIGUSR1, starts HAProxy's soft stop, which lets requests in flight finish.
        // https://docs.haproxy.org/3.0/management.html#4
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
  /** Cluster IP addresses of the forwarders, by their number. */
  readonly forwarderAddresses: string[];
}

/** The proxy in a baker's pod, on its loopback address: the locators in the wallet point to it. */
export class BakerProxy extends HaproxyContainer {
  constructor(scope: Construct, id: string, props: BakerProxyProps) {
    const { configuration, baker, namespace } = props;
    super(scope, id, {
      configuration,
      namespace,
      name: `baker-${baker.name}-proxy`,
      haproxyConfig: bakerProxyConfig(configuration, baker),
      // octez-baker stops at once. Until then, its last request still needs the proxy.
      preStop: ["sleep", "10"],
      // Kubernetes assigns the addresses, so they are not known when haproxy.cfg is written.
      env: props.forwarderAddresses.map((value, index) => ({ name: forwarderVariable(index + 1), value })),
    });
  }
}
