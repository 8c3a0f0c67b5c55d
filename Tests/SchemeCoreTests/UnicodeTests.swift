// The tables against the standard library, for every scalar.
import XCTest

@testable import SchemeCore

final class UnicodeTests: XCTestCase {
  func testTheTablesAgreeWithTheStandardLibraryOnEveryScalar() {
    func text(_ mapped: (UInt32, UInt32, UInt32)) -> String {
      var result = ""
      for value in [mapped.0, mapped.1, mapped.2] where value != 0 { result.unicodeScalars.append(Unicode.Scalar(value)!) }
      return result
    }
    var wrong: [UInt32] = []
    for value in UInt32(1)...0x10FFFF {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let properties = scalar.properties
      let digit = properties.generalCategory == .decimalNumber ? Int(properties.numericValue!) : nil
      let lower = properties.lowercaseMapping.unicodeScalars
      // Folding is idempotent and does not tell cases apart.
      let folded = UnicodeCase.fold(value)
      let foldsAlike =
        value == 0x130 || value == 0x131 || value == 0x1E9E
        || UnicodeCase.fullFold(UnicodeCase.upper(value)) == UnicodeCase.fullFold(value)
      if UnicodeCase.isAlphabetic(value) != properties.isAlphabetic || UnicodeCase.isUpper(value) != properties.isUppercase
        || UnicodeCase.isLower(value) != properties.isLowercase || UnicodeCase.isWhitespace(value) != properties.isWhitespace
        || UnicodeCase.isCaseIgnorable(value) != properties.isCaseIgnorable || UnicodeCase.isCased(value) != properties.isCased
        || UnicodeCase.digit(value) != digit
        || !text(UnicodeCase.fullUpper(value)).unicodeScalars.elementsEqual(properties.uppercaseMapping.unicodeScalars)
        || (lower.count == 1 && UnicodeCase.lower(value) != lower.first!.value) || UnicodeCase.fold(folded) != folded || !foldsAlike
      {
        wrong.append(value)
      }
    }
    XCTAssertEqual(wrong, [])
  }
}
