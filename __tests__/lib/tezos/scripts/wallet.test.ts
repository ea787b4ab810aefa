import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, readdirSync, statSync, symlinkSync } from "node:fs";
import type { BakerConfiguration } from "../../../../lib/config/schema/configuration";
import { ownAliases, walletFileNames, walletFiles } from "../../../../lib/tezos/wallet";
import { exampleConfiguration } from "../../../../laboratory/examples";
import { describeReal } from "../../../support/real";
import { ScriptSandbox, shellPrograms, shells, type Shell } from "../../../../laboratory/kill/script-sandbox";

const key = "edpkunnxQ7SD7pVorY4Gi1UWAS37R2vXogzU4MBQiofMqoyNYk2yYJ";
const hash = "tz1gg5bjopPcr9agjamyu9BbXKLibNc2rbAq";
const otherHash = "tz1VSUr8wwNhLAzempoch5d6hLRiTh8Cjcjb";
const otherKey = "edpkvGfYw3LyB1UcCahKQk4rF2tvbMUk8GFiTuMjL75uGXrpvKXhjn";
const secret = "edsk3QoqBuvdamxouPhin7swCvkQNgq4jP5KZPbwWNnwdZpSpJiEbq";
const protectedFiles = [
  ...["NetXdQprcVkpaWU_highwatermarks", "NetXdQprcVkpaWU_nonces", "NetXdQprcVkpaWU_stateful_nonces"],
  ...["NetXdQprcVkpaWU_baker_states", "_baker_states", "wallet_lock"],
];

type Keys = Partial<Record<"consensus" | "companion", { publicKey: string }>>;
const wallet = (keys: Keys = {}, authentication = false) => {
  const configuration = exampleConfiguration();
  const baker: BakerConfiguration = {
    ...configuration.bakers[0]!,
    name: "baker",
    keys: { delegate: { publicKey: key }, ...keys },
    authenticationPublicKey: authentication ? otherKey : undefined,
  };
  return { files: walletFiles(configuration, baker), own: ownAliases(baker).join(" ") };
};

