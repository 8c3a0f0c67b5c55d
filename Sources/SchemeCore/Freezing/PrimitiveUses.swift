// Which primitives a program can still call: those that code names, and those that are values somewhere. It is asked when a program is written to a file, after a collection
// of everything; the file leaves the others out.
//
// What is looked at is all code that there is and every word of the heap, reached or not: too much is kept rather than too little. A program that can expand new code (`eval`,
// `load`, environments) can reach everything by its name.
import GuestABI

struct PrimitiveUses {
  /// For each row of the table.
  private(set) var isUsed = [Bool](repeating: false, count: Primitives.rowCount)
  /// From the procedures of primitives to their rows.
  private var rows = WordTable(isPermanent: true)

  /// Whether a program can expand code when it runs.
  private(set) var canEvaluate = false

  /// What is used now.
  static func find() -> PrimitiveUses {
    var uses = PrimitiveUses()
    uses.enterProcedures()
    var function = Func.newest
    while function.address != 0 {
      if function.kind == .lambda { for node in function.body.reachableNodes() { uses.note(node) } }
      function = function.previous
    }
    CodeStore.forEachUnit { $0.forEachCell { uses.note(value: load64($0)) } }
    for index in 0..<Root.count { uses.note(value: runtimeState.roots[index]) }
    for procedure in LibraryProcedure.allCases { uses.note(value: procedure.value) }
    uses.scanHeap()
    uses.rows.free()
    uses.canEvaluate = uses.uses(anyOf: ["eval", "%environment", "%next-form"])
    return uses
  }

  /// Whether one of some primitives is used.
  func uses(anyOf names: [StaticString]) -> Bool { names.contains { isUsed[Primitives.row(named: $0)] } }

  /// Everything may be called.
  mutating func useAll() {
    for row in isUsed.indices { isUsed[row] = true }
  }

  /// Table indices of the functions of primitives that are used.
  var functions: [UInt32] { isUsed.indices.filter { isUsed[$0] }.map { tableIndex(Primitives.function($0)) } }

  private mutating func enterProcedures() {
    SymbolTable.forEachSymbol { cell in
      let value = globalValue(cell)
      if !value.isProcedure { return }
      let function = Func(procedureFunction(value))
      if function.kind == .primitive { rows.set(value, .fixnum(function.primitive)) }
    }
  }

  private mutating func note(value: Word) {
    if value.isProcedure, let row = rows.value(value) { isUsed[row.index] = true }
  }

  // MARK: Code

  private mutating func note(_ node: Node) {
    switch node.kind {
    case .operation, .branchOperation, .primitiveCall: isUsed[Int(node.payload)] = true
    case .globalRef: note(global: node.payload)
    default: break
    }
    node.forEachOperand { note($0) }
  }

  private mutating func note(_ operand: Operand) {
    switch operand.kind {
    case .constant: note(value: load64(operand.address))
    case .global: note(global: operand.address)
    default: break
    }
  }

  private mutating func note(global cell: Address) { note(value: globalValue(cell)) }

  // MARK: The heap

  private mutating func scanHeap() {
    Block.forEach(from: heapState.values.blocks) { scanWords($0 &+ Block.objects, load32($0 &+ Block.end)) }
    heapState.large.forEach { object, end in scanWords(object, end) }
  }

  private mutating func scanWords(_ start: Address, _ end: Address) {
    var address = start
    while address < end {
      note(value: load64(address))
      address = address &+ 8
    }
  }
}
