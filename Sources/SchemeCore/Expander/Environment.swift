// Top-level environments: which global variable, keyword or macro a symbol is.
//
//   standard      what the standard library's own texts see: every keyword, primitive and library procedure, as they were at the start, whatever a
//                 program defines
//   interaction   what programs without imports and the REPL see: the same, and all that they define
//   table         what a library or a program with imports sees: what it imported and defined
//
// A global variable is a cell with the layout of a symbol. Symbols themselves are the cells of the interaction environment, so that the usual case needs
// no table; a standard procedure has another cell when it is needed, for those who must not see a redefinition.
import GuestABI

final class Environment {
  enum Kind { case standard, interaction, table }

  let kind: Kind
  private var table = NameTable()
  /// The scope of its top level, for macros defined there.
  private(set) var scope: Scope! = nil
  /// Its index in `all`.
  let number: Int
  /// Definitions of a program belong to the interaction environment too, and a library's to itself.
  let isProgram: Bool
  /// Where its `cond-expand`s are of which no clause applied: a name that is missing may have been meant to be defined there.
  private var unmetConditionPlaces: [SourcePosition] = []
  /// What the table does not have is what it is to the standard library: all of `(latch)` was imported.
  var includesStandard = false

  nonisolated(unsafe) private(set) static var all: [Environment] = []
  static var standard: Environment { all[0] }
  static var interaction: Environment { all[1] }

  init(_ kind: Kind, isProgram: Bool = false) {
    self.kind = kind
    self.isProgram = isProgram
    number = Environment.all.count
    Environment.all.append(self)
    scope = Scope(self, lambda: Lambda(name: Constant.false, position: .none))
    _ = scope.number
  }

  static func start() {
    _ = Environment(.standard)
    _ = Environment(.interaction)
  }

  // MARK: Meanings

  func lookup(_ symbol: Word) -> Meaning {
    switch kind {
    case .table:
      if let meaning = table.find(symbol) { return meaning }
      if includesStandard { return Environment.standard.lookup(symbol) }
      // These two are not bound by any library; programs have them at top level.
      let keyword = SymbolFlags.keyword(symbol)
      return keyword == .import || keyword == .defineLibrary ? .keyword(keyword) : .unbound(symbol)
    case .standard:
      let keyword = SymbolFlags.keyword(symbol)
      if keyword != .none { return .keyword(keyword) }
      return SymbolFlags.isStandard(symbol) ? .standard(symbol) : .unbound(symbol)
    case .interaction:
      if SymbolFlags.isSpecial(symbol) {
        // An import that the text is about to define anew.
        if case .standard(symbol)? = table.find(symbol), DefinitionScan.defines(symbol) { bind(symbol, .standard(symbol)) }
        return table.find(symbol) ?? .global(symbol)
      }
      let keyword = SymbolFlags.keyword(symbol)
      if keyword != .none && !SymbolFlags.isRedefined(symbol) { return .keyword(keyword) }
      return .global(symbol)
    }
  }

  /// Gives a name a meaning: an import or a macro. The interaction environment has what a program has.
  func bind(_ symbol: Word, _ meaning: Meaning) {
    var meaning = meaning
    if isProgram {
      Environment.interaction.bind(symbol, meaning)
      // What the text uses before its own definition is that definition's variable.
      if case .standard(symbol) = meaning, DefinitionScan.defines(symbol) { meaning = Environment.interaction.lookup(symbol) }
    }
    if kind == .interaction {
      if case .standard(symbol) = meaning, !SymbolFlags.isSpecial(symbol), !SymbolFlags.isRedefined(symbol) { return }
      if case .standard(symbol) = meaning, DefinitionScan.defines(symbol) {
        let cell = SymbolTable.makeCell(name: symbol)
        setGlobal(cell.address, symbolValue(StandardLibrary.cell(symbol)))
        meaning = .global(cell)
      }
      if case .keyword(let keyword) = meaning, keyword == SymbolFlags.keyword(symbol), !SymbolFlags.isSpecial(symbol),
        !SymbolFlags.isRedefined(symbol)
      {
        return
      }
      SymbolFlags.set(symbol, SymbolTraits.special)
    }
    table.set(symbol, meaning)
  }

  /// The cell of a variable that is defined here.
  func define(_ symbol: Word) -> Word {
    switch kind {
    case .standard: return symbol
    case .interaction:
      if SymbolFlags.isSpecial(symbol) {
        if case .global(let cell)? = table.find(symbol) {
          SymbolFlags.set(cell, SymbolTraits.defined)
          return cell
        }
        SymbolFlags.clear(symbol, SymbolTraits.special)
      }
      StandardLibrary.redefine(symbol)
      SymbolFlags.set(symbol, SymbolTraits.defined)
      return symbol
    case .table:
      if case .global(let cell)? = table.find(symbol), !isProgram || cell != symbol || !SymbolFlags.isStandard(symbol) {
        SymbolFlags.set(cell, SymbolTraits.defined)
        return cell
      }
      let cell = isProgram ? Environment.interaction.define(symbol) : SymbolTable.makeCell(name: symbol)
      SymbolFlags.set(cell, SymbolTraits.defined)
      table.set(symbol, .global(cell))
      return cell
    }
  }

  /// The cell of a variable that is used here before it is known.
  func reference(_ symbol: Word) -> Word {
    if kind != .table { return symbol }
    let isFree = isProgram && !SymbolFlags.isStandard(symbol) && !SymbolFlags.isSpecial(symbol) && SymbolFlags.keyword(symbol) == .none
    let cell = isFree ? symbol : SymbolTable.makeCell(name: symbol)
    table.set(symbol, .global(cell))
    return cell
  }

  func noteUnmetCondition(_ position: SourcePosition) { unmetConditionPlaces.append(position) }

  /// What to add to a message about a name that is missing here: `; no clause of the cond-expand at stack.sld:3:3 applies`, or nothing.
  var unmetConditions: [UInt8] {
    guard let place = unmetConditionPlaces.first(where: Sources.isUserCode) else { return [] }
    var text = [UInt8]("; no clause of the cond-expand at ".utf8)
    Sources.appendName(place, to: &text)
    return text + [UInt8](" applies".utf8)
  }

  /// Whether a name means what it means to the standard library, and that is `meaning`.
  func isStandard(_ symbol: Word, _ meaning: Meaning) -> Bool {
    guard case .standard(symbol) = meaning, kind == .interaction else { return false }
    return !SymbolFlags.isSpecial(symbol) && !SymbolFlags.isRedefined(symbol)
  }

  /// Whether a name is bound here by an import.
  func isImported(_ symbol: Word) -> Bool {
    if kind != .table { return false }
    switch table.find(symbol) {
    case nil, .global?: return false
    case .macro(let macro)?: return macro.scope.environment !== self
    default: return true
    }
  }

  /// Whether one of a table's names stands for a variable.
  func holds(_ cell: Word) -> Bool {
    table.meanings.contains {
      switch $0 {
      case .global(cell), .imported(cell): true
      default: false
      }
    }
  }
}
