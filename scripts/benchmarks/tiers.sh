# `scripts/bench tiers` and `scripts/bench vectors`: both tiers beside other engines and native code, sourced by scripts/bench.
#   kernels: the C programs in scripts/benchmarks/kernels, or those named; each engine runs each kernel, one after the other, and the results must
#            be the same. The modules have no vector instructions: `scalar` is native code without them, too
#   vectors: the same of those in scripts/benchmarks/vectors, with vector instructions: `-msimd128`, and `-msse4.1` for native code
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

# bench_tier_kernels ENGINE...: of $kernels.
bench_tier_kernels() {
  local file rounds name engine
  echo "kernels: milliseconds, median of ${RUNS:-3} processes, each of which takes the median of 5 runs"
  for file in $kernels; do
    name=$(basename "$file" .wasm)
    rounds=$("$lab" kernels bbq "$file" | cut -d' ' -f2)
    for _ in $(seq "${RUNS:-3}"); do
      for engine in "$@"; do
        run_kernel "$engine" "$file" "$rounds" | sed "s/^[^ ]*/$name $engine/" || true
      done
    done
  done > "$work/kernels"
  mkdir -p "$charts"
  python3 scripts/lab/chart.py "$charts" omg < "$work/kernels"
  echo "  charts: $charts/kernels.svg, means.svg"
}

bench_tier_compile() {
  local tier numbers
  for tier in bbq omg; do
    numbers=$("$lab" compile "$tier" "$1")
    printf '  %-24s %9s MB/s %12s bytes of code\n' "Latch $tier" "$(megabytes_per_second $numbers)" "${numbers##* }"
  done
  set -- "$1" ${numbers%% *}
  if [ -x "$peers/bin/python3" ]; then
    numbers=$("$peers/bin/python3" scripts/lab/compile.py "$1" || true)
    [ -z "$numbers" ] || printf '  %-24s %9s MB/s %12s bytes of code\n' "wasmtime (Cranelift)" "$(megabytes_per_second "$2" ${numbers% *})" "${numbers##* }"
  fi
  [ -z "$node" ] || printf '  %-24s %9s MB/s\n' "V8 TurboFan" "$(megabytes_per_second $(turbofan --no-wasm-lazy-compilation scripts/lab/compile.js "$1"))"
}

# build_native NAME FOLDER OPTION...: the kernels in a folder as native programs, KERNEL.NAME.
build_native() {
  local name=$1 folder=$2 tools source
  shift 2
  tools=$(dirname "$(readlink -f "$(command -v swiftc)")")
  for source in "$folder"/*.c; do
    "$tools/clang" -O2 "$@" -o "$work/$(basename "$source" .c).$name" "$source" scripts/lab/native.c || fail "cannot compile $source"
  done
}

# choose_kernels NAME...: those that are named, or all that were built.
choose_kernels() {
  local name
  kernels=
  for name in "$@"; do
    [ -e "$work/$name.wasm" ] || fail "there is no kernel $name"
    kernels="$kernels $work/$name.wasm"
  done
  [ $# -gt 0 ] || kernels=$(echo "$work"/*.wasm)
}

bench_vectors() {
  build --product lab
  lab=$PWD/.build/release/lab
  install_engines
  install_jsc
  build_kernels scripts/benchmarks/vectors -msimd128
  build_native native scripts/benchmarks/vectors -msse4.1
  choose_kernels "$@"
  charts=$charts/vectors
  bench_tier_kernels omg bbq wasmtime turbofan liftoff jsc native
}

bench_tiers() {
  build --product lab
  lab=$PWD/.build/release/lab
  install_engines
  install_jsc
  build_kernels scripts/benchmarks/kernels
  build_native native scripts/benchmarks/kernels
  build_native scalar scripts/benchmarks/kernels -fno-vectorize -fno-slp-vectorize
  choose_kernels "$@"
  bench_tier_kernels omg auto bbq wasmtime turbofan liftoff jsc native scalar
  echo "compile speed on one thread: code section per second of processor time"
  bench_tier_compile "${MODULE:-$(find "$PWD/.build" -name guest.wasm | head -1)}"
}
