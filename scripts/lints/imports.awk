# Compares three accounts of who uses which module: the imports of the Swift files, the dependencies in Package.swift, and the map of Sources in
# docs/architecture.md. Prints a line for each difference; silent when they agree.
#
# usage: awk -f imports.awk docs/architecture.md Package.swift IMPORTS
# IMPORTS has a line `path:module` for each import. System modules count for nothing, but only tests may import Foundation.

BEGIN {
  split("Darwin Dispatch Foundation Glibc Musl PackageDescription PackagePlugin Synchronization Testing XCTest", names, " ")
  for (i in names) system_module[names[i]] = 1
}

function trim(text) { gsub(/^[ \t`]+|[ \t`]+$/, "", text); return text }

function complain(text) { print text }

# The map's rows: | folder | what | imports |
FILENAME ~ /architecture\.md$/ {
  if (!/^\|/) { in_map = 0; next }
  columns = split($0, cells, "|")
  if (trim(cells[2]) == "folder") { in_map = 1; next }
  if (!in_map || cells[2] ~ /---/) next
  folder = "Sources/" trim(cells[2])
  is_row[folder] = 1
  if (system("test -d " folder)) complain("docs/architecture.md: there is no folder " folder)
  count = split(cells[4], words, ",")
  for (i = 1; i <= count; i++) if (trim(words[i]) != "") map[folder, trim(words[i])] = 1
  next
}

FILENAME ~ /Package\.swift$/ {
  sub(/(^|[ \t])\/\/.*/, "")
  manifest = manifest " " $0
  next
}

# The imports.
{
  colon = index($0, ":")
  file_count++
  file[file_count] = substr($0, 1, colon - 1)
  module[file_count] = substr($0, colon + 1)
}

# The text from the first character of `text`, an opening bracket, to the bracket that closes it.
function bracketed(text,   i, depth, c) {
  for (i = 1; i <= length(text); i++) {
    c = substr(text, i, 1)
    if (c == "(" || c == "[") depth++
    if (c == ")" || c == "]") { depth--; if (depth == 0) return substr(text, 1, i) }
  }
  return text
}

# The string after `label:` in `text`, or "".
function argument(text, label,   rest) {
  if (!match(text, label ": *\"")) return ""
  rest = substr(text, RSTART + RLENGTH)
  return substr(rest, 1, index(rest, "\"") - 1)
}

# Reads the targets out of the manifest.
function read_targets(   rest, kind, body, name, path, list) {
  rest = manifest
  while (match(rest, /\.(target|executableTarget|testTarget|systemLibrary|plugin)\(/)) {
    kind = substr(rest, RSTART + 1, RLENGTH - 2)
    body = bracketed(substr(rest, RSTART + RLENGTH - 1))
    rest = substr(rest, RSTART + RLENGTH)
    name = argument(body, "name")
    # `.target(name: "X")` among the dependencies of another one is read with that one.
    if (name in target_folder) continue
    path = argument(body, "path")
    target_folder[name] = path != "" ? path : (kind == "testTarget" ? "Tests/" : "Sources/") name
    is_executable[name] = kind == "executableTarget"
    if (!match(body, /dependencies: *\[/)) continue
    list = bracketed(substr(body, RSTART + RLENGTH - 1))
    gsub(/package: *"[^"]*"|traits: *\["[^"]*"\]/, "", list)
    while (match(list, /"[^"]*"/)) {
      declared[name, substr(list, RSTART + 1, RLENGTH - 2)] = 1
      list = substr(list, RSTART + RLENGTH)
    }
    rest = substr(rest, length(body))
  }
}

function lies_in(path, folder) { return index(path, folder "/") == 1 }

# Both lists have the same modules for `owner`: `actual`, which its files import, and `stated`.
function compare(owner, actual, stated, place, may_run,   key, parts) {
  for (key in actual) {
    split(key, parts, SUBSEP)
    if (parts[1] == owner && !(key in stated)) complain(place " lacks " parts[2] ", which " actual[key] " imports")
  }
  for (key in stated) {
    split(key, parts, SUBSEP)
    if (parts[1] != owner || (key in actual) || (may_run && is_executable[parts[2]])) continue
    complain(place " has " parts[2] ", which no file of it imports")
  }
}

END {
  read_targets()
  for (i = 1; i <= file_count; i++) {
    if (module[i] == "Foundation" && file[i] ~ /^Sources\// && file[i] !~ /^Sources\/Plugins\//) complain(file[i] " imports Foundation")
    if (module[i] in system_module) continue
    for (folder in is_row) if (lies_in(file[i], folder)) in_row[folder, module[i]] = file[i]
    for (name in target_folder) if (lies_in(file[i], target_folder[name])) in_target[name, module[i]] = file[i]
  }
  for (folder in is_row) compare(folder, in_row, map, "docs/architecture.md: the row of " folder, 0)
  # Tests may depend on a command in order to run it.
  for (name in target_folder) compare(name, in_target, declared, "Package.swift: the target " name, target_folder[name] ~ /^Tests\//)
  for (name in target_folder) {
    folder = target_folder[name]
    if (folder ~ /^Sources\// && folder !~ /^Sources\/Plugins\// && !(folder in is_row)) complain("docs/architecture.md: no row for " folder)
  }
}
