// Generates one function: a walk over the procedure's IR in order, a wasm local for each slot, a wasm block or loop for each label.
//
// What leaves the function and never comes back (unwinding, errors) is a *cold exit*: its code follows the body, which is wrapped in one
// block for each exit, so that the hot path only has a `br_if`. Branches to cold exits, and to other code that is rarely needed, say so
// (WasmFormat's BranchHint).
//
//     block              exit 1
//       block            exit 0
//         body: ... br_if exit
//       end
//       code of exit 0; return
//     end
//     code of exit 1; return
//
// Values that are live across a call, and the running procedure if it is needed later, are stored at sp before it, where the collector finds them, and
// loaded again after it; but those that are no pointers, and doubles, stay in their locals. Only a frame record has them all, in the order of
// `Node.forEachLive`: the exit for a callee that unwound stores them.
//
// A slot's value is in its word local, or, where it is known to be a flonum, in its double local (see `TypeState`). What is known is followed
// through the walk in `state`.
import GuestABI
import SchemeCore
import WasmFormat

struct FunctionGenerator: ~Copyable {
  let unit: CompilationUnit
  let function: Func
  var body: FunctionBodyWriter
  /// How many blocks are open in `body`.
  var nesting = 0
  var exits: [ColdExit] = []
  /// The labels in scope and the nesting of their blocks.
  var labels: [(node: Address, nesting: Int, isLoop: Bool)] = []
  let batch: [CompilationUnit]
  let routines: RuntimeRoutines
  let directTypes: [UInt32]
  let routineTypes: [UInt32]

  // Locals.
  let procedure: UInt32 = 0
  let sp: UInt32 = 1
  let firstSlot: UInt32
  let temporaryA: UInt32
  let temporaryB: UInt32
  let temporaryC: UInt32
  let address: UInt32
  /// Where an encoded flonum passes through.
  let encoded: UInt32
  /// For slots and free variables (after the slots) that are ever doubles: their double locals; 0 for others.
  var doubleLocals: [UInt32]
  /// How many double locals there are, those without a slot included.
  var doubleCount: UInt32 = 0

  /// What is known here.
  var state: TypeState
  let labelTypes: LabelTypes
  let speculates: Bool
  /// Operands that have no double local of their own, or are not certainly flonums, and where their doubles are for the node at hand.
  var preparedDoubles: [(operand: Operand, local: UInt32)] = []
  /// The nodes whose failed presumptions have an exit, which may be shared within the node.
  var lastFailure: (node: Address, exit: Int) = (0, 0)

  init(_ unit: CompilationUnit, module: borrowing ModuleGenerator) {
    self.unit = unit
    function = unit.function
    batch = module.batch
    routines = module.routines
    directTypes = (0...FuncLayout.maximumDirectArity).map { module.directType($0) }
    routineTypes = RoutineType.allCases.map { module.type($0) }
    let parameters = unit.hasDirectEntry ? 2 + function.parameters : 3
    body = FunctionBodyWriter(parameterCount: parameters)
    firstSlot = unit.hasDirectEntry ? 2 : 3
    // The locals are declared in `finish`, in this order.
    let end = firstSlot + UInt32(function.slotCount)
    temporaryA = end
    temporaryB = end + 1
    temporaryC = end + 2
    encoded = end + 3
    address = end + 4
    doubleLocals = [UInt32](repeating: 0, count: function.slotCount + function.freeVariables)
    state = TypeState(slots: function.slotCount, free: function.freeVariables)
    speculates = function.speculates
    labelTypes = TypeInference(unit, speculates: speculates).infer()
  }

  func slot(_ index: Int) -> UInt32 { firstSlot + UInt32(index) }

  mutating func generate() {
    if let loop = unit.loop {
      restOfFunction(from: loop)
    } else {
      if !function.hasDirectEntry { loadArguments() }
      if needsPoll { pollEntry() }
      path(function.body)
    }
    body.unreachable()
  }

