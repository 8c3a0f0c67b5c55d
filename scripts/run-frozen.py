"""Runs a frozen program on wasmtime: run-frozen.py PROGRAM.wasm [ARGUMENT ...]. The current directory is the one that it reaches."""

import os
import sys

import wasmtime

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../Sources/Hosts"))
import latch_host

engine = wasmtime.Engine()
linker = wasmtime.Linker(engine)
linker.define_wasi()
store = wasmtime.Store(engine)
latch_host.give_system(store, sys.argv[1:])
module = wasmtime.Module.from_file(engine, sys.argv[1])
for declaration in module.imports:
    # What programs that were frozen with --keep-jit import: this host links nothing.
    if declaration.module == "latch_jit":
        linker.define(store, "latch_jit", declaration.name, wasmtime.Func(store, declaration.type, lambda *arguments: 0))
instance = linker.instantiate(store, module)
try:
    instance.exports(store)["_start"](store)
except wasmtime.ExitTrap as exit:
    sys.exit(exit.code)
