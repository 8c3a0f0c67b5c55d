// What may have been meant by a name that nothing defines: a similar name, or a library to import.
import GuestABI

enum Suggestions {
  /// What to add to the message about an unbound variable, given by its cell: `; did you mean fold?`, or nothing.
  static func text(for cell: Word) -> [UInt8] {
    let name = SymbolTable.utf8(cell)
    if isUninterned(cell), let library = library(exporting: name) {
      return [UInt8]("; ".utf8) + library + [UInt8](" exports it".utf8)
    }
    for environment in Environment.all where !environment.unmetConditions.isEmpty {
      // The variables of a program are those of the interaction environment, the symbols.
      if isUninterned(cell) ? environment.holds(cell) : environment.isProgram || environment.kind == .interaction {
        return environment.unmetConditions
      }
    }
    guard let similar = similar(to: name) else { return [] }
    return [UInt8]("; did you mean ".utf8) + similar + [UInt8]("?".utf8)
  }

  /// The defined name that takes the fewest changes, if they are few.
  private static func similar(to name: [UInt8]) -> [UInt8]? {
    if name.count < 3 || name.count > 60 { return nil }
    var best: [UInt8]?
    var limit = max(1, name.count / 4)
    func consider(_ other: [UInt8]) {
      if LongWork.step(16) { return }
      if abs(other.count - name.count) > limit || other == name || other.first == UInt8(ascii: "%") { return }
      let distance = distance(name, other, limit)
      if distance > limit || distance == limit && best != nil && !other.lexicographicallyPrecedes(best!) { return }
      best = other
      limit = distance
    }
    SymbolTable.forEachSymbol { address in
      let symbol = Word.pointer(address, Tag.object)
      if globalValue(address) != Constant.undefined || SymbolFlags.keyword(symbol) != .none { consider(SymbolTable.utf8(symbol)) }
    }
    StandardLibrary.forEachName(consider)
    return best
  }

  /// How many insertions, deletions, replacements and exchanges of neighbours make one name of another; anything above the limit if more than that.
  static func distance(_ a: [UInt8], _ b: [UInt8], _ limit: Int) -> Int {
    var before: [Int] = []
    var last = Array(0...b.count)
    for i in 1...max(a.count, 1) where i <= a.count {
      var row = [i] + last.dropFirst()
      for j in 1...max(b.count, 1) where j <= b.count {
        let isSame = a[i - 1] == b[j - 1]
        row[j] = min(last[j - 1] + (isSame ? 0 : 1), min(last[j], row[j - 1]) + 1)
        if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] { row[j] = min(row[j], before[j - 2] + 1) }
      }
      if row.min()! > limit { return limit + 1 }
      before = last
      last = row
    }
    return last[b.count]
  }

  /// For each name that an embedded library exports the number of the library that says best where it belongs: one of R7RS, if there is one, and the historical
  /// ones last. Made when it is first asked for: all libraries are read for it.
  nonisolated(unsafe) private static var exporters: WordTable?

  /// The embedded library to import for a name.
  static func library(exporting name: [UInt8]) -> [UInt8]? {
    if exporters == nil {
      var table = readExports()
      // What was stopped in the middle is not kept.
      if LongWork.isAbandoned {
        table.free()
        return nil
      }
      exporters = table
    }
    guard let number = exporters?.value(SymbolTable.intern(utf8: name)) else { return nil }
    return StandardLibrary.libraryNames[number.index]
  }

  private static func readExports() -> WordTable {
    var table = WordTable(isPermanent: true)
    let names = StandardLibrary.libraryNames
    for (number, library) in names.enumerated() {
      guard let text = StandardLibrary.text(ofLibrary: library) else { continue }
      forEachExport(text) { symbol in
        if let other = table.value(symbol), rank(library) <= rank(names[other.index]) { return }
        table.set(symbol, .fixnum(number))
      }
    }
    return table
  }

  private static func rank(_ library: [UInt8]) -> Int {
    if library == [UInt8]("(scheme r5rs)".utf8) || library == [UInt8]("(scheme null)".utf8) { return 1 }
    return library.starts(with: "(scheme ".utf8) ? 3 : 2
  }

  /// Calls `visit` with the names between blanks or parentheses in the exports of a library's text.
  private static func forEachExport(_ text: [UInt8], _ visit: (Word) -> Void) {
    var reader = Reader(text)
    guard let form = try? reader.next(), form.isPair else { return }
    var declarations = form
    while declarations.isPair {
      if car(declarations).isPair, car(car(declarations)) == SymbolTable.intern("export") {
        var rest = cdr(car(declarations))
        while rest.isPair {
          if car(rest).isSymbol { visit(car(rest)) }
          rest = cdr(rest)
        }
      }
      declarations = cdr(declarations)
    }
  }
}
