"use strict";

/**
 * Starts the TypeScript program quickly. Loading it module by module takes 2 s and 240 MB: cdktf and the provider classes
 * are thousands of files with inline source maps. So the program is bundled into one file, which is kept in
 * node_modules/.cache together with V8's compiled code, and rebuilt when a source or a package has changed.
 */

const { createHash } = require("node:crypto");
const fs = require("node:fs");
const Module = require("node:module");
const { basename, dirname, join } = require("node:path");
const v8 = require("node:v8");
const vm = require("node:vm");

const root = dirname(__dirname);
const cacheFolder = join(root, "node_modules", ".cache", "hodl-farm");

/** The exit code for a bug in the program: EX_SOFTWARE. https://man.openbsd.org/sysexits */
const internalErrorCode = 70;
/** As in lib/terminal/failure.ts. */
const userErrorCode = 1;

/**
 * Calls `run(args)` of an entry module, which resolves to the exit code. It reports the user's errors itself: anything that
 * it throws is a bug in the program.
 */
async function launch(entry, args) {
  // Deprecation warnings concern only the packages: cdktf uses util.isArray, which Node 22 deprecates at run time.
  // https://nodejs.org/api/deprecations.html#DEP0044
  process.noDeprecation = !process.env.DEBUG;
  let program;
  try {
    program = cachedProgram(entry) ?? (await buildProgram(entry));
    let cached = codeCache(program, args);
    let exports;
    try {
      exports = evaluate(program, cached);
    } catch (error) {
      if (!program.isCached) throw error;
      // The cache is damaged: nothing has run yet.
      program = await buildProgram(entry);
      cached = codeCache(program, args);
      exports = evaluate(program, cached);
    }
    process.exitCode = await exports.run(args);
    if (process.exitCode === 0) cached.store();
  } catch (error) {
    if (lacksPackages(error)) {
      process.exitCode = userErrorCode;
      process.stderr.write("error: the packages are not installed, or not completely. Run: npm ci\n");
      return;
    }
    process.exitCode = internalErrorCode;
    await reportBug(error, program);
  }
}

/** The last build of the program, unless one of its sources has changed since. */
function cachedProgram(entry) {
  try {
    const { inputs, file, length } = JSON.parse(fs.readFileSync(join(cacheFolder, recordName(entry)), "utf8"));
    if (!inputs.every(([path, stamp]) => stampOf(path) === stamp)) return undefined;
    // The bundle is only ASCII, and Latin-1 is faster to read than UTF-8.
    const code = fs.readFileSync(join(cacheFolder, file), "latin1");
    return code.length === length ? { entry, file, code, isCached: true } : undefined;
  } catch {
    return undefined;
  }
}

async function buildProgram(entry) {
  const { bundle } = require("./bundle");
  const { code, inputs } = await bundle(root, entry);
  // The list of installed packages represents all files in node_modules.
  const watched = [...inputs, join("node_modules", ".package-lock.json"), join("bin", "bundle.js"), "tsconfig.json"];
  const file = `${createHash("sha256").update(code).digest("hex").slice(0, 16)}.js`;
  const record = { inputs: watched.map((path) => [path, stampOf(path)]), file, length: code.length };
  removeOldFiles();
  if (keep(file, code)) keep(recordName(entry), JSON.stringify(record));
  return { entry, file, code, isCached: false };
}

/**
 * V8's compiled code of the program, which contains only functions that were called, so each command has its own.
 * https://nodejs.org/api/vm.html#scriptcreatecacheddata
 */
function codeCache(program, args) {
  const command = /^[a-z-]{1,20}$/.test(args[0] ?? "") ? args[0] : "none";
  // The tag changes with V8's version and flags: V8 rejects code of another version.
  const name = `${program.file}.${command}.${v8.cachedDataVersionTag()}.v8`;
  let data;
  try {
    data = fs.readFileSync(join(cacheFolder, name));
  } catch {
    // It does not exist yet, and is written after this run.
  }
  return {
    data,
    script: undefined,
    store() {
      if (data === undefined || this.script.cachedDataRejected) keep(name, this.script.createCachedData());
    },
  };
}

