# The table and the charts of `scripts/bench tiers`: chart.py FOLDER BASE < lines "KERNEL ENGINE ROUNDS RESULT MILLISECONDS".
# Several lines of one kernel and engine are runs, of which the median counts. Prints times, each engine's time relative to BASE's as a geometric mean, and
# marks wrong results; writes FOLDER/kernels.svg and FOLDER/means.svg.
import math, statistics, sys

folder, base = sys.argv[1:3]
times, results, kernels, engines = {}, {}, [], []
for line in sys.stdin:
    kernel, engine, rounds, result, time = line.split()
    times.setdefault((kernel, engine), []).append(float(time))
    # A result that is not the same in every run is wrong.
    found = results.setdefault(kernel, {})
    found[engine] = result if found.get(engine, result) == result else "several"
    if kernel not in kernels: kernels.append(kernel)
    if engine not in engines: engines.append(engine)

times = {place: statistics.median(runs) for place, runs in times.items()}

print("  %-14s" % "" + "".join("%11s" % engine for engine in engines))
for kernel in kernels:
    right = results[kernel].get("native") or results[kernel].get(base)
    cells = ""
    for engine in engines:
        if (kernel, engine) not in times: cells += "%11s" % "-"
        elif results[kernel][engine] != right: cells += "%11s" % "WRONG"
        else: cells += "%11.2f" % times[kernel, engine]
    print("  %-14s" % kernel + cells)

def ratios(engine):
    return {k: times[k, base] / times[k, engine] for k in kernels if (k, engine) in times and (k, base) in times}

def mean(values): return math.exp(sum(map(math.log, values)) / len(values)) if values else float("nan")

print("  time of %s as a multiple of the other's: geometric mean, and the worst kernel" % base)
for engine in engines:
    found = ratios(engine)
    if engine == base or not found: continue
    worst = max(found, key=found.get)
    print("  %-14s%11.2f%11.2f  %s" % (engine, mean(found.values()), found[worst], worst))

colors = ["#4878a8", "#e08040", "#60a060", "#b85450", "#8870b0", "#907060", "#d080b0", "#808080"]

def bars(path, title, rows, unit):
    width, label, height = 900, 150, 16
    largest = max(value for _, group in rows for _, value in group) or 1
    text, y = [], 40
    for name, group in rows:
        text.append('<text x="%d" y="%d" text-anchor="end">%s</text>' % (label - 8, y + height * len(group) / 2 + 4, name))
        for engine, value in group:
            length = (width - label - 150) * value / largest
            text.append('<rect x="%d" y="%d" width="%.1f" height="%d" fill="%s"/>' % (label, y, length, height - 2, colors[engines.index(engine) % 8]))
            text.append('<text x="%.1f" y="%d" font-size="11">%s %.2f%s</text>' % (label + length + 4, y + height - 5, engine, value, unit))
            y += height
        y += 10
    with open(path, "w") as file:
        file.write('<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" font-size="13">\n' % (width, y + 10))
        file.write('<rect width="100%%" height="100%%" fill="white"/><text x="10" y="22" font-size="16">%s</text>\n' % title)
        file.write("\n".join(text) + "\n</svg>\n")

reference = "native" if "native" in engines else base
rows = [(k, [(e, times[k, e] / times[k, reference]) for e in engines if (k, e) in times]) for k in kernels if (k, reference) in times]
if rows:
    bars(folder + "/kernels.svg", "Time of each kernel as a multiple of %s's (less is better)" % reference, rows, "")
    means = [(e, mean([times[k, e] / times[k, reference] for k in kernels if (k, e) in times and (k, reference) in times])) for e in engines]
    bars(folder + "/means.svg", "Geometric means of all kernels, as a multiple of %s's time (less is better)" % reference, [("", means)], "")
