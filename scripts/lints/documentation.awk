# Public symbols without a doc comment, in the files named: `public` declarations, the cases of public enumerations and the requirements of public protocols. And
# public functions of which some parameters are documented, but not all: an error for DocC.
# What a protocol documents needs none: the requirements of public protocols that are in the same file, and of the standard library `description`,
# `rawValue`, `init(rawValue:)`, `==`, `<`, `hash(into:)`.
#
# usage: awk -f documentation.awk FILE.swift...

function indentation(line) { match(line, /^ */); return RLENGTH }

# A declaration without attributes, modifiers and body.
function bare(line) {
  gsub(/@[A-Za-z_]+(\([^)]*\))? +/, "", line)
  gsub(/(public|static|mutating|nonisolated|indirect) +/, "", line)
  sub(/ *\{.*$/, "", line)
  sub(/^ */, "", line)
  return line
}

# The names by which a function's body knows its parameters, each after a space. `text` begins with the function's name.
function parameters(text,    level, i, character, inName, names, word) {
  for (i = 1; i <= length(text); i++) {
    character = substr(text, i, 1)
    if (character ~ /[([<{]/) level++
    if (character == ">" && substr(text, i - 1, 1) == "-") continue
    if (character ~ /[])>}]/ && --level == 0 && character == ")") break
    if (level == 1 && (character == "(" || character == ",")) { inName = 1; word = ""; continue }
    if (!inName) continue
    if (character == ":") { names = names " " word; inName = 0 }
    else if (character == " ") { if (substr(text, i + 1, 1) != ":") word = "" }
    else word = word character
  }
  return names
}

# Whether a declaration's parentheses are closed.
function isWhole(text) { return text ~ /\(/ && gsub(/\(/, "", text) <= gsub(/\)/, "", text) }

# Says which parameters of a public function are missing, if some are there.
function checkParameters(    count, names, i, missing) {
  count = split(parameters(signature), names, " ")
  for (i = 1; i <= count; i++) if (!(names[i] in described)) missing = missing " " names[i]
  if (missing != "") print FILENAME ":" signatureLine ": not all parameters are documented, but some:" missing
}

FNR == 1 { documented = 0; depth = 0; split("", required); split("", described); isDescribed = 0; signature = "" }

/^ *\/\/\/ *- Parameter [A-Za-z_]+:/ { sub(/:.*/, "", $0); described[$NF] = 1; isDescribed = 1; documented = 1; next }
/^ *\/\/\/ *- Parameters:/ { isDescribed = 1; documented = 1; inList = 1; next }
inList && /^ *\/\/\/   - [A-Za-z_]+:/ { sub(/:.*/, "", $0); described[$NF] = 1; next }
!/^ *\/\/\// { inList = 0 }

signature != "" {
  signature = signature " " $0
  if (isWhole(signature)) { checkParameters(); signature = ""; isDescribed = 0; split("", described) }
}

/^ *$/ { documented = 0; next }
/^ *\/\/\// { documented = 1; next }
/^ *(\/\/|#|@[A-Za-z_]+(\([^)]*\))? *$)/ { next }

{
  # Members end where a line is indented as their type is, or less.
  while (depth > 0 && indentation($0) <= indent[depth]) depth--
  isPublic = $0 ~ /^ *(@[A-Za-z_]+(\([^)]*\))? +)*(nonisolated(\([a-z]+\))? +|indirect +)*public[ (]/
  isMember = depth > 0 && indentation($0) == indent[depth] + 2 && \
    (kind[depth] == "enum" ? $0 ~ /^ *(indirect )?case / : $0 ~ /^ *(mutating |static )*(var|func|init|subscript|associatedtype)/)
  isKnown = bare($0) in required || $0 ~ /(var|let) (description|rawValue):/ || $0 ~ /init\(rawValue|func (==|<|hash)/
  if ((isPublic || isMember) && !documented && !isKnown) {
    print FILENAME ":" FNR ": no doc comment: " bare($0)
  }
  if (isDescribed && isPublic && $0 ~ /(func|init|subscript)/) {
    signature = $0
    sub(/^.*(func +|init|subscript)/, "", signature)
    signatureLine = FNR
  }
  if (signature == "" || isWhole(signature)) {
    if (signature != "") checkParameters()
    signature = ""
    isDescribed = 0
    split("", described)
  }
  if (isMember && kind[depth] == "protocol") required[bare($0)] = 1
  if (isPublic && $0 ~ /[^a-z](enum|protocol) / && $0 ~ /\{ *$/) {
    depth++
    indent[depth] = indentation($0)
    kind[depth] = $0 ~ / enum / ? "enum" : "protocol"
  }
  documented = 0
}