function evaluate(program, cached) {
  const filename = join(cacheFolder, program.file);
  // The line break keeps the wrapper off the code's lines, which the source map counts.
  cached.script = new vm.Script(Module.wrap(`\n${program.code}`), { filename, cachedData: cached.data });
  const module = { exports: {} };
  const load = Module.createRequire(join(root, "package.json"));
  cached.script.runInThisContext()(module.exports, load, module, filename, cacheFolder);
  return module.exports;
}

/** Writes a cache file atomically: other processes may be starting. @returns false if the folder can't be written */
function keep(name, content) {
  const temporary = join(cacheFolder, `${name}.${process.pid}.tmp`);
  try {
    fs.mkdirSync(cacheFolder, { recursive: true });
    fs.writeFileSync(temporary, content);
    fs.renameSync(temporary, join(cacheFolder, name));
    return true;
  } catch {
    return false;
  }
}

/** Removes builds older than a day: a program that has just started may still read a newer one. */
function removeOldFiles() {
  const yesterday = Date.now() - 24 * 3600 * 1000;
  try {
    for (const name of fs.readdirSync(cacheFolder)) {
      const path = join(cacheFolder, name);
      if (fs.statSync(path).mtimeMs < yesterday) fs.rmSync(path, { force: true });
    }
  } catch {
    // The folder does not exist, or belongs to another user.
  }
}

/** A value that changes when the file does. */
function stampOf(path) {
  const stat = fs.statSync(join(root, path), { throwIfNoEntry: false });
  return stat ? `${stat.size} ${stat.mtimeMs}` : "missing";
}

/** Worktrees may share node_modules, so the name depends on the checkout. */
const recordName = (entry) =>
  `${basename(entry, ".ts")}-${createHash("sha256").update(join(root, entry)).digest("hex").slice(0, 8)}.json`;

/** Whether a package is missing, or a part of one: when it is loaded, or when esbuild bundles it. */
function lacksPackages(error) {
  const message = String(error?.message);
  const isPackage = (name) => name !== undefined && !/^[./]/.test(name);
  if (error?.code === "MODULE_NOT_FOUND" || error?.code === "ERR_MODULE_NOT_FOUND")
    return isPackage(/Cannot find (?:module|package) '([^']+)'/.exec(message)?.[1]) || message.includes("node_modules");
  // What esbuild says of its own binary, of a package, and of a file inside a package.
  return (
    /The package "@esbuild\/[\w-]+" could not be found/.test(message) ||
    [...message.matchAll(/Could not resolve "([^"]+)"/g)].some(([, name]) => isPackage(name)) ||
    /node_modules\/\S+: ERROR: Could not resolve/.test(message) ||
    (error?.code === "ENOENT" && message.includes("node_modules"))
  );
}

async function reportBug(error, program) {
  const { bugs } = require("../package.json");
  process.stderr.write(`internal error: ${error?.message ?? error}\n`);
  process.stderr.write(
    `This is a bug in the program. Please report it${bugs ? ` at ${bugs.url}` : ""} with the output of the same command with DEBUG=1.\n`,
  );
  if (process.env.DEBUG && error?.stack) process.stderr.write(`${await sourceStack(error.stack, program)}\n`);
}

/** A stack trace with locations in the sources. The source map is made only here: it would double the build's time. */
async function sourceStack(stack, program) {
  if (program === undefined || !stack.includes(program.file)) return stack;
  const { bundle } = require("./bundle");
  const { code, map } = await bundle(root, program.entry, { sourceMap: true });
  if (code !== program.code) return stack;
  const sourceMap = new Module.SourceMap(JSON.parse(map));
  return stack.replace(/\(?[^\s(]*\.js:(\d+):(\d+)\)?/g, (place, line, column) => {
    if (!place.includes(program.file)) return place;
    const { originalSource, originalLine, originalColumn } = sourceMap.findEntry(line - 2, column - 1);
    return originalSource ? `(${originalSource}:${originalLine + 1}:${originalColumn + 1})` : place;
  });
}

module.exports = { launch, cacheFolder };
