/**
 * What the Octez programs accept on their command lines, in the version that is pinned by default: one misspelt option
 * (`--base_dir`) has kept a baker from its first boot. Long names only; short ones and other spellings are not generated.
 *
 * Sources, all at the tag octez-v25.1 of gitlab.com/tezos/tezos:
 * octez-node: src/lib_node_config/shared_arg.ml, src/bin_node/node_*_command.ml;
 * octez-baker, octez-accuser: src/lib_client_base_unix/client_config.ml, src/lib_agnostic_baker/{commands,configuration}.ml
 * and the manual in tezt/tests/expected/agnostic_baker_test.ml; octez-dal-node: src/lib_dal_node/cli.ml;
 * octez-signer: src/bin_signer/main_signer.ml.
 */
export const octezOptionsVersion = "25.1";

export interface OctezOption {
  readonly takesValue: boolean;
  /** May be given several times. */
  readonly repeatable: boolean;
}

export interface OctezCommand {
  /** The words that name the command: `run with local node`. */
  readonly words: readonly string[];
  /** Names of what must follow the words; a name that ends in … may come any number of times, also not at all. */
  readonly parameters: readonly string[];
  /** Options that stand after the words. */
  readonly options: Readonly<Record<string, OctezOption>>;
  /** Of each group exactly one option must be there. */
  readonly oneOf: readonly (readonly string[])[];
}

export interface OctezProgram {
  /** Options that must stand before the command's words. */
  readonly globals: Readonly<Record<string, OctezOption>>;
  readonly commands: readonly OctezCommand[];
}

type Options = Record<string, OctezOption>;
const options = (names: string, takesValue: boolean, repeatable = false): Options =>
  Object.fromEntries(
    names
      .split(/\s+/)
      .filter((name) => name !== "")
      .map((name) => [`--${name}`, { takesValue, repeatable }]),
  );
const flags = (names: string) => options(names, false);
const values = (names: string) => options(names, true);
const lists = (names: string) => options(names, true, true);

const command = (
  words: string,
  parameters: readonly string[],
  accepted: Options,
  oneOf: readonly (readonly string[])[] = [],
): OctezCommand => ({ words: words.split(" "), parameters, options: accepted, oneOf });

const nodeOptions: Options = {
  ...values(`data-dir config-file network connections max-download-speed max-upload-speed binary-chunks-size
    peer-table-size net-addr advertised-net-port discovery-addr bootstrap-threshold expected-pow rpc-tls log-output
    log-coloring history-mode synchronisation-threshold sync-latency media-type max-active-rpc-connections
    metadata-size-limit storage-maintenance-delay`),
  ...lists("peer rpc-addr external-rpc-addr cors-origin cors-header allow-all-rpc metrics-addr"),
  ...flags(`no-bootstrap-peers private-mode disable-p2p-maintenance disable-p2p-swap disable-mempool enable-testchain
    disable-config-validation enable-http-cache-headers disable-context-pruning`),
};

const clientGlobals: Options = {
  ...values(`base-dir config-file chain block wait protocol addr port media-type endpoint sources remote-signer
    password-filename mode log-coloring`),
  ...flags("no-base-dir-warnings timings log-requests better-errors tls allow-fixed-random-seed"),
};

const signerOptions: Options = {
  ...values("pidfile magic-bytes address port"),
  ...flags("check-high-watermark allow-list-known-keys allow-to-prove-possession"),
};

export const octezPrograms: Readonly<Record<string, OctezProgram>> = {
  "octez-node": {
    globals: {},
    commands: [
      command("run", [], {
        ...nodeOptions,
        ...values("sandbox target"),
        ...flags("singleprocess force-history-mode-switch allow-yes-crypto"),
      }),
      command("config init", [], nodeOptions),
      command("config update", [], nodeOptions),
      command("config validate", [], nodeOptions),
      command("identity generate", ["DIFFICULTY…"], values("data-dir config-file")),
      command("snapshot import", ["FILE"], {
        ...values("data-dir config-file metadata-size-limit block sandbox progress-display-mode"),
        ...flags("no-check reconstruct force"),
      }),
      command("snapshot info", ["FILE"], flags("json")),
      command("upgrade storage", [], { ...values("data-dir config-file sandbox"), ...flags("status") }),
    ],
  },
  "octez-baker": {
    globals: clientGlobals,
    commands: [
      command(
        "run with local node",
        ["NODE_DATA_PATH", "BAKER…"],
        {
          ...values(`pidfile node-version-allowed minimal-fees minimal-nanotez-per-gas-unit minimal-nanotez-per-byte
            force-apply-from-round liquidity-baking-toggle-vote votefile operations-pool dal-node
            pre-emptive-forge-time remote-calls-timeout`),
          ...lists("extra-node"),
          ...flags("node-version-check-bypass keep-alive without-dal record-state allow-signing-delay"),
        },
        [
          ["--liquidity-baking-toggle-vote", "--votefile"],
          ["--dal-node", "--without-dal"],
        ],
      ),
    ],
  },
  "octez-accuser": {
    globals: clientGlobals,
    commands: [command("run", [], { ...values("pidfile preserved-levels"), ...flags("keep-alive") })],
  },
  "octez-dal-node": {
    globals: {},
    commands: [
      command("run", [], {
        ...values(`data-dir config-file rpc-addr expected-pow net-addr public-addr endpoint slots-backup-uri
          attester-profiles operator-profiles observer-profiles peers metrics-addr history-mode service-name
          service-namespace telemetry-env fetch-trusted-setup ban-addr ignore-topics batching-time-interval
          publish-slots-regularly`),
        ...flags(`trust-slots-backup-uris ignore-l1-config-peers ignore-l1-history-check bootstrap-profile
          disable-shard-validation verbose disable-amplification`),
      }),
    ],
  },
  "octez-signer": {
    globals: { ...values("base-dir password-filename"), ...flags("require-authentication") },
    commands: [
      command("launch http signer", [], signerOptions),
      command("launch socket signer", [], { ...signerOptions, ...values("timeout") }),
    ],
  },
};

