# `scripts/bench emulator`: the RISC-V emulator of Sources/JITKit, a guest that generates code, beside its own interpreter and the same programs compiled natively,
# sourced by scripts/bench. The programs' sources are the same everywhere (clang -O1), and so are the emulator's bytes on all engines; results are compared.
#   native       the program
#   jit          the emulator with late linking, by `latch run`
#   interpreter  the emulator's interpreter, by `latch run`
#   wasmtime, v8 the emulator with late linking there (scripts/run-late.py, scripts/run-late.js); left out where they are not installed
# Seconds of a process, without those that it takes for a program that is none. Each of RUNS rounds runs everything once; the table has medians, as ratios to native.
# Environment: RUNS (3), SCALE (20: how many times as long as in the tests), LATCH (a command to use in place of the release build), NODE, PEERS (see engine.sh).

. scripts/benchmarks/engine.sh

# emulate ENGINE FILE: what the emulator prints for a program.
emulate() {
  case $1 in
    native) "${2%.elf}.native" ;;
    jit) "$latch" run --no-cache --late-link --invoke run "$work/riscv.wasm" < "$2" ;;
    interpreter) "$latch" run --no-cache --late-link --invoke interpret "$work/riscv.wasm" < "$2" ;;
    wasmtime) "$peers/bin/python3" scripts/run-late.py "$work/riscv.wasm" run < "$2" ;;
    v8) "$node" --no-warnings scripts/run-late.js "$work/riscv.wasm" run < "$2" ;;
  esac
}

# seconds ENGINE FILE: how long that takes; what it prints goes to $work/printed.
seconds() {
  local start end
  start=$(date +%s%N)
  emulate "$@" > "$work/printed" 2> "$work/errors" || true
  end=$(date +%s%N)
  awk -v t="$((end - start))" 'BEGIN { print t / 1e9 }'
}

# time_of PROGRAM ENGINE: the median of the rounds.
time_of() { awk -v p="$1" -v e="$2" '$1 == p && $2 == e { print $3 }' "$work/times" | median; }

bench_emulator() {
  local engines="native jit interpreter" engine program round start
  command -v "${LATCH:-}" > /dev/null && latch=$LATCH
  install_engines
  [ ! -x "$peers/bin/python3" ] || engines="$engines wasmtime"
  [ -z "$node" ] || engines="$engines v8"
  scripts/build-jit-kit.sh "$work" "${SCALE:-20}"
  echo nonsense > "$work/nothing.elf"
  printf '#!/bin/sh\n' > "$work/nothing.native"
  chmod +x "$work/nothing.native"
  for engine in $engines; do
    for round in $(seq 5); do seconds "$engine" "$work/nothing.elf"; done | median | sed "s/^/$engine /"
  done > "$work/starts"
  printf '%-14s%10s' "x native" "native, s"
  for engine in ${engines#native }; do printf '%13s' "$engine"; done
  echo
  for program in crc lists matrix sorting statemachine; do
    for round in $(seq "${RUNS:-3}"); do
      for engine in $engines; do
        start=$(awk -v e="$engine" '$1 == e { print $2 }' "$work/starts")
        seconds "$engine" "$work/$program.elf" | awk -v p="$program" -v e="$engine" -v s="$start" '{ print p, e, $1 - s }'
        if [ "$engine" = native ]; then mv "$work/printed" "$work/expected"
        else head -n -1 "$work/printed" | cmp -s - "$work/expected" || fail "$program gives something else by $engine"; fi
      done
    done
  done > "$work/times" || exit 1
  for program in crc lists matrix sorting statemachine; do
    local native
    native=$(time_of "$program" native)
    printf '%-14s%10.2f' "$program" "$native"
    for engine in ${engines#native }; do printf '%13s' "$(ratio "$(time_of "$program" "$engine")" "$native")"; done
    echo
  done
}
