# Public symbols without a doc comment, in the files named: `public` declarations, the cases of public enumerations and the requirements of public protocols.
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

FNR == 1 { documented = 0; depth = 0; split("", required) }

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
  if (isMember && kind[depth] == "protocol") required[bare($0)] = 1
  if (isPublic && $0 ~ /[^a-z](enum|protocol) / && $0 ~ /\{ *$/) {
    depth++
    indent[depth] = indentation($0)
    kind[depth] = $0 ~ / enum / ? "enum" : "protocol"
  }
  documented = 0
}
