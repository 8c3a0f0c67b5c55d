# One process of `scripts/bench real`: passes.py LIMIT HOST COMMAND... -> milliseconds of the first pass, the median of the later ones, and the checksum.
# The command prints a line "pass MILLISECONDS CHECKSUM" for each pass. The first one counts from the start of the process to its line, without the HOST seconds
# that the engine's host takes to start. A process that fails, or takes more than LIMIT seconds, is "- - failed", and says why on the standard error.
import statistics, subprocess, sys, threading, time

limit, host, command = float(sys.argv[1]), float(sys.argv[2]), sys.argv[3:]
start = time.perf_counter()
process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
timer = threading.Timer(limit, process.kill)
timer.start()
first, times, sums = None, [], set()
for line in process.stdout:
    if not line.startswith("pass "):
        continue
    first = first or time.perf_counter() - start
    _, milliseconds, checksum = line.split()
    times.append(float(milliseconds))
    sums.add(checksum)
status = process.wait()
timer.cancel()
if status != 0 or len(times) < 2:
    print("  exit code %d after %d passes: %s" % (status, len(times), " ".join(word for word in command if "\n" not in word)), file=sys.stderr)
    print("- - failed")
else:
    print("%.3f %.3f %s" % ((first - host) * 1000, statistics.median(times[1:]), sums.pop() if len(sums) == 1 else "several"))
