import type { BakerConfiguration, ConfigurationInput } from "../../../lib/config/schema/configuration";
import { GoogleSecret } from "../../../lib/kubernetes/google-secret";
import { OctezBaker } from "../../../lib/tezos/octez-baker";
import { checkCommand } from "../../../lib/tezos/octez-command-line";
import { exampleConfiguration } from "../../../laboratory/examples";
import { stackOf } from "../../support/construct";

interface Options {
  readonly change?: (input: ConfigurationInput) => void;
  readonly file?: string;
  readonly baker?: string;
  readonly dalNodeAddress?: string;
  readonly authenticates?: boolean;
}

function octezBaker({ change, file, baker, dalNodeAddress, authenticates = false }: Options = {}): OctezBaker {
  const configuration = exampleConfiguration(change, file);
  let made: OctezBaker;
  stackOf((scope) => {
    const secret = { namespace: "farm", name: "key", secret: "projects/p/secrets/s", fileName: "secret-key" };
    made = new OctezBaker(scope, "baker", {
      configuration,
      baker: configuration.bakers.find(({ name }) => name === (baker ?? name)) as BakerConfiguration,
      namespace: "farm",
      dalNodeAddress,
      authentication: authenticates ? new GoogleSecret(scope, "secret", secret) : undefined,
    });
  });
  return made!;
}

const container = (made: OctezBaker, name: string) =>
  [...made.initContainers, ...made.containers].find((each) => each.name === name)!;
const environmentOf = ({ env }: ReturnType<typeof container>) =>
  Object.fromEntries((env as { name: string; value: string }[]).map(({ name, value }) => [name, value]));
const mountsOf = ({ volumeMount }: ReturnType<typeof container>) =>
  (volumeMount as { name: string }[]).map(({ name }) => name);

test("Octez accepts every command", () => {
  for (const baker of ["bls", "ledger"]) {
    for (const dalNodeAddress of [undefined, "10.20.4.9"]) {
      const made = octezBaker({ file: "config/every-option.yaml", baker, dalNodeAddress });
      for (const { command } of made.containers) expect(checkCommand(command!)).toEqual([]);
    }
  }
});

test("bakes with the aliases of all its keys", () => {
  const { command } = container(octezBaker({ file: "config/every-option.yaml", baker: "bls" }), "octez-baker");
  const start = command!.indexOf("/data/node") + 1;
  expect(command!.slice(start, start + 4)).toEqual(["bls", "bls-consensus", "bls-next-consensus", "bls-companion"]);
});

test("uses its DAL node by a fixed address, or --without-dal", () => {
  const withDal = container(octezBaker({ dalNodeAddress: "10.0.88.9" }), "octez-baker");
  expect(withDal.command!.join(" ")).toContain("--dal-node http://$(DAL_NODE):10732");
  expect(withDal.command).not.toContain("--without-dal");
  expect(environmentOf(withDal)).toEqual({ DAL_NODE: "10.0.88.9" });

  const without = container(octezBaker(), "octez-baker");
  expect(without.command).toContain("--without-dal");
  expect(without.command).not.toContain("--dal-node");
});

test("votes as configured", () => {
  const { command } = container(
    octezBaker({ change: ({ bakers }) => (bakers[0]!.votes = { liquidityBaking: "off" }) }),
    "octez-baker",
  );
  expect(command!.join(" ")).toContain("--liquidity-baking-toggle-vote off");
});

test("first writes the wallet, from the configuration", () => {
  const [wallet, ...more] = octezBaker().initContainers;
  expect(more).toEqual([]);
  expect(wallet!.command).toEqual(["/scripts/wallet.sh"]);
  expect(environmentOf(wallet!)).toEqual({
    DATA_DIR: "/data",
    WALLET_DIR: "/wallet",
    OWN_ALIASES: "baker baker-consensus baker-next-consensus baker-companion baker-authentication",
    AUTHENTICATION_ALIAS: "",
    AUTHENTICATION_FILE: "/authentication/secret-key",
  });
});

test("only the wallet's script can read the authentication key", () => {
  const made = octezBaker({ authenticates: true });
  const wallet = container(made, "wallet");
  expect(environmentOf(wallet)).toMatchObject({
    AUTHENTICATION_ALIAS: "baker-authentication",
    AUTHENTICATION_FILE: "/authentication/secret-key",
  });
  expect(made.volumes).toContainEqual(
    expect.objectContaining({ name: "authentication", csi: expect.objectContaining({ readOnly: true }) }),
  );
  expect(wallet.volumeMount).toContainEqual({ name: "authentication", mountPath: "/authentication", readOnly: true });
  for (const each of made.containers) expect(mountsOf(each)).not.toContain("authentication");
});

test("mounts no secret without authentication", () => {
  const made = octezBaker();
  expect(made.volumes.map(({ name }) => name)).toEqual(["wallet"]);
  expect(mountsOf(container(made, "wallet"))).not.toContain("authentication");
});

test("changing a key in the configuration replaces the pod", () => {
  const checksum = (change?: Options["change"]) => octezBaker({ change }).annotations["hodl.farm/wallet"];
  expect(checksum()).toMatch(/^[0-9a-f]{64}$/);
  const publicKey = "edpkuQ1t4Y151rw239oRrKggqebaytB7SCAU9dwSjA8xYzpFN4xorX";
  expect(checksum(({ bakers }) => (bakers[0]!.keys.delegate = { publicKey }))).not.toBe(checksum());
});

test("the accuser needs neither a key nor a signer", () => {
  const { command, env } = container(octezBaker(), "octez-accuser");
  expect(command).toEqual([
    ...["octez-accuser", "--endpoint", "http://127.0.0.1:8732", "--base-dir", "/data/client"],
    ...["run", "--keep-alive"],
  ]);
  expect(env).toBeUndefined();
});
