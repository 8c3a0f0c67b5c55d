// The standard library's procedures that are written in Scheme, loaded one by one when a program first mentions them: at start-up only
// their names are entered. (Reading and building them all takes longer than the rest of the start, above all because the code that does it has to be
// compiled first.)
//
// The library's text consists of definitions `(define (name . parameters) body ...)`, each starting in the first column. Loading one does not run anything:
// its procedure is closed, so it is a constant. So this is possible in the middle of an expansion.
import GuestABI

enum Library {
  private struct Definition {
    let symbol: Word
    let start: Int
    let end: Int
  }

  nonisolated(unsafe) private static var definitions: [Definition] = []
  nonisolated(unsafe) private static var text: [UInt8] = []
  nonisolated(unsafe) private static var source = 0

  /// Enters the names of all definitions of a text.
  static func enter(_ library: [UInt8]) {
    text = library
    source = Sources.add(name: [UInt8]("(library)".utf8), text: library)
    let head = [UInt8]("(define (".utf8)
    var start = -1
    var at = 0
    while at < text.count {
      if text[at] == UInt8(ascii: "(") {
        if start >= 0 { add(start, at, head.count) }
        start = at
      }
      // To the next line.
      while at < text.count && text[at] != 10 { at += 1 }
      at += 1
    }
    if start >= 0 { add(start, text.count, head.count) }
  }

  private static func add(_ start: Int, _ end: Int, _ nameOffset: Int) {
    var nameEnd = start + nameOffset
    while text[nameEnd] > 32 && text[nameEnd] != UInt8(ascii: ")") { nameEnd += 1 }
    let name = makeUninitializedString(count: nameEnd - start - nameOffset)
    for index in 0..<stringCount(name) { setStringElement(name, index, UInt32(text[start + nameOffset + index])) }
    let symbol = SymbolTable.intern(name)
    SymbolFlags.setInLibrary(symbol, true)
    definitions.append(Definition(symbol: symbol, start: start, end: end))
  }

  /// Makes sure that a global of the library is defined; does nothing for others.
  @inline(__always)
  static func require(_ symbol: Word) {
    if SymbolFlags.isInLibrary(symbol) { load(symbol) }
  }

  /// Loads everything.
  static func requireAll() {
    for definition in definitions { require(definition.symbol) }
  }

  @inline(never)
  private static func load(_ symbol: Word) {
    SymbolFlags.setInLibrary(symbol, false)
    for definition in definitions where definition.symbol == symbol {
      let lambda = procedure(definition)
      findLoops(lambda.body)
      lambda.findFreeVariables()
      if !lambda.free.isEmpty { abortRuntime("a procedure of the library is not closed") }
      let function = buildFunction(lambda)
      setGlobal(symbol.address, makeProcedure(function: function.address, freeVariables: 0))
    }
  }

  /// The procedure that a definition defines.
  private static func procedure(_ definition: Definition) -> Lambda {
    var reader = Reader([UInt8](text[definition.start..<definition.end]))
    var expander = Expander(source: source, place: .none)
    guard let datum = try? reader.next(), let whole = try? expander.expandTopLevel(datum),
      case .define(_, .lambda(let lambda)) = whole.body
    else { abortRuntime("the library has something else than definitions of procedures") }
    return lambda
  }
}
