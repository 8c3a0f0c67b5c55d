"""A host for Latch's Scheme on wasmtime (`pip install wasmtime`): the guest that `latch guest` writes, with late linking by push and pull.

As a script it runs a program:

    python3 Sources/Hosts/latch_host.py [--jit off|auto|eager] [--pull] [--stats] GUEST.wasm PROGRAM.scm [ARGUMENT ...]
    python3 Sources/Hosts/latch_host.py PROGRAM.wasm [ARGUMENT ...]          (a frozen program)

The files beneath the current directory are those that it reaches. See docs/hosts.md.
"""

import argparse
import errno
import os
import sys
import time

import wasmtime
from wasmtime import Func, FuncType, Instance, Limits, Linker, Module, Store, Trap, ValType, WasmtimeError

I32, I64, F64 = ValType.i32(), ValType.i64(), ValType.f64()

# Late linking: GuestABI and docs/late-linking.md have the numbers.
NO_SUCH_HANDLE, OUTSIDE_MEMORY, INVALID_MODULE, BAD_IMPORT, START_FAILED, BAD_FLAGS, BUSY = -1, -2, -3, -4, -5, -10, -11
TOO_MANY_MODULES, TOO_MANY_BYTES, TOO_DEEP = -7, -8, -9
PULL_ONLY, PENDING, LINKED = 0, 1, 2

# GuestABI's `HostError`.
OTHER, BAD_NAME, NOT_PERMITTED = 11, 9, 3
REASONS = {errno.ENOENT: 1, errno.EACCES: 2, errno.EPERM: 2, errno.EISDIR: 4, errno.ENOTDIR: 5, errno.EMFILE: 6, errno.ENOSPC: 7,
           errno.EPIPE: 8, errno.EINTR: 10}

STATUS = ["value", "error", "incomplete", "interrupted"]
BUSY_OFFSET, LAST_WORDS_OFFSET = 16, 20


class ProgramExit(Exception):
    """The program called `exit`."""

    def __init__(self, code):
        super().__init__(f"exit {code}")
        self.code = code


class SessionLost(Exception):
    """The session cannot be used any more."""


class LateLinker:
    """`latch_jit`, version 1, for one guest. With `pull`, `link` returns 0 and the host calls `pull` between calls of the guest."""

    def __init__(self, store, *, pull=False, modules=1 << 20, byte_limit=1 << 30, depth=64):
        self.store, self.is_pull_only = store, pull
        self.limits = modules, byte_limit, depth
        self.instance, self.memory, self.given = None, None, {}
        self.handles, self.last, self.depth, self.bytes = {}, 0, 0, 0
        self.message = ""
        self.statistics = {"modules": 0, "refused": 0, "bytes": 0, "unlinked": 0, "milliseconds": 0.0}

    def define(self, linker):
        for name, count, function in [
            ("version", 0, lambda: 1), ("link", 3, self._link_at), ("link_async", 3, self._link_at), ("state", 1, self._state),
            ("unlink", 1, self._unlink), ("counts", 3, lambda handle, pointer, capacity: 0 if handle in self.handles else NO_SUCH_HANDLE),
            ("message", 2, self._store_message),
        ]:
            linker.define(self.store, "latch_jit", name, Func(self.store, FuncType([I32] * count, [I32]), function))

    def attach(self, instance, given=None):
        """Says which instance is the guest, and what it imports: {(module, name): extern}."""
        self.instance, self.given = instance, given or {}
        self.memory = instance.exports(self.store).get("memory")
        if self.memory is None:
            raise ValueError("the guest exports no memory, in which modules could lie")

    def link(self, module_bytes):
        """Links a module; its handle, or a negative number."""
        start = time.perf_counter()
        handle = self._link(bytes(module_bytes))
        self.statistics["milliseconds"] += (time.perf_counter() - start) * 1e3
        if handle > 0:
            self.statistics["modules"] += 1
            self.statistics["bytes"] += len(module_bytes)
        else:
            self.statistics["refused"] += 1
        return handle

    def _fail(self, code, text):
        self.message = text
        return code

    def _link_at(self, pointer, length, flags):
        if self.is_pull_only:
            return PULL_ONLY
        pointer, length = pointer & 0xFFFFFFFF, length & 0xFFFFFFFF
        if flags & ~1:
            return self._fail(BAD_FLAGS, f"unknown flags {flags}")
        if pointer + length > self.memory.data_len(self.store):
            return self._fail(OUTSIDE_MEMORY, "the module lies outside the memory")
        return self.link(self.memory.read(self.store, pointer, pointer + length))

    def _link(self, module_bytes):
        modules, byte_limit, depth = self.limits
        if self.depth >= depth:
            return self._fail(TOO_DEEP, "start functions link too deeply")
        if len(self.handles) >= modules:
            return self._fail(TOO_MANY_MODULES, f"there are {modules} modules already")
        if self.bytes + len(module_bytes) > byte_limit:
            return self._fail(TOO_MANY_BYTES, f"the modules have more than {byte_limit} bytes together")
        self.last += 1
        handle = self.last
        what = f"cannot link module {handle} ({len(module_bytes)} bytes)"
        try:
            module = Module(self.store.engine, module_bytes)
        except WasmtimeError as error:
            return self._fail(INVALID_MODULE, f"{what}: {error}")
        imports = []
        for item in module.imports:
            extern = self._look_up(item.module, item.name)
            if extern is None:
                return self._fail(BAD_IMPORT, f"{what}: {item.module}.{item.name}: unknown import")
            imports.append(extern)
        self.handles[handle] = [PENDING, len(module_bytes)]
        self.bytes += len(module_bytes)
        self.depth += 1
        try:
            # The store owns the instance.
            Instance(self.store, module, imports)
        except (Trap, WasmtimeError) as error:
            self._forget(handle)
            return self._fail(START_FAILED if isinstance(error, Trap) else BAD_IMPORT, f"{what}: {error}")
        finally:
            self.depth -= 1
        self.handles[handle][0] = LINKED
        return handle

    def _look_up(self, space, name):
        """In the order of docs/late-linking.md."""
        exports = self.instance.exports(self.store)
        if (space, name) in self.given:
            return self.given[space, name]
        if space != "env":
            return None
        if name in exports:
            return exports[name]
        if name in ("table", "__indirect_function_table"):
            tables = [item for item in exports.values() if isinstance(item, wasmtime.Table)]
            return tables[0] if len(tables) == 1 else None
        return None

    def _state(self, handle):
        return self.handles[handle][0] if handle in self.handles else NO_SUCH_HANDLE

    def _unlink(self, handle):
        if handle not in self.handles:
            return self._fail(NO_SUCH_HANDLE, f"there is no module {handle}")
        if self.handles[handle][0] == PENDING:
            return self._fail(BUSY, f"module {handle} is just being started")
        self._forget(handle)
        self.statistics["unlinked"] += 1
        return 0

    def _forget(self, handle):
        self.bytes -= self.handles.pop(handle)[1]

    def _store_message(self, pointer, capacity):
        text = self.message.encode()
        part = text[: capacity & 0xFFFFFFFF]
        pointer &= 0xFFFFFFFF
        if pointer + len(part) > self.memory.data_len(self.store):
            return OUTSIDE_MEMORY
        self.memory.write(self.store, part, pointer)
        return len(text)


