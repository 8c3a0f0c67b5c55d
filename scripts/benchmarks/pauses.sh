# `scripts/bench pauses`: how long a program with 300 MB of live objects has to wait for the collector, sourced by scripts/bench. Each program in
# scripts/benchmarks/pauses does small steps, many times, and measures the longest time between two of them itself: while it builds up its objects, and while it replaces
# them. The table shows the medians of RUNS runs, in milliseconds, and the peak of memory.
# Environment: RUNS (3), LIMIT (seconds for one run, 60), SYSTEMS, LATCH, as for `scripts/bench scheme`.
. scripts/benchmarks/scheme.sh
folder=$PWD/scripts/benchmarks/pauses
systems=${SYSTEMS:-"auto guile chez gambit"}

bench_pauses() {
  install_peers
  need /usr/bin/time time
  local file name system stem line
  printf '%-10s %-10s %14s %14s %10s\n' program system 'filling, ms' 'replacing, ms' MB
  for file in "$folder"/*.scm; do
    name=$(basename "$file" .scm)
    [ "$name" = gaps ] && continue
    stem=$work/$name
    for system in $systems; do prepare "$system" "$file" "$stem" || true; done
    for _ in $(seq "$runs"); do
      for system in $systems; do
        line=$(run_measured "$system" "$file" "$stem") || line=failed
        echo "$line" >> "$stem-$system.times"
      done
    done
    for system in $systems; do
      printf '%-10s %-10s %14s %14s %10s\n' "$name" "$(title "$system")" "$(column 1)" "$(column 2)" "$(column 3)"
    done
  done
}

# The median of a column of a system's results, or what went wrong.
column() {
  if grep -q failed "$stem-$system.times"; then echo failed; else awk -v c="$1" '{ print $c }' "$stem-$system.times" | median; fi
}

# run_measured SYSTEM FILE STEM: both times and the peak of memory in MB.
run_measured() {
  local meter="/usr/bin/time -q -f %M -o $work/peak" output
  output=$(run_once "$@" 2> "$3-$1.err") || return 1
  echo "$output $(($(cat "$work/peak") / 1024))"
}
