import type { Configuration, ConfigurationInput, SignerProtocol } from "../../../lib/config/schema/configuration";
import { exampleConfiguration } from "../../examples";
import { drillKey } from "../../stand-ins/octez-signer";

/** What a testbed of the drills looks like: always two forwarders, in two zones. */
export interface TestbedVariant {
  /** Uplinks of each signer. The last of several is metered. */
  readonly uplinks: readonly string[];
  /** In strict order. */
  readonly signers: readonly string[];
  readonly protocol: SignerProtocol;
}

export const variants = {
  /** hodl.farm's own: what each drill means unless it says otherwise. */
  usual: { uplinks: ["eth0", "wwan0"], signers: ["pi-1", "pi-2"], protocol: "http" },
  /** One signer with one way out: what the tunnels themselves can do. */
  single: { uplinks: ["eth0"], signers: ["pi-1"], protocol: "http" },
  /** Signers that speak Octez's length-prefixed protocol over TCP. */
  tcp: { uplinks: ["eth0", "wwan0"], signers: ["pi-1", "pi-2"], protocol: "tcp" },
} satisfies Record<string, TestbedVariant>;
export type VariantName = keyof typeof variants;

/** The key that all signers of a testbed hold. */
export const testbedKey = drillKey("signer path");

/** What is only known after the Raspberry Pis' first install.sh, and after the first deployment. */
export interface Deployed {
  /** By signer. */
  readonly sshPublicKeys: Readonly<Record<string, string>>;
  /** Left out: the configuration of before the first deployment. */
  readonly forwarders?: { readonly addresses: string[]; readonly hostPublicKey: string };
}

/** hodl.farm's configuration, with what makes a testbed of this laboratory of it. */
export function testbedConfiguration(variant: TestbedVariant, deployed: Deployed): Configuration {
  return exampleConfiguration((input: ConfigurationInput) => {
    const { publicKey } = testbedKey;
    const baker = input.bakers[0]!;
    // Public nodes have no part in the signer path; from a snapshot an empty disk would need somebody who serves one.
    input.publicNodes = { count: 0 };
    input.tezos = { ...input.tezos, snapshot: { enabled: false } };
    // taquito's RemoteSigner can't prove itself to a signer.
    const { authenticationPublicKey: _, ...rest } = baker;
    input.bakers = [{ ...rest, keys: { delegate: { publicKey } }, signers: [...variant.signers] }];
    input.signers = input.signers.slice(0, variant.signers.length).map((signer, index) => ({
      ...signer,
      name: variant.signers[index]!,
      sshPublicKey: deployed.sshPublicKeys[variant.signers[index]!] ?? signer.sshPublicKey,
      protocol: variant.protocol,
      // octez-signer's unit serves http; who has a tcp signer runs it himself.
      software: variant.protocol === "http" ? "octez-signer" : "own",
      // A device that can be unplugged, and signs as fast as a key in memory: its stand-in does.
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
