// What a symbol's flags say about its name: the keyword and the primitive that it stood for at the start, and what has become of it. Bits 8 to 15
// of the `flags` word hold the keyword, bits 16 to 31 the primitive's row plus one; both never change. The low byte holds `SymbolTraits`.
import GuestABI

/// What a symbol means at the start, and what has become of it.
enum SymbolFlags {
  static func keyword(_ symbol: Word) -> Keyword {
    Keyword(rawValue: UInt8(truncatingIfNeeded: bits(symbol) >> 8)).unsafelyUnwrapped
  }
  /// The row of the primitive of a name, whatever the program has defined.
  static func primitive(_ symbol: Word) -> Int? {
    let row = Int(bits(symbol) >> 16)
    return row == 0 ? nil : row - 1
  }
  /// The row of the primitive that the global variable certainly still is.
  static func currentPrimitive(_ symbol: Word) -> Int? {
    let bits = bits(symbol)
    let row = Int(bits >> 16)
    return row == 0 || bits & (SymbolTraits.redefined | SymbolTraits.definedLater) != 0 ? nil : row - 1
  }
  /// Whether the library has a procedure of the name.
  @inline(__always)
  static func isInLibrary(_ symbol: Word) -> Bool { bits(symbol) & SymbolTraits.inLibrary != 0 }
  /// Whether it is the name of a primitive or of a procedure of the library.
  static func isStandard(_ symbol: Word) -> Bool { bits(symbol) & (SymbolTraits.inLibrary | 0xFFFF_0000) != 0 }
  static func isRedefined(_ symbol: Word) -> Bool { bits(symbol) & SymbolTraits.redefined != 0 }
  /// Whether a definition makes the variable, whose cell or symbol it is.
  static func isDefined(_ cell: Word) -> Bool { bits(cell) & SymbolTraits.defined != 0 }
  static func isBoundInScope(_ symbol: Word) -> Bool { bits(symbol) & SymbolTraits.boundInScope != 0 }
  static func isSpecial(_ symbol: Word) -> Bool { bits(symbol) & SymbolTraits.special != 0 }

  static func setKeyword(_ symbol: Word, _ keyword: Keyword) { set(symbol, UInt32(keyword.rawValue) << 8) }
  static func setPrimitive(_ symbol: Word, row: Int) { set(symbol, UInt32(row + 1) << 16) }
  static func set(_ symbol: Word, _ mask: UInt32) { store32(address(symbol), bits(symbol) | mask) }
  static func clear(_ symbol: Word, _ mask: UInt32) { store32(address(symbol), bits(symbol) & ~mask) }

  private static func address(_ symbol: Word) -> Address { symbol.address &+ UInt32(SymbolLayout.flags) }
  private static func bits(_ symbol: Word) -> UInt32 { load32(address(symbol)) }
}
