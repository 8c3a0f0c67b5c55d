# `scripts/bench scheme`: the programs in scripts/benchmarks/scheme, the same work in every system, sourced by scripts/bench.
# Every program times itself and checks its result. In each of RUNS rounds each system runs the program once, one after the other,
# so that a busy machine is busy for all; the table shows medians. A system that cannot compile or run a program, or gets a wrong result, is shown
# as such, and left out of the means with that program alone.
# Environment: RUNS (3), LIMIT (seconds for one run, 60), SYSTEMS (those below), LATCH (a command to use in place of the release build).

folder=$PWD/scripts/benchmarks/scheme
preludes=$folder/preludes
# What a run is put under: a command that measures it.
meter=
limit=${LIMIT:-60}
runs=${RUNS:-3}
systems=${SYSTEMS:-"auto off guile guile-vm chez gambit chicken"}
command -v "${LATCH:-}" > /dev/null && latch=$LATCH

title() {
  case $1 in
    auto) echo "latch" ;;
    off) echo "latch off" ;;
    guile-vm) echo "guile vm" ;;
    *) echo "$1" ;;
  esac
}

install_peers() {
  local system
  for system in $systems; do
    case $system in
      guile | guile-vm) need /usr/bin/guile guile-3.0 ;;
      chez) need /usr/bin/chezscheme chezscheme ;;
      gambit) need /usr/bin/gsc gambc ;;
      chicken) need /usr/bin/csc chicken-bin ;;
    esac
  done
}

# The program's text, with what it includes, for a system that reads it from one file; without its imports where the prelude has its own.
whole_text() {
  awk -v folder="$folder" -v imports="$2" '
    /^\(include "/ { split($0, parts, "\""); file = folder "/" parts[2]; while ((getline line < file) > 0) print line; close(file); next }
    /^\(import/ && imports != "keep" { next }
    { print }' "$1"
}

# prepare SYSTEM FILE STEM: compiles what the system compiles beforehand; fails when it cannot.
prepare() {
  local system=$1 file=$2 stem=$3
  case $system in
    auto | off) ;;
    guile | guile-vm)
      { cat "$preludes/guile.scm"; whole_text "$file" keep; } > "$stem-guile.scm"
      guile -q --no-auto-compile -c "((@ (system base compile) compile-file) \"$stem-guile.scm\" #:output-file \"$stem-guile.go\")" > "$stem-$system.log" 2>&1 ;;
    chez)
      { cat "$preludes/chez.scm"; whole_text "$file" strip; } > "$stem-chez.ss"
      echo "(compile-program \"$stem-chez.ss\" \"$stem-chez.so\")" | chezscheme -q > "$stem-chez.log" 2>&1 && [ -e "$stem-chez.so" ] ;;
    gambit)
      { cat "$preludes/gambit.scm"; whole_text "$file" strip; } > "$stem-gambit.scm"
      gsc -o "$stem-gambit" -exe "$stem-gambit.scm" > "$stem-gambit.log" 2>&1 ;;
    chicken)
      { cat "$preludes/chicken.scm"; whole_text "$file" strip; } > "$stem-chicken.scm"
      csc -O3 -o "$stem-chicken" "$stem-chicken.scm" > "$stem-chicken.log" 2>&1 ;;
  esac
}

# run_once SYSTEM FILE STEM: what the program prints, for good or ill.
run_once() {
  local system=$1 file=$2 stem=$3
  case $system in
    auto | off) $meter timeout "$limit" "$latch" ${LATCH_OPTIONS:-} --dir "$folder" --jit "$system" "$file" ;;
    guile) $meter timeout "$limit" guile -q -c "(load-compiled \"$stem-guile.go\")" ;;
    guile-vm) GUILE_JIT_THRESHOLD=-1 $meter timeout "$limit" guile -q -c "(load-compiled \"$stem-guile.go\")" ;;
    chez) $meter timeout "$limit" chezscheme --program "$stem-chez.so" ;;
    gambit | chicken) $meter timeout "$limit" "$stem-$system" ;;
  esac
}

