// Control structures and branches.

import CompilerInterface
import RuntimeLayout
import WasmFormat

extension GraphBuilder {
  /// A block type's parameters and results.
  mutating func blockType() -> (TypeRange, TypeRange) {
    switch cursor.blockType() {
    case .empty: return (.empty, .empty)
    case .value(let type): return (.empty, range(of: type))
    case .type(let index):
      let shape = module.types[typeIndex(Int(index))]
      return (shape.parameters, shape.results)
    }
  }

  mutating func enterStructure(_ opcode: Opcode, at offset: Int) throws(OMGRefusal) {
    let (parameters, results) = blockType()
    let condition = opcode == .if ? pop() : Value.none
    let height = Int32(stack.count) - parameters.count
    var structure = OpenStructure(
      kind: opcode == .loop ? .loop : opcode == .if ? .ifThen : .block, height: height, parameters: parameters, results: results)
    if opcode == .if {
      let taken = graph.makeBlock()
      let other = graph.makeBlock()
      _ = emit(Instruction(.branch, .none, condition))
      graph.connect(block, to: taken)
      graph.connect(block, to: other)
      noteHint(block)
      structure.elseBlock = other
      structure.elseSnapshot = try beginSnapshot()
      appendToSnapshot(from: Int(height), to: stack.count)
      block = taken
    }
    if opcode == .loop {
      if offset == entryLoop, frame.depth == 0, !hasEntered { enterFromFrame() }
      beginLoop(&structure)
    }
    structures.append(structure)
  }

  // MARK: Loops

  private mutating func beginLoop(_ structure: inout OpenStructure) {
    let header = graph.makeBlock()
    _ = emit(Instruction(.jump, .none))
    graph.connect(block, to: header)
    block = header
    structure.header = header
    structure.firstPhi = Int32(loopPhis.count)
    structure.loop = Int32(frame.nextLoop)
    loopNest += 1
    let loop = survey.loops[frame.nextLoop]
    frame.nextLoop += 1
    for index in 0..<Int(loop.assignedCount) { addLoopPhi(local: Int(survey.assigned[Int(loop.firstAssigned) + index])) }
    for position in Int(structure.height)..<stack.count { addLoopPhi(operand: position) }
    structure.phiCount = Int32(loopPhis.count) - structure.firstPhi
    takeFuel()
  }

  private mutating func addLoopPhi(local: Int) {
    let place = frame.localBase + local
    let phi = addLoopPhi(locals[place], place: Int32(local))
    locals[place] = phi
  }

  private mutating func addLoopPhi(operand position: Int) {
    let phi = addLoopPhi(stack[position], place: Int32(-1 - position))
    stack[position] = phi
  }

  private mutating func addLoopPhi(_ first: Value, place: Int32) -> Value {
    let first = graph.resolve(first)
    let phi = emit(Instruction(.phi, graph[first].type))
    graph.appendArgument(phi, first)
    loopPhis.append(LoopPhi(phi: phi, place: place))
    return phi
  }

  /// At the start of a function and of a loop's iteration, where baseline code does it.
  mutating func takeFuel() {
    if module.countsFuel { _ = emit(Instruction(.takeFuel, .none)) }
  }

  /// Another edge to the loop's header: from the block `block`, with the locals and operands as they are, the loop's parameters on top.
  private mutating func branchToLoop(_ structure: OpenStructure, from source: Block) throws(OMGRefusal) {
    try limitGraph()
    graph.connect(source, to: structure.header)
    // The loop's operands are at the top of the stack now; what was below them at its start still is where it was.
    let parameterBase = stack.count - Int(structure.parameters.count)
    graph.work.spend(Int(structure.phiCount))
    for index in 0..<Int(structure.phiCount) {
      let phi = loopPhis[Int(structure.firstPhi) + index]
      let value: Value
      if phi.place >= 0 {
        value = locals[frame.localBase + Int(phi.place)]
      } else {
        let position = Int(-1 - phi.place)
        value = position < Int(structure.height) ? stack[position] : stack[parameterBase + position - Int(structure.height)]
      }
      graph.appendArgument(phi.phi, graph.resolve(value))
    }
  }

  /// Of a loop that has ended: phis that turn out to be one value are that value.
  private mutating func endLoop(_ structure: OpenStructure) {
    loopNest -= 1
    for index in 0..<Int(structure.phiCount) {
      let phi = loopPhis[Int(structure.firstPhi) + index].phi
      guard graph[phi].operation == .phi else { continue }
      var only = Value.none
      var isTrivial = true
      graph.work.spend(graph.argumentCount(phi))
      for input in graph.arguments(phi) {
        let input = graph.resolve(input)
        if input == phi || input == only { continue }
        if only.exists { isTrivial = false }
        only = input
      }
      if isTrivial && only.exists { graph.replace(phi, by: only) }
    }
    loopPhis.setCount(Int(structure.firstPhi))
  }

