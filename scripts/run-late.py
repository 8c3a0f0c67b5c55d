"""Runs an export of a WASI reactor that generates code, on wasmtime: run-late.py GUEST.wasm EXPORT [ARGUMENT ...]. Modules are linked when the guest pushes them
(docs/late-linking.md). Arguments are numbers of 32 bits; what comes back is printed."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../Sources/Hosts"))
import latch_host
from latch_host import wasmtime


def main(words):
    engine = latch_host.make_engine()
    module = wasmtime.Module.from_file(engine, words[0])
    store = wasmtime.Store(engine)
    latch_host.give_system(store, words[:1])
    linker = wasmtime.Linker(engine)
    linker.define_wasi()
    late = latch_host.LateLinker(store)
    late.define(linker)
    instance = linker.instantiate(store, module)
    late.attach(instance)
    exports = instance.exports(store)
    if "_initialize" in exports:
        exports["_initialize"](store)
    if not isinstance(exports.get(words[1]), wasmtime.Func):
        raise ValueError(f"it exports no function {words[1]}")
    result = exports[words[1]](store, *map(int, words[2:]))
    if result is not None:
        print(result)


latch_host.run_script("GUEST.wasm EXPORT [ARGUMENT ...]", 2, main)
