# One process of `scripts/bench real`: passes.py LIMIT HOST COMMAND... -> milliseconds of the first pass and the median of the later ones; the same in processor
# time, of the whole process for the first and of the main thread for the later ones; and the checksum.
# The command prints a line "pass MILLISECONDS CHECKSUM" for each pass. The first one counts from the start of the process to its line, without the HOST seconds
# that the engine's host takes to start. A process that fails, or takes more than LIMIT seconds, is "- - - - failed", and says why on the standard error.
import os, statistics, subprocess, sys, threading, time

limit, host, command = float(sys.argv[1]), float(sys.argv[2]), sys.argv[3:]


def used(path):
    """Seconds of processor time, of a process or of a thread."""
    with open("/proc/%s/stat" % path) as file:
        user, system = file.read().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


start = time.perf_counter()
process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
timer = threading.Timer(limit, process.kill)
timer.start()
first, first_used, times, ends, sums = None, None, [], [], set()
for line in process.stdout:
    if not line.startswith("pass "):
        continue
    if first is None:
        first, first_used = time.perf_counter() - start, used(process.pid)
    ends.append(used("%d/task/%d" % (process.pid, process.pid)))
    _, milliseconds, checksum = line.split()
    times.append(float(milliseconds))
    sums.add(checksum)
status = process.wait()
timer.cancel()
if status != 0 or len(times) < 2:
    print("  exit code %d after %d passes: %s" % (status, len(times), " ".join(word for word in command if "\n" not in word)), file=sys.stderr)
    print("- - - - failed")
else:
    later = [end - before for before, end in zip(ends, ends[1:])]
    numbers = [(first - host) * 1000, statistics.median(times[1:]), (first_used - host) * 1000, statistics.median(later) * 1000]
    print(*("%.3f" % number for number in numbers), sums.pop() if len(sums) == 1 else "several")
