// Builds the graph of a function straight from its structured body, in one walk (after BodySurvey's). The builder keeps, as a validator does, the stack of
// operands and that of control structures, and the value of each local. A branch to the end of a structure takes a snapshot of
// the locals along; at the end, what differs between the snapshots becomes phis. A loop's header has phis for the locals that
// the loop assigns. Unreachable operators are skipped.
//
// Callees that the policy admits are built in place: their bodies are walked as if they were blocks whose label is their return.
//
// With an entry at a loop, the graph starts there: see GraphBuilder+Entry.swift.

import CompilerInterface
import RawCollections
import RuntimeLayout
import WasmFormat

/// A control structure that is being built.
struct OpenStructure {
  enum Kind: UInt8 {
    case function, block, loop, ifThen, ifElse, tryTable
    /// A loop around the one at which execution starts: its start has not been built.
    case enteredLoop
  }
  var kind: Kind
  /// The operands below are not the structure's.
  var height: Int32
  var parameters: TypeRange
  var results: TypeRange
  /// A loop's header.
  var header = Block.none
  /// Where the branches in `firstEdge` lead: the structure's end, or an entered loop's start; none: no branch yet.
  var target = Block.none
  /// For an `if`: where the condition's being false leads, and the locals there.
  var elseBlock = Block.none
  var elseSnapshot: Int32 = -1
  /// The snapshot of the first branch to `target`, linked by `edges`; −1: none.
  var firstEdge: Int32 = -1
  var lastEdge: Int32 = -1
  /// A loop's number in the survey.
  var loop: Int32 = -1
  /// A loop's phis: a range of `loopPhis`.
  var firstPhi: Int32 = 0
  var phiCount: Int32 = 0

  /// What branches to `target` carry.
  var carried: TypeRange { kind == .enteredLoop ? parameters : results }
}

/// What a loop's phi stands for.
struct LoopPhi {
  var phi: Value
  /// A local's number, or −1 − n for the operand n of the stack.
  var place: Int32
}

/// A branch to a structure's end, or to the start of an entered loop.
struct PendingEdge {
  /// Where the locals and then the operands that it carries start in `snapshots`.
  var snapshot: Int32
  var next: Int32
}

/// A function whose body is being built: the one that is compiled, or one in place of a call.
struct BuildFrame {
  var functionIndex: Int
  /// It is one of the guest's, in a module that has been given all that its guest has.
  var isGuests = false
  /// Its first local in `locals`.
  var localBase: Int
  var localCount: Int
  /// Its first structure in `structures`, and its first `try_table` in `tries`.
  var structureBase: Int
  var tryBase: Int
  var body: UnsafePointer<UInt8>
  /// The body's offset in the module.
  var bodyOffset: Int
  var depth: Int
  /// The next loop in the survey, and the first one after this function's.
  var nextLoop: Int
  /// The next hint in the module's hints, and the first one after this function's.
  var nextHint = 0
  var hintsEnd = 0
}

struct GraphBuilder: ~Copyable {
  var graph = Graph()
  var survey = BodySurvey()
  var policy = InliningPolicy()
  unowned(unsafe) var module: ModuleInformation = ModuleInformation.empty
  let rows = OpcodeTable.rows
  var input: OMGInput
  var cursor: TrustedCursor
  var frame: BuildFrame
  /// The functions that are being built, outermost first.
  var chain = RawArray<Int>(capacity: 16)
  var locals = RawArray<Value>(capacity: 64)
  var stack = RawArray<Value>(capacity: 64)
  var structures = RawArray<OpenStructure>(capacity: 32)
  var edges = RawArray<PendingEdge>(capacity: 64)
  var snapshots = RawArray<Value>(capacity: 512)
  var loopPhis = RawArray<LoopPhi>(capacity: 64)
  /// The `try_table`s that are open, outermost first, and their clauses.
  var tries = RawArray<OpenTry>(capacity: 16)
  var clauses = RawArray<CatchClause>(capacity: 16)
  var landingCount = 0
  /// Where instructions go; none: this point cannot be reached.
  var block = Block.none
  var wasmOffset: UInt32 = 0
  var loopNest = 0
  var arguments = RawArray<Value>(capacity: 16)
  /// Operands and results of the guesses that are being built.
  var kept = RawArray<Value>(capacity: 16)
  /// The loop at which execution starts, or −1.
  var entryLoop = -1
  /// It has been found, and the graph starts there.
  var hasEntered = false
  /// The header of the loop that calls of the function by itself in tail position are.
  var selfLoop = Block.none
  /// How large the graph and the snapshots may become.
  var limits = GraphLimits()

