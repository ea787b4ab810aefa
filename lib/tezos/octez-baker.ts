import { Construct } from "constructs";
import { accuserReservation, bakerReservation } from "../config/facts/machines";
import { octezImage } from "../config/facts/images";
import type { BakerConfiguration, Configuration } from "../config/schema/configuration";
import { containerResources, environment } from "../kubernetes/containers";
import type { GoogleSecret } from "../kubernetes/google-secret";
import type { Container, PodPart, Volume } from "../kubernetes/secure-pod";
import { TextFiles } from "../kubernetes/text-files";
import { accuserCommand, bakerCommand, dalRpcPort } from "./octez-commands";
import { OctezNode } from "./octez-node";
import { authenticationAlias, ownAliases, walletFiles } from "./wallet";

export interface OctezBakerProps {
  readonly configuration: Configuration;
  readonly baker: BakerConfiguration;
  readonly namespace: string;
  /** Cluster address of its DAL node. @default - the baker doesn't take part in the DAL */
  readonly dalNodeAddress?: string;
  /** The key with which it authenticates to its signers. @default - it doesn't authenticate */
  readonly authentication?: GoogleSecret;
}

/** octez-baker and octez-accuser, with a wallet that needs no signer at startup. For the pod of an OctezNode. */
export class OctezBaker extends Construct implements PodPart {
  readonly initContainers: Container[];
  readonly containers: Container[];
  readonly volumes: Volume[];
  readonly annotations: Record<string, string>;

  constructor(scope: Construct, id: string, props: OctezBakerProps) {
    super(scope, id);
    const { configuration, baker, namespace, dalNodeAddress, authentication } = props;
    const wallet = new TextFiles(this, "wallet", {
      namespace,
      name: `baker-${baker.name}-wallet`,
      files: walletFiles(configuration, baker),
    });
    this.annotations = { "hodl.farm/wallet": wallet.checksum };
    this.volumes = [wallet.volume("wallet"), ...(authentication ? [authentication.volume("authentication")] : [])];

    const image = octezImage(configuration);
    const mounts = [
      { name: OctezNode.dataVolume, mountPath: "/data" },
      { name: "tmp", mountPath: "/tmp" },
    ];
    this.initContainers = [
      {
        name: "wallet",
        image,
        command: ["/scripts/wallet.sh"],
        env: environment({
          DATA_DIR: "/data",
          WALLET_DIR: "/wallet",
          OWN_ALIASES: ownAliases(baker).join(" "),
          AUTHENTICATION_ALIAS: authentication ? authenticationAlias(baker) : "",
          AUTHENTICATION_FILE: `/authentication/${authenticationFileName}`,
        }),
        volumeMount: [
          ...mounts,
          { name: "scripts", mountPath: "/scripts", readOnly: true },
          { name: "wallet", mountPath: "/wallet", readOnly: true },
          ...(authentication ? [{ name: "authentication", mountPath: "/authentication", readOnly: true }] : []),
        ],
        resources: containerResources({ cpu: 0.1, memoryGiB: 0.125 }),
      },
    ];
    this.containers = [
      {
        name: "octez-baker",
        image,
        command: bakerCommand(baker, dalNodeAddress ? { dalNodeUrl: `http://$(DAL_NODE):${dalRpcPort}` } : {}),
        env: environment(dalNodeAddress ? { DAL_NODE: dalNodeAddress } : {}),
        volumeMount: mounts,
        resources: containerResources(bakerReservation),
      },
      {
        name: "octez-accuser",
        image,
        command: accuserCommand(),
        volumeMount: mounts,
        resources: containerResources(accuserReservation),
      },
    ];
  }
}

/** Name of the file with the key with which a baker authenticates to its signers. */
export const authenticationFileName = "secret-key";
