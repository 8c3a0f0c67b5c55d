// The standard library's procedures that are written in Scheme, loaded one by one when a program first mentions them: a symbol that is made
// is looked up in the library's index, and nothing else happens at start-up.
//
// The texts in SchemeLibrary/base consist of definitions, each starting in the first column:
//
//     (define (name . parameters) body ...)    a closed procedure
//     (define name expression)                 a constant: what the expression gives when it is made of constants, lambda expressions, names of the
//                                              library and calls of primitives (of those that only compute)
//
// The body of a procedure with a rest parameter may begin with `(%arities name ...)`: closed procedures of the library that do the same for their numbers of
// arguments, so that common calls make no list (see `Func.variant`).
//
// Loading one runs no Scheme code, so it is possible in the middle of an expansion.
//
// The library's own variables are cells apart from the symbols: what a program does to `car` is nothing to `map`. Names that start with % are
// the library's own business; programs do not see them.
import GuestABI

enum StandardLibrary {
  nonisolated(unsafe) private static var index = LibraryIndex(
    PackedLibrary(
      text: UnsafeRawBufferPointer(start: nil, count: 0), index: UnsafeRawBufferPointer(start: nil, count: 0)))
  nonisolated(unsafe) private static var isEntered = false
  nonisolated(unsafe) private static var source = 0
  /// From names to cells.
  nonisolated(unsafe) private static var cells = WordTable(isPermanent: true)

  /// Makes a library known. The symbols made before are those of primitives and keywords, which are not in it.
  static func enter(_ library: PackedLibrary) {
    index = LibraryIndex(library)
    source = Sources.add(name: [UInt8]("(library)".utf8), text: [], isStandard: true)
    isEntered = true
  }

  /// Looks all symbols up that somebody made before the session.
  static func markSymbols() {
    SymbolTable.forEachSymbol { address in
      let symbol = Word.pointer(address, Tag.object)
      let name = symbolName(symbol)
      if !isUninterned(symbol) { SymbolFlags.set(symbol, traits(characters: stringCharacters(name), count: stringCount(name))) }
    }
  }

  /// The flags of a name that becomes a symbol.
  static func traits(characters: Address, count: Int) -> UInt32 {
    if !isEntered || count == 0 || !index.contains(count: count, { load32(characters &+ UInt32($0) &* 4) }) { return 0 }
    if load32(characters) == UInt32(UInt8(ascii: "%")) { return SymbolTraits.inLibrary | SymbolTraits.redefined }
    return Sealing.isOn ? SymbolTraits.inLibrary | SymbolTraits.sealed : SymbolTraits.inLibrary
  }

  /// Forgets all texts, for a program that cannot expand any: their bytes become zero.
  static func forgetTexts() {
    isEntered = false
    index.clear()
  }

  // MARK: Variables

  /// The library's own variable of a name.
  static func cell(_ symbol: Word) -> Word {
    if let cell = cells.value(symbol) { return cell }
    let cell = SymbolTable.makeCell(name: symbol)
    cells.set(symbol, cell)
    let current = symbolValue(symbol)
    if current != Constant.undefined && !SymbolFlags.isRedefined(symbol) {
      setGlobal(cell.address, current)
    } else if SymbolFlags.isInLibrary(symbol) {
      load(symbol, cell)
    }
    return cell
  }

  /// Whether the library's own variable of a name has been asked for, so that it has its value.
  static func isLoaded(_ symbol: Word) -> Bool { cells.value(symbol) != nil }

  /// Gives the library's own variable of a name a value.
  static func define(_ symbol: Word, _ value: Word) {
    let cell = SymbolTable.makeCell(name: symbol)
    cells.set(symbol, cell)
    setGlobal(cell.address, value)
  }

  /// A name of the library's own that is not a variable: the IR builder knows its cell.
  static func defineSyntactic(_ symbol: Word) -> Word {
    define(symbol, Constant.undefined)
    SymbolFlags.set(symbol, SymbolTraits.inLibrary | SymbolTraits.redefined)
    return cell(symbol)
  }

  /// Makes sure that the interaction environment's variable has the library's value, if it is the library's; does nothing for others.
  @inline(__always)
  static func require(_ symbol: Word) {
    if SymbolFlags.isInLibrary(symbol) { share(symbol) }
  }

  @inline(never)
  private static func share(_ symbol: Word) {
    if symbolValue(symbol) != Constant.undefined || SymbolFlags.isRedefined(symbol) { return }
    let cell = cell(symbol)
    setGlobal(symbol.address, symbolValue(cell))
  }

  /// The interaction environment's variable of a name becomes the program's; the library keeps its own.
  static func redefine(_ symbol: Word) {
    if SymbolFlags.isRedefined(symbol) { return }
    if SymbolFlags.isStandard(symbol) {
      if symbolValue(symbol) != Constant.undefined { _ = cell(symbol) }
    } else if SymbolFlags.keyword(symbol) == .none {
      return
    }
    SymbolFlags.set(symbol, SymbolTraits.redefined)
  }

  // MARK: Names

  /// Calls `visit` with the name of each definition.
  static func forEachName(_ visit: ([UInt8]) -> Void) {
    if isEntered { index.forEachName { if $0[0] != UInt8(ascii: "(") { visit($0) } } }
  }

