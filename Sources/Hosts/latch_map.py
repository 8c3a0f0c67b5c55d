"""Maps a procedure over many inputs, on one machine or many: a frozen program exports it (`latch freeze --export`), Dask distributes the work
(`pip install dask distributed`), wasmtime runs it on the workers (`pip install wasmtime`).

    python3 Sources/Hosts/latch_map.py PROGRAM.wasm NAME < inputs > results                          two workers on this machine
    python3 Sources/Hosts/latch_map.py --workers 8 PROGRAM.wasm NAME < inputs > results
    python3 Sources/Hosts/latch_map.py --scheduler tcp://HOST:8786 PROGRAM.wasm NAME < inputs        a cluster that is there
    python3 Sources/Hosts/latch_map.py --local PROGRAM.wasm NAME < inputs                            no Dask, this process

Each line of the input is one call; a tab stands between arguments. Each line of the output is its result, in the order of the inputs; what would break a
line is escaped as in JSON. Every call begins at the freeze point, in an instance of its own: results depend neither on the other calls nor on which worker
they meet, and a worker that is lost costs its unfinished batches, which others repeat. An input whose call fails ends the run with its number and message.

    from latch_map import map_frozen
    results = map_frozen(client, open("program.wasm", "rb").read(), "search", ["1 1000", "1001 2000"])
"""

import argparse
import hashlib
import json
import os
import sys
import tempfile

import wasmtime


class CallFailed(Exception):
    """A call did not return: the number of its input, counted from 0, and what the program said."""

    def __init__(self, number, message):
        super().__init__(number, message)
        self.number = number
        self.message = message

    def __str__(self):
        return f"input {self.number + 1}: {self.message}"


class FrozenProcedure:
    """An exported procedure of a frozen program. Its types are seen from the function's: i64, f64, and texts, which are two i32."""

    def __init__(self, module_bytes, name):
        config = wasmtime.Config()
        config.wasm_tail_call = True
        self.engine = wasmtime.Engine(config)
        self.module = wasmtime.Module(self.engine, module_bytes)
        self.linker = wasmtime.Linker(self.engine)
        self.linker.define_wasi()
        functions = {export.name: export.type for export in self.module.exports if isinstance(export.type, wasmtime.FuncType)}
        if "_initialize" not in functions or "allocate" not in functions:
            raise ValueError("the module exports no procedures; make it with latch freeze --export NAME=PROCEDURE")
        if name not in functions or name in ("_initialize", "allocate"):
            others = ", ".join(sorted(functions.keys() - {"_initialize", "allocate"}))
            raise ValueError(f"the module exports no procedure {name}; it exports {others}")
        self.name = name
        self.parameters = self._kinds(functions[name].params)
        self.results = self._kinds(functions[name].results)

    @staticmethod
    def _kinds(types):
        names = [str(type) for type in types]
        kinds = []
        while names:
            kind = names.pop(0)
            if kind == "i32":
                names.pop(0)
            kinds.append({"i32": str, "i64": int, "f64": float}[kind])
        return kinds

    def parse(self, line):
        """The arguments that a line of text has."""
        fields = line.split("\t") if self.parameters else []
        if len(fields) != len(self.parameters):
            raise ValueError(f"{self.name} takes {len(self.parameters)} arguments, the line has {len(fields)}")
        try:
            arguments = [field.encode() if kind is str else kind(field) for kind, field in zip(self.parameters, fields)]
        except UnicodeEncodeError:
            raise ValueError("the line is not UTF-8") from None
        except ValueError:
            raise ValueError(f"{self.name} takes numbers, the line is {line!r}") from None
        # wasmtime would take such a number modulo 2 ** 64.
        if any(isinstance(argument, int) and not -1 << 63 <= argument < 1 << 63 for argument in arguments):
            raise ValueError(f"{self.name} takes integers of 64 bits, the line is {line!r}")
        return arguments

    def call(self, number, line):
        """The result for one line, as text."""
        try:
            arguments = self.parse(line)
        except ValueError as error:
            raise CallFailed(number, str(error)) from None
        store = wasmtime.Store(self.engine)
        with tempfile.NamedTemporaryFile() as messages:
            configuration = wasmtime.WasiConfig()
            configuration.argv = [self.name]
            configuration.stderr_file = messages.name
            configuration.stdout_file = os.devnull
            store.set_wasi(configuration)
            try:
                exports = self.linker.instantiate(store, self.module).exports(store)
                exports["_initialize"](store)
                return self._show(store, exports, self._invoke(store, exports, arguments))
            except (wasmtime.Trap, wasmtime.WasmtimeError, wasmtime.ExitTrap) as error:
                said = messages.read().decode("utf-8", "replace").strip()
                raise CallFailed(number, said or str(error).splitlines()[0]) from None

    def _invoke(self, store, exports, arguments):
        words = []
        for argument in arguments:
            if isinstance(argument, bytes):
                pointer = exports["allocate"](store, len(argument))
                if not pointer:
                    raise wasmtime.WasmtimeError(f"no room for a text of {len(argument)} bytes")
                exports["memory"].write(store, argument, pointer)
                words += [pointer, len(argument)]
            else:
                words.append(argument)
        return exports[self.name](store, *words)

    def _show(self, store, exports, result):
        if not self.results:
            return ""
        if self.results[0] is str:
            start, length = (value & 0xFFFFFFFF for value in result)
            result = bytes(exports["memory"].read(store, start, start + length)).decode("utf-8", "replace")
            return json.dumps(result, ensure_ascii=False)[1:-1].replace('\\"', '"').replace("\\\\", "\\")
        return repr(result)