/** All that Octez would refuse of a command line, in words; empty if nothing. The program's folder doesn't matter. */
export function checkCommand(argv: readonly string[]): string[] {
  const name = (argv[0] ?? "").replace(/.*\//, "");
  const program = octezPrograms[name];
  if (!program) return [`${name} is no program of Octez that is known here`];

  const { command, rest, problems } = findCommand(name, program, argv.slice(1));
  if (!command) return problems;
  const title = `${name} ${command.words.join(" ")}`;
  const parsed = parseOptions(title, command.options, program.globals, rest);
  return [
    ...problems,
    ...parsed.problems,
    ...missingParameters(title, command, parsed.parameters),
    ...command.oneOf
      .filter((group) => group.filter((option) => parsed.given.has(option)).length !== 1)
      .map((group) => `${title}: wants exactly one of ${group.join(", ")}`),
  ];
}

/** Reads the global options and the words after them. */
function findCommand(name: string, program: OctezProgram, args: readonly string[]) {
  let index = 0;
  const problems: string[] = [];
  const given = new Set<string>();
  for (; args[index]?.startsWith("-"); index++) {
    const [option, inline] = split(args[index] ?? "");
    const known = program.globals[option];
    if (!known) problems.push(`${name}: ${option} is no global option`);
    else if (given.has(option)) problems.push(`${name}: ${option} is given twice`);
    given.add(option);
    if (known?.takesValue && inline === undefined) index++;
  }
  const words = args.slice(index);
  const command = [...program.commands]
    .sort((a, b) => b.words.length - a.words.length)
    .find((candidate) => candidate.words.every((word, position) => words[position] === word));
  if (!command) problems.push(`${name}: knows no command ${words.slice(0, 4).join(" ") || "(none given)"}`);
  return { command, rest: words.slice(command?.words.length ?? 0), problems };
}

function parseOptions(
  title: string,
  accepted: OctezCommand["options"],
  globals: OctezCommand["options"],
  args: readonly string[],
) {
  const problems: string[] = [];
  const parameters: string[] = [];
  const given = new Set<string>();
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? "";
    if (!arg.startsWith("-")) {
      parameters.push(arg);
      continue;
    }
    const [option, inline] = split(arg);
    const known = accepted[option];
    if (!known) {
      problems.push(`${title}: ${option} ${option in globals ? "must stand before the command" : "is unknown"}`);
      // What follows an unknown option can't be told apart from a parameter: one message says enough.
      if (inline === undefined && args[index + 1]?.startsWith("-") === false) index++;
      continue;
    }
    if (given.has(option) && !known.repeatable) problems.push(`${title}: ${option} is given twice`);
    given.add(option);
    if (!known.takesValue && inline !== undefined) problems.push(`${title}: ${option} takes no value`);
    if (known.takesValue && inline === undefined) {
      index++;
      if (args[index] === undefined || args[index]?.startsWith("--"))
        problems.push(`${title}: ${option} wants a value`);
    }
  }
  return { problems, parameters, given };
}

function missingParameters(title: string, command: OctezCommand, parameters: readonly string[]): string[] {
  const wanted = command.parameters.filter((name) => !name.endsWith("…"));
  if (parameters.length < wanted.length) return [`${title}: ${wanted.slice(parameters.length).join(", ")} is missing`];
  if (parameters.length > wanted.length && wanted.length === command.parameters.length) {
    return [`${title}: ${parameters.slice(wanted.length).join(", ")} is too much`];
  }
  return [];
}

function split(arg: string): [string, string | undefined] {
  const equals = arg.indexOf("=");
  return arg.startsWith("--") && equals > 0 ? [arg.slice(0, equals), arg.slice(equals + 1)] : [arg, undefined];
}
