// Which standard names a text seems to define: `(define (list-copy ...` somewhere in it. A call of such a name is not compiled to the primitive, even where it
// stands before the definition. A guess by the text alone: taking too many only costs speed.
import GuestABI

enum DefinitionScan {
  /// Marks the symbols that the text may define or assign.
  static func mark(_ text: [UInt8]) {
    text.withUnsafeBufferPointer { bytes in
      var at = 0
      let end = bytes.count
      while at + 6 < end {
        if bytes[at] != UInt8(ascii: "(") {
          at += 1
          continue
        }
        at += 1
        if starts(bytes, at, "define") {
          at += 6
          // The rest of the keyword: define-values, define-record-type, ...
          while at < end && !isDelimiter(bytes[at]) { at += 1 }
        } else if starts(bytes, at, "set!") {
          at += 4
        } else {
          continue
        }
        while at < end && (bytes[at] <= 32 || bytes[at] == UInt8(ascii: "(")) { at += 1 }
        let start = at
        while at < end && !isDelimiter(bytes[at]) { at += 1 }
        if at > start && at - start < 64 { markName([UInt8](bytes[start..<at])) }
      }
    }
  }

  private static func markName(_ name: [UInt8]) {
    let symbol = SymbolTable.intern(utf8: name)
    if SymbolFlags.primitive(symbol) != nil { SymbolFlags.set(symbol, SymbolTraits.definedLater) }
  }

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
