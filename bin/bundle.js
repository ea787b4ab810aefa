"use strict";

/**
 * Bundles an entry module with all that it imports into one CommonJS text.
 *
 * @param packages "external" leaves all packages to Node: for comparison
 * @returns the code, the paths of the program's own sources in it, and the source map if it is asked for
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
    // Smaller text, less memory. Names stay as they are: a stack trace without a source map can be read as well.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: "none",
    // Native; and only ever wanted by what measures the program.
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
    code: output(".js"),
    map: output(".map"),
    inputs: Object.keys(metafile.inputs).filter((path) => !path.includes("node_modules/")),
  };
}

/**
 * @taquito/utils loads elliptic curves to verify signatures, which nothing here does, and they compute their constants
 * on the way: 80 ms and 8 MB. So they are loaded when one of their functions is called.
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