  /// The function with its cold exits.
  consuming func finish() -> FunctionBodyWriter {
    var whole = FunctionBodyWriter(parameterCount: unit.hasDirectEntry ? 2 + function.parameters : 3)
    while whole.localCount < address { _ = whole.addLocal(.i64) }
    _ = whole.addLocal(.i32)
    for _ in 0..<doubleCount { _ = whole.addLocal(.f64) }
    for _ in exits { whole.block() }
    whole.append(body)
    for exit in exits {
      whole.end()
      write(exit, into: &whole)
    }
    whole.end()
    return whole
  }

  // MARK: Entry

  /// Takes the arguments of a general entry from memory.
  private mutating func loadArguments() {
    let count: UInt32 = 2
    body.localGet(count)
    body.i32Const(Int32(function.parameters))
    body.emit(function.hasRest ? .i32LtS : .i32Ne)
    exit(if: .wrongArgumentCount)
    for index in 0..<function.parameters {
      body.localGet(sp)
      body.load(.i64Load, offset: UInt32(8 * index))
      body.localSet(slot(index))
    }
    if function.hasRest {
      body.localGet(sp)
      body.i32Const(Int32(function.parameters))
      body.localGet(count)
      call(routines.listOfArguments, .list)
      body.localSet(slot(function.parameters))
    }
  }

  /// A procedure without calls and loops cannot be part of an endless computation without polls.
  private var needsPoll: Bool { containsCallsOrLoops(function.body) }

  private func containsCallsOrLoops(_ start: Node) -> Bool {
    var node = start
    while true {
      switch node.kind {
      case .call, .tailCall, .apply, .tailApply: return true
      case .return, .jump: return false
      case .label:
        if node.flags & Node.loopFlag != 0 || containsCallsOrLoops(node.body) { return true }
      case .branch, .branchOperation: if containsCallsOrLoops(node.alternative) { return true }
      default: break
      }
      node = node.next
    }
  }

  /// Pushes whether a poll is due.
  private mutating func isPollDue() {
    body.localGet(sp)
    body.i32Const(0)
    body.load(.i32Load, offset: RuntimeState.address &+ UInt32(RuntimeStateLayout.stackLimit))
    body.emit(.i32GeU)
  }

  private mutating func pollEntry() {
    isPollDue()
    ifUnlikely()
    nesting += 1
    for index in 0..<function.entrySlots { storeSlot(index, at: index) }
    body.localGet(procedure)
    body.localGet(sp)
    body.i32Const(Int32(function.entrySlots))
    call(routines.pollEntry, .general)
    body.localTee(procedure)
    isUnwind()
    exit(if: .unwound)
    for index in 0..<function.entrySlots { loadSlot(index, at: index) }
    nesting -= 1
    body.end()
  }

  // MARK: Paths

  /// Generates from a node to the ends of all paths from it.
  mutating func path(_ start: Node) {
    var node = start
    while true {
      switch node.kind {
      case .return:
        push(node.a)
        return body.return()
      case .jump: return jump(node)
      case .tailCall: return tailCall(node)
      case .tailApply: return tailApply(node)
      case .branch:
        body.block()
        nesting += 1
        push(node.a)
        body.i64Const(Int64(Constant.false))
        body.emit(.i64Eq)
        body.brIf(0)
        let outer = state
        path(node.next)
        state = outer
        nesting -= 1
        body.end()
        node = node.alternative
      case .branchOperation:
        branch(node)
        let outer = state
        state.refineWhereTrue(node)
        path(node.next)
        state = outer
        nesting -= 1
        body.end()
        node = node.alternative
      case .label:
        label(node)
        return
      default:
        binding(node)
        node = node.next
      }
    }
  }

  /// Notes a binding that leaves its value in the word local, and what it has shown of the operands.
  mutating func bound(_ node: Node) {
    let type = state.result(node, speculates: speculates)
    state.refineOperands(node, speculates: speculates)
    if node.bindsSlot { state.bind(node.slot, type) }
  }

  /// A label's scope in a block, its body after it, in a loop if it is one.
  private mutating func label(_ node: Node) {
    let outer = state
    body.block()
    nesting += 1
    labels.append((node.address, nesting, false))
    path(node.next)
    nesting -= 1
    body.end()
    labels.removeLast()
    state = outer
    labelBody(node)
  }

