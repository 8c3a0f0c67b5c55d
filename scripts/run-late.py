"""Runs an export of a WASI reactor that generates code, on wasmtime: run-late.py GUEST.wasm EXPORT [ARGUMENT ...]. Modules are linked when the guest pushes them
(docs/late-linking.md). Arguments are numbers of 32 bits; what comes back is printed."""

import os
import sys

import wasmtime

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../Sources/Hosts"))
import latch_host

engine = latch_host.make_engine()
module = wasmtime.Module.from_file(engine, sys.argv[1])
store = wasmtime.Store(engine)
latch_host.give_system(store, sys.argv[1:2])
linker = wasmtime.Linker(engine)
linker.define_wasi()
late = latch_host.LateLinker(store)
late.define(linker)
instance = linker.instantiate(store, module)
late.attach(instance)
exports = instance.exports(store)
if "_initialize" in exports:
    exports["_initialize"](store)
result = exports[sys.argv[2]](store, *map(int, sys.argv[3:]))
if result is not None:
    print(result)
