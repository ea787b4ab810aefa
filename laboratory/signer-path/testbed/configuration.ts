import { pathTimeoutSeconds } from "../../../lib/config/facts/signer-path";
import type {
  Configuration,
  ConfigurationInput,
  SignerConfiguration,
  SignerProtocol,
} from "../../../lib/config/schema/configuration";
import { exampleConfiguration } from "../../examples";
import { drillKey } from "../../stand-ins/octez-signer";

/** What a testbed consists of, besides two forwarders in two zones. */
export interface TestbedVariant {
  /** Uplinks of each signer, in strict order. The last of several is metered. */
  readonly uplinks: readonly string[];
  /** In strict order. */
  readonly signers: readonly string[];
  readonly protocol: SignerProtocol;
}

export const variants = {
  /** hodl.farm's own: two signers with two uplinks each. */
  standard: { uplinks: ["eth0", "wwan0"], signers: ["pi-1", "pi-2"], protocol: "http" },
  /** One signer with one uplink, to see what a single tunnel can do. */
  single: { uplinks: ["eth0"], signers: ["pi-1"], protocol: "http" },
  /** Signers that speak Octez' own protocol over TCP. */
  tcp: { uplinks: ["eth0", "wwan0"], signers: ["pi-1", "pi-2"], protocol: "tcp" },
} satisfies Record<string, TestbedVariant>;
export type VariantName = keyof typeof variants;

/** The key that all signers of a testbed have. */
export const testbedKey = drillKey("signer path");

/** Values that exist only after the Raspberry Pis' first install.sh and after the first deployment. */
export interface Deployed {
  /** By signer. */
  readonly sshPublicKeys: Readonly<Record<string, string>>;
  /** @default - not deployed yet */
  readonly forwarders?: { readonly addresses: string[]; readonly hostPublicKey: string };
}

/** octez-signer's unit serves http only: for tcp, users run a signer of their own. */
const software: Readonly<Record<SignerProtocol, SignerConfiguration["software"]>> = {
  http: "octez-signer",
  tcp: "own",
};

/** hodl.farm's configuration, adapted to a testbed. */
export function testbedConfiguration(variant: TestbedVariant, deployed: Deployed): Configuration {
  return exampleConfiguration((input: ConfigurationInput) => {
    const { publicKey } = testbedKey;
    const baker = input.bakers[0]!;
    // Public nodes are not on the signer path. Without a snapshot, nothing has to serve one.
    input.publicNodes = { count: 0 };
    input.tezos = { ...input.tezos, snapshot: { enabled: false } };
    // Taquito's RemoteSigner can't authenticate itself to a signer.
    const { authenticationPublicKey: _, ...rest } = baker;
    input.bakers = [{ ...rest, keys: { delegate: { publicKey } }, signers: [...variant.signers] }];
    input.signers = input.signers.slice(0, variant.signers.length).map((signer, index) => ({
      ...signer,
      name: variant.signers[index]!,
      sshPublicKey: deployed.sshPublicKeys[variant.signers[index]!] ?? signer.sshPublicKey,
      protocol: variant.protocol,
      software: software[variant.protocol],
      // Its stand-in can be unplugged like a device, and signs as fast as a key in memory.
      device: "ledger",
      slowestSignatureSeconds: 0.2,
      uplinks: variant.uplinks.map((uplink, place) => ({
        name: uplink,
        metered: place > 0 && place === variant.uplinks.length - 1,
      })),
    }));
    const { addresses: _addresses, hostPublicKey: _key, ...forwarders } = input.forwarders!;
    input.forwarders = { ...forwarders, ...deployed.forwarders };
  });
}

/** T: how long a request may wait on one path before it is retried on the next, in seconds. */
export const maxPathTimeoutSeconds = ({ signers }: Configuration): number =>
  Math.max(...signers.map((signer) => pathTimeoutSeconds(signer)));
