"""Runs a frozen program on wasmtime: run-frozen.py PROGRAM.wasm [ARGUMENT ...]. The current directory is the one that it reaches."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../Sources/Hosts"))
import latch_host
from latch_host import wasmtime


def main(words):
    engine = wasmtime.Engine()
    linker = wasmtime.Linker(engine)
    linker.define_wasi()
    store = wasmtime.Store(engine)
    latch_host.give_system(store, words)
    module = wasmtime.Module.from_file(engine, words[0])
    for declaration in module.imports:
        # What programs that were frozen with --keep-jit import: this host links nothing.
        if declaration.module == "latch_jit":
            linker.define(store, "latch_jit", declaration.name, wasmtime.Func(store, declaration.type, lambda *arguments: 0))
    latch_host.start(linker.instantiate(store, module), store)


latch_host.run_script("PROGRAM.wasm [ARGUMENT ...]", 1, main)
