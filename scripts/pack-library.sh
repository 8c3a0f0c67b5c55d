#!/bin/sh
# Packs Sources/SchemeLibrary into two files: `library.scm`, all texts one after the other, and `library.index`, which says where in it what
# is: lines `name offset length`, sorted bytewise, so that the guest can look a name up without reading anything else.
#
#   base/*.scm       each form that starts in the first column, `(define name ...)` or `(define (name ...) ...)`, by its name
#   scheme/NAME.scm  the whole text of the library `(scheme NAME)`, and so in every other folder
#
# usage: pack-library.sh PACKAGE-ROOT OUTPUT-DIRECTORY
set -eu
export LC_ALL=C
output=$2
cd "$1/Sources/SchemeLibrary"
files=$(find . -name '*.scm' | sed 's,^\./,,' | sort)
# Comments are for the readers of the sources; empty lines in their place keep the numbers of lines.
mkdir -p "$output/library"
for file in $files; do
  mkdir -p "$output/library/$(dirname "$file")"
  sed 's/^ *;.*//' "$file" > "$output/library/$file"
done
cd "$output/library"
# shellcheck disable=SC2086
awk 1 $files > ../library.scm
# shellcheck disable=SC2086
awk '
  function finish() { if (name != "") print name, start, offset - start; name = "" }
  FNR == 1 {
    finish()
    isBase = FILENAME ~ /^base\//
    if (!isBase) {
      start = offset
      name = FILENAME
      sub(/\.scm$/, "", name)
      gsub(/\//, " ", name)
      name = "(" name ")"
    }
  }
  isBase && /^\(/ {
    finish()
    if (!/^\(define [^ ]/) { print "pack-library.sh: " FILENAME ":" FNR ": not a definition" > "/dev/stderr"; exit 1 }
    start = offset
    name = $2
    gsub(/[()]/, "", name)
  }
  { offset += length($0) + 1 }
  END { finish() }
' $files | sort > ../library.index
twice=$(cut -d' ' -f1 "$output/library.index" | grep -v '^(' | uniq -d)
[ -z "$twice" ] || { echo "pack-library.sh: defined twice: $twice" >&2; exit 1; }