  /// A function that calls itself in tail position is a loop: its header gets phis for the parameters.
  mutating func beginSelfLoop() {
    let header = graph.makeBlock()
    _ = emit(Instruction(.jump, .none))
    graph.connect(block, to: header)
    block = header
    selfLoop = header
    loopNest += 1
    let count = Int(module.shape(ofFunction: frame.functionIndex).parameters.count)
    for index in 0..<count {
      let first = locals[frame.localBase + index]
      let phi = emit(Instruction(.phi, graph[first].type))
      graph.appendArgument(phi, first)
      locals[frame.localBase + index] = phi
    }
  }

  /// A call of the function by itself in tail position, with its arguments on the stack.
  mutating func branchToSelf() {
    let count = Int(module.shape(ofFunction: frame.functionIndex).parameters.count)
    let base = stack.count - count
    var phi = graph.at(selfLoop).pointee.first
    for index in 0..<count {
      graph.appendArgument(phi, graph.resolve(stack[base + index]))
      phi = graph[phi].next
    }
    stack.setCount(base)
    _ = emit(Instruction(.jump, .none))
    graph.connect(block, to: selfLoop)
    block = .none
  }

  // MARK: Ends

  /// Begins a snapshot, with the locals; returns its place.
  private mutating func beginSnapshot() throws(OMGRefusal) -> Int32 {
    guard snapshots.count + frame.localCount + stack.count <= limits.snapshotWords else { throw .tooLarge }
    graph.work.spend(frame.localCount)
    let snapshot = Int32(snapshots.count)
    for index in 0..<frame.localCount { snapshots.append(locals[frame.localBase + index]) }
    return snapshot
  }

  /// Adds a range of the operands to the snapshot that was begun last. An empty range may lie beyond the stack.
  private mutating func appendToSnapshot(from first: Int, to end: Int) {
    guard first < end else { return }
    for position in first..<end { snapshots.append(stack[position]) }
  }

  /// Makes the current block's edge number `successors.count` lead to the label of a structure, whose operands are on top of the stack. They
  /// stay there.
  mutating func connect(_ source: Block, toLabel number: Int) throws(OMGRefusal) {
    if structures[number].kind == .loop { return try branchToLoop(structures[number], from: source) }
    try connectForward(source, toStructure: number)
  }

  /// The same for a structure whose label has not been built; for a loop, to its end.
  mutating func connectForward(_ source: Block, toStructure number: Int) throws(OMGRefusal) {
    if !structures[number].target.exists { structures[number].target = graph.makeBlock() }
    graph.connect(source, to: structures[number].target)
    let structure = structures[number]
    let snapshot = try beginSnapshot()
    // The operands between the structure's own and the label's are given up.
    appendToSnapshot(from: stack.count - Int(structure.carried.count), to: stack.count)
    let edge = Int32(edges.count)
    edges.append(PendingEdge(snapshot: snapshot, next: -1))
    if structure.firstEdge < 0 {
      structures[number].firstEdge = edge
    } else {
      edges[Int(structure.lastEdge)].next = edge
    }
    structures[number].lastEdge = edge
  }

  mutating func elseOperator() throws(OMGRefusal) {
    let number = structures.count - 1
    if block.exists {
      _ = emit(Instruction(.jump, .none))
      try connect(block, toLabel: number)
    }
    let structure = structures[number]
    structures[number].kind = .ifElse
    block = structure.elseBlock
    // Execution started after the condition.
    guard block.exists else { return }
    restore(snapshot: Int(structure.elseSnapshot), from: Int(structure.height), count: Int(structure.parameters.count))
    structures[number].elseBlock = .none
  }

  /// Sets the locals and `count` operands on top of a height.
  private mutating func restore(snapshot: Int, from height: Int, count: Int) {
    var source = snapshot
    for index in 0..<frame.localCount {
      locals[frame.localBase + index] = snapshots[source]
      source += 1
    }
    stack.setCount(height + count)
    for position in height..<height + count {
      stack[position] = snapshots[source]
      source += 1
    }
  }

  mutating func endOperator() throws(OMGRefusal) {
    let number = structures.count - 1
    if structures[number].elseBlock.exists {
      // No `else`: the parameters are the results.
      try elseOperator()
    }
    switch structures[number].kind {
    case .tryTable: leaveTry()
    case .loop: endLoop(structures[number])
    case .enteredLoop: return try endEnteredLoop()
    default: break
    }
    if structures[number].kind == .function, frame.depth == 0, block.exists, structures[number].firstEdge < 0 {
      returnResults()
      structures.setCount(number)
      return
    }
    if block.exists, structures[number].firstEdge >= 0 {
      _ = emit(Instruction(.jump, .none))
      try connectForward(block, toStructure: number)
    }
    let structure = structures.removeLast()
    if structure.firstEdge < 0 {
      // Reached from above only, or not at all; the results are on the stack.
      if !block.exists { stack.setCount(Int(structure.height)) }
      return
    }
    block = structure.target
    try merge(structure)
    if structure.kind == .function, frame.depth == 0 { returnResults() }
  }