class Session:
    """A Scheme with its heap and its definitions. `write(stream, bytes)` takes what the program writes."""

    def __init__(self, engine, guest, *, jit="auto", pull=False, heap_limit=512, stack_bytes=16 << 10, native_bytes=96 << 10, write=None, root="."):
        self.store = Store(engine)
        self.write = write or (lambda stream, data: write_all(stream, data))
        self.files, self.root = {}, os.path.realpath(root)
        self.exit_code = None
        self.linker = LateLinker(self.store, pull=pull)
        linker = Linker(engine)
        self.linker.define(linker)
        self._define(linker)
        instance = linker.instantiate(self.store, guest)
        self.linker.attach(instance)
        self.guest = instance.exports(self.store)
        self.memory = self.guest["memory"]
        self._call("latch_set_native_stack", native_bytes)
        if self._call("latch_initialize", stack_bytes, heap_limit) != 0:
            raise ValueError(self._output().decode() or "the heap limit is too small")
        self._call("latch_jit_set_mode", ["off", "auto", "eager"].index(jit))

    def evaluate(self, source, name="program", *, show=False, interactive=False):
        """Evaluates all forms of a text: (status, text). The status is "value", "error", "incomplete" or "interrupted"."""
        name, source = name.encode(), source.encode()
        self._put(name + source)
        status = self._run("latch_evaluate", len(name), len(source), (1 if interactive else 0) | (2 if show else 0))
        return (STATUS[status], self._output().decode()) if isinstance(status, int) else status

    def evaluate_in_steps(self, source, name="program"):
        """Evaluates a text form by form, and links after each what was recorded: for hosts that pull."""
        pending = ""
        for line in source.split("\n"):
            pending += line + "\n"
            status, text = self.evaluate(pending, name, interactive=True)
            if status == "incomplete":
                continue
            if status != "value":
                return status, text
            pending = ""
            self.pull()
        return self.evaluate(pending, name)

    def pull(self):
        """Generates one module for all that was called and is not compiled, and links it; how many procedures it has."""
        count = self._call("latch_jit_module")
        if count and self.linker.link(self._output()) < 0:
            raise ValueError(self.linker.message)
        return count

    def set_arguments(self, words):
        data = b"".join(word.encode() + b"\0" for word in words)
        self._put(data)
        self._call("latch_set_arguments", len(data))

    def _call(self, name, *arguments):
        return self.guest[name](self.store, *arguments)

    def _put(self, data):
        pointer = self._call("latch_input_buffer", len(data)) & 0xFFFFFFFF
        if data and not pointer:
            raise MemoryError(f"no room for a text of {len(data)} bytes")
        self.memory.write(self.store, data, pointer)

    def _output(self):
        pointer = self._call("latch_output_pointer") & 0xFFFFFFFF
        return bytes(self.memory.read(self.store, pointer, pointer + self._call("latch_output_length")))

    def _text(self, pointer, length):
        pointer &= 0xFFFFFFFF
        return bytes(self.memory.read(self.store, pointer, pointer + length))

    def _word(self, address):
        return int.from_bytes(self.memory.read(self.store, address, address + 4), "little")

    def _run(self, name, *arguments):
        stack = self.guest["__stack_pointer"]
        before = stack.value(self.store)
        try:
            return self._call(name, *arguments)
        except (Trap, WasmtimeError) as error:
            stack.set_value(self.store, before)
            if self.exit_code is not None:
                raise ProgramExit(self.exit_code) from None
            state = self._call("latch_runtime_state") & 0xFFFFFFFF
            if "call stack exhausted" in str(error) and self._word(state + BUSY_OFFSET) == 0:
                self._call("latch_recover")
                self._call("latch_flush")
                return "error", "error: the stack of the program's host is exhausted; the text or its data are nested too deeply"
            pointer = self._word(state + LAST_WORDS_OFFSET)
            reason = self._text(pointer, self._word(state + LAST_WORDS_OFFSET + 4)).decode() if pointer else str(error)
            raise SessionLost(reason) from None

    def _define(self, linker):
        def define(name, parameters, results, function):
            linker.define(self.store, "latch", name, Func(self.store, FuncType(parameters, results), function))

        define("write", [I32, I32, I32], [I32], self._write)
        define("clock", [], [F64], time.monotonic)
        define("wall_clock", [], [F64], time.time)
        define("exit", [I32], [], self._exit)
        define("open", [I32, I32, I32], [I32], self._open)
        define("read", [I32, I32, I32], [I32], self._read)
        define("ready", [I32], [I32], lambda stream: 1)
        define("close", [I32], [I32], lambda stream: attempt(lambda: os.close(self.files.pop(stream))))
        define("exists", [I32, I32], [I32], self._exists)
        define("delete", [I32, I32], [I32], lambda pointer, length: attempt(lambda: os.unlink(self._path(pointer, length, follow=False))))
        define("environment", [I32] * 4, [I32], self._environment)

    def _exit(self, code):
        self.exit_code = code
        raise ProgramExit(code)

    def _write(self, pointer, length, stream):
        data = self._text(pointer, length)
        if stream > 2:
            return attempt(lambda: write_all(self.files[stream], data))
        self.write(stream, data)
        return 0

    def _path(self, pointer, length, follow=True):
        """The place of a file, if it is beneath the root; without `follow`, of a link as such."""
        name = self._text(pointer, length).decode()
        if not name or "\0" in name:
            raise FileRefusal(BAD_NAME)
        folder, last = os.path.split(os.path.join(self.root, name))
        place = os.path.join(os.path.realpath(folder), last)
        if follow:
            place = os.path.realpath(place)
        if os.path.commonpath([place, self.root]) != self.root:
            raise FileRefusal(NOT_PERMITTED)
        return place

    def _open(self, pointer, length, mode):
        def opened():
            flags = [os.O_RDONLY, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, os.O_WRONLY | os.O_CREAT | os.O_APPEND][mode]
            place = self._path(pointer, length)
            if mode == 0 and os.path.isdir(place):
                raise IsADirectoryError(errno.EISDIR, "a directory")
            stream = next(number for number in range(3, 1 << 16) if number not in self.files)
            self.files[stream] = os.open(place, flags, 0o666)
            return -stream

        return -attempt(opened)

    def _read(self, stream, pointer, capacity):
        def read():
            data = os.read(0 if stream == 0 else self.files[stream], capacity)
            self.memory.write(self.store, data, pointer & 0xFFFFFFFF)
            return -len(data)

        return -attempt(read)

    def _exists(self, pointer, length):
        try:
            return int(os.path.exists(self._path(pointer, length)))
        except (FileRefusal, UnicodeDecodeError):
            return 0

    def _environment(self, name_pointer, name_length, pointer, capacity):
        name = self._text(name_pointer, name_length)
        value = os.environb.get(name) if name else b"".join(b"%s=%s\0" % item for item in os.environb.items())
        if value is None:
            return -1
        if len(value) <= capacity:
            self.memory.write(self.store, value, pointer & 0xFFFFFFFF)
        return len(value)


