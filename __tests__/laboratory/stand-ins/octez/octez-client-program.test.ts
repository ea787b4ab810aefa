import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accuserCommand, bakerCommand } from "../../../../lib/tezos/octez-commands";
import { walletFiles } from "../../../../lib/tezos/wallet";
import { optionsTable } from "../../../../laboratory/stand-ins/octez-options-table";
import { exampleConfiguration } from "../../../../laboratory/examples";
import { describeReal } from "../../../support/real";
import { packageRoot } from "../../../../lib/package-root";

const configuration = exampleConfiguration(undefined, "config/shadownet.yaml");
const baker = configuration.bakers[0]!;

// Once the program waits for its node, `timeout` ends it with exit code 124.
describeReal(
  "the stand-in for octez-baker and octez-accuser",
  { programs: ["busybox", "timeout"], linux: true },
  () => {
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), "client-program-"));
      for (const name of ["tables", "client"]) mkdirSync(join(folder, name));
      for (const program of ["octez-baker", "octez-accuser"] as const) {
        cpSync(join(packageRoot, "laboratory/stand-ins/octez/octez-client-program"), join(folder, program));
        writeFileSync(join(folder, "tables", program), optionsTable(program));
      }
      for (const [name, text] of Object.entries(walletFiles(configuration, baker))) writeFileSync(wallet(name), text);
    });
    afterEach(() => rmSync(folder, { recursive: true, force: true }));

    const wallet = (name: string) => join(folder, "client", name);
    const run = ([program, ...parameters]: string[]) => {
      const here = parameters.map((parameter) => parameter.replace("/data/client", join(folder, "client")));
      return spawnSync("timeout", ["2", join(folder, program!), ...here], {
        encoding: "utf8",
        env: { ...process.env, STAND_IN_TABLES: join(folder, "tables"), STAND_IN_FOLDER: folder },
      });
    };

    test.each([
      ["octez-baker", bakerCommand(baker)],
      ["octez-accuser", accuserCommand()],
    ])("waits for its node when %s is called as in the pod", (program, command) => {
      expect(run(command)).toMatchObject({ stderr: "", status: 124 });
      expect(readFileSync(join(folder, "events"), "utf8")).toMatch(new RegExp(` ${program} waits for its node\n$`));
    });

    test.each([
      ["a misspelt option", (command: string[]) => command.map((word) => word.replace("--base-dir", "--base_dir"))],
      ["an option of the command before it", ([program, ...rest]: string[]) => [program!, "--keep-alive", ...rest]],
      ["a global option after the command", (command: string[]) => [...command, "--base-dir", "/data/client"]],
      ["an unknown command", (command: string[]) => command.filter((word) => word !== "local")],
    ])("refuses %s", (_, change) => {
      expect(run(change(bakerCommand(baker)))).toMatchObject({
        stderr: expect.stringMatching(/unexpected|unrecognised/),
        status: 1,
      });
    });

    test("refuses a wallet without a public key, which only a signer could provide", () => {
      const [entry] = JSON.parse(readFileSync(wallet("public_keys"), "utf8"));
      writeFileSync(wallet("public_keys"), JSON.stringify([{ name: entry.name, value: "http://127.0.0.1:1/key" }]));
      expect(run(bakerCommand(baker))).toMatchObject({
        stderr: expect.stringContaining("no public key of"),
        status: 1,
      });
    });
  },
);
