# Kernels in wasmtime (its Python package): kernels.py FILE ROUNDS ... -> name, rounds, result, median milliseconds.
import os, sys, time
import wasmtime

engine = wasmtime.Engine()
for file, rounds in zip(sys.argv[1::2], map(int, sys.argv[2::2])):
    store = wasmtime.Store(engine)
    instance = wasmtime.Instance(store, wasmtime.Module.from_file(engine, file), [])
    run = instance.exports(store)["run"]
    run(store, 1)
    times = []
    for _ in range(5):
        start = time.process_time()
        result = run(store, rounds)
        times.append((time.process_time() - start) * 1000)
    print(os.path.basename(file)[:-5], rounds, result, "%.3f" % sorted(times)[2])
