"use strict";

/**
 * Bundles an entry module and everything that it imports into one CommonJS module.
 *
 * @param packages "external": Node loads the packages itself, for comparison
 * @returns the code, the paths of the program's own sources in it, and the source map if requested
 */
async function bundle(root, entry, { sourceMap = false, packages = "bundle" } = {}) {
  const { build } = require("esbuild");
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: "program.js",
    write: false,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    // Less text takes less memory. Names are kept, so that a stack trace is readable without a source map.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: "none",
    // It is native, and only the launcher and the benchmarks use it.
    external: ["esbuild"],
    packages,
    sourcemap: sourceMap ? "external" : false,
    sourcesContent: false,
    metafile: true,
    logLevel: "silent",
    plugins: [lazyCurves],
  });
  const output = (extension) => outputFiles.find(({ path }) => path.endsWith(extension))?.text;
  return {
    code: asciiOnly(output(".js")),
    map: output(".map"),
    inputs: Object.keys(metafile.inputs).filter((path) => !path.includes("node_modules/")),
  };
}

/**
 * The launcher reads its cache as Latin-1. esbuild leaves other characters only where it can't tell whether an escape means
 * the same: in regular expressions and tagged templates. Here it does, because no tag reads the raw text.
 */
const asciiOnly = (code) =>
  code.replace(/[^\x00-\x7f]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);

/**
 * @taquito/utils loads elliptic curves to verify signatures, which nothing here does. Computing their constants takes 80 ms
 * and 8 MB, so they are loaded only when one of their functions is called.
 */
const lazyCurves = {
  name: "lazy-curves",
  setup(build) {
    build.onResolve({ filter: /^@noble\/curves\// }, ({ path, resolveDir, namespace }) =>
      namespace === "lazy-curves" ? undefined : { path, namespace: "lazy-curves", pluginData: resolveDir },
    );
    build.onLoad({ filter: /.*/, namespace: "lazy-curves" }, ({ path, pluginData }) => ({
      contents: `
        const lazy = (owner, name) => new Proxy(() => {}, {
          get: (_, key) => lazy(() => owner()[name], key),
          apply: (_, self, args) => owner()[name](...args),
        });
        module.exports = lazy(() => ({ module: require(${JSON.stringify(path)}) }), "module");`,
      resolveDir: pluginData,
    }));
  },
};

module.exports = { bundle };
