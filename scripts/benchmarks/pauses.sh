# `scripts/bench pauses`: how long a program with 300 MB of live objects has to wait for the collector, sourced by scripts/bench. Each program in
# scripts/benchmarks/pauses does small steps, many times, and measures the longest time between two of them itself: while it builds up its objects, and while it replaces
# them. The table shows the medians of RUNS rounds, in milliseconds, and the peak of memory.
# Environment: RUNS (3), LIMIT (seconds for one run, 60), SYSTEMS, LATCH, as for `scripts/bench scheme`.
. scripts/benchmarks/scheme.sh
folder=$PWD/scripts/benchmarks/pauses
systems=${SYSTEMS:-"auto guile chez gambit"}

# The texts of programs for other systems: with what they include.
whole_text() {
  local strip=p
  [ "$2" = keep ] || strip='/^(import/d;p'
  sed -n -e "/^(include \"gaps.scm\")/{r $folder/gaps.scm
d}" -e "$strip" "$1"
}

bench_pauses() {
  install_peers
  local file name system stem round line peak
  printf '%-10s %-10s %14s %14s %10s\n' program system 'filling, ms' 'replacing, ms' MB
  for file in "$folder"/*.scm; do
    name=$(basename "$file" .scm)
    [ "$name" = gaps ] && continue
    stem=$work/$name
    for system in $systems; do prepare "$system" "$file" "$stem" || true; done
    for round in $(seq "$runs"); do
      for system in $systems; do
        line=$(run_measured "$system" "$file" "$stem") || line="failed failed"
        echo "$line" >> "$stem-$system.times"
      done
    done
    for system in $systems; do
      printf '%-10s %-10s %14s %14s %10s\n' "$name" "$(title "$system")" "$(column 1)" "$(column 2)" "$(column 3)"
    done
  done
}

# The median of a column of a system's results.
column() { awk -v c="$1" '{ print $c }' "$stem-$system.times" | median; }

# run_measured SYSTEM FILE STEM: both times and the peak of memory in MB.
run_measured() {
  local output
  output=$(run_once "$@" 2> "$3-$1.err" & pid=$!; peak=0
    while kill -0 $pid 2> /dev/null; do
      now=$(resident "$pid"); [ "${now:-0}" -gt "$peak" ] && peak=$now
      sleep 0.05
    done
    wait $pid && echo "$peak") || return 1
  echo "$output" | tr '\n' ' '
}

# resident PID: the memory of a process and its children in MB.
resident() { ps -o rss= --pid "$1" --ppid "$1" 2> /dev/null | awk '{ s += $1 } END { printf "%d", s / 1024 }'; }