  init() {
    let nothing = UnsafePointer(graph.pool.base).withMemoryRebound(to: UInt8.self, capacity: 1) { $0 }
    let range = UnsafeRawPointer(nothing).assumingMemoryBound(to: BodyRange.self)
    input = OMGInput(module: ModuleInformation.empty, functionIndex: 0, bytes: UnsafeRawPointer(nothing), bodies: range)
    cursor = TrustedCursor(nothing)
    frame = BuildFrame(
      functionIndex: 0, localBase: 0, localCount: 0, structureBase: 0, tryBase: 0, body: nothing, bodyOffset: 0, depth: 0, nextLoop: 0)
  }

  // MARK: The function

  /// Builds the function's graph. A refusal is thrown by the operator that finds out: whatever was begun is given up at once.
  mutating func build(_ input: OMGInput) throws(OMGRefusal) {
    do {
      return try attempt(input, inlines: true)
    } catch {
      // What was put in place of a call may be the reason.
      guard chain.count > 1 || policy.hasAdmitted else { throw error }
    }
    try attempt(input, inlines: false)
  }

  private mutating func attempt(_ input: OMGInput, inlines: Bool) throws(OMGRefusal) {
    self.input = input
    module = input.module
    graph.reset()
    graph.module = module
    graph.clobbers = input.clobbers
    graph.functionIndex = input.functionIndex
    survey.reset()
    chain.removeAll()
    locals.removeAll()
    stack.removeAll()
    structures.removeAll()
    edges.removeAll()
    snapshots.removeAll()
    loopPhis.removeAll()
    tries.removeAll()
    clauses.removeAll()
    kept.removeAll()
    landingCount = 0
    loopNest = 0
    entryLoop = -1
    hasEntered = false
    selfLoop = .none
    if case .loop(let offset) = input.entry { entryLoop = offset }
    policy.begin(bodySize: input.bodySize, inlines: inlines)
    limits = input.limits
    graph.work.begin(limit: limits.work)
    block = graph.makeBlock()
    graph.entry = block

    let shape = module.shape(ofFunction: input.functionIndex)
    for index in 0..<Int(shape.parameters.count) {
      let kind = ValueKind(module.typePool[Int(shape.parameters.start) + index])
      arguments.append(graph.append(Instruction(.parameter, kind, index: UInt32(index)), to: block))
    }
    try enterBody(input.functionIndex)
    if survey.callsItselfAtEnd, entryLoop < 0 { beginSelfLoop() }
    if entryLoop < 0 { takeFuel() }
    try walk(untilStructure: 0)
    guard entryLoop < 0 || hasEntered else { throw .unreachableEntry }
    eliminateIdentities(&graph)
  }

  func bodyRange(_ functionIndex: Int) -> BodyRange { place(ofBody: functionIndex).range }

  /// Where a function's body is, and the offset in the module, or beyond it, of what comes with it (`GuestBodies.offset`).
  private func place(ofBody functionIndex: Int) -> (range: BodyRange, bytes: UnsafeRawPointer, offset: Int) {
    if let imported = module.guest, let number = imported.definedFunction(functionIndex, module), let guest = input.guest {
      return (guest.bodies[number], guest.bytes, guest.offset)
    }
    return (input.bodies[functionIndex - module.importedFunctionCount], input.bytes, 0)
  }