  /// Calls `visit` with the name of each whole library, as it is written.
  static func forEachLibrary(_ visit: ([UInt8]) -> Void) {
    if isEntered { index.forEachName { if $0[0] == UInt8(ascii: "(") { visit($0) } } }
  }

  /// The names of the whole libraries, as they are written.
  static var libraryNames: [[UInt8]] {
    var names: [[UInt8]] = []
    forEachLibrary { names.append($0) }
    return names
  }

  /// Loads everything.
  static func requireAll() {
    forEachName { name in _ = cell(SymbolTable.intern(utf8: name)) }
  }

  /// The text of a whole library, by its name as it is written, or nil.
  static func text(ofLibrary name: [UInt8]) -> [UInt8]? {
    guard isEntered, let range = index.text(count: name.count, { UInt32(name[$0]) }) else { return nil }
    return index.bytes(range)
  }

  static func contains(library name: [UInt8]) -> Bool { isEntered && index.contains(count: name.count) { UInt32(name[$0]) } }

  /// How the definition of a procedure of the library names its parameters, with a blank in front; nil if it is none.
  static func parameters(_ name: [UInt8]) -> [UInt8]? {
    let symbol = SymbolTable.intern(utf8: name)
    if SymbolFlags.isRedefined(symbol) || !isEntered { return nil }
    guard let range = index.text(count: name.count, { UInt32(name[$0]) }) else { return nil }
    let text = index.bytes(range)
    let head = "(define (".utf8.count + name.count
    guard text.starts(with: "(define (".utf8), let end = text.firstIndex(of: UInt8(ascii: ")")), end >= head else { return nil }
    return [UInt8](text[head..<end])
  }

  /// The definition of a name of the library's; nil if it has none there.
  static func sourceText(_ name: [UInt8]) -> [UInt8]? {
    guard isEntered, name.first != UInt8(ascii: "("), let range = index.text(count: name.count, { UInt32(name[$0]) }) else { return nil }
    return index.bytes(range)
  }

  // MARK: Loading

  @inline(never)
  private static func load(_ symbol: Word, _ cell: Word) {
    let name = symbolName(symbol)
    guard let range = index.text(count: stringCount(name), { stringElement(name, $0) }) else { return }
    let outer = CodeStore.beginPermanent()
    defer { CodeStore.end(outer) }
    setGlobal(cell.address, LongWork.uninterrupted { constant(expression(index.bytes(range))) })
  }

  /// What a definition defines.
  private static func expression(_ text: [UInt8]) -> Expression {
    var reader = Reader(text)
    var expander = Expander(place: .none)
    let outer = SourcePositions.source
    SourcePositions.source = source
    defer { SourcePositions.source = outer }
    guard let datum = try? reader.next(), let whole = try? expander.expandTopLevel(datum, in: Environment.standard),
      case .define(_, let value) = whole.body
    else { abortRuntime("the library has something else than definitions") }
    return value
  }

  /// The value of an expression that needs no interpreter.
  private static func constant(_ expression: Expression) -> Word {
    switch expression {
    case .constant(let word): return word
    case .global(let cell, _): return symbolValue(cell)
    case .lambda(let lambda):
      let variants = takeVariants(lambda)
      guard let procedure = closedProcedure(lambda) else { abortRuntime("a procedure of the library is not closed") }
      for variant in variants { Func(procedureFunction(procedure)).addVariant(variant) }
      return procedure
    case .primitive(let row, let arguments, _):
      let values = arguments.map { constant($0) }
      return withScratchArguments(values) { Primitives.function(row)($0, Int32(values.count)) }
    default: abortRuntime("a constant of the library needs more than primitives")
    }
  }

  /// Takes `(%arities name ...)` off the front of a procedure's body; the procedures named.
  private static func takeVariants(_ lambda: Lambda) -> [Word] {
    guard case .sequence(let parts) = lambda.body, case .primitive(let row, let names, _) = parts[0],
      row == Primitives.row(named: "%arities")
    else { return [] }
    lambda.body = parts.count == 2 ? parts[1] : .sequence(Array(parts[1...]))
    return names.map { constant($0) }
  }

  /// The procedure of a lambda expression without free variables; nil if it has some.
  static func closedProcedure(_ lambda: Lambda, definedAs global: Word = 0) -> Word? {
    lambda.global = global
    simplifyCalls(lambda)
    findLoops(lambda.body)
    lambda.findFreeVariables()
    if !lambda.free.isEmpty { return nil }
    let function = buildFunction(lambda)
    let procedure = makeProcedure(function: function.address, freeVariables: 0)
    if lambda.global != 0 { function.ownProcedureCell = CodeStore.addConstant(procedure) }
    return procedure
  }

  /// Puts words where a primitive can be given them: in fresh memory, since the stack is in use.
  private static func withScratchArguments(_ values: [Word], _ body: (Address) -> Word) -> Word {
    let scratch = PermanentArena.allocate(bytes: 8 * max(values.count, 1))
    for (index, value) in values.enumerated() { store64(scratch &+ UInt32(index) &* 8, value) }
    return body(scratch)
  }
}
