import { Construct } from "constructs";
import type { Configuration, SignerConfiguration } from "../config/schema/configuration";
import { sshdReservation } from "../config/facts/machines";
import { proxyMetricsPort, socketFolder } from "../config/facts/signer-path";
import { containerResources, hookCommand } from "../kubernetes/containers";
import type { GoogleSecret } from "../kubernetes/google-secret";
import type { Container, PodPart, Volume } from "../kubernetes/secure-pod";
import { TextFiles } from "../kubernetes/text-files";
import { hookScript } from "./scripts";
import { authorizedKeys, hostKeyFolder, sshdConfig, sshdFolder } from "./sshd-config";

export interface SshdContainerProps {
  readonly configuration: Configuration;
  readonly signer: SignerConfiguration;
  readonly namespace: string;
  /** Prefix of the name of its ConfigMap. */
  readonly name: string;
  readonly image: string;
  readonly hostKey: GoogleSecret;
}

const hook = "wait-for-proxy.sh";
/** The tunnels outlive the proxy, so that its last requests finish. No signature takes longer than DRAIN_SECONDS. */
const preStop = hookCommand(`${sshdFolder}/${hook}`, { PROXY: `127.0.0.1:${proxyMetricsPort}`, DRAIN_SECONDS: 4 });

/** The sshd of one signer as a part of a pod. Its folder of sockets is its own: no signer can take another's socket. */
export class SshdContainer extends Construct implements PodPart {
  readonly containers: Container[];
  readonly volumes: Volume[];
  readonly annotations: Record<string, string>;

  constructor(scope: Construct, id: string, props: SshdContainerProps) {
    super(scope, id);
    const { configuration, signer, namespace } = props;
    const volume = `sshd-${signer.name}`;
    const files = new TextFiles(this, "files", {
      namespace,
      name: `${props.name}-sshd-${signer.name}`,
      files: {
        sshd_config: sshdConfig(signer, configuration.forwarders.allowedNetworks),
        authorized_keys: authorizedKeys(signer),
        [hook]: hookScript(hook),
      },
    });
    this.containers = [
      {
        name: `sshd-${signer.name}`,
        image: props.image,
        args: ["-f", `${sshdFolder}/sshd_config`],
        port: [{ containerPort: signer.sshPort }],
        // The limit is enough for as many unauthenticated connections as MaxStartups permits.
        resources: containerResources(sshdReservation, 0.25),
        volumeMount: [
          { name: volume, mountPath: sshdFolder, readOnly: true },
          { name: "host-key", mountPath: hostKeyFolder, readOnly: true },
          { name: socketVolumeName(signer), mountPath: socketFolder },
        ],
        // No probes: a TCP connection that doesn't log in counts against its source address, and an sshd that can't
        // listen exits, and its container with it.
        lifecycle: { preStop: [{ exec: { command: preStop } }] },
      },
    ];
    this.volumes = [files.volume(volume), props.hostKey.volume("host-key"), socketVolume(socketVolumeName(signer))];
    // sshd checks a key at login only: rolling the pod also ends the open sessions of a key that was replaced.
    this.annotations = { [`hodl.farm/sshd-${signer.name}`]: files.checksum };
  }
}

/** Name of the volume with a signer's sockets. */
export const socketVolumeName = (signer: SignerConfiguration): string => `sockets-${signer.name}`;

/** A volume for sockets, which take no space; the limit bounds anything else that is written there. */
export const socketVolume = (name: string): Volume => ({ name, emptyDir: { medium: "Memory", sizeLimit: "1Mi" } });
