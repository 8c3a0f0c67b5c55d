// Takes bounds checks out of counted loops, for memories whose accesses do not trap by themselves. Whether the addresses of all iterations are within memory
// is asked once, before the loop; a copy of the loop keeps its checks and runs if the answer is no:
//
//     do { check(p + 8 i) … } while (++i != n)     → if (p + 8 i₀ ≤ size - 8 - 8 (n - 1 - i₀)) do { … } while (++i != n)
//                                                    else do { check(p + 8 i) … } while (++i != n)
//
// A check cannot just move: what the loop has done before an access that traps must have been done. Memory never shrinks, so its size
// before the loop is good for all of the loop.
//
// Innermost loops without calls and of limited size only: these are where checks count, and the code is doubled.

import RawCollections

func versionLoops(_ graph: inout Graph, _ scratch: inout Scratch) {
  guard hasChecks(graph) else { return }
  makePreheaders(&graph, &scratch)
  if scratch.loops.count == 0 { return }
  var left = VersionedLoop.mostCopied
  var isRepairing = false
  for loop in 0..<scratch.loops.count {
    let preheader = Block(scratch.words[loop])
    guard preheader.exists, let shape = VersionedLoop(loop, graph, scratch.order, scratch.dominators, scratch.loops), shape.size <= left else {
      continue
    }
    if !isRepairing { scratch.repair.reset(graph) }
    isRepairing = true
    left -= shape.size
    shape.version(&graph, &scratch.repair, preheader)
  }
  if isRepairing { scratch.repair.run(&graph) }
}

/// Whether there is anything to take out.
private func hasChecks(_ graph: borrowing Graph) -> Bool {
  for memory in 0..<graph.module.memoryCount where !graph.module.memories[memory].isGuarded { return true }
  return false
}

/// A loop that is worth it.
private struct VersionedLoop {
  /// Blocks and instructions of a loop, and instructions of all loops of a function, that are copied at most.
  private static var mostBlocks: Int { 16 }
  private static var mostInstructions: Int { 160 }
  static var mostCopied: Int { 800 }
  /// Fewer iterations, where their number is known, are not worth it.
  private static var fewestIterations: UInt64 { 4 }
  /// More sums are not asked for.
  private static var mostQuestions: Int { 8 }

  private let header: Block
  /// Its blocks; the header is first.
  private let blocks: [Block]
  /// Its instructions.
  private(set) var size = 0
  private let counter: LoopCounter
  /// The checks that go, and what is asked for that.
  private var checks: [Value] = []
  private var questions: [BoundsQuestion] = []

  init?(
    _ loop: Int, _ graph: borrowing Graph, _ order: borrowing BlockOrder, _ dominators: borrowing Dominators, _ loops: borrowing Loops
  ) {
    let number = UInt32(truncatingIfNeeded: loop)
    let top = Int(loops.loops[loop].header)
    let count = Int(loops.loops[loop].blockCount)
    guard count <= Self.mostBlocks else { return nil }
    var blocks: [Block] = []
    // A loop's blocks come after its header; others may stand between them.
    for position in top..<min(order.count, top + 4 * count) where blocks.count < count && loops.contains(number, position) {
      // With a loop in it, which may have got blocks meanwhile that are not in the order.
      if loops.innermost[position] != number { return nil }
      blocks.append(order[position])
    }
    guard blocks.count == count, let shape = CountedLoop.find(loop, graph, order, dominators, loops) else { return nil }
    header = order[top]
    self.blocks = blocks
    var found: [Value] = []
    for block in blocks {
      var value = graph.at(block).pointee.first
      while value.exists {
        guard Self.mayBeCopied(graph.at(value).pointee.operation), size < Self.mostInstructions else { return nil }
        size += 1
        if graph.at(value).pointee.operation == .boundsCheck { found.append(value) }
        value = graph.at(value).pointee.next
      }
      for predecessor in graph.predecessors(block) where block != header {
        guard order.isReachable(predecessor), loops.contains(number, order.position(predecessor)) else { return nil }
      }
    }
    graph.work.spend(2 * size)
    guard !found.isEmpty, let counter = LoopCounter(shape, graph, order, loops) else { return nil }
    if let distance = counter.knownDistance(graph), distance < Self.fewestIterations * counter.step.magnitude { return nil }
    self.counter = counter
    for check in found {
      guard let sum = LinearSum(graph.at(check).pointee.a, shape, graph, order, loops) else { continue }
      checks.append(check)
      ask(
        BoundsQuestion(
          sum: sum, memory: graph.at(check).pointee.index, least: sum.constant, most: sum.constant + graph.at(check).pointee.immediate))
      askForExtended(in: sum)
      if questions.count > Self.mostQuestions { return nil }
    }
    if checks.isEmpty { return nil }
  }

