// Throwing and catching. Within a `try_table`, of the function itself or of one whose body it is part of, a call ends its block: besides the block
// after it, it leads to a landing for each clause that may catch what comes out of it, innermost first. A landing branches to the clause's
// label with the exception's values, and with the locals and operands as they were at the call. Nothing is executed for all that
// unless something is thrown: the runtime finds the landing in a table (RuntimeLayout.HandlerTable).
//
// A `throw` whose clause is known here is a branch.

import CompilerInterface
import RuntimeLayout
import WasmFormat

/// A `try_table` whose body is being built.
struct OpenTry {
  /// Of the function it is in.
  var frame: BuildFrame
  /// Its first clause in `clauses`; they go up to the next one's.
  var firstClause: Int
}

struct CatchClause {
  /// A sum of CatchKind's bits.
  var kind: UInt8
  /// Of a tag, or `Operation.anyTag`.
  var tag: UInt32
  /// Number of the structure that it branches to.
  var target: Int

  var passesReference: Bool { kind & CatchKind.passesReference != 0 }
}

extension GraphBuilder {
  mutating func enterTry() {
    let (parameters, results) = blockType()
    tries.append(OpenTry(frame: frame, firstClause: clauses.count))
    for _ in 0..<cursor.catchCount() {
      let clause = cursor.catchClause()
      clauses.append(
        CatchClause(kind: clause.kind, tag: clause.tag.map { tagIndex($0) } ?? Operation.anyTag, target: structures.count - 1 - Int(clause.label)))
    }
    let height = Int32(stack.count) - parameters.count
    structures.append(
      OpenStructure(
        kind: .tryTable, height: height, parameters: parameters, results: results))
  }

  /// At the end of its body, or of the function that it is in.
  mutating func leaveTry() { clauses.setCount(tries.removeLast().firstClause) }

  // MARK: Throwing

  mutating func throwTag() throws(OMGRefusal) {
    let tag = tagIndex(cursor.u32())
    if try branchToHandler(of: tag) { return }
    let value = emit(Instruction(.throwTag, .none, index: tag))
    takeArguments(Int(module.types[Int(module.tags[Int(tag)])].parameters.count))
    graph.setArguments(value, UnsafeBufferPointer(arguments.slice(0, count: arguments.count)))
    arguments.removeAll()
    try endThrow()
  }

  mutating func throwReference() throws(OMGRefusal) {
    let reference = pop()
    _ = emit(Instruction(.throwReference, .none, reference))
    try endThrow()
  }

  private mutating func endThrow() throws(OMGRefusal) {
    graph.at(block).pointee.isCold = true
    try land(tryCount: tries.count)
    graph.at(block).pointee.isCold = true
    _ = terminate(Instruction(.unreachable, .none))
  }

  /// If a clause here certainly catches what is thrown, and does not ask for a reference to it: a branch instead. Its values are on the stack.
  private mutating func branchToHandler(of tag: UInt32) throws(OMGRefusal) -> Bool {
    var end = clauses.count
    for number in stride(from: tries.count - 1, through: 0, by: -1) {
      let open = tries[number]
      for index in open.firstClause..<end {
        let clause = clauses[index]
        if clause.tag == tag || clause.tag == Operation.anyTag {
          if clause.passesReference { return false }
          let height = stack.count - Int(module.types[Int(module.tags[Int(tag)])].parameters.count)
          if clause.tag == Operation.anyTag { stack.setCount(height) }
          try branch(toStructure: clause.target, in: open.frame)
          stack.setCount(height)
          return true
        }
        // Two imports may be one tag.
        if Int(tag) < module.importedTagCount, Int(clause.tag) < module.importedTagCount { return false }
      }
      end = open.firstClause
    }
    return false
  }

  // MARK: Catching

  /// After something that may throw: ends the block if one of the first `tryCount` open tries may catch that, and begins the one that comes next.
  mutating func land(tryCount: Int) throws(OMGRefusal) {
    var end = tryCount < tries.count ? tries[tryCount].firstClause : clauses.count
    guard end > 0 else { return }
    let source = block
    _ = emit(Instruction(.unwindBranch, .none))
    let next = graph.makeBlock()
    graph.connect(source, to: next)
    search: for number in stride(from: tryCount - 1, through: 0, by: -1) {
      let open = tries[number]
      for index in open.firstClause..<end {
        landingCount += 1
        guard landingCount <= limits.landings else { throw .tooLarge }
        try makeLanding(clauses[index], open.frame, from: source)
        if clauses[index].tag == Operation.anyTag { break search }
      }
      end = open.firstClause
    }
    block = next
  }

  private mutating func makeLanding(_ clause: CatchClause, _ frame: BuildFrame, from source: Block) throws(OMGRefusal) {
    let height = stack.count
    block = graph.makeBlock()
    graph.at(block).pointee.isCold = true
    graph.connect(source, to: block)
    let exception = emit(Instruction(.landing, .i64, index: clause.tag))
    if clause.tag != Operation.anyTag {
      let parameters = module.types[Int(module.tags[Int(clause.tag)])].parameters
      var vectors: Int64 = 0
      for index in 0..<Int(parameters.count) {
        var value = Instruction(.exceptionValue, ValueKind(module.typePool[Int(parameters.start) + index]), exception)
        value.index = UInt32(index)
        value.immediate = vectors
        if value.type == .v128 { vectors += 1 }
        push(emit(value))
      }
    }
    if clause.passesReference { push(exception) }
    try branch(toStructure: clause.target, in: frame)
    stack.setCount(height)
  }

  /// A branch out of the function whose body is being built, perhaps, to a structure of one that it has become part of.
  private mutating func branch(toStructure target: Int, in outer: BuildFrame) throws(OMGRefusal) {
    let current = frame
    frame = outer
    try branch(toStructure: target)
    frame = current
  }
}
