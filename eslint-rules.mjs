import { dirname, join, relative, sep } from "node:path";

/**
 * Who may import whom, by folder: text <- kubernetes <- tezos, signer <- monitoring <- stacks <- main. `config` is imported
 * by all.
 * The first part of the list that a file's path begins with is its layer.
 */
const layers = {
  "lib/config": [],
  "lib/text": ["lib/config"],
  "lib/gke": ["lib/config", "lib/text"],
  "lib/kubernetes": ["lib/config", "lib/text"],
  "lib/tezos": ["lib/config", "lib/text", "lib/kubernetes"],
  "lib/signer": ["lib/config", "lib/text", "lib/kubernetes"],
  "lib/monitoring": ["lib/config", "lib/text", "lib/gke", "lib/kubernetes", "lib/tezos", "lib/signer"],
  "lib/stacks": ["lib/config", "lib/text", "lib/gke", "lib/kubernetes", "lib/tezos", "lib/signer", "lib/monitoring"],
  "raspberry-pi": ["lib/config", "lib/text"],
  "main.ts": ["lib/config", "lib/stacks"],
  "lib/cli": ["lib/config", "lib/text", "lib/stacks", "lib/signer", "lib/tezos", "lib/gke", "raspberry-pi", "main.ts"],
};

/** Layers that never load cdktf, not even through another file: what they make is plain text and data. */
const withoutCdktf = ["lib/config", "raspberry-pi"];

const layerOf = (path) => Object.keys(layers).find((layer) => path === layer || path.startsWith(`${layer}/`));

/** The repository's path of what a relative import names, without an extension added. */
const resolveImport = (file, source) => join(dirname(file), source).split(sep).join("/");

const importDirection = {
  meta: { type: "problem", schema: [] },
  create(context) {
    const file = relative(context.cwd, context.filename).split(sep).join("/");
    const layer = layerOf(file);
    if (!layer) return {};
    const check = (node) => {
      const source = node.source?.value;
      if (typeof source !== "string") return;
      const message = source.startsWith(".") ? relativeProblem(file, layer, source) : packageProblem(layer, source);
      if (message) context.report({ node, message });
    };
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
      "CallExpression[callee.name='require']": (node) => check({ ...node, source: node.arguments[0] }),
    };
  },
};

function relativeProblem(file, layer, source) {
  const target = resolveImport(file, source);
  if (withoutCdktf.includes(layer) && target === "lib/text/terraform") {
    return `${layer} must not load cdktf, which lib/text/terraform imports.`;
  }
  const targetLayer = layerOf(target) ?? layerOf(`${target}.ts`);
  if (!targetLayer || targetLayer === layer || layers[layer].includes(targetLayer)) return undefined;
  const allowed = layers[layer].join(", ") || "nothing of this repository";
  return `${layer} must not import ${targetLayer}: imports point one way. It may import ${allowed}.`;
}

function packageProblem(layer, source) {
  const isCdktf = /^(cdktf|constructs|@cdktf)(\/|$)/.test(source);
  if (withoutCdktf.includes(layer) && isCdktf) return `${layer} must not load cdktf, so not "${source}".`;
  if (layer !== "lib/stacks" && /^@cdktf\/provider-[a-z]+\/lib\/provider(\/|$)/.test(source)) {
    return "Providers are made in lib/stacks only, so that a stack's credentials and target are seen in one place.";
  }
  return undefined;
}

/** The house's own rules, for eslint.config.mjs. */
export default { rules: { "import-direction": importDirection } };
