// What the debugger knows of the variables of a function: notes, each of which says that from a node on a variable is in scope, and where it is, or that it is so no
// longer. The IR is a tree whose branches are scopes, so what is in scope at a node is told by the notes on the path from the function's first node.
//
// Only code that is made while there is a debugger has notes. They lie in the memory of the function's code, each linked to the one made before it.
import GuestABI

/// The layout of a note; 32 bits each.
enum VariableNote {
  static let node: Address = 0
  /// The address of the name's symbol; 0: `operand` is the number of the environment that the function is in.
  static let name: Address = 4
  static let operand: Address = 8
  /// The address of the note made before, and `boxFlag`.
  static let next: Address = 12
  static let size = 16
  /// The operand is a box.
  static let boxFlag: Address = 1
  /// In place of an operand: the variable goes out of scope.
  static var end: Operand { Operand(bits: 7) }
}

extension Variable {
  /// Whether it has a value under a name of the program.
  var isShown: Bool { name.isSymbol && !isOfMacro && !isLoop }
}

extension FunctionBuilder {
  /// The variable is in scope from the node on, which is returned.
  @_optimize(none)
  func noted(_ variable: Variable, at node: Node) -> Node {
    if takesNotes && variable.isShown { add(node, variable.name, variable.operand, isBox: variable.isAssigned) }
    return node
  }

  @_optimize(none)
  func noted(_ variables: [Variable], at node: Node) -> Node {
    // The newest note of a node comes first.
    for variable in variables.reversed() { _ = noted(variable, at: node) }
    return node
  }

  /// The variables are in scope no longer.
  @_optimize(none)
  func notedEnd(_ variables: [Variable], at node: Node) -> Node {
    if takesNotes { for variable in variables where variable.isShown { add(node, variable.name, VariableNote.end, isBox: false) } }
    return node
  }

  /// What is in scope from the beginning: parameters, what the procedure has closed over, itself.
  @_optimize(none)
  func noteFunction() {
    let start = lambda.function.body
    _ = noted(lambda.parameters, at: start)
    for (index, variable) in lambda.free.enumerated().reversed() where variable.isShown {
      add(start, variable.name, .free(index), isBox: variable.isAssigned)
    }
    for variable in lambda.constants.reversed() where variable.isShown {
      let operand = variable.lambda === lambda ? Operand.procedure : variable.operand
      if operand.kind == .constant || operand.kind == .procedure { add(start, variable.name, operand, isBox: false) }
    }
    add(Node(0), 0, Operand(bits: UInt32(Debugging.environment)), isBox: false)
  }

  @_optimize(none)
  private func add(_ node: Node, _ name: Word, _ operand: Operand, isBox: Bool) {
    let note = CodeStore.allocate(bytes: VariableNote.size)
    store32(note &+ VariableNote.node, node.address)
    store32(note &+ VariableNote.name, name == 0 ? 0 : name.address)
    store32(note &+ VariableNote.operand, operand.bits)
    store32(note &+ VariableNote.next, lambda.function.notes | (isBox ? VariableNote.boxFlag : 0))
    lambda.function.notes = note
  }
}

/// A variable that is in scope somewhere.
struct ScopedVariable {
  /// A symbol.
  let name: Word
  let operand: Operand
  let isBox: Bool
}

extension Func {
  /// The environment that the code is in.
  var environment: Environment {
    var note = notes
    while note != 0 {
      if load32(note &+ VariableNote.name) == 0 { return Environment.all[Int(load32(note &+ VariableNote.operand))] }
      note = load32(note &+ VariableNote.next) & ~VariableNote.boxFlag
    }
    return .interaction
  }

  /// The variables in scope at a node, the outermost first; of several of a name, the innermost.
  func variables(at node: Node) -> [ScopedVariable] {
    var search = VariableSearch(notes: notes, target: node)
    if !search.find(from: body) { return [] }
    var shown: [ScopedVariable] = []
    for (index, variable) in search.variables.enumerated() {
      if !search.variables[(index + 1)...].contains(where: { $0.name == variable.name }) { shown.append(variable) }
    }
    return shown
  }

  /// Whether a node is in the function.
  func contains(_ node: Node) -> Bool {
    var search = VariableSearch(notes: 0, target: node)
    return search.find(from: body)
  }
}

/// The way from a function's first node to another one.
private struct VariableSearch {
  let notes: Address
  let target: Node
  private(set) var variables: [ScopedVariable] = []

  init(notes: Address, target: Node) {
    self.notes = notes
    self.target = target
  }

  mutating func find(from start: Node) -> Bool {
    var node = start
    while true {
      apply(node)
      if node == target { return true }
      switch node.kind {
      case .branch, .branchOperation: if branch(to: node.alternative) { return true }
      case .label: if branch(to: node.body) { return true }
      case .tailCall where node.isSelfCall: break
      case .return, .jump, .tailCall, .tailApply: return false
      default: break
      }
      node = node.next
    }
  }

  private mutating func branch(to node: Node) -> Bool {
    let outer = variables
    if find(from: node) { return true }
    variables = outer
    return false
  }

  /// The newest note of a node is that of the outermost scope.
  private mutating func apply(_ node: Node) {
    var note = notes
    while note != 0 {
      let link = load32(note &+ VariableNote.next)
      if load32(note &+ VariableNote.node) == node.address && load32(note &+ VariableNote.name) != 0 {
        let name = Word.pointer(load32(note &+ VariableNote.name), Tag.object)
        let operand = Operand(bits: load32(note &+ VariableNote.operand))
        if operand == VariableNote.end {
          if let last = variables.lastIndex(where: { $0.name == name }) { variables.remove(at: last) }
        } else {
          variables.append(ScopedVariable(name: name, operand: operand, isBox: link & VariableNote.boxFlag != 0))
        }
      }
      note = link & ~VariableNote.boxFlag
    }
  }
}
