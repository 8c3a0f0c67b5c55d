// A host for Latch's Scheme, for any guest of late linking, and for frozen programs, in every engine that has the JavaScript API of WebAssembly. An ES module
// without dependencies, for browsers and Node (22 or newer).
//
//   Session      the Scheme guest: evaluate, compile, look inside
//   LateLinker   `latch_jit`, version 1, for any guest (docs/late-linking.md)
//   WASI         what frozen programs import (docs/freezing.md)
//   MemoryFiles  files that exist in memory only
//
// Everything runs on the thread that calls it: in a browser, that of a worker.

export const HostError = {
  noSuchFile: 1, permissionDenied: 2, notPermitted: 3, isDirectory: 4, notDirectory: 5, tooManyOpenFiles: 6, noSpace: 7, brokenPipe: 8, badName: 9,
  interrupted: 10, other: 11,
};

/// The program called `exit`.
export class ProgramExit extends Error {
  constructor(code) {
    super(`exit ${code}`);
    this.code = code;
  }
}

/// The session cannot be used any more.
export class SessionLost extends Error {}

/// What a host's files throw: a number of `HostError`.
export class FileError extends Error {
  constructor(reason) {
    super(`file error ${reason}`);
    this.reason = reason;
  }
}

// MARK: Late linking

const LinkFailure = {
  noSuchHandle: -1, outsideMemory: -2, invalidModule: -3, badImport: -4, startFailed: -5, outOfMemory: -6, tooManyModules: -7, tooManyBytes: -8,
  tooDeep: -9, badFlags: -10, busy: -11,
};
const LinkState = { pullOnly: 0, pending: 1, linked: 2 };

/// Links modules that a guest generates to the guest.
///
/// `options`: `imports` (what modules may import beside, as for `WebAssembly.Instance`), `pull` (true: `link` returns 0, and the host calls `pull` between calls of
/// the guest), `modules`, `bytes`, `depth` (limits), `onLink(bytes, handle)` (called with the bytes of every module that was linked), `rewrite(bytes)` (what is
/// compiled in place of the bytes).
export class LateLinker {
  #instance = null;
  #guestImports = {};
  #handles = new Map();
  #last = 0;
  #depth = 0;
  #bytes = 0;
  #message = "";

  constructor(options = {}) {
    this.options = { imports: {}, pull: false, modules: 1 << 20, bytes: 1 << 30, depth: 64, ...options };
    this.statistics = { modules: 0, refused: 0, bytes: 0, unlinked: 0, milliseconds: 0 };
  }

