import { Construct } from "constructs";
import type { Configuration, SignerConfiguration } from "../config/schema/configuration";
import { proxyMetricsPort, socketFolder } from "../config/facts/signer-path";
import { hookCommand } from "../kubernetes/containers";
import type { GoogleSecret } from "../kubernetes/google-secret";
import type { Container, PodPart, Volume } from "../kubernetes/secure-pod";
import { TextFiles } from "../kubernetes/text-files";
import { signerScript } from "./scripts";
import { authorizedKeys, hostKeyFolder, sshdConfig, sshdFolder } from "./sshd-config";

export interface SignerSshdProps {
  readonly configuration: Configuration;
  readonly signer: SignerConfiguration;
  readonly namespace: string;
  /** Begins the name of its ConfigMap. */
  readonly name: string;
  readonly image: string;
  readonly hostKey: GoogleSecret;
}

/** The tunnels outlast the proxy, so that its last requests end. No signature takes longer than these seconds. */
const outlastProxy = "outlast-proxy.sh";
const preStop = hookCommand(`${sshdFolder}/${outlastProxy}`, {
  PROXY: `127.0.0.1:${proxyMetricsPort}`,
  LAST_SECONDS: 4,
});

/** The sshd of one signer, with a folder of sockets of its own: no signer can take another's. */
export class SignerSshd extends Construct implements PodPart {
  readonly containers: Container[];
  readonly volumes: Volume[];
  readonly annotations: Record<string, string>;

  constructor(scope: Construct, id: string, props: SignerSshdProps) {
    super(scope, id);
    const { configuration, signer, namespace } = props;
    const volume = `sshd-${signer.name}`;
    const files = new TextFiles(this, "files", {
      namespace,
      name: `${props.name}-sshd-${signer.name}`,
      files: {
        sshd_config: sshdConfig(signer, configuration.forwarders.allowedNetworks),
        authorized_keys: authorizedKeys(signer),
        [outlastProxy]: signerScript(outlastProxy),
      },
    });
    this.containers = [
      {
        name: `sshd-${signer.name}`,
        image: props.image,
        args: ["-f", `${sshdFolder}/sshd_config`],
        port: [{ containerPort: signer.sshPort }],
        resources: {
          requests: { cpu: "10m", memory: "32Mi" },
          // As many callers that have not logged in as MaxStartups lets in.
          limits: { memory: "256Mi" },
        },
        volumeMount: [
          { name: volume, mountPath: sshdFolder, readOnly: true },
          { name: "host-key", mountPath: hostKeyFolder, readOnly: true },
          { name: socketVolumeName(signer), mountPath: socketFolder },
        ],
        // No probes: a TCP connection that does not log in counts against its caller, and an sshd that can't listen
        // ends by itself, and its container with it.
        lifecycle: { preStop: [{ exec: { command: preStop } }] },
      },
    ];
    this.volumes = [files.volume(volume), props.hostKey.volume("host-key"), socketVolume(socketVolumeName(signer))];
    // sshd reads its key once: with a new pod, one that was taken out of the configuration loses its session too.
    this.annotations = { [`hodl.farm/sshd-${signer.name}`]: files.checksum };
  }
}

/** The volume in which a signer's sockets lie. */
export const socketVolumeName = (signer: SignerConfiguration): string => `sockets-${signer.name}`;

/** Sockets take no space; what else somebody may write there is kept small. */
export const socketVolume = (name: string): Volume => ({ name, emptyDir: { medium: "Memory", sizeLimit: "1Mi" } });
