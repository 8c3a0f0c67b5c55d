// Lexical scopes: what an identifier means where it stands.
import GuestABI

/// What an identifier means.
enum Meaning {
  case local(Variable)
  case macro(Macro)
  case keyword(Keyword)
  /// A variable of the environment's own: its cell, which has the layout of a symbol.
  case global(Word)
  /// A variable of another library: it cannot be assigned here.
  case imported(Word)
  /// A variable of the standard library, by its name; always what it was at the start.
  case standard(Word)
  /// A symbol that its environment does not know.
  case unbound(Word)
}

/// What makes two identifiers the same: what binds them, or their name when nothing does.
enum BindingIdentity {
  case local(Variable)
  case macro(Macro)
  case keyword(Keyword)
  case variable(Word)
  case standard(Word)
  case unbound(Word)
}

func identity(of meaning: Meaning) -> BindingIdentity {
  switch meaning {
  case .local(let variable): .local(variable)
  case .macro(let macro): .macro(macro)
  case .keyword(let keyword): .keyword(keyword)
  case .imported(let cell): .variable(cell)
  case .standard(let symbol): .standard(symbol)
  case .unbound(let symbol): .unbound(symbol)
  case .global(let cell) where SymbolFlags.isDefined(cell): .variable(cell)
  // A variable that has been used only; those of the interaction environment are the symbols.
  case .global(let cell) where isUninterned(cell): .unbound(SymbolTable.intern(symbolName(cell)))
  case .global(let symbol): SymbolFlags.isStandard(symbol) ? .standard(symbol) : .unbound(symbol)
  }
}

/// Whether two identifiers mean the same.
func isSame(_ a: Meaning, _ b: Meaning) -> Bool {
  switch (identity(of: a), identity(of: b)) {
  case (.local(let a), .local(let b)): a === b
  case (.macro(let a), .macro(let b)): a === b
  case (.keyword(let a), .keyword(let b)): a == b
  case (.variable(let a), .variable(let b)), (.standard(let a), .standard(let b)), (.unbound(let a), .unbound(let b)): a == b
  default: false
  }
}

/// A few or many names with their meanings.
struct NameTable {
  private(set) var names: [Word] = []
  private(set) var meanings: [Meaning] = []
  /// Once there are many: a hash table of indices plus one.
  private var slots: [Int32] = []
  private static var few: Int { 8 }

  func find(_ name: Word) -> Meaning? {
    guard let index = index(of: name) else { return nil }
    return meanings[index]
  }

  mutating func set(_ name: Word, _ meaning: Meaning) {
    if let index = index(of: name) {
      meanings[index] = meaning
      return
    }
    names.append(name)
    meanings.append(meaning)
    if names.count <= Self.few { return }
    if names.count * 2 > slots.count {
      slots = [Int32](repeating: 0, count: max(32, slots.count * 2))
      for index in names.indices { insert(index) }
    } else {
      insert(names.count - 1)
    }
  }

  private mutating func insert(_ index: Int) {
    var slot = Self.hash(names[index]) & (slots.count - 1)
    while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
    slots[slot] = Int32(truncatingIfNeeded: index + 1)
  }

  private func index(of name: Word) -> Int? {
    if slots.isEmpty {
      for index in names.indices where names[index] == name { return index }
      return nil
    }
    var slot = Self.hash(name) & (slots.count - 1)
    while slots[slot] != 0 {
      let index = Int(slots[slot]) - 1
      if names[index] == name { return index }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  private static func hash(_ name: Word) -> Int {
    Int(truncatingIfNeeded: (UInt32(truncatingIfNeeded: name) &* 0x9E37_79B1) >> 4)
  }
}

/// The names of one binding construct, and what is around it.
final class Scope {
  let parent: Scope?
  /// The lambda in whose frame new variables go.
  let lambda: Lambda
  /// What is around all scopes.
  unowned(unsafe) let environment: Environment
  private var names = NameTable()

  init(parent: Scope, lambda: Lambda) {
    self.parent = parent
    self.lambda = lambda
    environment = parent.environment
  }

  /// A scope of an environment's top level.
  init(_ environment: Environment, lambda: Lambda) {
    parent = nil
    self.lambda = lambda
    self.environment = environment
  }

  // Scopes in which macros are defined have numbers, which aliases hold.

  nonisolated(unsafe) private static var numbers: [Scope] = []
  static func numbered(_ number: Int) -> Scope { numbers[number] }
  private var ownNumber = -1
  var number: Int {
    if parent == nil && self !== environment.scope { return environment.scope.number }
    if ownNumber < 0 {
      ownNumber = Scope.numbers.count
      Scope.numbers.append(self)
    }
    return ownNumber
  }
  static var numberCount: Int { numbers.count }
  /// Forgets the scopes numbered since, but for those of top levels.
  static func forget(from count: Int) {
    while numbers.count > count, let last = numbers.last, last.parent != nil {
      last.ownNumber = -1
      numbers.removeLast()
    }
  }

  func bind(_ identifier: Word, _ meaning: Meaning) {
    if identifier.isSymbol { SymbolFlags.set(identifier, SymbolTraits.boundInScope) }
    names.set(identifier, meaning)
  }
  /// Binds what this scope binds in another one instead.
  func move(to other: Scope) {
    for (name, meaning) in zip(names.names, names.meanings) { other.bind(name, meaning) }
    names = NameTable()
  }
  func bind(_ identifier: Word, _ variable: Variable) { bind(identifier, .local(variable)) }
  /// What this very scope binds an identifier to.
  func own(_ identifier: Word) -> Meaning? { names.find(identifier) }

  /// What an identifier means here.
  func lookup(_ identifier: Word) -> Meaning {
    var name = identifier
    var start = self
    while true {
      // What no scope has ever bound, as most keywords and global variables, needs no search: bodies may be nested very deeply.
      if name.isSymbol, !SymbolFlags.isBoundInScope(name) { return start.environment.lookup(name) }
      var scope: Scope? = start
      while let current = scope {
        if let meaning = current.names.find(name) { return meaning }
        scope = current.parent
      }
      if !name.isAlias { return start.environment.lookup(name) }
      if let meaning = Alias.meaning(name) { return meaning }
      start = Alias.scope(name)
      name = Alias.name(name)
    }
  }

  /// The keyword that a datum is here.
  func keyword(_ datum: Word) -> Keyword {
    if datum.isIdentifier, case .keyword(let keyword) = lookup(datum) { return keyword }
    return .none
  }

  /// The environment that an identifier would be global in.
  func home(_ identifier: Word) -> (environment: Environment, symbol: Word) {
    var name = identifier
    var environment = environment
    while name.isAlias {
      environment = Alias.scope(name).environment
      name = Alias.name(name)
    }
    return (environment, name)
  }
}
