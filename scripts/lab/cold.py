# Loading a kernel and calling it once in wasmtime: cold.py FILE ROUNDS -> milliseconds that pass, and those of them that the call takes.
import sys, time
import wasmtime

with open(sys.argv[1], "rb") as file:
    code = file.read()
engine = wasmtime.Engine()
start = time.perf_counter()
store = wasmtime.Store(engine)
run = wasmtime.Instance(store, wasmtime.Module(engine, code), []).exports(store)["run"]
loaded = time.perf_counter()
run(store, int(sys.argv[2]))
end = time.perf_counter()
print("%.3f %.3f" % ((end - start) * 1000, (end - loaded) * 1000))
