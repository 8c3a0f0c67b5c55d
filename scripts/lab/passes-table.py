# The tables of `scripts/bench real`: lines "compile MODULE TIER BYTES MILLISECONDS CODE" and "pass MODULE ENGINE FIRST WARM FIRST-USED WARM-USED CHECKSUM". The nth line of a module
# and an engine is of the nth turn: ratios are taken within a turn, and of those the medians.
import math, statistics, sys

lines, sums, modules = {}, {}, []
for line in sys.stdin:
    what, module, engine, *values = line.split()
    if module not in modules:
        modules.append(module)
    if what == "pass":
        sums.setdefault((module, engine), set()).add(values.pop())
    lines.setdefault((what, module, engine), []).append([math.nan if value == "-" else float(value) for value in values])

BYTES, TIME, CODE = range(3)
FIRST, WARM, FIRST_USED, WARM_USED = range(4)


def turns(what, module, engine, column):
    return [values[column] for values in lines.get((what, module, engine), [])]


def median(values):
    """NaN where there is none, or a turn failed."""
    return statistics.median(values) if values and not any(map(math.isnan, values)) else math.nan


def ratio(these, others):
    return median([a / b for a, b in zip(these, others)])


def row(name, cells, form="%.2f"):
    print("  %-10s" % name + "".join("%12s" % (cell if isinstance(cell, str) else "-" if math.isnan(cell) else form % cell) for cell in cells))


def rows(head, cells):
    """A line for each module, and the geometric means of those that have a number."""
    row("", head)
    found = [cells(module) for module in modules]
    for module, values in zip(modules, found):
        row(module, values)
    columns = [[value for value in column if not isinstance(value, str) and value > 0] for column in zip(*found)]
    if len(modules) > 1:
        row("mean", [math.exp(sum(map(math.log, column)) / len(column)) if column else math.nan for column in columns])


def speeds(module):
    size = median(turns("compile", module, "bbq", BYTES))
    times = [turns("compile", module, tier, TIME) for tier in tiers]
    return ["%d" % size] + [size / median(time) / 1000 for time in times] + [ratio(times[2], times[1])]


def sizes(module):
    size = median(turns("compile", module, "bbq", BYTES))
    codes = [median(turns("compile", module, tier, CODE)) for tier in tiers]
    return [code / size for code in codes] + [codes[1] / codes[2]]


def within(module, first, warm):
    return [ratio(turns("pass", module, engine, first), turns("pass", module, engine, warm)) for engine in engines]


def beside(module, column):
    return [ratio(turns("pass", module, "auto", column), turns("pass", module, engine, column)) for engine in engines[1:]]


def checked(module):
    """Warm passes, where the results are right: those of most engines."""
    every = [tuple(sums[module, engine]) for engine in engines if (module, engine) in sums]
    right = statistics.mode(every)
    cells = ["%.0f ms" % median(turns("pass", module, "auto", WARM))] + beside(module, WARM)
    for index, engine in enumerate(engines):
        found = sums.get((module, engine))
        if found and "failed" in found:
            cells[index] = "FAILED"
        elif found and (tuple(found) != right or "several" in found):
            cells[index] = "WRONG"
    return cells


tiers = ["bbq", "omg", "cranelift"]
engines = ["auto", "bbq", "omg", "wasmtime", "v8"]
print("compile speed on one thread: MB of the code section per second of processor time; OMG's as a multiple of Cranelift's")
rows(["bytes", "BBQ", "OMG", "Cranelift", "OMG/Cran."], speeds)
print("machine code: bytes per byte of the code section; OMG's as a multiple of Cranelift's")
rows(["BBQ", "OMG", "Cranelift", "OMG/Cran."], sizes)
print("first pass, from the start of the process, as a multiple of the warm pass of the same engine")
rows(engines, lambda module: within(module, FIRST, WARM))
print("the same in processor time: all that the process used, compiling by other threads included, and the main thread's in the warm pass")
rows(engines, lambda module: within(module, FIRST_USED, WARM_USED))
print("first pass of auto as a multiple of the other's")
rows(engines[1:], lambda module: beside(module, FIRST))
print("warm pass: milliseconds of auto, and its time as a multiple of the other's")
rows(engines, checked)
print("the same in processor time of the main thread")
rows(engines[1:], lambda module: beside(module, WARM_USED))
