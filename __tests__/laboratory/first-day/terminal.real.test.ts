import { tmpdir } from "node:os";
import { Terminal } from "../../../laboratory/first-day/terminal";
import { describeReal } from "../../support/real";

describeReal("a terminal", { programs: ["bash"] }, () => {
  let terminal: Terminal;
  beforeEach(async () => {
    const { PATH = "" } = process.env;
    terminal = await Terminal.start(["bash", "--noprofile", "--norc", "--noediting", "-i"], tmpdir(), { PATH });
  });
  afterEach(() => terminal.end());

  test("runs commands in one shell, and knows how each ended", async () => {
    expect(await terminal.run("export WORD='a !b'")).toEqual({ status: 0, output: "", stopped: false });
    expect(await terminal.run('echo "$WORD"; test -t 0')).toEqual({ status: 0, output: "a !b\n", stopped: false });
    expect(await terminal.run("(exit 7)")).toMatchObject({ status: 7 });
  });

  test("replies each time that a question is asked", async () => {
    const ask = "for n in 1 2; do printf 'Apply this? Type yes: '; read -r word; echo \"got $word\"; done";
    const replies = [{ question: /Apply this\? Type (\w+): /, reply: ([, word]: RegExpMatchArray) => `${word}\r` }];
    const { output } = await terminal.run(ask, { replies });
    expect(output.match(/got yes/g)).toHaveLength(2);
  });

  test("presses ctrl-C when there is enough", async () => {
    const enough = (output: string) => output.includes("begun");
    expect(await terminal.run("echo begun; sleep 100", { enough })).toMatchObject({ status: 130, stopped: true });
  });

  test("gives up on a command that does not end, with what it printed", async () => {
    await expect(terminal.run("echo asks; read -r", { timeoutSeconds: 1 })).rejects.toThrow(/no end after 1 s:\nasks/);
  });
});