  private mutating func labelBody(_ node: Node) {
    state.dropWords()
    for (index, type) in labelTypes.parameters(of: node).enumerated() { state.bind(node.slot + index, type) }
    if !node.isLoop { return path(node.body) }
    body.loop()
    nesting += 1
    labels.append((node.address, nesting, true))
    path(node.body)
    labels.removeLast()
    nesting -= 1
    body.end()
    body.unreachable()
  }

  /// From a loop on, with the interpreter's frame at sp. The labels that are open around the loop get blocks, and their bodies after those, as
  /// if the loop were their scope; what was before the loop is left out.
  private mutating func restOfFunction(from loop: Node) {
    for index in 0..<(loop.slot + loop.count) { loadSlot(index, at: index) }
    for (index, type) in labelTypes.parameters(of: loop).enumerated() {
      require(type, .slot(loop.slot + index), loop.body)
    }
    lastFailure.node = 0
    let outer = TypeState(slots: function.slotCount, free: function.freeVariables)
    let open = loop.labelsAround(in: function)
    for label in open {
      body.block()
      nesting += 1
      labels.append((label.address, nesting, false))
    }
    state = outer
    labelBody(loop)
    for label in open.reversed() {
      nesting -= 1
      body.end()
      labels.removeLast()
      state = outer
      labelBody(label)
    }
  }

  private mutating func jump(_ node: Node) {
    let label = Node(node.payload)
    let types = labelTypes.parameters(of: label)
    var moved: [Int] = []
    preparedDoubles.removeAll()
    for index in 0..<node.count {
      let argument = node.argument(index)
      require(types[index], argument, node)
      let target = label.slot + index
      if argument == .slot(target) && (types[index] == .flonum) == (state.homes[target] != .word) { continue }
      moved.append(index)
    }
    for index in moved {
      if types[index] == .flonum { pushDouble(node.argument(index)) } else { push(node.argument(index)) }
    }
    for index in moved.reversed() {
      let target = label.slot + index
      body.localSet(types[index] == .flonum ? doubleLocal(slot: target) : slot(target))
    }
    var target = 0
    var isBack = false
    for entry in labels where entry.node == label.address {
      target = entry.nesting
      isBack = entry.isLoop
    }
    if isBack { pollLoop(label, node, types) }
    body.br(UInt32(nesting - target))
  }

  /// Makes sure that an operand has the type of the label's parameter that it is for, where that is presumed.
  private mutating func require(_ type: StaticType, _ operand: Operand, _ node: Node) {
    if state.type(operand) != .any { return }
    if type == .fixnum { requireFixnums(operand, operand, node) }
    if type == .flonum { requireFlonum(operand, node) }
  }

  private mutating func pollLoop(_ label: Node, _ jump: Node, _ types: [StaticType]) {
    isPollDue()
    ifUnlikely()
    nesting += 1
    var kept: [Int?] = []
    label.forEachLiveInLoop { slot in
      if let slot {
        let type = slot < label.slot ? state.slots[slot] : types[slot - label.slot]
        let isDouble = slot < label.slot ? state.homes[slot] != .word : type == .flonum
        if isDouble || type.isPointerFree { return }
      }
      kept.append(slot)
    }
    for position in kept.indices { storeLive(kept[position], at: position) }
    body.i64Const(0)
    body.localGet(sp)
    body.i32Const(Int32(8 * kept.count))
    body.emit(.i32Add)
    body.i32Const(Int32(bitPattern: function.address))
    call(routines.pollLoop, .general)
    isUnwind()
    exit(if: .failed(jump))
    for position in kept.indices { loadLive(kept[position], at: position) }
    nesting -= 1
    body.end()
  }

  // MARK: Edges rarely taken

  /// An `if` whose condition rarely holds, and says so.
  @inline(never) mutating func ifUnlikely() {
    body.hint(isLikely: false)
    body.if()
  }

  /// A `br_if` whose condition rarely holds, and says so.
  @inline(never) mutating func branchUnlikely(_ label: UInt32) {
    body.hint(isLikely: false)
    body.brIf(label)
  }