# time_once SYSTEM FILE STEM: seconds, or a word that says what went wrong.
time_once() {
  local output status=0
  output=$(run_once "$@" 2> "$3-$1.err") || status=$?
  output=$(printf '%s\n' "$output" | tail -n 1)
  case $output in
    wrong*) echo wrong ;;
    *)
      if [ $status = 124 ]; then echo ">${limit}s"
      elif [ $status != 0 ]; then echo error
      elif printf '%s\n' "$output" | grep -qE '^[0-9]*\.?[0-9]*(e-?[0-9]+)?$'; then echo "$output"
      else echo error; fi ;;
  esac
}

bench_scheme() {
  local names=$* name file system round stem results=$work/results
  install_peers
  [ -n "$names" ] || names=$(cd "$folder" && ls ./*.scm | sed 's,^\./,,; s,\.scm$,,' | grep -vxE 'measure|text-file')
  cd "$work"
  : > "$results"
  printf '%-14s' "ms, median of $runs"
  printf '\n%-14s' ""
  for system in $systems; do printf '%11s' "$(title "$system")"; done
  printf '%11s%11s\n' "auto/guile" "off/vm"
  for name in $names; do
    file=$folder/$name.scm
    [ -e "$file" ] || fail "no benchmark $name in scripts/benchmarks/scheme"
    stem=$work/$name
    for system in $systems; do
      prepare "$system" "$file" "$stem" || echo "$name $system no" >> "$results"
    done
    for round in $(seq "$runs"); do
      for system in $systems; do
        grep -qE "^$name $system ([^0-9.]|>)" "$results" || echo "$name $system $(time_once "$system" "$file" "$stem")" >> "$results"
      done
    done
    summarise row "$name" < "$results"
  done
  summarise means < "$results"
  cp "$results" "${RESULTS:-/dev/null}" 2> /dev/null || true
}

# summarise row NAME | means: a line of the table, or the geometric means, of "name system seconds" lines.
summarise() {
  awk -v what="$1" -v wanted="${2:-}" -v systems="$systems" '
    function median(key,   n, i, j, t, v) {
      if (key in failed) return failed[key]
      n = count[key]
      if (n == 0) return "-"
      for (i = 1; i <= n; i++) v[i] = seconds[key, i]
      for (i = 2; i <= n; i++) for (j = i; j > 1 && v[j - 1] > v[j]; j--) { t = v[j]; v[j] = v[j - 1]; v[j - 1] = t }
      return n % 2 ? v[(n + 1) / 2] : (v[n / 2] + v[n / 2 + 1]) / 2
    }
    function number(x) { return x ~ /^[0-9.]/ }
    function quotient(name, a, b,   x, y) {
      x = median(name " " a); y = median(name " " b)
      return number(x) && number(y) && y > 0 ? x / y : ""
    }
    function mean_line(title, a, b,   i, q, n, sum) {
      for (i = 1; i <= names; i++) { q = quotient(name[i], a, b); if (q != "" && q > 0) { sum += log(q); n++ } }
      if (n) printf "  %-38s %6.2f   of %d programs\n", title, exp(sum / n), n
    }
    {
      key = $1 " " $2
      if (!($1 in seen)) { seen[$1]; name[++names] = $1 }
      if (number($3)) seconds[key, ++count[key]] = $3 + 0
      else failed[key] = $3
    }
    END {
      k = split(systems, s, " ")
      if (what == "row") {
        printf "%-14s", wanted
        for (i = 1; i <= k; i++) { m = median(wanted " " s[i]); if (number(m)) printf "%11.1f", m * 1000; else printf "%11s", m }
        q = quotient(wanted, "auto", "guile"); printf q == "" ? "%11s" : "%11.2f", q == "" ? "-" : q
        q = quotient(wanted, "off", "guile-vm"); printf q == "" ? "%11s\n" : "%11.2f\n", q == "" ? "-" : q
      } else {
        print "geometric means of ratios of times"
        mean_line("latch auto / guile with its JIT", "auto", "guile")
        mean_line("latch off / guile without its JIT", "off", "guile-vm")
        mean_line("latch auto / latch off", "auto", "off")
        mean_line("latch auto / chez", "auto", "chez")
        mean_line("latch auto / gambit", "auto", "gambit")
        mean_line("latch auto / chicken", "auto", "chicken")
        mean_line("chez / guile with its JIT", "chez", "guile")
        mean_line("gambit / guile with its JIT", "gambit", "guile")
        mean_line("chicken / guile with its JIT", "chicken", "guile")
      }
    }'
}
