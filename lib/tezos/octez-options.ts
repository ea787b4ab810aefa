/**
 * What the Octez programs accept on their command lines, in the version that is used by default: a misspelt option
 * (`--base_dir`) once kept a baker from starting for the first time. Only long names; no code here uses the short ones.
 *
 * Sources, in https://gitlab.com/tezos/tezos/-/tree/octez-v25.1:
 * octez-node: src/lib_node_config/shared_arg.ml, src/bin_node/node_*_command.ml;
 * octez-baker, octez-accuser: src/lib_client_base_unix/client_config.ml, src/lib_agnostic_baker/commands.ml,
 * src/lib_agnostic_baker/configuration.ml, and the manual in tezt/tests/expected/agnostic_baker_test.ml;
 * octez-dal-node: src/lib_dal_node/cli.ml;
 * octez-signer: src/bin_signer/main_signer.ml.
 */
export const octezOptionsVersion = "25.1";

export interface OctezOption {
  readonly takesValue: boolean;
  /** Whether it may be given several times. */
  readonly repeatable: boolean;
}

export interface OctezCommand {
  /** Names of what must follow the command's words; a name that ends in … stands for any number, including none. */
  readonly parameters: readonly string[];
  /** Options that come after the words. */
  readonly options: Readonly<Record<string, OctezOption>>;
  /** Of each group exactly one option is required. */
  readonly oneOf: readonly (readonly string[])[];
}

export interface OctezProgram {
  /** Options that come before the command's words. */
  readonly globals: Readonly<Record<string, OctezOption>>;
  /** By the words that name the command, such as `run with local node`. */
  readonly commands: Readonly<Record<string, OctezCommand>>;
}

type Split<Text extends string, Separator extends string> = Text extends `${infer Head}${Separator}${infer Rest}`
  ? Head | Split<Rest, Separator>
  : Text;
/** The words of a text, as a type: `Words<"a b">` is `"a" | "b"`. */
type Words<Text extends string> = Exclude<Split<Split<Text, "\n">, " ">, "">;
type Options<Names extends string, Option extends OctezOption> = { readonly [Name in `--${Words<Names>}`]: Option };

const options = <const Names extends string, const Option extends OctezOption>(names: Names, option: Option) =>
  Object.fromEntries(
    names
      .split(/\s+/)
      .filter((name) => name !== "")
      .map((name) => [`--${name}`, option]),
  ) as Options<Names, Option>;
const flags = <const Names extends string>(names: Names) => options(names, { takesValue: false, repeatable: false });
const values = <const Names extends string>(names: Names) => options(names, { takesValue: true, repeatable: false });
const lists = <const Names extends string>(names: Names) => options(names, { takesValue: true, repeatable: true });

const command = <const Accepted extends OctezCommand["options"]>(
  parameters: readonly string[],
  accepted: Accepted,
  oneOf: readonly (readonly (keyof Accepted & string)[])[] = [],
) => ({ parameters, options: accepted, oneOf });

const nodeOptions = {
  ...values(`data-dir config-file network connections max-download-speed max-upload-speed binary-chunks-size
    peer-table-size net-addr advertised-net-port discovery-addr bootstrap-threshold expected-pow rpc-tls log-output
    log-coloring history-mode synchronisation-threshold sync-latency media-type max-active-rpc-connections
    metadata-size-limit storage-maintenance-delay`),
  ...lists("peer rpc-addr external-rpc-addr cors-origin cors-header allow-all-rpc metrics-addr"),
  ...flags(`no-bootstrap-peers private-mode disable-p2p-maintenance disable-p2p-swap disable-mempool enable-testchain
    disable-config-validation enable-http-cache-headers disable-context-pruning`),
};

const clientGlobals = {
  ...values(`base-dir config-file chain block wait protocol addr port media-type endpoint sources remote-signer
    password-filename mode log-coloring`),
  ...flags("no-base-dir-warnings timings log-requests better-errors tls allow-fixed-random-seed"),
};

const signerOptions = {
  ...values("pidfile magic-bytes address port"),
  ...flags("check-high-watermark allow-list-known-keys allow-to-prove-possession"),
};

export const octezPrograms = {
  "octez-node": {
    globals: {},
    commands: {
      run: command([], {
        ...nodeOptions,
        ...values("sandbox target"),
        ...flags("singleprocess force-history-mode-switch allow-yes-crypto"),
      }),
      "config init": command([], nodeOptions),
      "config update": command([], nodeOptions),
      "config validate": command([], nodeOptions),
      "identity generate": command(["DIFFICULTY…"], values("data-dir config-file")),
      "snapshot import": command(["FILE"], {
        ...values("data-dir config-file metadata-size-limit block sandbox progress-display-mode"),
        ...flags("no-check reconstruct force"),
      }),
      "snapshot info": command(["FILE"], flags("json")),
      "upgrade storage": command([], { ...values("data-dir config-file sandbox"), ...flags("status") }),
    },
  },
  "octez-baker": {
    globals: clientGlobals,
    commands: {
      "run with local node": command(
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
    },
  },
  "octez-accuser": {
    globals: clientGlobals,
    commands: { run: command([], { ...values("pidfile preserved-levels"), ...flags("keep-alive") }) },
  },
  "octez-dal-node": {
    globals: {},
    commands: {
      run: command([], {
        ...values(`data-dir config-file rpc-addr expected-pow net-addr public-addr endpoint slots-backup-uri
          attester-profiles operator-profiles observer-profiles peers metrics-addr history-mode service-name
          service-namespace telemetry-env fetch-trusted-setup ban-addr ignore-topics batching-time-interval
          publish-slots-regularly`),
        ...flags(`trust-slots-backup-uris ignore-l1-config-peers ignore-l1-history-check bootstrap-profile
          disable-shard-validation verbose disable-amplification`),
      }),
    },
  },
  "octez-signer": {
    globals: { ...values("base-dir password-filename"), ...flags("require-authentication") },
    commands: {
      "launch http signer": command([], signerOptions),
      "launch socket signer": command([], { ...signerOptions, ...values("timeout") }),
    },
  },
} satisfies Readonly<Record<string, OctezProgram>>;

export type OctezProgramName = keyof typeof octezPrograms;
