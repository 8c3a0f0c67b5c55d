// Moves out of loops what gives the same value in each iteration: to the preheader of the outermost loop for which that holds.
//
// - Pure instructions go wherever their arguments allow, but for comparisons, which are cheapest beside the branch that they decide; and nothing
//   leaves cold blocks.
// - What is cheap to have anew does not leave large loops (Loop.isLarge): a sum with a constant, say.
// - Loads of memory and globals stay after writes in the loop that may concern them. A load that is not known to go through (because of an equal or
//   wider access that dominates the preheader, or a constant address within the initial memory) has to be executed every time the loop is entered,
//   before anything visible: then a trap only comes earlier. So do bounds checks, divisions and conversions that may trap.
// - Two traps for different reasons do not change places.
//
// One walk in reverse postorder: arguments leave a loop before what uses them.

import RawCollections

func hoistLoopInvariants(_ graph: inout Graph, _ scratch: inout Scratch) {
  makePreheaders(&graph, &scratch)
  if scratch.loops.count == 0 { return }
  scratch.reach.compute(graph, scratch.order)
  scratch.hoisting.prepare(graph, scratch.order, scratch.loops)
  for position in 0..<scratch.order.count { hoist(graph, &scratch, position) }
}

/// Out of more loops nothing is moved.
private let mostLoops = 32

/// Whether one instruction makes the value of no more than one other, and at once.
private func isCheap(_ graph: borrowing Graph, _ value: Value) -> Bool {
  let instruction = graph.at(value)
  switch instruction.pointee.operation {
  // (Integers are part of the instructions that use them, which may want to leave.)
  case .constant: return !instruction.pointee.type.isInteger
  case .add, .subtract, .and, .or, .xor, .shiftLeft, .shiftRightSigned, .shiftRightUnsigned:
    return graph.constant(instruction.pointee.b) != nil || graph.constant(instruction.pointee.a) != nil
  default: return false
  }
}

/// What has happened in a loop since its entry, on the path that is always taken.
private enum Progress {
  static var nothing: UInt8 { 0 }
  /// Accesses that may have trapped.
  static var accesses: UInt8 { 1 }
  /// Something visible, other traps, or a path that may not be taken.
  static var effects: UInt8 { 2 }
}

private func hoist(_ graph: borrowing Graph, _ scratch: inout Scratch, _ position: Int) {
  let block = scratch.order[position]
  let loop = scratch.loops.innermost[position]
  var progress = progressAtStart(graph, scratch.order, scratch.loops, scratch.hoisting, block, position, loop)
  var value = graph.at(block).pointee.first
  while value.exists {
    let next = graph.at(value).pointee.next
    if loop != Loops.none, !graph.at(block).pointee.isCold, let target = destination(graph, &scratch, value, position, progress) {
      move(graph, &scratch, value, to: target)
    } else {
      progress = max(progress, weight(graph, value))
    }
    value = next
  }
  scratch.hoisting.progress[position] = progress
}

/// A block is on the path that is always taken if it is the header, or the only successor of such a block in the same loop.
private func progressAtStart(
  _ graph: borrowing Graph, _ order: borrowing BlockOrder, _ loops: borrowing Loops, _ hoisting: borrowing LoopWrites, _ block: Block,
  _ position: Int, _ loop: UInt32
) -> UInt8 {
  if loop == Loops.none { return Progress.effects }
  if Int(loops.loops[Int(loop)].header) == position { return Progress.nothing }
  let predecessors = graph.predecessors(block)
  guard predecessors.count == 1, graph.successors(predecessors[0]).count == 1 else { return Progress.effects }
  let before = order.position(predecessors[0])
  return loops.innermost[before] == loop ? hoisting.progress[before] : Progress.effects
}

/// What an instruction that stays adds to the progress.
private func weight(_ graph: borrowing Graph, _ value: Value) -> UInt8 {
  let visible: Effects = [.writesMemory, .writesState, .traps]
  let operation = graph.at(value).pointee.operation
  if operation.effects.isDisjoint(with: visible) { return Progress.nothing }
  if operation == .load || operation == .boundsCheck { return graph.mayTrap(value) ? Progress.accesses : Progress.nothing }
  return graph.effects(value).isDisjoint(with: visible) ? Progress.nothing : Progress.effects
}

