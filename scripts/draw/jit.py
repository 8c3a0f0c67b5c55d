# Draws the picture in the README: jit.py FOLDER TIMES STATISTICS writes FOLDER/jit-light.svg and FOLDER/jit-dark.svg.
# TIMES has the nanoseconds of each call, one a line (jit.scm); STATISTICS is what `latch --stats` wrote of
# a run that ends when the first module is linked. Every figure in the picture is measured.
import math, re, statistics, sys

folder, times_file, statistics_file = sys.argv[1:4]
times = [max(int(line), 1) for line in open(times_file)]
report = open(statistics_file).read()

def said(pattern):
    found = re.search(pattern, report)
    if not found: sys.exit("jit.py: the statistics do not say " + pattern)
    return found.group(1)

bytes_ = said(r"generated \((\d+) bytes\)")
generation = said(r"generation +([\d.]+ \S+)")
link = said(r"compile, link +([\d.]+ \S+)")

# The call in which the module was made: the longest among those that are followed by faster ones only.
linked = max(range(1, 60), key=lambda i: times[i])
interpreted = statistics.median(times[linked // 2:linked])
baseline = statistics.median(times[linked + 1:linked + 60])
optimized = statistics.median(times[-5000:])

width, height = 900, 380
left, right, top, bottom = 70, 20, 56, 50
most = 10 ** math.ceil(math.log10(max(times[:60])))
least = 10 ** math.floor(math.log10(min(times)))

def x(call): return left + (width - left - right) * math.log10(call) / math.log10(len(times))
def y(time): return top + (height - top - bottom) * (1 - math.log10(time / least) / math.log10(most / least))
def duration(ns):
    for unit, size in [("s", 1e9), ("ms", 1e6), ("µs", 1e3)]:
        if ns >= size: return "%.3g %s" % (ns / size, unit)
    return "%.3g ns" % ns

# Early calls one by one, later ones as the median of so many that each mark has the same width.
marks, first = [], 0
while first < len(times):
    last = max(first + 1, int(first * 1.025))
    marks.append((first + 1, statistics.median(times[first:last])))
    first = last

def text(px, py, words, anchor="start", size=13, kind="ink"):
    return '<text x="%.1f" y="%.1f" text-anchor="%s" font-size="%d" class="%s">%s</text>' % (px, py, anchor, size, kind, words)

def picture(ink, faint, paper, colors):
    out = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif">' % (width, height),
           "<style>.ink{fill:%s}.faint{fill:%s}</style>" % (ink, faint),
           '<rect width="100%%" height="100%%" fill="%s"/>' % paper,
           text(left, 24, "Each call of (fib 7): 41 procedure calls", size=16),
           text(left, 43, "time of a call, by its number; both axes are logarithmic", kind="faint")]
    step = least
    while step <= most:
        out.append('<line x1="%d" y1="%.1f" x2="%d" y2="%.1f" stroke="%s" stroke-width="0.5"/>' % (left, y(step), width - right, y(step), faint))
        out.append(text(left - 8, y(step) + 4, duration(step), "end", 12, "faint"))
        step *= 10
    call = 1
    while call <= len(times):
        out.append(text(x(call), height - bottom + 20, "{:,}".format(call), "middle", 12, "faint"))
        call *= 10
    out.append(text((left + width - right) / 2, height - 10, "call", "middle", 12, "faint"))
    for number, time in marks:
        color = colors[0] if number <= linked else colors[2] if time < math.sqrt(baseline * optimized) and number > linked + 60 else colors[1]
        if number == linked + 1: color = colors[3]
        out.append('<circle cx="%.1f" cy="%.1f" r="3.2" fill="%s"/>' % (x(number), y(min(time, most)), color))
    top_of_link = y(times[linked])
    out.append(text(x(linked + 1) + 10, top_of_link + 4, "call %d: writes a module of %s bytes in %s," % (linked + 1, bytes_, generation)))
    out.append(text(x(linked + 1) + 10, top_of_link + 21, "which is compiled and linked in %s" % link))
    out.append(text(x(1.2), y(interpreted) - 14, "interpreted: %s" % duration(interpreted)))
    out.append(text(x(250), y(baseline) - 14, "compiled: %s" % duration(baseline)))
    out.append(text(width - right, y(optimized) - 14, "optimized: %s" % duration(optimized), "end"))
    out.append("</svg>")
    return "\n".join(out) + "\n"

for name, style in [("light", ("#1f2328", "#818b98", "#ffffff", ["#b35900", "#0969da", "#1a7f37", "#8250df"])),
                    ("dark", ("#e6edf3", "#7d8590", "#0d1117", ["#f0883e", "#58a6ff", "#3fb950", "#bc8cff"]))]:
    with open("%s/jit-%s.svg" % (folder, name), "w") as file: file.write(picture(*style))
print("interpreted %s, compiled %s, optimized %s" % (duration(interpreted), duration(baseline), duration(optimized)))
