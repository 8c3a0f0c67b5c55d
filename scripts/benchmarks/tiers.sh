# `scripts/bench tiers`: both tiers beside other engines and native code, sourced by scripts/bench.
#   kernels: the C programs in scripts/benchmarks/kernels, or those named; each engine runs each kernel, one after the other, and the results must
#            be the same. The modules have no vector instructions: `scalar` is native code without them, too
#   compile: a large module (FILE, or the guest), everything compiled on one thread by each compiler; bytes of machine code
# Environment: RUNS (of each kernel in each engine, by turns; 3), NODE, JSC (commands), PEERS (see engine.sh), MODULE (for compile), CHARTS (a folder for the SVG files).

. scripts/benchmarks/engine.sh

charts=${CHARTS:-$PWD/.build/charts}

install_jsc() {
  jsc=${JSC:-$(command -v jsc || true)}
  [ -n "$jsc" ] || { need /usr/bin/jsc libjavascriptcoregtk-4.0-bin && jsc=/usr/bin/jsc; }
}

# run_kernel ENGINE FILE ROUNDS: a line as lab's.
run_kernel() {
  case $1 in
    native | scalar) "${2%.wasm}.$1" "$(basename "$2" .wasm)" "$3" ;;
    wasmtime) "$peers/bin/python3" scripts/lab/kernels.py "$2" "$3" 2> /dev/null ;;
    turbofan | liftoff) [ -n "$node" ] && "$1" scripts/lab/kernels.js "$2" "$3" ;;
    jsc) [ -n "$jsc" ] && "$jsc" scripts/lab/kernels-jsc.js -- "$2" "$3" 2> /dev/null ;;
    *) "$lab" kernels "$1" "$2" "$3" ;;
  esac
}

bench_tier_kernels() {
  local file rounds name engine
  for file in $kernels; do
    name=$(basename "$file" .wasm)
    rounds=$("$lab" kernels bbq "$file" | cut -d' ' -f2)
    for _ in $(seq "${RUNS:-3}"); do
      for engine in omg auto bbq wasmtime turbofan liftoff jsc native scalar; do
        run_kernel "$engine" "$file" "$rounds" | sed "s/^[^ ]*/$name $engine/" || true
      done
    done
  done > "$work/kernels"
  mkdir -p "$charts"
  python3 scripts/lab/chart.py "$charts" omg < "$work/kernels"
  echo "  charts: $charts/kernels.svg, means.svg"
}

bench_tier_compile() {
  local tier numbers time
  for tier in bbq omg; do
    numbers=$("$lab" compile "$tier" "$1")
    printf '  %-24s %9s MB/s %12s bytes of code\n' "Latch $tier" "$(megabytes_per_second $numbers)" "${numbers##* }"
  done
  set -- "$1" ${numbers%% *}
  if [ -x "$peers/bin/python3" ]; then
    time=$("$peers/bin/python3" scripts/lab/compile.py "$1" || true)
    [ -z "$time" ] || printf '  %-24s %9s MB/s\n' "wasmtime (Cranelift)" "$(megabytes_per_second "$2" "$time")"
  fi
  [ -z "$node" ] || printf '  %-24s %9s MB/s\n' "V8 TurboFan" "$(megabytes_per_second $(turbofan --no-wasm-lazy-compilation scripts/lab/compile.js "$1"))"
}

bench_tiers() {
  local tools name
  build --product lab
  lab=$PWD/.build/release/lab
  install_engines
  install_jsc
  build_kernels
  tools=$(dirname "$(readlink -f "$(command -v swiftc)")")
  for source in scripts/benchmarks/kernels/*.c; do
    name=$work/$(basename "$source" .c)
    "$tools/clang" -O2 -o "$name.native" "$source" scripts/lab/native.c &&
      "$tools/clang" -O2 -fno-vectorize -fno-slp-vectorize -o "$name.scalar" "$source" scripts/lab/native.c || fail "cannot compile $source"
  done
  kernels=
  if [ $# -gt 0 ]; then for name in "$@"; do kernels="$kernels $work/$name.wasm"; done; else kernels=$(echo "$work"/*.wasm); fi
  echo "kernels: milliseconds, median of ${RUNS:-3} processes, each of which takes the median of 5 runs"
  bench_tier_kernels
  echo "compile speed on one thread: code section per second of processor time"
  bench_tier_compile "${MODULE:-$(find "$PWD/.build" -name guest.wasm | head -1)}"
}