  /// The functions of `latch_jit`, for the guest's imports.
  imports() {
    return {
      version: () => 1,
      link: (pointer, length, flags) => (this.options.pull ? LinkState.pullOnly : this.#linkAt(pointer, length, flags)),
      // Nothing can be compiled meanwhile: promises are not kept before the guest returns.
      link_async: (pointer, length, flags) => (this.options.pull ? LinkState.pullOnly : this.#linkAt(pointer, length, flags)),
      state: (handle) => this.#handles.get(handle)?.state ?? LinkFailure.noSuchHandle,
      unlink: (handle) => this.#unlink(handle),
      // Engines do not tell.
      counts: (handle) => (this.#handles.has(handle) ? 0 : LinkFailure.noSuchHandle),
      message: (pointer, capacity) => this.#storeMessage(pointer, capacity),
    };
  }

  /// Says which instance is the guest, and what it imports. Call it before the guest runs.
  attach(instance, guestImports = {}) {
    this.#instance = instance;
    this.#guestImports = guestImports;
  }

  /// Why linking failed last.
  get message() {
    return this.#message;
  }

  /// Links a module; its handle, or a negative number.
  link(bytes) {
    const start = performance.now();
    const handle = this.#link(bytes);
    this.statistics.milliseconds += performance.now() - start;
    if (handle > 0) {
      this.statistics.modules += 1;
      this.statistics.bytes += bytes.length;
      this.options.onLink?.(bytes, handle);
    } else {
      this.statistics.refused += 1;
    }
    return handle;
  }

  /// Links what the guest's export NAME gives (`() -> i64`: address and length of a module, or 0) until there is no more; how many modules.
  pull(name) {
    for (let count = 0; ; count++) {
      const place = BigInt.asUintN(64, this.#instance.exports[name]());
      if (place === 0n) return count;
      const handle = this.link(copyOut(this.#memory(), Number(place & 0xffffffffn), Number(place >> 32n)));
      if (handle < 0) throw new Error(this.#message);
    }
  }

  #memory() {
    const { exports } = this.#instance;
    if (exports.memory instanceof WebAssembly.Memory) return exports.memory;
    const all = [exports, ...Object.values(this.#guestImports)].flatMap((names) => Object.values(names));
    return all.find((item) => item instanceof WebAssembly.Memory);
  }

  #fail(code, text) {
    this.#message = text;
    return code;
  }

  #linkAt(pointer, length, flags) {
    pointer >>>= 0;
    length >>>= 0;
    if (flags & ~1) return this.#fail(LinkFailure.badFlags, `unknown flags ${flags}`);
    if (pointer + length > this.#memory().buffer.byteLength) {
      return this.#fail(LinkFailure.outsideMemory, "the module lies outside the memory");
    }
    return this.link(copyOut(this.#memory(), pointer, length));
  }

  #link(bytes) {
    const { modules, bytes: mostBytes, depth } = this.options;
    if (this.#depth >= depth) return this.#fail(LinkFailure.tooDeep, "start functions link too deeply");
    if (this.#handles.size >= modules) return this.#fail(LinkFailure.tooManyModules, `there are ${modules} modules already`);
    if (this.#bytes + bytes.length > mostBytes) return this.#fail(LinkFailure.tooManyBytes, `the modules have more than ${mostBytes} bytes together`);
    const handle = ++this.#last;
    const what = `cannot link module ${handle} (${bytes.length} bytes)`;
    let module;
    try {
      module = new WebAssembly.Module(this.options.rewrite ? this.options.rewrite(bytes) : bytes);
    } catch (error) {
      const code = error instanceof WebAssembly.CompileError ? LinkFailure.invalidModule : LinkFailure.outOfMemory;
      return this.#fail(code, `${what}: ${error.message}`);
    }
    const imports = {};
    for (const { module: space, name, kind } of WebAssembly.Module.imports(module)) {
      const item = this.#lookUp(space, name, kind);
      if (item === undefined) return this.#fail(LinkFailure.badImport, `${what}: ${space}.${name}: unknown import`);
      (imports[space] ??= {})[name] = item;
    }
    const entry = { state: LinkState.pending, length: bytes.length, instance: null };
    this.#handles.set(handle, entry);
    this.#bytes += bytes.length;
    this.#depth += 1;
    try {
      entry.instance = new WebAssembly.Instance(module, imports);
    } catch (error) {
      this.#forget(handle);
      if (error instanceof WebAssembly.LinkError) return this.#fail(LinkFailure.badImport, `${what}: ${error.message}`);
      if (!(error instanceof WebAssembly.RuntimeError || error instanceof WebAssembly.Exception || isStackOverflow(error))) throw error;
      return this.#fail(LinkFailure.startFailed, `${what}: ${error.message}`);
    } finally {
      this.#depth -= 1;
    }
    entry.state = LinkState.linked;
    return handle;
  }

  /// In the order of docs/late-linking.md.
  #lookUp(space, name, kind) {
    const { exports } = this.#instance;
    const given = this.options.imports[space]?.[name] ?? this.#guestImports[space]?.[name];
    if (given !== undefined) return given;
    if (space !== "env") return undefined;
    if (exports[name] !== undefined) return exports[name];
    if (kind === "memory" && name === "memory") return this.#memory();
    if (kind === "table" && (name === "table" || name === "__indirect_function_table")) {
      const tables = Object.values(exports).filter((item) => item instanceof WebAssembly.Table);
      return tables.length === 1 ? tables[0] : undefined;
    }
    return undefined;
  }

  /// The engine's collector frees the code when nothing refers to it.
  #unlink(handle) {
    const entry = this.#handles.get(handle);
    if (!entry) return this.#fail(LinkFailure.noSuchHandle, `there is no module ${handle}`);
    if (entry.state === LinkState.pending) return this.#fail(LinkFailure.busy, `module ${handle} is just being started`);
    this.#forget(handle);
    this.statistics.unlinked += 1;
    return 0;
  }

  #forget(handle) {
    this.#bytes -= this.#handles.get(handle).length;
    this.#handles.delete(handle);
  }

  #storeMessage(pointer, capacity) {
    const bytes = encoder.encode(this.#message);
    const { buffer } = this.#memory();
    const start = pointer >>> 0;
    const count = Math.min(bytes.length, capacity >>> 0);
    if (start + count > buffer.byteLength) return LinkFailure.outsideMemory;
    new Uint8Array(buffer).set(bytes.subarray(0, count), start);
    return bytes.length;
  }
}

// MARK: The Scheme session

const Status = { ok: 0, error: 1, incomplete: 2, interrupted: 3 };
const JITMode = { off: 0, auto: 1, eager: 2 };
const State = { stackLimit: 8, interrupt: 12, busy: 16, lastWords: 20, lastWordsCount: 24 };
const statisticNames = [
  "collections", "bytesAllocated", "bytesLive", "closuresRecorded", "closuresCompiled", "modulesGenerated", "bytesGenerated", "generationNanoseconds",
  "collectionNanoseconds", "fullCollections", "longestPauseNanoseconds",
];

/// A Scheme with its heap and its definitions.
///
/// `options`:
///   jit           "off", "auto" (compile what is hot; the default) or "eager"
///   pull          true: modules are linked between evaluations only (`pull`, `evaluateInSteps`)
///   heapLimit     the most memory that the program may take, in MiB
///   stackBytes    how many bytes of values active procedures may hold before recursion goes on in the heap. The default fits the smallest stack of a browser's worker.
///   nativeBytes   how much the runtime's own recursion may take (the expander's, above all), measured on the guest's own stack
///   sharedMemory  true: the memory is shared, so that another thread can interrupt (see `Interrupter`); needs cross-origin isolation in browsers
///   streams       true: `write` is called as soon as the program writes something
///   write(stream, bytes)   what the program writes; 1 is the output, 2 is for errors
///   read(bytes)            fills in some bytes of the input and returns how many; 0 at its end
///   files, environment     what the program reaches: see `MemoryFiles`; an object of strings
///   onLink(bytes, handle)  called with each module that was linked
export class Session {
  #guest;
  #memory;
  #linker;
  #files;
  #options;
  #isLost = false;

  /// `guest` is its `WebAssembly.Module`, or with `sharedMemory` one of `withSharedMemory(bytes)`.
  constructor(guest, options = {}) {
    this.#options = { jit: "auto", heapLimit: 512, stackBytes: 12 << 10, nativeBytes: 128 << 10, ...options };
    this.#files = new OpenFiles(this.#options.files);
    this.#linker = new LateLinker({ pull: options.pull, onLink: options.onLink, rewrite: options.sharedMemory ? withSharedMemory : undefined });
    const imports = { latch: this.#imports(), latch_jit: this.#linker.imports() };
    const instance = new WebAssembly.Instance(guest, imports);
    this.#guest = instance.exports;
    this.#memory = instance.exports.memory;
    this.#linker.attach(instance, imports);
    this.#guest.latch_set_native_stack(this.#options.nativeBytes);
    if (this.#guest.latch_initialize(this.#options.stackBytes, this.#options.heapLimit) !== Status.ok) {
      throw new Error(this.#output() || "the heap limit is too small");
    }
    this.#guest.latch_set_unbuffered(this.#options.streams ? 1 : 0);
    this.setJIT(this.#options.jit);
  }

  get memory() {
    return this.#memory;
  }

  get linkStatistics() {
    return this.#linker.statistics;
  }

  /// Why the engine refused a module last, if it did.
  get linkRefusal() {
    return this.#linker.message;
  }

  /// Evaluates all forms of a text: `{status, text}`. The status is "value" (the text is the last result, with `show`), "error" (the text is the message, with place
  /// and caret), "incomplete" (with `interactive`) or "interrupted". Throws `ProgramExit` and `SessionLost`.
  evaluate(source, { name = "program", show = false, interactive = false } = {}) {
    const label = encoder.encode(name);
    const text = typeof source === "string" ? encoder.encode(source) : source;
    this.#putInput(label, text);
    const status = this.#running(() => this.#guest.latch_evaluate(label.length, text.length, (interactive ? 1 : 0) | (show ? 2 : 0)));
    if (typeof status !== "number") return status;
    return { status: ["value", "error", "incomplete", "interrupted"][status], text: this.#output() };
  }

  /// Evaluates a text form by form, and links after each what was recorded: for hosts that pull.
  evaluateInSteps(source, { name = "program" } = {}) {
    let pending = "";
    for (const line of source.split("\n")) {
      pending += line + "\n";
      const outcome = this.evaluate(pending, { name, interactive: true });
      if (outcome.status === "incomplete") continue;
      if (outcome.status !== "value") return outcome;
      pending = "";
      this.pull();
    }
    return this.evaluate(pending, { name });
  }

  /// Generates one module for all that was called and is not compiled, and links it; how many procedures it has.
  pull() {
    const count = this.#guest.latch_jit_module();
    if (count === 0) return 0;
    const bytes = copyOut(this.#memory, this.#guest.latch_output_pointer() >>> 0, this.#guest.latch_output_length());
    if (this.#linker.link(bytes) < 0) throw new Error(this.#linker.message);
    return count;
  }

  setJIT(mode) {
    this.#guest.latch_jit_set_mode(JITMode[mode]);
  }

  /// What was recorded: `[{name, calls, state}]`; the state is "interpreted", "compiled", or why it cannot be compiled.
  closures() {
    this.#guest.latch_closures();
    return this.#lines().map(([name, calls, ...state]) => ({ name, calls: Number(calls), state: state.join("\t") }));
  }

  /// The module of one global procedure, for looking at; a text that says why there is none.
  moduleOf(name) {
    const label = encoder.encode(name);
    this.#putInput(label);
    if (this.#guest.latch_jit_module_of(label.length) === 0) return this.#output();
    return copyOut(this.#memory, this.#guest.latch_output_pointer() >>> 0, this.#guest.latch_output_length());
  }

  /// Names that begin with a prefix.
  completions(prefix) {
    const label = encoder.encode(prefix);
    this.#putInput(label);
    this.#guest.latch_completions(label.length);
    return this.#lines().map(([name]) => name);
  }

  /// The program's name and its arguments.
  setArguments(words) {
    const bytes = encoder.encode(words.map((word) => word + "\0").join(""));
    this.#putInput(bytes);
    this.#guest.latch_set_arguments(bytes.length);
  }

  flush() {
    this.#guest.latch_flush();
  }

  statistics() {
    const words = new BigUint64Array(this.#memory.buffer, this.#guest.latch_statistics() >>> 0, statisticNames.length);
    return Object.fromEntries(statisticNames.map((name, index) => [name, Number(words[index])]));
  }

  /// Where an `Interrupter` finds what it writes.
  get runtimeState() {
    return this.#guest.latch_runtime_state() >>> 0;
  }

  #lines() {
    return this.#output().split("\n").filter((line) => line !== "").map((line) => line.split("\t"));
  }

  #output() {
    return text(this.#memory, this.#guest.latch_output_pointer() >>> 0, this.#guest.latch_output_length());
  }

  #putInput(...parts) {
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    let at = this.#guest.latch_input_buffer(length) >>> 0;
    if (at === 0 && length > 0) throw new Error(`out of memory: no room for a text of ${length} bytes`);
    for (const part of parts) {
      new Uint8Array(this.#memory.buffer).set(part, at);
      at += part.length;
    }
  }

  /// Calls the guest. When the engine's stack is exhausted the evaluation ends with an error, and the session goes on unless the guest was busy.
  #running(body) {
    if (this.#isLost) throw new SessionLost("the session was lost");
    const stack = this.#guest.__stack_pointer.value;
    try {
      return body();
    } catch (error) {
      const words = new DataView(this.#memory.buffer);
      const state = this.runtimeState;
      if (isStackOverflow(error) && words.getInt32(state + State.busy, true) === 0) {
        this.#guest.__stack_pointer.value = stack;
        this.#guest.latch_recover();
        this.#guest.latch_flush();
        return { status: "error", text: "error: the stack of the program's host is exhausted; the text or its data are nested too deeply" };
      }
      if (error instanceof WebAssembly.RuntimeError || isStackOverflow(error)) {
        this.#isLost = true;
        const pointer = words.getUint32(state + State.lastWords, true);
        const reason = pointer === 0 ? error.message : text(this.#memory, pointer, words.getUint32(state + State.lastWordsCount, true));
        throw new SessionLost(reason);
      }
      this.#guest.__stack_pointer.value = stack;
      throw error;
    }
  }

  #imports() {
    const files = this.#files;
    const options = this.#options;
    const path = (pointer, length) => text(this.#memory, pointer >>> 0, length);
    const bytes = (pointer, length) => new Uint8Array(this.#memory.buffer, pointer >>> 0, length);
    return {
      write: (pointer, length, stream) => {
        if (stream > 2) return files.attempt(() => files.write(stream, bytes(pointer, length)));
        options.write?.(stream, copyOut(this.#memory, pointer >>> 0, length));
        return 0;
      },
      clock: () => performance.now() / 1000,
      wall_clock: () => Date.now() / 1000,
      exit: (code) => {
        throw new ProgramExit(code);
      },
      open: (pointer, length, mode) => -files.attempt(() => -files.open(path(pointer, length), mode)),
      read: (stream, pointer, capacity) => {
        if (stream === 0) return options.read?.(bytes(pointer, capacity)) ?? 0;
        return -files.attempt(() => -files.read(stream, bytes(pointer, capacity)));
      },
      ready: () => 1,
      close: (stream) => files.attempt(() => files.close(stream)),
      exists: (pointer, length) => (files.stat(path(pointer, length)) ? 1 : 0),
      delete: (pointer, length) => files.attempt(() => files.remove(path(pointer, length))),
      environment: (namePointer, nameLength, pointer, capacity) => {
        if (!options.environment) return -1;
        const name = path(namePointer, nameLength);
        const all = () => Object.entries(options.environment).map(([key, value]) => `${key}=${value}\0`).join("");
        const value = nameLength === 0 ? all() : options.environment[name];
        if (value === undefined) return -1;
        const encoded = encoder.encode(value);
        if (encoded.length <= capacity) bytes(pointer, capacity).set(encoded);
        return encoded.length;
      },
    };
  }
}

/// Stops a session's program from another thread, if its memory is shared. `memory` and `runtimeState` are the session's.
export class Interrupter {
  #words;
  #state;

  constructor(memory, runtimeState) {
    this.#words = new Int32Array(memory.buffer);
    this.#state = runtimeState >> 2;
  }

  /// Asks the program to stop. One that is just taking a poll back may miss it: ask again while it runs.
  stop() {
    Atomics.store(this.#words, this.#state + (State.interrupt >> 2), 1);
    Atomics.store(this.#words, this.#state + (State.stackLimit >> 2), 0);
  }

  /// Takes back what was asked after the program had ended.
  forget() {
    Atomics.store(this.#words, this.#state + (State.interrupt >> 2), 0);
  }
}

// MARK: Files

/// Files that exist in memory only: names and their bytes. What a host gives as `files` has these three functions; what they cannot do they throw as a `FileError`.
export class MemoryFiles {
  constructor(contents = {}) {
    this.contents = new Map(Object.entries(contents));
  }

  /// `mode`: 0 read, 1 write, 2 append. The file has `read(bytes) -> count`, `write(bytes)` and `close()`.
  open(path, mode) {
    if (mode === 0 && !this.contents.has(path)) throw new FileError(HostError.noSuchFile);
    if (mode === 1 || !this.contents.has(path)) this.contents.set(path, new Uint8Array(0));
    let at = 0;
    return {
      read: (bytes) => {
        const rest = this.contents.get(path)?.subarray(at, at + bytes.length) ?? [];
        bytes.set(rest);
        at += rest.length;
        return rest.length;
      },
      write: (bytes) => {
        const before = this.contents.get(path) ?? new Uint8Array(0);
        const after = new Uint8Array(before.length + bytes.length);
        after.set(before);
        after.set(bytes, before.length);
        this.contents.set(path, after);
      },
      close: () => {},
    };
  }

  /// `{isDirectory}`, or null if there is no such file.
  stat(path) {
    return this.contents.has(path) ? { isDirectory: false } : null;
  }

  remove(path) {
    if (!this.contents.delete(path)) throw new FileError(HostError.noSuchFile);
  }
}

/// The streams from 3 on.
class OpenFiles {
  #files;
  #streams = new Map();

  constructor(files) {
    this.#files = files ?? { open: notPermitted, stat: () => null, remove: notPermitted };
  }

  /// What `body` returns, or 0; the number of its `FileError`.
  attempt(body) {
    try {
      return body() ?? 0;
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      return error.reason;
    }
  }

  open(path, mode, first = 3) {
    const file = this.#files.open(path, mode);
    let stream = first;
    while (this.#streams.has(stream)) stream += 1;
    this.#streams.set(stream, file);
    return stream;
  }

  #stream(stream) {
    const file = this.#streams.get(stream);
    if (!file) throw new FileError(HostError.other);
    return file;
  }

  read(stream, bytes) {
    return this.#stream(stream).read(bytes);
  }

  write(stream, bytes) {
    this.#stream(stream).write(bytes);
  }

  close(stream) {
    this.#stream(stream).close();
    this.#streams.delete(stream);
  }

  stat(path) {
    return this.#files.stat(path);
  }

  remove(path) {
    this.#files.remove(path);
  }
}

function notPermitted() {
  throw new FileError(HostError.notPermitted);
}

// MARK: Frozen programs

/// WASI's numbers of the reasons in `HostError`.
const errno = [0, 44, 2, 76, 31, 54, 33, 51, 64, 28, 27, 29];

/// The functions of WASI preview 1 that frozen programs import. `options`: `arguments` (an array), and `write`, `read`, `files`, `environment` as for `Session`.
/// The directory that the program is given is ".".
export class WASI {
  #memory;
  #files;
  #options;

  constructor(options = {}) {
    this.#options = { arguments: [], environment: {}, ...options };
    this.#files = new OpenFiles(options.files);
  }

  /// Runs a frozen program, a `WebAssembly.Module`; its exit code.
  run(module) {
    const instance = new WebAssembly.Instance(module, { wasi_snapshot_preview1: this.#imports() });
    if (!instance.exports._start) throw new Error("the module exports no _start: it is no program, but its exports can be called");
    this.#memory = instance.exports.memory;
    try {
      instance.exports._start();
      return 0;
    } catch (error) {
      if (error instanceof ProgramExit) return error.code;
      throw error;
    }
  }

  #view() {
    return new DataView(this.#memory.buffer);
  }

  #bytes(pointer, length) {
    return new Uint8Array(this.#memory.buffer, pointer >>> 0, length);
  }

  /// Calls `each` with every vector until one is not used up; the sum of what it returns.
  #vectors(pointer, count, each) {
    let sum = 0;
    for (let index = 0; index < count; index++) {
      const view = this.#view();
      const length = view.getUint32(pointer + 8 * index + 4, true);
      const done = each(this.#bytes(view.getUint32(pointer + 8 * index, true), length));
      sum += done;
      if (done < length) break;
    }
    return sum;
  }

  #attempt(body) {
    return errno[this.#files.attempt(body)];
  }

  /// The functions (sizes, get) for a list of strings.
  #strings(list) {
    const encoded = list.map((word) => encoder.encode(word + "\0"));
    return [
      (count, size) => {
        this.#view().setUint32(count, encoded.length, true);
        this.#view().setUint32(size, encoded.reduce((sum, bytes) => sum + bytes.length, 0), true);
        return 0;
      },
      (pointers, at) => {
        encoded.forEach((bytes, index) => {
          this.#view().setUint32(pointers + 4 * index, at, true);
          this.#bytes(at, bytes.length).set(bytes);
          at += bytes.length;
        });
        return 0;
      },
    ];
  }

  #imports() {
    const files = this.#files;
    const options = this.#options;
    const path = (pointer, length) => text(this.#memory, pointer >>> 0, length);
    const [args_sizes_get, args_get] = this.#strings(options.arguments);
    const [environ_sizes_get, environ_get] = this.#strings(Object.entries(options.environment).map(([name, value]) => `${name}=${value}`));
    return {
      args_sizes_get, args_get, environ_sizes_get, environ_get,
      clock_time_get: (clock, precision, result) => {
        const milliseconds = clock === 0 ? Date.now() : performance.now();
        this.#view().setBigUint64(result, BigInt(Math.round(milliseconds * 1e6)), true);
        return 0;
      },
      fd_write: (stream, vectors, count, result) => this.#attempt(() => {
        const written = this.#vectors(vectors, count, (bytes) => {
          if (stream > 2) files.write(stream, bytes);
          else options.write?.(stream, bytes.slice());
          return bytes.length;
        });
        this.#view().setUint32(result, written, true);
      }),
      fd_read: (stream, vectors, count, result) => this.#attempt(() => {
        const read = this.#vectors(vectors, count, (bytes) => (stream === 0 ? options.read?.(bytes) ?? 0 : files.read(stream, bytes)));
        this.#view().setUint32(result, read, true);
      }),
      fd_close: (stream) => this.#attempt(() => files.close(stream)),
      fd_prestat_get: (stream, result) => {
        if (stream !== 3 || !options.files) return 8;
        this.#view().setUint32(result, 0, true);
        this.#view().setUint32(result + 4, 1, true);
        return 0;
      },
      fd_prestat_dir_name: (stream, pointer) => {
        this.#bytes(pointer, 1)[0] = 0x2e;
        return 0;
      },
      path_open: (directory, lookup, pointer, length, openFlags, rights, inheriting, flags, result) => this.#attempt(() => {
        const mode = rights & 64n ? (flags & 1 ? 2 : 1) : 0;
        this.#view().setInt32(result, files.open(path(pointer, length), mode, 4), true);
      }),
      path_filestat_get: (directory, lookup, pointer, length, result) => {
        const found = files.stat(path(pointer, length));
        if (!found) return errno[HostError.noSuchFile];
        this.#bytes(result, 64).fill(0);
        this.#view().setUint8(result + 16, found.isDirectory ? 3 : 4);
        return 0;
      },
      path_unlink_file: (directory, pointer, length) => this.#attempt(() => files.remove(path(pointer, length))),
      // The first subscription is ready: nothing here waits.
      poll_oneoff: (subscriptions, events, count, result) => {
        this.#bytes(events, 32).fill(0);
        this.#view().setBigUint64(events, this.#view().getBigUint64(subscriptions, true), true);
        this.#view().setUint8(events + 10, this.#view().getUint8(subscriptions + 8));
        this.#view().setUint32(result, 1, true);
        return 0;
      },
      proc_exit: (code) => {
        throw new ProgramExit(code);
      },
    };
  }
}

// MARK: Bytes

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/// A copy of bytes of a memory, which may be shared and may grow.
function copyOut(memory, pointer, length) {
  return new Uint8Array(memory.buffer, pointer, length).slice();
}

/// Decoders do not take shared memory.
function text(memory, pointer, length) {
  return decoder.decode(copyOut(memory, pointer, length));
}

function isStackOverflow(error) {
  return error instanceof RangeError || error?.name === "InternalError";
}

/// A module's bytes with its memory declared as shared, of at most `maximum` pages, whether it defines or imports it. All modules of a session must agree. A module's
/// beginning will do, if the declaration is in it.
export function withSharedMemory(bytes, maximum = 16384) {
  const pieces = [bytes.subarray(0, 8)];
  for (let at = 8; at < bytes.length; ) {
    const reader = new ModuleReader(bytes, at + 1);
    const size = reader.number();
    const [start, end] = [reader.at, reader.at + size];
    const limits = bytes[at] === 2 ? importedMemory(bytes, start) : bytes[at] === 5 ? start + 1 : null;
    if (limits === null) {
      pieces.push(bytes.subarray(at, end));
    } else {
      const old = new ModuleReader(bytes, limits);
      const minimum = old.limits();
      const fresh = Uint8Array.from([3, ...leb(minimum), ...leb(Math.max(minimum, maximum))]);
      const length = limits - start + fresh.length + (end - old.at);
      pieces.push(Uint8Array.from([bytes[at], ...leb(length)]), bytes.subarray(start, limits), fresh, bytes.subarray(old.at, end));
    }
    at = end;
  }
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/// Where the limits of an imported memory stand in a section of imports; null if there is none.
function importedMemory(bytes, start) {
  const reader = new ModuleReader(bytes, start);
  for (let count = reader.number(); count > 0; count--) {
    reader.skip(reader.number());
    reader.skip(reader.number());
    const kind = reader.number();
    if (kind === 2) return reader.at;
    if (kind === 1) {
      reader.skip(1);
      reader.limits();
    } else if (kind === 3) {
      reader.skip(2);
    } else {
      if (kind === 4) reader.skip(1);
      reader.number();
    }
  }
  return null;
}

/// Reads LEB128 numbers.
class ModuleReader {
  constructor(bytes, at) {
    this.bytes = bytes;
    this.at = at;
  }

  number() {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = this.bytes[this.at++];
      value += (byte & 127) * shift;
      if (byte < 128) return value;
    }
  }

  skip(count) {
    this.at += count;
  }

  /// The minimum.
  limits() {
    const hasMaximum = this.number() & 1;
    const minimum = this.number();
    if (hasMaximum) this.number();
    return minimum;
  }
}

function leb(value) {
  const bytes = [];
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) | 128);
  return [...bytes, value];
}
