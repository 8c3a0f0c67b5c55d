// Writes Sources/SchemeCore/Values/UnicodeTables.swift from what this toolchain's standard library knows of Unicode:
//
//     swift scripts/make-unicode-tables.swift > Sources/SchemeCore/Values/UnicodeTables.swift
//
// A table is a text of numbers: each one or more characters from "(" on, five bits each, the least significant first; those that do not end the number are
// 32 higher. `UnicodeTable` reads them.

var line = ""

func append(_ number: Int) {
  var rest = number
  repeat {
    let digit = rest & 31
    rest >>= 5
    line.append(Character(Unicode.Scalar(UInt8(40 + digit + (rest > 0 ? 32 : 0)))))
  } while rest > 0
}

func finish(_ name: String, _ comment: String) {
  print("  /// \(comment)")
  // "\" is the only character among them that a literal must escape.
  let escaped = line.split(separator: "\\", omittingEmptySubsequences: false).joined(separator: "\\\\")
  print("  static var \(name): StaticString {\n    \"\(escaped)\"\n  }")
  line = ""
}

let scalars = (0...0x10FFFF).compactMap { Unicode.Scalar(UInt32($0)) }

/// The runs of scalars with a property: how many are skipped, how many have it.
func ranges(_ name: String, _ comment: String, _ holds: (Unicode.Scalar) -> Bool) {
  var end = 0
  var start = -1
  for scalar in scalars + [Unicode.Scalar(0x10FFFF)!] {
    let value = Int(scalar.value)
    if holds(scalar) && value != 0x10FFFF {
      if start < 0 { start = value }
    } else if start >= 0 {
      append(start - end)
      append(value - start)
      end = value
      start = -1
    }
  }
  finish(name, comment)
}

/// Runs of scalars at equal distances (1 or 2) that are mapped by the same difference: scalars skipped, count times two plus (distance - 1), difference with
/// its sign in the lowest bit.
func mapping(_ name: String, _ comment: String, _ map: (Unicode.Scalar) -> Unicode.Scalar) {
  let pairs = scalars.compactMap { scalar -> (Int, Int)? in
    let other = map(scalar)
    return other == scalar ? nil : (Int(scalar.value), Int(other.value) - Int(scalar.value))
  }
  var index = 0
  var end = 0
  while index < pairs.count {
    let (start, difference) = pairs[index]
    let distance = index + 1 < pairs.count && pairs[index + 1].0 == start + 2 && pairs[index + 1].1 == difference ? 2 : 1
    var count = 1
    while index + count < pairs.count && pairs[index + count].0 == start + count * distance
      && pairs[index + count].1 == difference
    {
      count += 1
    }
    append(start - end)
    append(count * 2 + distance - 1)
    append(difference < 0 ? -difference * 2 + 1 : difference * 2)
    end = start + (count - 1) * distance + 1
    index += count
  }
  finish(name, comment)
}

/// The runs of code points with one general category: how long, and which of them in the order in which the standard lists them. Surrogates are
/// one of them.
func categories() {
  let order: [Unicode.GeneralCategory] = [
    .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark, .spacingMark, .enclosingMark,
    .decimalNumber,
    .letterNumber, .otherNumber, .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation, .finalPunctuation,
    .otherPunctuation, .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol, .spaceSeparator, .lineSeparator, .paragraphSeparator, .control,
    .format,
    .surrogate, .privateUse, .unassigned,
  ]
  let place = Dictionary(uniqueKeysWithValues: zip(order, 0...))
  var length = 0
  var current = 0
  for value in 0...0x110000 {
    let category = value == 0x110000 ? -1 : place[Unicode.Scalar(UInt32(value))?.properties.generalCategory ?? .surrogate]!
    if category != current {
      append(length)
      append(current)
      (length, current) = (0, category)
    }
    length += 1
  }
  finish("categories", "The general categories: for each run its length, and the category's place in the list in the script.")
}

func single(_ text: String) -> Unicode.Scalar? {
  text.unicodeScalars.count == 1 ? text.unicodeScalars.first : nil
}

print(
  """
  // Made by scripts/make-unicode-tables.swift; do not edit. The tables of UnicodeCase.swift.

  enum UnicodeTables {
  """)
ranges("alphabetic", "The property Alphabetic.") { $0.properties.isAlphabetic }
ranges("uppercase", "The property Uppercase.") { $0.properties.isUppercase }
ranges("lowercase", "The property Lowercase.") { $0.properties.isLowercase }
ranges("caseIgnorable", "The property Case_Ignorable.") { $0.properties.isCaseIgnorable }
ranges("digits", "Decimal digits; each run is one or more times 0 to 9.") { $0.properties.generalCategory == .decimalNumber }
mapping("toUpper", "Simple uppercase mapping.") {
  single($0.properties.uppercaseMapping) ?? single($0.properties.titlecaseMapping) ?? $0
}
mapping("toLower", "Simple lowercase mapping.") {
  $0.value == 0x130 ? "i" : single($0.properties.lowercaseMapping) ?? $0
}
categories()
var end = 0
for scalar in scalars {
  let upper = Array(scalar.properties.uppercaseMapping.unicodeScalars)
  if upper.count == 1 { continue }
  append(Int(scalar.value) - end)
  append(upper.count)
  for part in upper { append(Int(part.value)) }
  end = Int(scalar.value)
}
finish("longUpper", "Uppercase mappings to several scalars: scalars skipped, how many, these.")
print("}")