  // MARK: Operands and the stack

  /// Pushes an operand's value as a word.
  @inline(never) mutating func push(_ operand: Operand) {
    switch operand.kind {
    case .slot:
      if state.homes[operand.index] == .double { encode(slot: operand.index) }
      body.localGet(slot(operand.index))
    case .free:
      body.localGet(procedure)
      body.emit(.i32WrapI64)
      body.load(.i64Load, offset: UInt32(Operand.freeOffset(operand.index)))
    case .constant:
      let value = load64(operand.address)
      if value.isPointer {
        body.i32Const(0)
        body.load(.i64Load, offset: operand.address)
      } else {
        body.i64Const(Int64(bitPattern: value))
      }
    case .global:
      body.i32Const(0)
      body.load(.i64Load, offset: operand.address + UInt32(SymbolLayout.value))
    case .procedure: body.localGet(procedure)
    }
  }

  @inline(never) mutating func storeSlot(_ index: Int, at position: Int) {
    body.localGet(sp)
    body.localGet(slot(index))
    body.store(.i64Store, offset: UInt32(8 * position))
  }

  @inline(never) mutating func loadSlot(_ index: Int, at position: Int) {
    body.localGet(sp)
    body.load(.i64Load, offset: UInt32(8 * position))
    body.localSet(slot(index))
  }

  /// Stores a live slot, or the running procedure.
  @inline(never) mutating func storeLive(_ index: Int?, at position: Int) {
    if let index { return storeSlot(index, at: position) }
    body.localGet(sp)
    body.localGet(procedure)
    body.store(.i64Store, offset: UInt32(8 * position))
  }

  @inline(never) mutating func loadLive(_ index: Int?, at position: Int) {
    if let index { return loadSlot(index, at: position) }
    body.localGet(sp)
    body.load(.i64Load, offset: UInt32(8 * position))
    body.localSet(procedure)
  }

  /// Pushes whether the value on the stack is `unwind`.
  @inline(never) mutating func isUnwind() {
    body.i64Const(Int64(bitPattern: Constant.unwind))
    body.emit(.i64Eq)
  }

  /// Calls a routine whose arguments are pushed.
  @inline(never) mutating func call(_ routine: UInt32, _ type: RoutineType) {
    body.i32Const(Int32(bitPattern: routine))
    body.callIndirect(type: routineTypes[type.rawValue])
  }

  /// The function of a procedure of this module.
  func functionIndex(_ address: Address) -> UInt32? {
    for index in batch.indices where batch[index].loop == nil && batch[index].function.address == address {
      return UInt32(index)
    }
    return nil
  }

  /// Goes back to the interpreter at a node if the i32 on the stack is not 0.
  @inline(never) mutating func fail(if node: Node) {
    if lastFailure.node == node.address { return branchUnlikely(UInt32(nesting + lastFailure.exit)) }
    lastFailure = (node.address, exits.count)
    var homes: [TypeState.Home] = []
    node.forEachSlotNeeded(function.keepsAllSlots) { homes.append(state.homes[$0]) }
    exit(if: .presumedWrong(node, homes))
  }

  /// Takes a cold exit if the i32 on the stack is not 0.
  @inline(never) mutating func exit(if exit: ColdExit) {
    branchUnlikely(UInt32(nesting + exits.count))
    exits.append(exit)
  }

  /// Takes a cold exit.
  @inline(never) mutating func exit(_ exit: ColdExit) {
    body.br(UInt32(nesting + exits.count))
    exits.append(exit)
  }
}

extension Node {
  /// What a loop's back edge must keep: what it needs from outside, its parameters, and the procedure (nil), if needed.
  func forEachLiveInLoop(_ visit: (Int?) -> Void) {
    if flags & Node.keepAllFlag != 0 {
      for index in 0..<(slot + count) { visit(index) }
      return visit(nil)
    }
    var rest = live & ~Node.liveProcedure
    while rest != 0 {
      visit(rest.trailingZeroBitCount)
      rest &= rest - 1
    }
    for index in slot..<(slot + count) { visit(index) }
    if live & Node.liveProcedure != 0 { visit(nil) }
  }
}