describeReal("wallet.sh", { programs: shellPrograms }, () => {
  let box: ScriptSandbox;
  beforeEach(() => {
    box = new ScriptSandbox();
    for (const name of protectedFiles) box.write(`data/client/${name}`, `{"kept": "${name}"}`);
  });
  afterEach(() => {
    for (const name of protectedFiles) expect(box.read(`data/client/${name}`)).toBe(`{"kept": "${name}"}`);
    box.remove();
  });

  const run = (wanted = wallet(), environment: Record<string, string> = {}, shell?: Shell, kill?: number) => {
    for (const name of walletFileNames) box.write(`wallet/${name}`, wanted.files[name]);
    return box.run(
      "wallet.sh",
      { WALLET_DIR: box.path("wallet"), OWN_ALIASES: wanted.own, ...environment },
      shell,
      kill,
    );
  };
  const authentication = () => ({
    AUTHENTICATION_ALIAS: "baker-authentication",
    AUTHENTICATION_FILE: box.path("secret"),
  });
  const aliases = (name: string) => JSON.parse(box.read(`data/client/${name}`)) as { name: string; value: unknown }[];
  const kept = () => readdirSync(box.path("data/client")).filter((name) => name.includes(".kept-"));
  const upToDate = {
    status: 0,
    output:
      "wallet: public_keys is up to date\nwallet: public_key_hashs is up to date\nwallet: secret_keys is up to date\n",
  };

  describe.each(shells)("in $name", (shell) => {
    test("first start and second start", async () => {
      const wanted = wallet({ consensus: { publicKey: otherKey } });
      expect(await run(wanted, {}, shell)).toEqual({
        status: 0,
        output: "wallet: wrote public_keys\nwallet: wrote public_key_hashs\nwallet: wrote secret_keys\n",
      });
      for (const name of walletFileNames) expect(aliases(name)).toEqual(JSON.parse(wanted.files[name]));
      const before = walletFileNames.map((name) => statSync(box.path("data/client", name)).ino);
      expect(await run(wanted, {}, shell)).toEqual(upToDate);
      expect(walletFileNames.map((name) => statSync(box.path("data/client", name)).ino)).toEqual(before);
    });

    test("a file that is not a wallet is replaced, and a copy kept", async () => {
      await run(wallet(), {}, shell);
      const intact = box.read("data/client/public_keys");
      for (const broken of [
        intact.slice(0, -3),
        "",
        intact + "x",
        "\0".repeat(80),
        `${intact}\0\0`,
        '{"name":"a"}',
        '[{"name":"a"}]',
      ]) {
        box.write("data/client/public_keys", broken);
        const { status, output } = await run(wallet(), {}, shell);
        expect(status).toBe(0);
        expect(output).toMatch(
          /WARNING: public_keys was damaged or unreadable .* previous file is .*public_keys\.kept-\d/,
        );
        expect(box.read("data/client/public_keys")).toBe(intact);
        expect(kept().map((name) => box.read(`data/client/${name}`))).toContain(broken);
      }
      expect(kept()).toHaveLength(7);
    });

    test("folders, pipes and links are moved, which is logged first", async () => {
      box.write("data/client/public_keys/x", "in a folder");
      execFileSync("mkfifo", [box.path("data/client/secret_keys")]);
      symlinkSync(box.path("data"), box.path("data/client/public_key_hashs"));
      const { status, output } = await run(wallet(), {}, shell);
      expect(status).toBe(0);
      for (const name of walletFileNames) {
        expect(output).toContain(`wallet: moving ${box.path("data/client", name)} to`);
        expect(output).toContain(`WARNING: ${name} was damaged or unreadable and has been replaced`);
        expect(aliases(name)).toEqual(JSON.parse(wallet().files[name]));
      }
      expect(kept()).toHaveLength(3);
      expect(box.read("data/client/public_keys.kept-1/x")).toBe("in a folder");
      expect(await run(wallet(), {}, shell)).toEqual(upToDate);
    });

    test("adds, removes and changes the configuration's own aliases, and keeps those made by hand", async () => {
      await run(wallet({ consensus: { publicKey: otherKey } }), {}, shell);
      const byHand = { name: "by \\u0068and", value: { locator: "http://127.0.0.1:6732/x", key: "edpk\\/1" } };
      for (const name of walletFileNames) {
        const text = JSON.stringify([
          { name: "by hand", value: name === "public_keys" ? byHand.value : "x" },
          ...aliases(name),
        ]);
        box.write(`data/client/${name}`, text.replaceAll("/", "\\/"));
      }
      expect(await run(wallet({ consensus: { publicKey: otherKey } }), {}, shell)).toEqual(upToDate);
      const { output } = await run(wallet({ companion: { publicKey: otherKey } }), {}, shell);
      expect(output.match(/with an alias changed or removed/g)).toHaveLength(3);
      expect(aliases("public_key_hashs")).toEqual([
        { name: "baker", value: hash },
        { name: "baker-companion", value: otherHash },
        { name: "by hand", value: "x" },
      ]);
      expect(aliases("public_keys")[2]!.value).toEqual(byHand.value);
      expect(kept()).toEqual(["public_key_hashs.kept-1", "public_keys.kept-1", "secret_keys.kept-1"]);
    });

    test("the authentication key comes from its own file", async () => {
      for (const text of [`unencrypted:${secret}`, `${secret}\n`]) {
        box.write("secret", text);
        expect((await run(wallet({}, true), authentication(), shell)).status).toBe(0);
        expect(aliases("secret_keys")[1]).toEqual({ name: "baker-authentication", value: `unencrypted:${secret}` });
        expect(aliases("public_key_hashs")[1]!.value).toMatch(/^tz1/);
      }
      expect(statSync(box.path("data/client/secret_keys")).mode & 0o777).toBe(0o600);
    });
  });

  test("an entry of the configuration with another locator, another key or no key is replaced, and the file kept", async () => {
    await run();
    const [entry] = aliases("public_keys");
    const { locator } = entry!.value as { locator: string };
    for (const value of [locator, { locator, key: otherKey }, { locator: "http://old/x", key }]) {
      box.write("data/client/public_keys", JSON.stringify([{ name: "baker", value }]));
      const { output } = await run();
      expect(output).toContain("wrote public_keys, with an alias changed or removed");
      expect(aliases("public_keys")).toEqual([entry]);
    }
    expect(kept()).toHaveLength(3);
  });

  test("a key that the baker itself wrote next to its locator stays, if it is the configured one", async () => {
    await run();
    const [entry] = aliases("public_keys");
    box.write("data/client/public_keys", JSON.stringify([entry]));
    expect(await run()).toEqual(upToDate);
  });

  test.each([
    ["", "nothing"],
    ["edsk3QoqBuvdamxouPhin7swCvkQNgq4jP5KZPbwWNnwdZpSpJiEb", "one letter too few"],
    [`${secret} ${secret}`, "two"],
    ["edesk1GXwWmGjXiLHBKxGBxwmNvG21vKBh6FBxc4CyJ8adQQE2avP5vBB57ZUZ93Anm7i4k8RmsHaPzVAvpnHkFF", "encrypted"],
    [`"${secret}"`, "quotes"],
  ])("refuses the authentication key %j (%s), and does not show it", async (text) => {
    box.write("secret", text);
    const { status, output } = await run(wallet({}, true), authentication());
    expect(status).toBe(1);
    expect(output).toMatch(
      /^wallet: ERROR: .*secret is not an unencrypted ed25519 secret key: it must contain [^\n]*\n$/,
    );
    expect(output).not.toContain("edsk3Q");
    expect(box.exists("data/client/secret_keys")).toBe(false);
  });

  test("without the authentication key's file, keeps the key of the previous start", async () => {
    box.write("secret", secret);
    await run(wallet({}, true), authentication());
    const { status, output } = await run(wallet({}, true), { ...authentication(), AUTHENTICATION_FILE: "/nowhere" });
    expect([status, output]).toEqual([0, expect.stringContaining("WARNING: can't read /nowhere")]);
    expect(aliases("secret_keys")[1]!.value).toBe(`unencrypted:${secret}`);
    await run(wallet());
    expect(aliases("secret_keys")).toHaveLength(1);
  });

  test("wanted files that are missing or not valid are an error, and nothing is written", async () => {
    expect(await box.run("wallet.sh", { WALLET_DIR: "/nowhere", OWN_ALIASES: "baker" })).toEqual({
      status: 1,
      output: "wallet: ERROR: can't read /nowhere/public_keys: the ConfigMap is not mounted\n",
    });
    const broken = { files: { ...wallet().files, public_keys: "[" }, own: "baker" };
    expect((await run(broken)).output).toMatch(
      /^wallet: ERROR: .*public_keys is not a wallet file \(awk exited with 2\): [^\n]*\n$/,
    );
    expect(box.exists("data/client/public_keys")).toBe(false);
  });

  describeReal("as root", { root: true }, () => {
    test("another user's files are replaced, and kept", async () => {
      await run();
      box.write("data/client/public_keys", "[]");
      chownSync(box.path("data/client/public_keys"), 0, 0);
      chmodSync(box.path("data/client/public_keys"), 0o600);
      const { status, output } = await run();
      expect([status, output]).toEqual([0, expect.stringContaining("public_keys was damaged or unreadable")]);
      expect(aliases("public_keys")).toHaveLength(1);
      expect(kept()).toEqual(["public_keys.kept-1"]);
    });

    test("another user's folder is a single clear error", async () => {
      chownSync(box.path("data/client"), 0, 0);
      chmodSync(box.path("data/client"), 0o755);
      expect(await run()).toEqual({
        status: 1,
        output: expect.stringMatching(
          /^wallet: ERROR: can't write .*public_keys \(.*Permission denied\): [^\n]* user 1000\n$/,
        ),
      });
    });
  });

  describeReal("on a small file system", { root: true, linux: true, programs: ["mount", "umount"] }, () => {
    afterEach(() => void execFileSync("umount", ["-l", box.path("small")]));
    const small = (options: string) => {
      box.write("small/x", "");
      execFileSync("mount", ["-t", "tmpfs", "-o", `uid=1000,gid=1000,${options}`, "tmpfs", box.path("small")]);
    };

    test("a full disk is a single clear error, and the old files stay", async () => {
      small("size=16k");
      const data = { DATA_DIR: box.path("small") };
      await run(wallet(), data);
      const before = box.read("small/client/public_keys");
      execFileSync("sh", ["-c", `cat /dev/zero >${box.path("small/fill")} || true`], { stdio: "ignore" });
      const { status, output } = await run(wallet({ consensus: { publicKey: otherKey } }), data);
      expect([status, output]).toEqual([
        1,
        expect.stringMatching(/^wallet: ERROR: can't write .*\): the disk is full[^\n]*\n$/),
      ]);
      expect(box.read("small/client/public_keys")).toBe(before);
      execFileSync("rm", [box.path("small/fill")]);
      expect((await run(wallet({ consensus: { publicKey: otherKey } }), data)).status).toBe(0);
    });

    test("a read-only disk is a single clear error, unless the wallet is up to date", async () => {
      small("size=1m");
      const data = { DATA_DIR: box.path("small") };
      await run(wallet(), data);
      execFileSync("mount", ["-o", "remount,ro", box.path("small")]);
      expect(await run(wallet(), data)).toEqual(upToDate);
      expect((await run(wallet({ consensus: { publicKey: otherKey } }), data)).output).toMatch(
        /^wallet: ERROR: can't write .*Read-only file system\): the disk is full or read-only[^\n]*\n$/,
      );
    });
  });

  test("killed at any moment, each file is the old one or the new one", async () => {
    const variants = [
      wallet(),
      wallet({ consensus: { publicKey: otherKey } }),
      wallet({ companion: { publicKey: otherKey } }),
    ];
    let killed = 0;
    for (let round = 0; round < 25; round++) {
      const known = walletFileNames.map((name) =>
        box.exists(`data/client/${name}`) ? box.read(`data/client/${name}`) : undefined,
      );
      const wanted = variants[round % variants.length]!;
      const { status } = await run(wanted, {}, shells[round % shells.length], Math.random() * 60);
      if (status === null) killed++;
      walletFileNames.forEach((name, index) => {
        if (!box.exists(`data/client/${name}`)) return expect(known[index]).toBeUndefined();
        const text = box.read(`data/client/${name}`);
        if (text !== known[index]) expect(JSON.parse(text)).toEqual(JSON.parse(wanted.files[name]));
      });
    }
    expect(killed).toBeGreaterThan(5);
    expect((await run(variants[1]!)).status).toBe(0);
    expect(await run(variants[1]!)).toEqual(upToDate);
    for (const name of walletFileNames) expect(aliases(name)).toEqual(JSON.parse(variants[1]!.files[name]));
  });
});
