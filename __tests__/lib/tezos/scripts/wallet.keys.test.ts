import { readdirSync } from "node:fs";
import type { BakerConfiguration } from "../../../../lib/config/schema/configuration";
import { bakerCommand } from "../../../../lib/tezos/octez-commands";
import { ownAliases, walletFileNames, walletFiles } from "../../../../lib/tezos/wallet";
import { keyHashesOf } from "../../../../raspberry-pi/signer-software";
import { protectedFiles } from "../../../../laboratory/kill/script-cases";
import { exampleConfiguration } from "../../../../laboratory/examples";
import { describeReal } from "../../../support/real";
import { ScriptSandbox, shellPrograms, shells } from "../../../../laboratory/kill/script-sandbox";

const delegate = { publicKey: "edpkunnxQ7SD7pVorY4Gi1UWAS37R2vXogzU4MBQiofMqoyNYk2yYJ" };
const first = {
  publicKey: "edpkvGfYw3LyB1UcCahKQk4rF2tvbMUk8GFiTuMjL75uGXrpvKXhjn",
  publicKeyHash: "tz1VSUr8wwNhLAzempoch5d6hLRiTh8Cjcjb",
};
const second = {
  publicKey: "edpkuBknW28nW72KG6RoHtYW7p12T6GKc7nAbwYX5m8Wd9sDVC9yav",
  publicKeyHash: "tz1KqTpEZ7Yob7QbPE4Hy4Wo8fHG8LhKxZSx",
};
const bls = {
  publicKey: "BLpk1rFgdU6n5MM3xhnARjjwycYYZsAMp6fHwN6vCRWNvdXu6cZq87vQipTNzFhqrntAHmBk3qUP",
  publicKeyHash: "tz4EipKnWnQv2zDCM2A7pNNcafaghJVG5mHQ",
};
const byHand = { name: "by-hand", value: "tz1hand" };

type Keys = Partial<BakerConfiguration["keys"]>;
const configuration = exampleConfiguration();
const bakerWith = (keys: Keys): BakerConfiguration => ({
  ...configuration.bakers[0]!,
  name: "baker",
  keys: { delegate, ...keys },
  authenticationPublicKey: undefined,
});

/** Title, keys before and after, and whether an old entry is changed or removed. */
const changes: [string, Keys, Keys, boolean][] = [
  ["the first consensus key is added", {}, { consensus: first }, false],
  ["the next consensus key is added", { consensus: first }, { consensus: first, nextConsensus: second }, false],
  ["the consensus key is rotated", { consensus: first, nextConsensus: second }, { consensus: second }, true],
  ["the consensus key is replaced at once", { consensus: first }, { consensus: second }, true],
  ["a companion key is added", { consensus: bls }, { consensus: bls, companion: bls }, false],
  ["a companion key is removed", { consensus: bls, companion: bls }, { consensus: bls }, true],
  ["the consensus key is removed", { consensus: first }, {}, true],
];