/// The position of the preheader to which a value can go; nil: it stays.
private func destination(_ graph: borrowing Graph, _ scratch: inout Scratch, _ value: Value, _ position: Int, _ progress: UInt8) -> Int? {
  let operation = graph.at(value).pointee.operation
  switch operation {
  case .phi, .parameter, .frameWord, .result, .identity: return nil
  default: break
  }
  if operation.isComparison || operation.isTerminator { return nil }
  if operation.argumentCount < 0 { return nil }
  var target: Int?
  var loop = scratch.loops.innermost[position]
  var progress = progress
  let isCheap = isCheap(graph, value)
  for _ in 0..<mostLoops where loop != Loops.none {
    graph.work.spend(1)
    if isCheap, scratch.loops.loops[Int(loop)].isLarge { return target }
    let preheader = Block(scratch.words[Int(loop)])
    guard preheader.exists else { return target }
    let place = scratch.order.position(preheader)
    for argument in graph.arguments(value) {
      if scratch.loops.contains(loop, scratch.order.position(graph.at(argument).pointee.block)) { return target }
    }
    guard mayLeave(graph, &scratch, value, loop, place, progress) else { return target }
    target = place
    progress = scratch.hoisting.progress[place]
    loop = scratch.loops.loops[Int(loop)].parent
  }
  return target
}

private func mayLeave(
  _ graph: borrowing Graph, _ scratch: inout Scratch, _ value: Value, _ loop: UInt32, _ place: Int, _ progress: UInt8
) -> Bool {
  if graph.isPure(value) { return true }
  let instruction = graph.at(value)
  switch instruction.pointee.operation {
  case .load:
    let memory = instruction.pointee.index
    let isThere =
      graph.isInitiallyThere(value)
      || scratch.reach.reaches(instruction.pointee.a, memory, graph.endOfAccess(value), at: place, scratch.dominators)
    guard isThere || (graph.module.memories[Int(memory)].isGuarded && progress <= Progress.accesses) else { return false }
    return !scratch.hoisting.isWritten(graph, value, loop, scratch.loops)
  case .boundsCheck: return progress <= Progress.accesses
  case .memorySize where graph.module.memories[Int(instruction.pointee.index)].isShared: return false
  case .globalGet, .memorySize: return !scratch.hoisting.isWritten(graph, value, loop, scratch.loops)
  case .divideSigned, .divideUnsigned, .remainderSigned, .remainderUnsigned, .floatToSigned, .floatToUnsigned:
    return progress == Progress.nothing
  default: return false
  }
}

private func move(_ graph: borrowing Graph, _ scratch: inout Scratch, _ value: Value, to place: Int) {
  let instruction = graph.at(value)
  graph.unlink(value)
  graph.placeAtEnd(value, of: scratch.order[place])
  let end = graph.endOfAccess(value)
  switch instruction.pointee.operation {
  case .load:
    let (address, memory) = (instruction.pointee.a, instruction.pointee.index)
    let isThere = graph.isInitiallyThere(value) || scratch.reach.reaches(address, memory, end, at: place, scratch.dominators)
    instruction.pointee.isSafe = isThere
    if !isThere { scratch.reach.add(address, memory, end, at: place) }
  case .boundsCheck: scratch.reach.add(instruction.pointee.a, instruction.pointee.index, end, at: place)
  default: break
  }
  scratch.hoisting.progress[place] = max(scratch.hoisting.progress[place], weight(graph, value))
}

extension Reach {
  /// What all checks and trapping accesses tell, each for the blocks after its own.
  mutating func compute(_ graph: borrowing Graph, _ order: borrowing BlockOrder) {
    reset(graph)
    for position in 0..<order.count {
      var value = graph.at(order[position]).pointee.first
      while value.exists {
        let operation = graph.at(value).pointee.operation
        let memory = graph.at(value).pointee.index
        if operation == .boundsCheck || ((operation == .load || operation == .store) && graph.mayTrap(value)) {
          add(graph.at(value).pointee.a, memory, graph.endOfAccess(value), at: position)
        }
        value = graph.at(value).pointee.next
      }
    }
  }
}
