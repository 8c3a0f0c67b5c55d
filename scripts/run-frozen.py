"""Runs a frozen program on wasmtime: run-frozen.py PROGRAM.wasm [ARGUMENT ...]. The current directory is the one that it reaches."""

import sys

import wasmtime

engine = wasmtime.Engine()
linker = wasmtime.Linker(engine)
linker.define_wasi()
store = wasmtime.Store(engine)
configuration = wasmtime.WasiConfig()
configuration.argv = sys.argv[1:]
configuration.inherit_env()
configuration.inherit_stdin()
configuration.inherit_stdout()
configuration.inherit_stderr()
configuration.preopen_dir(".", ".")
store.set_wasi(configuration)
instance = linker.instantiate(store, wasmtime.Module.from_file(engine, sys.argv[1]))
try:
    instance.exports(store)["_start"](store)
except wasmtime.ExitTrap as exit:
    sys.exit(exit.code)
