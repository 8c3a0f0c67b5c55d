# The first moments of a kernel in wasmtime, loading included, in milliseconds that pass.
#   cold.py FILE ROUNDS   one call: all of it, and the call alone
#   cold.py FILE          calls of one round in the first second: for each the time from the start to its end
import sys, time
import wasmtime

with open(sys.argv[1], "rb") as file:
    code = file.read()
engine = wasmtime.Engine()
start = time.perf_counter()
store = wasmtime.Store(engine)
run = wasmtime.Instance(store, wasmtime.Module(engine, code), []).exports(store)["run"]
loaded = time.perf_counter()
if len(sys.argv) > 2:
    run(store, int(sys.argv[2]))
    end = time.perf_counter()
    print("%.3f %.3f" % ((end - start) * 1000, (end - loaded) * 1000))
else:
    ends = []
    while not ends or ends[-1] < 1000:
        run(store, 1)
        ends.append((time.perf_counter() - start) * 1000)
    print("\n".join("%.4f" % end for end in ends))
