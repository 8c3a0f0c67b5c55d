# `scripts/bench micro`: nanoseconds per operation, the rows of scripts/benchmarks/micro/rows.scm in every system, sourced by scripts/bench.
# Environment: SYSTEMS (those below), LATCH (a command to use in place of the release build), ROWS (a pattern: those rows alone).

micro_folder=$PWD/scripts/benchmarks
systems=${SYSTEMS:-"auto off guile chez gambit"}
command -v "${LATCH:-}" > /dev/null && latch=$LATCH

# The rows for a system: all that are not rows, and those rows that are wanted.
micro_text() {
  case $1 in
    auto | off) cat "$micro_folder/micro/latch.scm" ;;
    *) cat "$micro_folder/scheme/preludes/$1.scm" "$micro_folder/micro/$1.scm" ;;
  esac
  [ "$1" = gambit ] || cat "$micro_folder/micro/row.scm"
  awk -v wanted="${ROWS:-.}" '!/^\(row "/ || $0 ~ wanted' "$micro_folder/micro/rows.scm"
}

micro_run() {
  local system=$1 stem=$work/micro-$1
  micro_text "$system" > "$stem.scm"
  case $system in
    auto | off) "$latch" --jit "$system" "$stem.scm" ;;
    guile)
      guile -q --no-auto-compile -c "((@ (system base compile) compile-file) \"$stem.scm\" #:output-file \"$stem.go\")" > "$stem.log" 2>&1
      guile -q -c "(load-compiled \"$stem.go\")" ;;
    chez)
      echo "(compile-program \"$stem.scm\" \"$stem.so\")" | chezscheme -q --optimize-level 2 > "$stem.log" 2>&1
      chezscheme --program "$stem.so" ;;
    gambit)
      gsc -o "$stem" -exe "$stem.scm" > "$stem.log" 2>&1
      "$stem" ;;
  esac
}

bench_micro() {
  local system
  for system in $systems; do
    micro_run "$system" > "$work/$system.rows" 2> "$work/$system.err" || echo "micro: $system stopped: $(tail -n 1 "$work/$system.err")" >&2
  done
  awk -F '\t' -v systems="$systems" '
    FNR == 1 { file++; n = split(systems, name, " ") }
    { if (!($1 in seen)) { seen[$1]; row[++rows] = $1 }; value[$1, name[file]] = $2 }
    END {
      printf "%-26s", "ns per operation"
      for (i = 1; i <= n; i++) printf "%9s", name[i] == "auto" ? "latch" : name[i] == "off" ? "jit off" : name[i]
      printf "%12s\n", "latch/chez"
      for (r = 1; r <= rows; r++) {
        printf "%-26s", row[r]
        for (i = 1; i <= n; i++) { v = value[row[r], name[i]]; if (v == "") printf "%9s", "-"; else printf "%9.1f", v }
        a = value[row[r], "auto"]; c = value[row[r], "chez"]
        if (a != "" && c > 0) printf "%12.2f\n", a / c; else printf "%12s\n", "-"
      }
    }' $(for system in $systems; do echo "$work/$system.rows"; done)
}
