// Entry at a loop, in a running frame of the baseline tier. The graph is that of the rest of the function, with its own copy of what execution comes through
// once: the loop at which it starts, then for each loop around that the rest of its body, after which the whole loop is built. So no loop has a second
// entry, the nest stays as the function has it, and nothing that is done for loops need know about entries.
//
//     loop A            entry: all locals and operands from the frame
//       a               loop B { b }
//       loop B { b }    c
//       c               loop A { a  loop B { b }  c }      what branches to A go to, and what comes after c
//     end               d
//     d
//
// What comes before the loop is walked for the structures and operands that are open there, and forgotten. What is below a structure on the stack
// cannot change within it: it is the frame's word everywhere.

import CompilerInterface
import RuntimeLayout

extension GraphBuilder {
  /// Gives up what has been built and starts the graph here, at a `loop`, with all locals and operands from the frame.
  mutating func enterFromFrame() {
    hasEntered = true
    let localKinds = (0..<frame.localCount).map { graph[graph.resolve(locals[frame.localBase + $0])].type }
    let operandKinds = (0..<stack.count).map { graph[graph.resolve(stack[$0])].type }
    graph.reset()
    edges.removeAll()
    snapshots.removeAll()
    loopPhis.removeAll()
    block = graph.makeBlock()
    graph.entry = block
    var words = 0
    for (local, kind) in localKinds.enumerated() {
      let word = frameWord(kind, baselinePlace(ofLocal: local, after: words, size: kind.words))
      locals[frame.localBase + local] = word
      words += kind.words
    }
    let localWords = words
    for (position, kind) in operandKinds.enumerated() {
      let word = frameWord(kind, BaselineFrame.local(after: words, size: kind.words))
      stack[position] = word
      words += kind.words
    }
    graph.outerFrameSize = BaselineFrame.extent(localWords: localWords, operandWords: words - localWords)
    // The rest of their bodies runs once.
    loopNest = 0
    for number in 0..<structures.count {
      let structure = structures.at(number)
      structure.pointee.header = .none
      structure.pointee.target = .none
      structure.pointee.elseBlock = .none
      structure.pointee.firstEdge = -1
      structure.pointee.lastEdge = -1
      if structure.pointee.kind == .loop { structure.pointee.kind = .enteredLoop }
    }
  }

  private mutating func frameWord(_ kind: ValueKind, _ offset: Int) -> Value {
    emit(Instruction(.frameWord, kind, index: 0, immediate: Int64(offset)))
  }

  /// Where the baseline tier keeps a local.
  private func baselinePlace(ofLocal local: Int, after words: Int, size: Int) -> Int {
    let parameters = module.shape(ofFunction: frame.functionIndex).parameters
    guard local < Int(parameters.count) else { return BaselineFrame.local(after: words, size: size) }
    var places = ArgumentPlaces()
    for index in 0...local {
      let type = module.typePool[Int(parameters.start) + index]
      let place = places.next(isFloat: type.registerClass == .float, slots: type.slotCount)
      if index == local, case .stack(let number) = place { return BaselineFrame.stackArgument(number) }
    }
    return BaselineFrame.local(after: words, size: size)
  }

  /// At the end of a loop that was entered in its middle: builds it from its start, for what has branched there. What falls out of the end now meets
  /// what will fall out of it then.
  mutating func endEnteredLoop() throws(OMGRefusal) {
    let number = structures.count - 1
    let structure = structures[number]
    guard structure.firstEdge >= 0 else {
      structures.setCount(number)
      if !block.exists { stack.setCount(Int(structure.height)) }
      return
    }
    var end = structure
    end.kind = .block
    end.target = .none
    end.firstEdge = -1
    end.lastEdge = -1
    structures[number] = end
    if block.exists {
      _ = emit(Instruction(.jump, .none))
      try connectForward(block, toStructure: number)
    }
    end = structures.removeLast()
    block = structure.target
    try merge(structure)
    let loop = survey.loops[Int(structure.loop)]
    frame.nextLoop = Int(structure.loop)
    beginHints()
    policy.startAgain()
    cursor.pc = frame.body + Int(loop.offset)
    try operatorAtCursor()
    structures[number].target = end.target
    structures[number].firstEdge = end.firstEdge
    structures[number].lastEdge = end.lastEdge
  }
}
