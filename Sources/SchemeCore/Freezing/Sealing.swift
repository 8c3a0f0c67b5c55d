// Sealing (`latch freeze --seal`): from some moment on, the bindings that there are can be neither defined nor assigned any more, so that generated code need not ask whether
// a global still holds what it held. A definition or assignment is an error that names the option, whoever makes it: `eval`, `load`, a library. New names can be defined. Variables that the
// program's own code assigns, or defines again, are not sealed: they were never constant.
//
// A variable's cell has a flag (`SymbolTraits.sealed`), which assignments and definitions look at when they run. What a definition changes when it is expanded is refused
// then: `refuses`.
import GuestABI

public enum Sealing {
  /// Bindings have been sealed.
  nonisolated(unsafe) public private(set) static var isOn = false
  /// Environments that there were then.
  nonisolated(unsafe) private static var environments = 0

  /// Seals all bindings that there are.
  public static func seal() {
    isOn = true
    environments = Environment.all.count
    let variables = assignedVariables()
    SymbolTable.forEachSymbol { address in
      let symbol = Word.pointer(address, Tag.object)
      let isStandard = SymbolFlags.isStandard(symbol) && !SymbolFlags.isRedefined(symbol)
      if isStandard || globalValue(address) != Constant.undefined, !variables.contains(address) { SymbolFlags.set(symbol, SymbolTraits.sealed) }
    }
    Libraries.seal()
  }

  /// The cells that code assigns, and those that top-level forms which have not run define.
  private static func assignedVariables() -> [Address] {
    var cells: [Address] = []
    var function = Func.newest
    while function.address != 0 {
      let isForm = function.isTopLevel
      if function.kind == .lambda && (!isForm || FrozenProgram.keeps(function)) {
        for node in function.body.reachableNodes() where node.kind == .globalSet || node.kind == .globalDefine && isForm {
          if !cells.contains(node.payload) { cells.append(node.payload) }
        }
      }
      function = function.previous
    }
    return cells
  }

  /// Whether the variable in a cell is sealed.
  @inline(__always)
  public static func isSealed(_ cell: Address) -> Bool { load32(cell &+ UInt32(SymbolLayout.flags)) & SymbolTraits.sealed != 0 }

  /// The Func of the procedure that a sealed global holds, for ever; nil if it may change, or is none.
  public static func sealedProcedure(_ operand: Operand) -> Func? {
    guard operand.kind == .global, isSealed(operand.address) else { return nil }
    let known = load32(operand.address &+ UInt32(SymbolLayout.knownFunc))
    return known == 0 ? nil : Func(known)
  }

  /// Whether a name means something in an environment that cannot be changed any more.
  static func refuses(_ name: Word, in environment: Environment) -> Bool {
    // The standard library's own texts may be loaded later.
    guard isOn, environment.kind != .standard, environment.number < environments else { return false }
    switch environment.lookup(name) {
    case .unbound: return false
    case .global(let cell): return isSealed(cell.address)
    default: return true
    }
  }

  /// `cannot assign a variable that --seal has sealed: x`, raised as an error.
  static func raiseAssignment(of cell: Address) -> Word {
    raiseError(.sealed, "cannot assign a variable that --seal has sealed:", irritants: list(.pointer(cell, Tag.object)))
  }

  /// The same for a definition.
  static func raiseDefinition(of cell: Address) -> Word {
    raiseError(.sealed, "cannot define a name that --seal has sealed:", irritants: list(.pointer(cell, Tag.object)))
  }
}

extension Expander {
  /// Throws if a definition, or an import, may not give a name another meaning.
  func requireUnsealed(_ name: Word, _ form: Word, in environment: Environment) throws(SyntaxError) {
    if !Sealing.refuses(name, in: environment) { return }
    throw SyntaxError(
      text: [UInt8]("cannot define a name that --seal has sealed: ".utf8) + SymbolTable.utf8(name), Constant.undefined, position(form))
  }
}