class FileRefusal(Exception):
    def __init__(self, reason):
        super().__init__(f"file error {reason}")
        self.reason = reason


def attempt(body):
    """What `body` returns, or 0; why it failed, as a `HostError`."""
    try:
        return body() or 0
    except FileRefusal as refusal:
        return refusal.reason
    except (KeyError, UnicodeDecodeError):
        return OTHER
    except OSError as error:
        return REASONS.get(error.errno, OTHER)


def write_all(descriptor, data):
    while data:
        data = data[os.write(descriptor, data):]


def make_engine():
    config = wasmtime.Config()
    # The guest and what it generates use tail calls.
    config.wasm_tail_call = True
    return wasmtime.Engine(config)


def give_system(store, words):
    """Lets the programs of a store, which have these arguments, have this process's streams and environment, and the current directory."""
    configuration = wasmtime.WasiConfig()
    configuration.argv = words
    for inherit in ["env", "stdin", "stdout", "stderr"]:
        getattr(configuration, f"inherit_{inherit}")()
    configuration.preopen_dir(".", ".")
    store.set_wasi(configuration)


def run_script(usage, least, body):
    """What the scripts for wasmtime have in common: a usage message, one line for an error, and the exit code (2: called wrongly; 1: failed). `body` gets the
    arguments."""
    name, words = os.path.basename(sys.argv[0]), sys.argv[1:]
    is_asked = words[:1] in (["-h"], ["--help"])
    if is_asked or len(words) < least:
        print(f"usage: {name} {usage}", file=sys.stdout if is_asked else sys.stderr)
        sys.exit(0 if is_asked else 2)
    try:
        body(words)
    except wasmtime.ExitTrap as leaving:
        sys.exit(leaving.code)
    except FAILURES as error:
        sys.exit(f"{name}: {explain(error, words[0])}")


