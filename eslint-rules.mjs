import { dirname, join, relative, sep } from "node:path";

/** The laboratory's rooms by floor, from the ground up: a room may import from the floors below its own. */
const laboratory = [
  ["examples", "google", "json-lines", "needs", "random", "result", "synthesis"],
  ["convert"],
  ["cluster", "policies"],
  ["home", "terraform"],
  ["stand-ins"],
  ["signer-path/needs", "signer-path/records"],
  ["signer-path/load"],
  ["signer-path/testbed"],
  ["signer-path/evaluation", "signer-path/faults", "signer-path/report"],
  ["signer-path/control-2019", "signer-path/drills", "signer-path/measurements", "signer-path/soak"],
  ["boot", "first-day", "forwarder", "kill", "placement", "registry", "signer-path", "verify"],
  ["partition"],
  ["drills"],
  ["commands"],
].map((floor) => floor.map((room) => `laboratory/${room}`));
const laboratoryRooms = Object.fromEntries(
  laboratory.flatMap((floor, index) => {
    const below = ["lib", "raspberry-pi", "main.ts", ...laboratory.slice(0, index).flat()];
    return floor.map((room) => [room, below]);
  }),
);

/**
 * The rooms from which each room may import. A room is a folder or a file. A path belongs to the innermost room that
 * contains it, and permission to import from a room includes the rooms inside it. From the ground up:
 *
 *     package-root, terminal <- config <- terraform <- kubernetes <- tezos, forwarder <- monitoring <- stacks <- main.ts
 *     <- laboratory <- bench <- cli
 *
 * `estimate` imports only from `config`; `gke` and `raspberry-pi` import from `config` and `terraform`. A file in no room may not be imported.
 */
const rooms = {
  "lib/package-root": [],
  "lib/terminal": [],
  "lib/config/schema": ["lib/terminal"],
  "lib/config/facts": ["lib/config/schema"],
  "lib/config/reading": ["lib/config/schema", "lib/terminal"],
  "lib/config/checks": ["lib/config/schema", "lib/config/facts", "lib/config/reading"],
  "lib/config": ["lib/terminal", "lib/config/schema", "lib/config/facts", "lib/config/reading", "lib/config/checks"],
  "lib/estimate": ["lib/config"],
  "lib/terraform": ["lib/terminal", "lib/config"],
  "lib/gke": ["lib/config", "lib/terraform"],
  "lib/kubernetes": ["lib/config", "lib/terraform"],
  "lib/tezos": ["lib/package-root", "lib/config", "lib/terraform", "lib/kubernetes"],
  "lib/forwarder": ["lib/package-root", "lib/config", "lib/terraform", "lib/kubernetes"],
  "lib/monitoring": ["lib/config", "lib/terraform", "lib/gke", "lib/kubernetes", "lib/tezos", "lib/forwarder"],
  "lib/stacks": ["lib"],
  "raspberry-pi": ["lib/package-root", "lib/config", "lib/terraform"],
  "main.ts": ["lib/config", "lib/stacks"],
  ...laboratoryRooms,
  bench: ["lib", "raspberry-pi", "main.ts", "laboratory"],
  "bench/command": ["bench"],
  cli: ["lib", "raspberry-pi", "main.ts", "laboratory/commands", "bench/command"],
  __tests__: ["lib", "raspberry-pi", "main.ts", "laboratory", "bench", "cli"],
  bin: [],
};

/** Rooms that never load cdktf, not even indirectly: they produce only text and data. */
const withoutCdktf = ["lib/package-root", "lib/terminal", "lib/config", "lib/estimate", "raspberry-pi"];
/** The only file of lib/terraform that loads it. */
const loadsCdktf = "lib/terraform/escape";

const isIn = (path, room) => path === room || path.startsWith(`${room}/`) || path.startsWith(`${room}.`);
const roomOf = (path) =>
  Object.keys(rooms)
    .filter((room) => isIn(path, room))
    .sort((a, b) => b.length - a.length)[0];

/** The path in the repository to which a relative import refers, without its extension. */
const resolveImport = (file, source) => join(dirname(file), source).split(sep).join("/");

const importDirection = {
  meta: { type: "problem", schema: [] },
  create(context) {
    const file = relative(context.cwd, context.filename).split(sep).join("/");
    const room = roomOf(file);
    if (!room) return {};
    const check = (node) => {
      const source = node.source?.value;
      if (typeof source !== "string") return;
      const message = source.startsWith(".") ? relativeProblem(file, room, source) : packageProblem(room, source);
      if (message) context.report({ node, message });
    };
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
      TSImportType: check,
      "CallExpression[callee.name='require']": (node) => check({ ...node, source: node.arguments[0] }),
    };
  },
};

function relativeProblem(file, room, source) {
  const target = resolveImport(file, source);
  if (withoutCdktf.some((each) => isIn(room, each)) && target === loadsCdktf) {
    return `${room} must not load cdktf, which ${loadsCdktf} imports.`;
  }
  const targetRoom = roomOf(target) ?? roomOf(`${target}.ts`);
  if (targetRoom === undefined) return `${target} is in no room of eslint-rules.mjs.`;
  if (targetRoom === room || rooms[room].some((allowed) => isIn(targetRoom, allowed))) return undefined;
  const allowed = rooms[room].join(", ") || "nothing of this repository";
  return `${room} must not import ${targetRoom}: imports point one way. It may import ${allowed}.`;
}

function packageProblem(room, source) {
  const isCdktf = /^(cdktf|constructs|@cdktf)(\/|$)/.test(source);
  if (isCdktf && withoutCdktf.some((each) => isIn(room, each)))
    return `${room} must not load cdktf, of which "${source}" is a part.`;
  if (room !== "lib/stacks" && isIn(room, "lib") && /^@cdktf\/provider-[a-z]+\/lib\/provider(\/|$)/.test(source)) {
    return "Create providers only in lib/stacks, so that a stack's credentials and target are in one place.";
  }
  return undefined;
}

/** The project's own rules, for eslint.config.mjs. */
export default { rules: { "import-direction": importDirection } };
