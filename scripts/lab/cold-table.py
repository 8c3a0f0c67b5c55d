# The table of `scripts/bench cold`: lines "SIZE KERNEL ENGINE MILLISECONDS", several of which are runs; their median counts.
import math, statistics, sys

runs = {}
for line in sys.stdin:
    size, kernel, engine, time = line.split()
    runs.setdefault((int(size), kernel, engine), []).append(float(time))
times = {place: statistics.median(values) for place, values in runs.items()}
engines = ["bbq", "omg", "better", "wasmtime", "code", "v8"]
print("  %-10s%9s" % ("", "kernels") + "".join("%26s" % ("better of both" if engine == "better" else engine) for engine in engines))
for size in sorted({place[0] for place in times}):
    kernels = sorted({kernel for at, kernel, _ in times if at == size})
    for kernel in kernels:
        times[size, kernel, "better"] = min(times[size, kernel, "bbq"], times[size, kernel, "omg"])
    cells = ""
    for engine in engines:
        found = {k: times[size, k, "auto"] / times[size, k, engine] for k in kernels if times.get((size, k, engine))}
        if not found:
            cells += "%26s" % "-"
            continue
        mean = math.exp(sum(map(math.log, found.values())) / len(found))
        worst = max(found, key=found.get)
        cells += "%26s" % ("%.2f, %.2f %s" % (mean, found[worst], worst))
    print("  %-10s%9d" % ("%d ms" % size, len(kernels)) + cells)
