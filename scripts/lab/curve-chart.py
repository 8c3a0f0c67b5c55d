# The warm-up curve of `scripts/bench cold`: curve-chart.py FILE.svg KERNEL < lines "ENGINE MILLISECONDS", one for the end of each call. Draws calls a
# millisecond over the time since the start, both on logarithmic axes, and prints what a call takes in the end, and when each engine first has nine tenths
# of that speed.
import bisect, math, statistics, sys

path, kernel = sys.argv[1:3]
ends = {}
for line in sys.stdin:
    engine, end = line.split()
    ends.setdefault(engine, []).append(float(end))

# Twelve intervals for each factor of ten, from 0.1 ms to 1 s; a call counts for each with the share of its time that falls there.
edges = [0.1 * 10 ** (step / 12) for step in range(4 * 12 + 1)]

def done(times, end):
    index = bisect.bisect_right(times, end)
    if index == len(times): return index
    start = times[index - 1] if index else 0
    return index + (end - start) / (times[index] - start)

curves, durations = {}, {}
for engine, times in ends.items():
    curves[engine] = [
        (math.sqrt(first * last), (done(times, last) - done(times, first)) / (last - first)) for first, last in zip(edges, edges[1:])]
    # Of each call the median of it and the four after it.
    lengths = [last - first for first, last in zip([0] + times, times)]
    durations[engine] = [statistics.median(lengths[index : index + 5]) for index in range(len(lengths))]

steady = {engine: statistics.median(values[len(values) // 2 :]) for engine, values in durations.items()}
best = 1 / min(steady.values())
for engine, values in durations.items():
    reached = next(index for index, value in enumerate(values) if 0.9 * value <= steady[engine])
    print("  %-12s %-10s%10.3f ms %10.1f ms" % (kernel, engine, steady[engine], ends[engine][reached - 1] if reached else 0))

width, height, left, bottom = 900, 420, 70, 50
least = best / 100
def x(time): return left + (width - left - 130) * math.log10(time / 0.1) / 4
def y(speed): return height - bottom - (height - bottom - 40) * math.log10(max(speed, least) / least) / math.log10(2 * best / least)

colors = {"auto": "#4878a8", "bbq": "#60a060", "omg": "#b85450", "wasmtime": "#e08040", "v8": "#8870b0"}
text = []
for power in range(-1, 4):
    time = 10.0 ** power
    text.append('<line x1="%.1f" y1="40" x2="%.1f" y2="%d" stroke="#dddddd"/>' % (x(time), x(time), height - bottom))
    text.append('<text x="%.1f" y="%d" text-anchor="middle">%g ms</text>' % (x(time), height - bottom + 18, time))
for share in (0.01, 0.1, 1):
    text.append('<line x1="%d" y1="%.1f" x2="%d" y2="%.1f" stroke="#dddddd"/>' % (left, y(best * share), width - 130, y(best * share)))
    text.append('<text x="%d" y="%.1f" text-anchor="end">%.3g</text>' % (left - 6, y(best * share) + 4, best * share))
for index, (engine, curve) in enumerate(curves.items()):
    points = " ".join("%.1f,%.1f" % (x(time), y(speed)) for time, speed in curve if speed > 0)
    text.append('<polyline points="%s" fill="none" stroke="%s" stroke-width="2"/>' % (points, colors.get(engine, "#808080")))
    text.append('<text x="%d" y="%d" fill="%s">%s</text>' % (width - 120, 60 + 20 * index, colors.get(engine, "#808080"), engine))
with open(path, "w") as file:
    file.write('<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" font-size="13">\n' % (width, height))
    file.write('<rect width="100%" height="100%" fill="white"/>\n')
    file.write('<text x="10" y="22" font-size="16">%s: calls a millisecond, over the time since the start</text>\n' % kernel)
    file.write("\n".join(text) + "\n</svg>\n")
print("  chart: " + path)
