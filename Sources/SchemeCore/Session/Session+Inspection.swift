// What a REPL asks a session: names for completion, procedures by name, what has been recorded.
import GuestABI

extension Session {
  /// The names of defined globals, of keywords and of macros that start with some bytes, sorted.
  public static func names(withPrefix prefix: [UInt8]) -> [[UInt8]] {
    var names: [[UInt8]] = []
    func add(_ name: [UInt8]) {
      if name.first == UInt8(ascii: "%") && prefix.first != UInt8(ascii: "%") { return }
      if name.count >= prefix.count && name[..<prefix.count].elementsEqual(prefix) { names.append(name) }
    }
    SymbolTable.forEachSymbol { address in
      let symbol = Word.pointer(address, Tag.object)
      // The variables of libraries are no names but where they are imported.
      if isBound(symbol) && !isUninterned(symbol) && !SymbolFlags.isInLibrary(symbol) { add(SymbolTable.utf8(symbol)) }
    }
    StandardLibrary.forEachName(add)
    names.sort { $0.lexicographicallyPrecedes($1) }
    return names
  }

  /// Whether the dialogue knows a symbol as a name. (The standard library's come besides.)
  static func isBound(_ symbol: Word) -> Bool {
    if !SymbolFlags.isSpecial(symbol) { return symbolValue(symbol) != Constant.undefined || SymbolFlags.keyword(symbol) != .none }
    switch Environment.interaction.lookup(symbol) {
    case .global(let cell), .imported(let cell): return symbolValue(cell) != Constant.undefined
    case .keyword, .macro: return true
    default: return false
    }
  }

  /// The Func of the procedure that a name stands for.
  public static func function(named name: [UInt8]) -> Func? {
    let symbol = SymbolTable.intern(utf8: name)
    let cell: Word
    switch Environment.interaction.lookup(symbol) {
    case .global(let found), .imported(let found): cell = found
    case .standard(let symbol): cell = StandardLibrary.cell(symbol)
    case .keyword, .macro: return nil
    default: cell = symbol
    }
    StandardLibrary.require(cell)
    let value = symbolValue(cell)
    return value.isProcedure ? Func(procedureFunction(value)) : nil
  }

  /// The definition of a macro of a program; nil for any other name.
  static func macroDefinition(_ name: [UInt8]) -> Definition? {
    guard case .macro(let macro) = Environment.interaction.lookup(SymbolTable.intern(utf8: name)) else { return nil }
    return Definition(macro)
  }

  /// Where a procedure is defined, as `file:line:column`; empty for one of the library.
  public static func place(of function: Func) -> [UInt8] {
    if !Sources.isUserCode(function.position) { return [] }
    var text: [UInt8] = []
    Sources.appendName(function.position, to: &text)
    return text
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