  /// Starts a body: its parameters are in `arguments`, which is emptied.
  mutating func enterBody(_ functionIndex: Int) throws(OMGRefusal) {
    let (range, bytes, offset) = place(ofBody: functionIndex)
    let body = (bytes + Int(range.start)).assumingMemoryBound(to: UInt8.self)
    let localBase = locals.count
    for index in 0..<arguments.count { locals.append(arguments[index]) }
    arguments.removeAll()
    cursor = TrustedCursor(body)
    for _ in 0..<cursor.u32() {
      let count = cursor.u32()
      let kind = ValueKind(cursor.valueType())
      guard count > 0 else { continue }
      guard count <= limits.locals - (locals.count - localBase) else { throw .tooLarge }
      let zero = graph.append(kind == .v128 ? Instruction(vector: .zero) : Instruction(.constant, kind, index: 0), to: block)
      for _ in 0..<count { locals.append(zero) }
    }
    let nextLoop = survey.loops.count
    frame = BuildFrame(
      functionIndex: functionIndex, isGuests: functionIndex < module.importedFunctionCount, localBase: localBase,
      localCount: locals.count - localBase, structureBase: structures.count,
      tryBase: tries.count, body: body, bodyOffset: offset + Int(range.start), depth: chain.count, nextLoop: nextLoop)
    beginHints()
    chain.append(functionIndex)
    try survey.survey(
      cursor.pc, body: body, localCount: frame.localCount, functionIndex: indexInBody(functionIndex), limit: limits.instructions)
    let shape = module.shape(ofFunction: functionIndex)
    structures.append(
      OpenStructure(
        kind: .function, height: Int32(stack.count), parameters: .empty, results: shape.results))
  }

  /// Builds operators until the structure with this number has ended.
  mutating func walk(untilStructure first: Int) throws(OMGRefusal) {
    while structures.count > first {
      try limitGraph()
      if block.exists {
        try operatorAtCursor()
      } else {
        try skipUnreachable()
      }
    }
  }

  /// Call it after every step whose size the module chooses, and within what repeats such steps.
  @inline(__always)
  func limitGraph() throws(OMGRefusal) {
    guard graph.instructions.count <= limits.instructions, graph.pool.count <= limits.poolWords else { throw .tooLarge }
    if graph.work.isSpent { throw .overBudget }
  }

  /// Skips to the `else` or `end` of the innermost structure, and does that.
  private mutating func skipUnreachable() throws(OMGRefusal) {
    var depth = 0
    while true {
      let position = cursor.pc
      let row = cursor.row(rows)
      switch row.pointee.opcode {
      case .block, .loop, .if, .tryTable:
        if row.pointee.opcode == .loop { frame.nextLoop += 1 }
        cursor.skip(row.pointee.immediates)
        depth += 1
      case .end where depth > 0: depth -= 1
      case .end,
        .else where depth == 0:
        cursor.pc = position
        return try operatorAtCursor()
      default: cursor.skip(row.pointee.immediates)
      }
    }
  }

  // MARK: Instructions

  @inline(__always)
  mutating func emit(_ instruction: Instruction) -> Value {
    var instruction = instruction
    instruction.wasmOffset = wasmOffset
    return graph.append(instruction, to: block)
  }

  @inline(__always)
  mutating func constant(_ kind: ValueKind, _ bits: Int64) -> Value {
    emit(Instruction(.constant, kind, index: 0, immediate: bits))
  }

  @inline(__always)
  mutating func push(_ value: Value) { stack.append(value) }

  @inline(__always)
  mutating func pop() -> Value { graph.resolve(stack.removeLast()) }

  /// Ends the block; nothing can be reached until a structure's end.
  mutating func terminate(_ instruction: Instruction) -> Value {
    let value = emit(instruction)
    block = .none
    return value
  }
}