describeReal("wallet.sh, when keys change", { programs: shellPrograms }, () => {
  let box: ScriptSandbox;
  beforeEach(() => {
    box = new ScriptSandbox();
    for (const [path, text] of Object.entries(protectedFiles)) box.write(`data/${path}`, text);
  });
  afterEach(() => {
    for (const [path, text] of Object.entries(protectedFiles)) expect(box.read(`data/${path}`)).toBe(text);
    box.remove();
  });

  const run = (baker: BakerConfiguration, shell: (typeof shells)[number] = shells[0]) => {
    const files = walletFiles(configuration, baker);
    for (const name of walletFileNames) box.write(`wallet/${name}`, files[name]);
    return box.run("wallet.sh", { WALLET_DIR: box.path("wallet"), OWN_ALIASES: ownAliases(baker).join(" ") }, shell);
  };
  type Entry = { name: string; value: string | { locator: string; key: string } };
  const entries = (name: string) => JSON.parse(box.read(`data/client/${name}`)) as Entry[];
  const addByHand = () => {
    for (const name of walletFileNames) box.write(`data/client/${name}`, JSON.stringify([byHand, ...entries(name)]));
  };
  const kept = () => readdirSync(box.path("data/client")).filter((name) => name.includes(".kept-"));

  describe.each(shells)("in $name", (shell) => {
    test.each(changes)("%s", async (_, before, after, drops) => {
      expect((await run(bakerWith(before), shell)).status).toBe(0);
      addByHand();
      const was = walletFileNames.map((name) => box.read(`data/client/${name}`));
      const { status, output } = await run(bakerWith(after), shell);
      expect(status).toBe(0);
      const line = drops ? ", with an alias changed or removed" : ": wrote ";
      expect(output.split(line)).toHaveLength(4);
      expect(
        kept()
          .map((name) => box.read(`data/client/${name}`))
          .sort(),
      ).toEqual(drops ? was.sort() : []);
      const wanted = walletFiles(configuration, bakerWith(after));
      for (const name of walletFileNames) expect(entries(name)).toEqual([...JSON.parse(wanted[name]), byHand]);
      expectOctezAccepts(bakerWith(after));
    });

    test("the signers' locators change", async () => {
      const wanted = walletFiles(configuration, bakerWith({ consensus: first }));
      for (const name of walletFileNames) {
        box.write(`data/client/${name}`, wanted[name].replaceAll("http://127.0.0.1:8445", "http://10.0.88.3:6732"));
      }
      expect((await run(bakerWith({ consensus: first }), shell)).status).toBe(0);
      for (const name of walletFileNames) expect(entries(name)).toEqual(JSON.parse(wanted[name]));
      // The hashes have no locator in them.
      expect(kept()).toEqual(["public_keys.kept-1", "secret_keys.kept-1"]);
      expectOctezAccepts(bakerWith({ consensus: first }));
    });
  });

  test("a rotation, step by step: no step lacks a key that may be active, or needs the next key to be healthy", async () => {
    const steps = [
      { keys: { consensus: first }, active: first },
      { keys: { consensus: first, nextConsensus: second }, active: first },
      { keys: { consensus: first, nextConsensus: second }, active: second },
      { keys: { consensus: second }, active: second },
    ];
    for (const { keys, active } of steps) {
      const baker = bakerWith(keys);
      expect((await run(baker)).status).toBe(0);
      const command = bakerCommand(baker);
      const signing = entries("public_key_hashs").filter(({ name }) => command.includes(name));
      expect(signing.map(({ value }) => value)).toContain(active.publicKeyHash);
      expectOctezAccepts(baker);
    }
    expect(entries("secret_keys").map(({ name }) => name)).toEqual(["baker", "baker-consensus"]);

    // A Raspberry Pi that doesn't have the next key yet is still healthy.
    const changed = { ...configuration, bakers: [bakerWith(steps[1]!.keys)] };
    expect(keyHashesOf(changed, configuration.signers[0]!)).toEqual([first.publicKeyHash]);
  });

  /** Checks what Octez requires of a wallet. */
  function expectOctezAccepts(baker: BakerConfiguration): void {
    for (const name of walletFileNames) expect(box.read(`data/client/${name}`)).toMatch(/^\[[^]*\]$/);
    const by = (name: string) => new Map(entries(name).map((entry) => [entry.name, entry.value]));
    const [keys, hashes, secrets] = [by("public_keys"), by("public_key_hashs"), by("secret_keys")];
    const command = bakerCommand(baker);
    const first = command.indexOf("/data/node") + 1;
    for (const alias of command.slice(first, command.indexOf("--liquidity-baking-toggle-vote"))) {
      const locator = secrets.get(alias);
      const key = keys.get(alias);
      expect([alias, typeof key === "string" ? key : key?.locator]).toEqual([alias, locator]);
      expect(locator).toBe(`http://127.0.0.1:8445/${String(hashes.get(alias))}`);
    }
  }
});