# What loading and running a module may end with.
FAILURES = OSError, Trap, WasmtimeError, ValueError


def explain(error, path):
    """What to say of one of these about a module."""
    if isinstance(error, (OSError, Trap)):
        return str(error).strip()
    return f"{path}: {(str(error).splitlines() or ['it cannot be run'])[0]}"


def start(instance, store):
    """Calls `_start`."""
    if not isinstance(instance.exports(store).get("_start"), Func):
        raise ValueError("it exports no _start: it is no program, but its exports can be called (latch run --invoke)")
    instance.exports(store)["_start"](store)


def run_frozen(engine, module, words):
    linker = Linker(engine)
    linker.define_wasi()
    store = Store(engine)
    give_system(store, words)
    try:
        start(linker.instantiate(store, module), store)
    except wasmtime.ExitTrap as leaving:
        return leaving.code
    return 0


def main():
    parser = argparse.ArgumentParser(description="Runs Scheme on wasmtime.")
    parser.add_argument("--jit", default="auto", choices=["off", "auto", "eager"])
    parser.add_argument("--pull", action="store_true", help="link modules between the program's forms")
    parser.add_argument("--stats", action="store_true", help="say what was linked")
    parser.add_argument("--stack-bytes", type=int, default=16 << 10)
    parser.add_argument("--native-bytes", type=int, default=96 << 10)
    parser.add_argument("module", help="the guest, or a frozen program")
    parser.add_argument("words", nargs=argparse.REMAINDER, metavar="PROGRAM.scm ARGUMENT ...")
    options = parser.parse_args()
    engine = make_engine()
    try:
        module = Module.from_file(engine, options.module)
        if not any(export.name == "latch_evaluate" for export in module.exports):
            return run_frozen(engine, module, [options.module, *options.words])
    except FAILURES as error:
        sys.exit(f"latch_host: {explain(error, options.module)}")
    if not options.words:
        parser.error("a program is missing")
    session = Session(engine, module, jit="off" if options.pull else options.jit, pull=options.pull, stack_bytes=options.stack_bytes,
                      native_bytes=options.native_bytes)
    session.set_arguments(options.words)
    try:
        with open(options.words[0], encoding="utf-8") as file:
            source = file.read()
    except (OSError, UnicodeDecodeError) as error:
        sys.exit(f"latch_host: {error}")
    try:
        status, text = (session.evaluate_in_steps if options.pull else session.evaluate)(source, options.words[0])
    except ProgramExit as leaving:
        return leaving.code
    except SessionLost as loss:
        print(f"latch_host: {loss}", file=sys.stderr)
        return 2
    if options.stats:
        print(session.linker.statistics, file=sys.stderr)
    if status == "error":
        print(text, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
