# `scripts/bench cold`: the first moments of a program, sourced by scripts/bench. Everything counts: loading, compiling, and executing code that is not
# optimized yet, in the time that passes.
#   sizes:  kernels with so many rounds that OMG's code takes 10, 100 and 1000 ms for them, each in a new process: the time of each tier and engine, relative
#           to `auto`. `code`: wasmtime's time without that of its compiler
#   curve:  rounds a millisecond in the first second, of each tier and engine; draws a chart for each kernel of CURVES
#   queue:  a module with 400 functions that all become hot: how long each waited for the optimizer
# Environment: RUNS (by turns; 3), SIZES (milliseconds; "10 100 1000"), CURVES (kernels; "parsing interpreter"), NODE, PEERS (see engine.sh), CHARTS.

. scripts/benchmarks/tiers.sh

# run_cold ENGINE FILE ROUNDS: lines "ENGINE MILLISECONDS".
run_cold() {
  local numbers
  case $1 in
    wasmtime)
      [ -x "$peers/bin/python3" ] || return 0
      numbers=$("$peers/bin/python3" scripts/lab/cold.py "$2" "$3") || return 0
      echo "wasmtime ${numbers% *}"
      echo "code ${numbers#* }"
      ;;
    v8) [ -z "$node" ] || echo "v8 $("$node" scripts/lab/cold.js "$2" "$3")" ;;
    *) echo "$1 $("$lab" cold "$1" "$2" "$3")" ;;
  esac
}

bench_sizes() {
  local size file rounds engine
  for file in $kernels; do
    # Name, rounds, result, milliseconds.
    set -- $("$lab" kernels omg "$file")
    for size in ${SIZES:-10 100 1000}; do
      rounds=$(awk -v size="$size" -v rounds="$2" -v time="$4" 'BEGIN { print int(size * rounds / time + 0.5) }')
      # A kernel whose shortest run takes longer.
      [ "$rounds" -gt 0 ] || continue
      for _ in $(seq "${RUNS:-3}"); do
        for engine in auto bbq omg wasmtime v8; do run_cold "$engine" "$file" "$rounds" | sed "s/^/$size $1 /"; done
      done
    done
  done > "$work/cold"
  python3 scripts/lab/cold-table.py < "$work/cold"
}

bench_curves() {
  local name engine
  mkdir -p "$charts"
  for name in ${CURVES:-parsing interpreter}; do
    for engine in auto bbq omg; do "$lab" curve "$engine" "$work/$name.wasm" | sed "s/^/$engine /"; done > "$work/curve"
    [ ! -x "$peers/bin/python3" ] || "$peers/bin/python3" scripts/lab/cold.py "$work/$name.wasm" | sed "s/^/wasmtime /" >> "$work/curve"
    [ -z "$node" ] || "$node" scripts/lab/cold.js "$work/$name.wasm" | sed "s/^/v8 /" >> "$work/curve"
    python3 scripts/lab/curve-chart.py "$charts/warm-up-$name.svg" "$name" < "$work/curve"
  done
}

bench_cold() {
  build --product lab
  lab=$PWD/.build/release/lab
  install_engines
  build_kernels scripts/benchmarks/kernels
  choose_kernels "$@"
  echo "sizes: time of auto as a multiple of the other's, geometric means and worst, medians of ${RUNS:-3} processes"
  bench_sizes
  echo "curve: milliseconds of a call in the end, and until nine tenths of that speed"
  bench_curves
  echo "queue: 400 functions that become hot at once"
  "$lab" queue 400
}
