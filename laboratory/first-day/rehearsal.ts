import { type ConfigurationText } from "./person";
import type { DocumentedStep } from "./documented-steps";
import { type Ended, type Reply, type RunOptions, tail, type Terminal } from "./terminal";

/** How long a step took, and each of its commands. */
export interface StepTime {
  readonly title: string;
  readonly seconds: number;
  readonly commands: readonly { readonly command: string; readonly seconds: number }[];
}

export interface RehearsalProps {
  readonly terminal: Terminal;
  readonly replies: readonly Reply[];
  readonly configuration: ConfigurationText;
  readonly log: (line: string) => void;
  /** Receives all that the commands print. */
  readonly transcript: (text: string) => void;
  /** What in the cluster waits, and for what; empty if nothing does. */
  readonly waiting: () => readonly string[];
  /** Options for a command, such as when to press ctrl-C. */
  readonly optionsOf: (command: string) => RunOptions | undefined;
  /** Called after each command that went well. */
  readonly afterCommand: (command: string, ended: Ended) => Promise<void> | void;
}

/** A printed command that failed. */
export class CommandFailed extends Error {}

/** Runs documented commands one after the other, as a person does who pastes them. */
export class Rehearsal {
  readonly times: StepTime[] = [];

  constructor(private readonly props: RehearsalProps) {}

  /** @throws CommandFailed at the first command that fails, with the end of what it printed */
  async step({ number, title, commands }: DocumentedStep): Promise<void> {
    const { log, waiting } = this.props;
    log(`${number}. ${title}`);
    const times: { command: string; seconds: number }[] = [];
    for (const command of commands) times.push({ command, seconds: await this.command(command) });
    for (const line of waiting()) log(`   waits: ${line}`);
    const seconds = times.reduce((sum, time) => sum + time.seconds, 0);
    this.times.push({ title: `${number}. ${title}`, seconds, commands: times });
  }

  private async command(command: string): Promise<number> {
    const { terminal, replies, configuration, log, transcript, optionsOf, afterCommand } = this.props;
    const begin = performance.now();
    transcript(`\n$ ${command}\n`);
    const ended = await terminal.run(command, { replies, onOutput: transcript, ...optionsOf(command) });
    const seconds = (performance.now() - begin) / 1000;
    const { status, output, stopped } = ended;
    if (status !== 0 && !stopped) {
      throw new CommandFailed(`exit ${status} after ${seconds.toFixed(0)} s: ${command}\n${tail(output, 40)}`);
    }
    log(`   ${command}   ${seconds.toFixed(1)} s`);
    for (const field of configuration.copyFrom(output)) log(`   copied from what it printed: ${field}`);
    await afterCommand(command, ended);
    return seconds;
  }
}