  /// Whether loops with such an instruction are copied.
  private static func mayBeCopied(_ operation: Operation) -> Bool {
    switch operation {
    case .phi: true
    case .result, .landing, .exceptionValue, .unwindBranch: false
    default: operation.argumentCount >= 0
    }
  }

  /// Adds a question, or makes one about the same terms ask for more.
  private mutating func ask(_ question: BoundsQuestion) {
    for index in questions.indices
    where questions[index].memory == question.memory && questions[index].isSigned == question.isSigned
      && questions[index].sum.isParallel(to: question.sum)
    {
      questions[index].least = min(questions[index].least, question.least)
      questions[index].most = max(questions[index].most, question.most)
      return
    }
    questions.append(question)
  }

  private mutating func askForExtended(in sum: LinearSum) {
    for part in sum.extended {
      ask(BoundsQuestion(sum: part.sum, memory: nil, isSigned: part.isSigned, least: part.sum.constant, most: part.sum.constant + 1))
      askForExtended(in: part.sum)
    }
  }

  // MARK: The versions

  /// Makes the copy, which keeps the checks, and the choice between the two.
  func version(_ graph: inout Graph, _ repair: inout RepairDefinitions, _ preheader: Block) {
    let jump = graph.at(preheader).pointee.last
    guard let answer = LoopQuestions.answer(questions, counter, &graph, before: jump) else { return }
    let copies = copy(&graph, &repair)
    graph.at(jump).pointee.operation = .branch
    graph.at(jump).pointee.a = answer
    // Each version gets a preheader of its own, which takes the place of the common one among its header's predecessors.
    let fast = graph.splitEdge(preheader, 0)
    let slow = graph.makeBlock()
    graph.at(slow).pointee.isCold = graph.at(fast).pointee.isCold
    graph.at(slow).pointee.loopDepth = graph.at(fast).pointee.loopDepth
    graph.append(Instruction(.jump, .none), to: slow)
    graph.connect(preheader, to: slow)
    let place = graph.predecessorPosition(fast, in: header)
    graph.predecessors(copies[0])[place] = slow
    graph.addSuccessor(copies[0], to: slow)
    for check in checks { graph.unlink(check) }
  }

  /// Copies the blocks, with edges among each other and to where the loop leaves to; the predecessor of the header's copy is left as it is.
  private func copy(_ graph: inout Graph, _ repair: inout RepairDefinitions) -> [Block] {
    let copies = blocks.map { _ in graph.makeBlock() }
    repair.beginRegion()
    for (block, copy) in zip(blocks, copies) { repair.cover(block, copy) }
    for (block, copy) in zip(blocks, copies) {
      graph.at(copy).pointee.isCold = graph.at(block).pointee.isCold
      graph.at(copy).pointee.loopDepth = graph.at(block).pointee.loopDepth
      var value = graph.at(block).pointee.first
      while value.exists {
        var instruction = graph[value]
        instruction.block = .none
        let isPhi = instruction.operation == .phi
        if isPhi { (instruction.a, instruction.b, instruction.c) = (.none, .none, .none) }
        let made = graph.append(instruction, to: copy)
        if isPhi { for place in 0..<graph.argumentCount(value) { graph.appendArgument(made, graph.arguments(value)[place]) } }
        if instruction.type != .none { repair.define(made, asCopyOf: value) }
        value = graph.at(value).pointee.next
      }
    }
    for (block, copy) in zip(blocks, copies) {
      var value = graph.at(copy).pointee.first
      while value.exists {
        let arguments = graph.arguments(value)
        for place in 0..<arguments.count { arguments[place] = repair.copyInRegion(of: arguments[place], graph) }
        value = graph.at(value).pointee.next
      }
      for place in 0..<graph.predecessors(block).count {
        graph.addPredecessor(repair.copyInRegion(of: graph.predecessors(block)[place]), to: copy)
      }
      for place in 0..<graph.successors(block).count {
        let target = graph.successors(block)[place]
        graph.addSuccessor(repair.copyInRegion(of: target), to: copy)
        if repair.isInRegion(target) { continue }
        let edge = graph.predecessorPosition(block, in: target, occurrence: graph.occurrence(ofSuccessor: place, in: block))
        graph.addPredecessor(copy, to: target)
        var phi = graph.at(target).pointee.first
        while phi.exists, graph.at(phi).pointee.operation == .phi {
          graph.appendArgument(phi, repair.copyInRegion(of: graph.arguments(phi)[edge], graph))
          phi = graph.at(phi).pointee.next
        }
      }
    }
    return copies
  }
}
