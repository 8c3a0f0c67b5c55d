// Characters.
import GuestABI

@inline(__always)
private func compareChain(
  _ a: Address, _ count: Int32, _ name: StaticString, folds: Bool, _ holds: (UInt32, UInt32) -> Bool
) -> Word {
  var result = true
  for index in 0..<Int(count) {
    let next = a.argument(index)
    if !next.isCharacter { return raiseWrongType(name, index + 1, "a character", next) }
    if index == 0 { continue }
    let (x, y) = (a.argument(index - 1).characterValue, next.characterValue)
    if !(folds ? holds(UnicodeCase.fold(x), UnicodeCase.fold(y)) : holds(x, y)) { result = false }
  }
  return .boolean(result)
}

@inline(__always)
private func test(_ name: StaticString, _ word: Word, _ holds: (UInt32) -> Bool) -> Word {
  word.isCharacter ? .boolean(holds(word.characterValue)) : raiseWrongType(name, 1, "a character", word)
}

@inline(__always)
private func convert(_ name: StaticString, _ word: Word, _ function: (UInt32) -> UInt32) -> Word {
  word.isCharacter ? .character(function(word.characterValue)) : raiseWrongType(name, 1, "a character", word)
}

/// A vector of code points.
private func vector(_ bounds: [UInt32]) -> Word {
  let result = allocateObject(.vector, words: bounds.count)
  for index in bounds.indices { setVectorElement(result, index, .fixnum(Int(bounds[index]))) }
  return result
}

func defineCharacterPrimitives(_ define: PrimitiveDefiner) {
  define("char->integer", 1, 1, .charToInteger) { a, _ in
    a.first.isCharacter
      ? .fixnum(Int(a.first.characterValue)) : raiseWrongType("char->integer", 1, "a character", a.first)
  }
  define("integer->char", 1, 1, .integerToChar) { a, _ in
    if a.first.isIndex(below: 0x110000) && isScalar(UInt32(a.first.index)) { return .character(UInt32(a.first.index)) }
    return raiseWrongType("integer->char", 1, "a Unicode scalar value", a.first)
  }
  define("char=?", 1, -1, .charEqual) { a, count in compareChain(a, count, "char=?", folds: false, ==) }
  define("char<?", 1, -1, .charLess) { a, count in compareChain(a, count, "char<?", folds: false, <) }
  define("char>?", 1, -1, .charGreater) { a, count in compareChain(a, count, "char>?", folds: false, >) }
  define("char<=?", 1, -1, .charLessEqual) { a, count in compareChain(a, count, "char<=?", folds: false, <=) }
  define("char>=?", 1, -1, .charGreaterEqual) { a, count in compareChain(a, count, "char>=?", folds: false, >=) }
  define("char-ci=?", 1, -1) { a, count in compareChain(a, count, "char-ci=?", folds: true, ==) }
  define("char-ci<?", 1, -1) { a, count in compareChain(a, count, "char-ci<?", folds: true, <) }
  define("char-ci>?", 1, -1) { a, count in compareChain(a, count, "char-ci>?", folds: true, >) }
  define("char-ci<=?", 1, -1) { a, count in compareChain(a, count, "char-ci<=?", folds: true, <=) }
  define("char-ci>=?", 1, -1) { a, count in compareChain(a, count, "char-ci>=?", folds: true, >=) }
  define("char-alphabetic?", 1, 1, .isAlphabetic) { a, _ in test("char-alphabetic?", a.first, UnicodeCase.isAlphabetic) }
  define("char-numeric?", 1, 1, .isNumeric) { a, _ in test("char-numeric?", a.first) { UnicodeCase.digit($0) != nil } }
  define("char-whitespace?", 1, 1, .isWhitespace) { a, _ in test("char-whitespace?", a.first, UnicodeCase.isWhitespace) }
  define("char-upper-case?", 1, 1) { a, _ in test("char-upper-case?", a.first, UnicodeCase.isUpper) }
  define("char-lower-case?", 1, 1) { a, _ in test("char-lower-case?", a.first, UnicodeCase.isLower) }
  define("char-upcase", 1, 1, .charUpcase) { a, _ in convert("char-upcase", a.first, UnicodeCase.upper) }
  define("char-downcase", 1, 1, .charDowncase) { a, _ in convert("char-downcase", a.first, UnicodeCase.lower) }
  define("char-foldcase", 1, 1) { a, _ in convert("char-foldcase", a.first, UnicodeCase.fold) }
  define("digit-value", 1, 1) { a, _ in
    if !a.first.isCharacter { return raiseWrongType("digit-value", 1, "a character", a.first) }
    guard let digit = UnicodeCase.digit(a.first.characterValue) else { return Constant.false }
    return .fixnum(digit)
  }
  // What SRFI 14 makes its sets of: where runs of characters start and end.
  define("%category-bounds", 1, 1) { a, _ in vector(UnicodeCase.bounds(ofCategories: UInt32(truncatingIfNeeded: a.first.index))) }
  define("%property-bounds", 1, 1) { a, _ in vector(UnicodeCase.bounds(ofProperty: a.first.index)) }
}
