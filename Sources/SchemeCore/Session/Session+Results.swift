// What an evaluation shows: its values, a line each, and the names `$1`, `$2` ... by which a REPL's user refers to them later.
import GuestABI

extension Session {
  /// How many results have been named.
  nonisolated(unsafe) private static var namedResults = 0
  /// What is shown of one value, in bytes.
  private static let longestLine = 1 << 20

  /// The written values of a result, each ended by a newline but the last. Unspecified values are not shown. With `named` each is bound to the next
  /// name, with which its line then starts.
  public static func resultLines(_ result: Word, named: Bool) -> [UInt8] {
    var values = [result]
    if result.isKind(.multipleValues) { values = (0..<result.payloadWords).map(result.field) }
    // Naming allocates nothing that could move the values: allocation never collects.
    var lines: [UInt8] = []
    for value in values where value != Constant.unspecified {
      if !lines.isEmpty { lines.append(10) }
      if named {
        lines.append(contentsOf: name(value))
        lines.append(32)
      }
      lines.append(contentsOf: writtenText(value, limit: longestLine))
    }
    return lines
  }

  /// Binds a value to the next name and returns the name.
  private static func name(_ value: Word) -> [UInt8] {
    namedResults += 1
    var name: [UInt8] = [UInt8(ascii: "$")]
    name.append(contentsOf: String(namedResults).utf8)
    let text = makeUninitializedString(count: name.count)
    for index in 0..<name.count { setStringElement(text, index, UInt32(name[index])) }
    setGlobal(SymbolTable.intern(text).address, value)
    return name
  }
}
