// Which standard names a text seems to define: `(define (list-copy ...` somewhere in it. A call of such a name is not compiled to the primitive and an import of it
// is a variable of the program's, so that a use that stands before the definition is the definition's. A guess by the text alone: taking too many only costs
// speed.
import GuestABI

enum DefinitionScan {
  nonisolated(unsafe) private static var definitions = NameTable()

  /// Marks the symbols that the text may define or assign.
  static func mark(_ text: [UInt8]) {
    definitions = NameTable()
    text.withUnsafeBufferPointer { bytes in
      var at = 0
      let end = bytes.count
      while at + 6 < end {
        if bytes[at] != UInt8(ascii: "(") {
          at += 1
          continue
        }
        at += 1
        let isDefinition: Bool
        if starts(bytes, at, "define") {
          isDefinition = true
          at += 6
          // The rest of the keyword: define-values, define-record-type, ...
          while at < end && !isDelimiter(bytes[at]) { at += 1 }
        } else if starts(bytes, at, "set!") {
          isDefinition = false
          at += 4
        } else {
          continue
        }
        while at < end && (bytes[at] <= 32 || bytes[at] == UInt8(ascii: "(")) { at += 1 }
        let start = at
        while at < end && !isDelimiter(bytes[at]) { at += 1 }
        if at > start && at - start < 64 { markName([UInt8](bytes[start..<at]), isDefinition: isDefinition) }
      }
    }
  }

  private static func markName(_ name: [UInt8], isDefinition: Bool) {
    let symbol = SymbolTable.intern(utf8: name)
    if !SymbolFlags.isStandard(symbol) { return }
    SymbolFlags.set(symbol, SymbolTraits.definedLater)
    if isDefinition { definitions.set(symbol, .standard(symbol)) }
  }

  /// Whether the text that was marked last seems to define a standard name.
  static func defines(_ symbol: Word) -> Bool { definitions.find(symbol) != nil }

  private static func isDelimiter(_ byte: UInt8) -> Bool {
    byte <= 32 || byte == UInt8(ascii: "(") || byte == UInt8(ascii: ")") || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: ";")
  }

  private static func starts(_ bytes: UnsafeBufferPointer<UInt8>, _ at: Int, _ word: StaticString) -> Bool {
    let count = word.utf8CodeUnitCount
    if at + count > bytes.count { return false }
    for index in 0..<count where bytes[at + index] != word.utf8Start[index] { return false }
    return true
  }
}
