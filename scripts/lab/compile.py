# Compile times in wasmtime on one thread: compile.py FILE... -> median milliseconds.
import sys, time
import wasmtime

def configured():
    configuration = wasmtime.Config()
    configuration.parallel_compilation = False
    configuration.wasm_exceptions = True
    return configuration

for file in sys.argv[1:]:
    data = open(file, "rb").read()
    times = []
    for _ in range(3):
        start = time.process_time()
        wasmtime.Module(wasmtime.Engine(configured()), data)
        times.append((time.process_time() - start) * 1000)
    print("%.3f" % sorted(times)[1])
