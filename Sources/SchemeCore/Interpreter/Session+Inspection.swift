// What a REPL asks a session: names for completion, procedures by name, what has been recorded.
import GuestABI

extension Session {
  /// The names of defined globals and of keywords that start with some bytes, sorted.
  public static func names(withPrefix prefix: [UInt8]) -> [[UInt8]] {
    var names: [[UInt8]] = []
    SymbolTable.forEachSymbol { address in
      let symbol = Word.pointer(address, Tag.object)
      let isKnown =
        globalValue(address) != Constant.undefined || SymbolFlags.keyword(symbol) != .none
        || SymbolFlags.isInLibrary(symbol)
      if !isKnown { return }
      let name = SymbolTable.utf8(symbol)
      if name.first == UInt8(ascii: "%") && prefix.first != UInt8(ascii: "%") { return }
      if name.count >= prefix.count && name[..<prefix.count].elementsEqual(prefix) { names.append(name) }
    }
    names.sort { $0.lexicographicallyPrecedes($1) }
    return names
  }

  /// The Func of the procedure that a global holds.
  public static func function(named name: [UInt8]) -> Func? {
    var found: Word?
    SymbolTable.forEachSymbol { address in
      if SymbolTable.utf8(.pointer(address, Tag.object)) == name { found = .pointer(address, Tag.object) }
    }
    guard let symbol = found else { return nil }
    Library.require(symbol)
    let value = symbolValue(symbol)
    return value.isProcedure ? Func(procedureFunction(value)) : nil
  }

  /// Calls `visit` with each procedure's Func that comes from a program, oldest first.
  public static func forEachUserFunction(_ visit: (Func) -> Void) {
    var functions: [Func] = []
    var function = Func.newest
    while function.address != 0 {
      if function.kind == .lambda && Sources.isUserCode(function.position) && function.name.isTrue { functions.append(function) }
      function = function.previous
    }
    for function in functions.reversed() { visit(function) }
  }
}
