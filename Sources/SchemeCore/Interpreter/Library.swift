// The standard library's procedures that are written in Scheme, loaded one by one when a program first mentions them: a symbol that is made
// is looked up in the library's index, and nothing else happens at start-up.
//
// The texts in SchemeLibrary/base consist of definitions, each starting in the first column:
//
//     (define (name . parameters) body ...)    a closed procedure
//     (define name expression)                 a constant: what the expression gives when it is made of constants, lambda expressions, names of the
//                                              library and calls of primitives (of those that only compute)
//
// Loading one runs no Scheme code, so it is possible in the middle of an expansion.
import GuestABI

enum Library {
  nonisolated(unsafe) private static var index = LibraryIndex(
    PackedLibrary(text: UnsafeRawBufferPointer(start: nil, count: 0), index: UnsafeRawBufferPointer(start: nil, count: 0)))
  nonisolated(unsafe) private static var isEntered = false
  nonisolated(unsafe) private static var source = 0

  /// Makes a library known. The symbols made before are those of primitives and keywords, which are not in it.
  static func enter(_ library: PackedLibrary) {
    index = LibraryIndex(library)
    source = Sources.add(name: [UInt8]("(library)".utf8), text: [])
    isEntered = true
  }

  /// Looks all symbols up that somebody made before the session.
  static func markSymbols() {
    SymbolTable.forEachSymbol { address in
      let symbol = Word.pointer(address, Tag.object)
      let name = symbolName(symbol)
      if !isUninterned(symbol) && defines(characters: stringCharacters(name), count: stringCount(name)) {
        SymbolFlags.setInLibrary(symbol, true)
      }
    }
  }

  /// Whether the library defines a name that becomes a symbol.
  static func defines(characters: Address, count: Int) -> Bool {
    isEntered && index.contains(count: count) { load32(characters &+ UInt32($0) &* 4) }
  }

  /// Makes sure that a global of the library is defined; does nothing for others.
  @inline(__always)
  static func require(_ symbol: Word) {
    if SymbolFlags.isInLibrary(symbol) { load(symbol) }
  }

  /// Calls `visit` with the name of each definition.
  static func forEachName(_ visit: ([UInt8]) -> Void) {
    if isEntered { index.forEachName { if $0[0] != UInt8(ascii: "(") { visit($0) } } }
  }

  /// Loads everything.
  static func requireAll() {
    forEachName { name in require(SymbolTable.intern(utf8: name)) }
  }

  @inline(never)
  private static func load(_ symbol: Word) {
    SymbolFlags.setInLibrary(symbol, false)
    let name = symbolName(symbol)
    guard let range = index.text(count: stringCount(name), { stringElement(name, $0) }) else { return }
    let outer = CodeStore.beginPermanent()
    defer { CodeStore.end(outer) }
    setGlobal(symbol.address, constant(expression(index.bytes(range))))
  }

  /// What a definition defines.
  private static func expression(_ text: [UInt8]) -> Expression {
    var reader = Reader(text)
    var expander = Expander(source: source, place: .none)
    guard let datum = try? reader.next(), let whole = try? expander.expandTopLevel(datum), case .define(_, let value) = whole.body
    else { abortRuntime("the library has something else than definitions") }
    return value
  }

  /// The value of an expression that needs no interpreter.
  private static func constant(_ expression: Expression) -> Word {
    switch expression {
    case .constant(let word): return word
    case .global(let symbol, _): return symbolValue(symbol)
    case .lambda(let lambda):
      findLoops(lambda.body)
      lambda.findFreeVariables()
      if !lambda.free.isEmpty { abortRuntime("a procedure of the library is not closed") }
      return makeProcedure(function: buildFunction(lambda).address, freeVariables: 0)
    case .primitive(let row, let arguments, _):
      let values = arguments.map { constant($0) }
      return withScratchArguments(values) { Primitives.function(row)($0, Int32(values.count)) }
    default: abortRuntime("a constant of the library needs more than primitives")
    }
  }

  /// Puts words where a primitive can be given them: in fresh memory, since the stack is in use.
  private static func withScratchArguments(_ values: [Word], _ body: (Address) -> Word) -> Word {
    let scratch = PermanentArena.allocate(bytes: 8 * max(values.count, 1))
    for (index, value) in values.enumerated() { store64(scratch &+ UInt32(index) &* 8, value) }
    return body(scratch)
  }
}