def run_batch(program, name, first, lines):
    """On a worker: the results of some lines. The compiled module stays with the worker for the next batch."""
    from distributed import get_worker

    worker = get_worker()
    key = (hashlib.sha256(program).digest(), name)
    known = worker.__dict__.setdefault("frozen_procedures", {})
    procedure = known.get(key)
    if procedure is None:
        procedure = known[key] = FrozenProcedure(program, name)
    try:
        return [procedure.call(first + index, line) for index, line in enumerate(lines)]
    except CallFailed as failure:
        # As a value: a task that raises would be retried nowhere, but its traceback shown.
        return failure


def map_frozen(client, program, name, lines, batch=None, progress=None):
    """The results for lines of arguments, in their order, by the workers of a Dask client.

    program: the bytes of the frozen program; batch: inputs of one task, by default about eight tasks for each thread of the cluster; progress: is told
    how many inputs are done. Raises CallFailed for the first input, in order, whose call was seen to fail.
    """
    from distributed import as_completed

    FrozenProcedure(program, name)       # an error here is better than one on each worker
    threads = max(1, sum(client.nthreads().values()))
    batch = batch or max(1, -(-len(lines) // (8 * threads)))
    [shared] = client.scatter([program], broadcast=True)
    starts = range(0, len(lines), batch)
    futures = {client.submit(run_batch, shared, name, start, lines[start:start + batch], pure=False): start for start in starts}
    results = {}
    done = 0
    failure = None
    try:
        for future in as_completed(futures):
            start = futures[future]
            value = future.result()
            if isinstance(value, CallFailed):
                failure = value
                break
            results[start] = value
            done += len(value)
            if progress:
                progress(done, len(lines))
    finally:
        client.cancel(list(futures))
    if failure:
        raise failure
    return [result for start in starts for result in results[start]]


def map_locally(program, name, lines, progress=None):
    """The same in this process."""
    procedure = FrozenProcedure(program, name)
    results = []
    for number, line in enumerate(lines):
        results.append(procedure.call(number, line))
        if progress:
            progress(number + 1, len(lines))
    return results


def read_lines(data):
    """The lines of some bytes, without their ends. What is not UTF-8 is left for the call of its line to complain about."""
    lines = data.decode("utf-8", "surrogateescape").split("\n")
    if lines[-1] == "":
        lines.pop()
    return [line.removesuffix("\r") for line in lines]


def show_progress(done, count):
    filled = 20 * done // count
    bar = "█" * filled + "░" * (20 - filled)
    print(f"\r\x1b[K{bar} {done}/{count}" + ("\r\x1b[K" if done == count else ""), end="", file=sys.stderr, flush=True)


def main():
    parser = argparse.ArgumentParser(description="Maps an exported procedure of a frozen program over the lines of the standard input.")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--workers", type=int, default=2, metavar="N", help="processes on this machine (default: 2)")
    where.add_argument("--scheduler", metavar="ADDRESS", help="the scheduler of a Dask cluster whose workers have wasmtime")
    where.add_argument("--local", action="store_true", help="without Dask, in this process")
    parser.add_argument("--batch", type=int, metavar="N", help="inputs of one task")
    parser.add_argument("program", metavar="PROGRAM.wasm")
    parser.add_argument("name", metavar="NAME", help="the procedure, as the module exports it")
    options = parser.parse_args()
    if options.workers < 1 or (options.batch is not None and options.batch < 1):
        parser.error("numbers of workers and inputs are positive")
    progress = show_progress if sys.stderr.isatty() else None
    try:
        with open(options.program, "rb") as file:
            program = file.read()
        lines = read_lines(sys.stdin.buffer.read())
        if options.local:
            results = map_locally(program, options.name, lines, progress)
        else:
            from distributed import Client, LocalCluster

            with (
                Client(options.scheduler) if options.scheduler
                else LocalCluster(n_workers=options.workers, threads_per_worker=1, dashboard_address=None, silence_logs=50)
            ) as cluster:
                client = cluster if options.scheduler else Client(cluster)
                with client:
                    client.upload_file(__file__)
                    results = map_frozen(client, program, options.name, lines, options.batch, progress)
        for result in results:
            print(result)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 1
    except (CallFailed, ValueError, OSError, wasmtime.WasmtimeError) as error:
        print(f"latch_map: {error}", file=sys.stderr)
        return 1
    except ModuleNotFoundError as error:
        print(f"latch_map: {error.name} is missing; pip install dask distributed, or use --local", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
