# `scripts/bench growth [SIZE] [SHAPE...]`: how compiling a function grows with its size, sourced by scripts/bench. For each shape in Tests/GrowthShapes, or
# those whose names contain SHAPE, bodies of SIZE bytes (8000), twice and four times that are compiled in each tier; the lines are sorted by the exponents
# of work. Work is counted by the compilers, so that its exponents are the same on every machine; those of time are this machine's.

bench_growth() {
  local size=8000 tier
  if [[ ${1:-} =~ ^[0-9]+$ ]]; then
    size=$1
    shift
  fi
  build --product lab
  for tier in bbq omg; do
    echo "$tier: growth of"
    .build/release/lab growth "$tier" "$size" "$@" > "$work/growth"
    # Lines about phases stay below the line of their shape.
    awk 'NR == 1 { print; next } /^ / { print last "\t" NR "\t" $0; next } { last = $1; print $1 "\t" NR "\t" $0 }' "$work/growth" |
      { read -r head; echo "  $head"; sort -t "$(printf '\t')" -k1,1nr -k2,2n | cut -f3- | sed 's/^/  /'; }
  done
}