  /// At the label of a structure that has been branched to: the locals and operands of all branches become one.
  mutating func merge(_ structure: OpenStructure) throws(OMGRefusal) {
    let first = edges[Int(structure.firstEdge)]
    let height = Int(structure.height)
    let count = Int(structure.carried.count)
    restore(snapshot: Int(first.snapshot), from: height, count: count)
    guard first.next >= 0 else { return }
    try limitGraph()
    // A function's locals are not needed after its end.
    let localCount = structure.kind == .function ? 0 : frame.localCount
    for index in 0..<localCount {
      let value = merged(first, index, locals[frame.localBase + index])
      locals[frame.localBase + index] = value
    }
    for position in 0..<count {
      let value = merged(first, frame.localCount + position, stack[height + position])
      stack[height + position] = value
    }
  }

  private mutating func merged(_ first: PendingEdge, _ index: Int, _ value: Value) -> Value {
    let value = graph.resolve(value)
    var isSame = true
    var edge = first
    graph.work.spend(1)
    while edge.next >= 0 {
      edge = edges[Int(edge.next)]
      graph.work.spend(1)
      if graph.resolve(snapshots[Int(edge.snapshot) + index]) != value {
        isSame = false
        break
      }
    }
    if isSame { return value }
    let phi = emit(Instruction(.phi, graph[value].type))
    edge = first
    while true {
      graph.appendArgument(phi, graph.resolve(snapshots[Int(edge.snapshot) + index]))
      guard edge.next >= 0 else { return phi }
      edge = edges[Int(edge.next)]
    }
  }

  /// Returns the topmost operands from the function that is compiled.
  mutating func returnResults() {
    let count = Int(module.shape(ofFunction: frame.functionIndex).results.count)
    let value = emit(Instruction(.returnValues, .none))
    takeArguments(count)
    graph.setArguments(value, UnsafeBufferPointer(arguments.slice(0, count: count)))
    arguments.removeAll()
    block = .none
  }

  /// Moves the topmost operands to `arguments`.
  mutating func takeArguments(_ count: Int) {
    arguments.removeAll()
    let base = stack.count - count
    for index in 0..<count { arguments.append(graph.resolve(stack[base + index])) }
    stack.setCount(base)
  }

  // MARK: Branches

  /// The number of the structure that a label means.
  mutating func label() -> Int { structures.count - 1 - cursor.index() }

  mutating func branch() throws(OMGRefusal) { try branch(toStructure: label()) }

  /// To the label of a structure, with its operands on top of the stack.
  mutating func branch(toStructure target: Int) throws(OMGRefusal) {
    if structures[target].kind == .function, frame.depth == 0 { return returnResults() }
    _ = emit(Instruction(.jump, .none))
    try connect(block, toLabel: target)
    block = .none
  }

  mutating func branchIf() throws(OMGRefusal) {
    let target = label()
    try branch(toStructure: target, if: pop())
  }

  mutating func branchOnNull() throws(OMGRefusal) {
    let target = label()
    let reference = pop()
    try branch(toStructure: target, if: emit(Instruction(.equal, .i32, reference, constant(.i64, 0))))
    push(reference)
  }

  mutating func branchOnNonNull() throws(OMGRefusal) {
    let target = label()
    let reference = graph.resolve(stack[stack.count - 1])
    try branch(toStructure: target, if: emit(Instruction(.notEqual, .i32, reference, constant(.i64, 0))))
    _ = pop()
  }

  private mutating func branch(toStructure target: Int, if condition: Value) throws(OMGRefusal) {
    _ = emit(Instruction(.branch, .none, condition))
    try connect(block, toLabel: target)
    let next = graph.makeBlock()
    graph.connect(block, to: next)
    noteHint(block)
    block = next
  }

  mutating func branchTable() throws(OMGRefusal) {
    let count = cursor.labelCount()
    let index = pop()
    _ = emit(Instruction(.switchBranch, .none, index))
    for _ in 0...count { try connect(block, toLabel: label()) }
    block = .none
  }

  mutating func returnOperator() throws(OMGRefusal) {
    if frame.depth == 0 { return returnResults() }
    _ = emit(Instruction(.jump, .none))
    try connect(block, toLabel: frame.structureBase)
    block = .none
  }

  /// A trap if a condition holds.
  mutating func trap(_ reason: TrapReason, if condition: Value) {
    let (trapped, next) = (graph.makeBlock(), graph.makeBlock())
    _ = emit(Instruction(.branch, .none, condition))
    graph.connect(block, to: trapped)
    graph.connect(block, to: next)
    block = trapped
    trap(reason)
    block = next
  }

  /// Ends the block with a trap.
  mutating func trap(_ reason: TrapReason) {
    _ = emit(Instruction(.trap, .none, index: 0, immediate: Int64(reason.rawValue)))
    graph.at(block).pointee.isCold = true
    block = .none
  }
}
