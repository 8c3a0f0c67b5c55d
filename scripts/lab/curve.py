# The first second of a kernel in wasmtime: curve.py FILE -> for each call of one round the milliseconds since the start at its end.
import sys, time
import wasmtime

with open(sys.argv[1], "rb") as file:
    code = file.read()
engine = wasmtime.Engine()
start = time.perf_counter()
store = wasmtime.Store(engine)
run = wasmtime.Instance(store, wasmtime.Module(engine, code), []).exports(store)["run"]
ends = []
while not ends or ends[-1] < 1000:
    run(store, 1)
    ends.append((time.perf_counter() - start) * 1000)
print("\n".join("%.4f" % end for end in ends))
