// Runs Scheme on Node (22.7 or newer), in the guest that `latch guest` writes, or a frozen program. The files beneath the current directory are those that it reaches.
//
//   node scripts/run-guest.js [--jit off|auto|eager] [--pull] [--shared] GUEST.wasm PROGRAM.scm [ARGUMENT ...]
//   node scripts/run-guest.js PROGRAM.wasm [ARGUMENT ...]
//
// Options: --pull links modules between the program's forms; --shared has the guest's memory shared; --stats says on the standard error what was linked;
// --stack-bytes N and --native-bytes N are the session's stackBytes and nativeBytes.
const fs = require("node:fs");
const path = require("node:path");

/// The files beneath a folder.
function beneath(root, { FileError, HostError }) {
  const reasons = {
    ENOENT: HostError.noSuchFile, EACCES: HostError.permissionDenied, EISDIR: HostError.isDirectory, ENOTDIR: HostError.notDirectory,
    EMFILE: HostError.tooManyOpenFiles, ENOSPC: HostError.noSpace, EPIPE: HostError.brokenPipe,
  };
  const attempt = (body) => {
    try {
      return body();
    } catch (error) {
      throw error.code ? new FileError(reasons[error.code] ?? HostError.other) : error;
    }
  };
  const isLink = (whole) => fs.lstatSync(whole, { throwIfNoEntry: false })?.isSymbolicLink();
  const place = (name, follow = true) => {
    if (name === "" || name.includes("\0")) throw new FileError(HostError.badName);
    // Links may lead elsewhere, also to files that are not there yet.
    const real = (whole) => path.join(fs.realpathSync(path.dirname(whole)), path.basename(whole));
    return attempt(() => {
      let whole = real(path.resolve(root, name));
      for (let count = 0; follow && isLink(whole); count += 1) {
        if (count === 40) throw new FileError(HostError.other);
        whole = real(path.resolve(path.dirname(whole), fs.readlinkSync(whole)));
      }
      const inside = path.relative(root, whole);
      if (inside === ".." || inside.startsWith(".." + path.sep)) throw new FileError(HostError.notPermitted);
      return whole;
    });
  };
  return {
    open: (name, mode) => attempt(() => {
      const file = fs.openSync(place(name), ["r", "w", "a"][mode]);
      if (mode === 0 && fs.fstatSync(file).isDirectory()) throw new FileError(HostError.isDirectory);
      return {
        read: (bytes) => attempt(() => fs.readSync(file, bytes)), write: (bytes) => attempt(() => writeAll(file, bytes)), close: () => attempt(() => fs.closeSync(file)),
      };
    }),
    stat: (name) => {
      try {
        return { isDirectory: fs.statSync(place(name)).isDirectory() };
      } catch {
        return null;
      }
    },
    remove: (name) => attempt(() => fs.unlinkSync(place(name, false))),
  };
}

function writeAll(file, bytes) {
  for (let at = 0; at < bytes.length; ) at += fs.writeSync(file, bytes, at);
}

/// What every program is given.
function world(latch) {
  return {
    write: writeAll, read: (bytes) => fs.readSync(0, bytes), files: beneath(fs.realpathSync("."), latch), environment: { ...process.env },
  };
}

function runLive(latch, options, [guest, program, ...rest]) {
  const bytes = fs.readFileSync(guest);
  const module = new WebAssembly.Module(options.sharedMemory ? latch.withSharedMemory(bytes) : bytes);
  const session = new latch.Session(module, { ...options, ...world(latch) });
  session.setArguments([program, ...rest]);
  const source = fs.readFileSync(program, "utf8");
  const outcome = options.pull ? session.evaluateInSteps(source, { name: program }) : session.evaluate(source, { name: program });
  if (options.stats) console.error(JSON.stringify({ ...session.linkStatistics, closures: session.statistics().closuresCompiled }));
  if (outcome.status !== "error") return 0;
  console.error(outcome.text);
  return 1;
}

async function main(words) {
  const latch = await import("../Sources/Hosts/latch.js");
  const options = { jit: "auto" };
  while (words[0]?.startsWith("--")) {
    const word = words.shift();
    if (word === "--jit") options.jit = words.shift();
    else if (word === "--pull") options.pull = true;
    else if (word === "--shared") options.sharedMemory = true;
    else if (word === "--stats") options.stats = true;
    else if (word === "--stack-bytes") options.stackBytes = Number(words.shift());
    else if (word === "--native-bytes") options.nativeBytes = Number(words.shift());
    else throw new Error(`unknown option ${word}`);
  }
  if (options.pull) options.jit = "off";
  if (words.length === 0) throw new Error("a module is missing: what latch guest or latch freeze writes");
  const module = new WebAssembly.Module(fs.readFileSync(words[0]));
  const isGuest = WebAssembly.Module.exports(module).some(({ name }) => name === "latch_evaluate");
  if (isGuest && words.length === 1) throw new Error("a program is missing");
  try {
    if (isGuest) return runLive(latch, options, words);
    return new latch.WASI({ arguments: words, ...world(latch) }).run(module);
  } catch (error) {
    if (error instanceof latch.ProgramExit) return error.code;
    throw error;
  }
}

require("./node-main.js")("[OPTIONS] GUEST.wasm PROGRAM.scm [ARGUMENT ...], or PROGRAM.wasm [ARGUMENT ...]", 1, main);
