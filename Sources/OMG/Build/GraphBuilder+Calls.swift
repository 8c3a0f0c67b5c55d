// Calls, and bodies in their place. What comes out of a call by a throw is GraphBuilder+Exceptions' business.

import CompilerInterface
import RuntimeLayout
import WasmFormat

extension GraphBuilder {
  /// A direct call, or the callee's body in its place.
  mutating func call(_ function: Int) throws(OMGRefusal) {
    // What has a body goes by one index.
    let callee = guestsNumber(function).flatMap { number in module.guest?.function(defined: number) } ?? function
    let shape = module.shape(ofFunction: callee)
    if admits(callee) { return try inline(callee, shape) }
    try emitCall(Instruction(.call, .none, index: UInt32(callee)), shape, extra: 0)
  }

  /// `isTail`: a tail call in a body in place of a call, so that the tries of that body do not catch what comes out of it.
  private mutating func emitCall(_ template: Instruction, _ shape: TypeShape, extra: Int, isTail: Bool = false)
    throws(OMGRefusal)
  {
    var instruction = template
    let resultCount = Int(shape.results.count)
    if resultCount > 0 { instruction.type = kind(shape.results, 0) }
    let value = emit(instruction)
    takeCallArguments(value, shape, extra: extra)
    for index in 1..<max(resultCount, 1) {
      var result = Instruction(.result, kind(shape.results, index), value)
      result.index = UInt32(index)
      _ = emit(result)
    }
    if tries.count > 0 { try land(tryCount: isTail ? frame.tryBase : tries.count) }
    // They have the numbers after the call's.
    for index in 0..<resultCount { push(Value(value.number + index)) }
  }

  private func kind(_ types: TypeRange, _ index: Int) -> ValueKind {
    ValueKind(module.typePool[Int(types.start) + index])
  }

  /// Gives a call its arguments from the stack; with `extra` = 1, the index in a table or the reference on top of them comes first.
  private mutating func takeCallArguments(_ value: Value, _ shape: TypeShape, extra: Int) {
    let index = extra > 0 ? pop() : Value.none
    takeArguments(Int(shape.parameters.count))
    if extra > 0 {
      graph.appendArgument(value, index)
      for position in 0..<arguments.count { graph.appendArgument(value, arguments[position]) }
    } else {
      graph.setArguments(value, UnsafeBufferPointer(arguments.slice(0, count: arguments.count)))
    }
    arguments.removeAll()
  }

  mutating func functionReference(_ function: Int) {
    if let address = module.recordAddress(ofFunction: function) { return push(constant(.i64, Int64(bitPattern: UInt64(address)))) }
    push(emit(Instruction(.functionReference, .i64, index: UInt32(function))))
  }

  // MARK: Calls through tables

  mutating func callIndirect(isTail: Bool) throws(OMGRefusal) {
    let type = typeIndex()
    let table = tableIndex(Int(cursor.calledTable()))
    let index = graph.resolve(stack[stack.count - 1])
    switch module.target(ofTable: table, type: type, index: graph.unsignedConstant(index)) {
    case .function(let callee):
      _ = pop()
      try call(callee, isTail: isTail)
    case .functionIf(let callee, let place):
      let other = graph.makeBlock()
      let taken = graph.makeBlock()
      _ = emit(Instruction(.branch, .none, emit(Instruction(.equal, .i32, index, constant(graph[index].type, Int64(place))))))
      graph.connect(block, to: taken)
      graph.connect(block, to: other)
      block = other
      trapIndirectly(type, table, index)
      block = taken
      _ = pop()
      try call(callee, isTail: isTail)
    default:
      guard let callee = likelyCallee(type) else { return try callIndirect(type, table, isTail: isTail) }
      var element = Instruction(.calledElement, .i64, index)
      element.index = UInt32(table)
      try guess(callee, emit(element), isTail: isTail) { builder throws(OMGRefusal) in try builder.callIndirect(type, table, isTail: isTail) }
    }
  }

  private mutating func call(_ callee: Int, isTail: Bool) throws(OMGRefusal) {
    if isTail { try tailCall(callee) } else { try call(callee) }
  }

  /// A call through a table that is known to trap, for one reason or another. Its arguments stay on the stack.
  private mutating func trapIndirectly(_ type: Int, _ table: Int, _ index: Value) {
    graph.at(block).pointee.isCold = true
    let shape = module.types[type]
    let value = emit(Instruction(.callIndirect, .none, index: UInt32(type), immediate: Int64(table)))
    graph.appendArgument(value, index)
    let first = stack.count - 1 - Int(shape.parameters.count)
    for position in first..<stack.count - 1 { graph.appendArgument(value, graph.resolve(stack[position])) }
    _ = terminate(Instruction(.unreachable, .none))
  }

  private mutating func callIndirect(_ type: Int, _ table: Int, isTail: Bool) throws(OMGRefusal) {
    let shape = module.types[type]
    guard isTail, frame.depth == 0 else {
      try emitCall(Instruction(.callIndirect, .none, index: UInt32(type), immediate: Int64(table)), shape, extra: 1, isTail: isTail)
      if isTail { try returnOperator() }
      return
    }
    let value = emit(Instruction(.tailCallIndirect, .none, index: UInt32(type), immediate: Int64(table)))
    takeCallArguments(value, shape, extra: 1)
    block = .none
  }

  // MARK: Calls of references

  mutating func callReference(isTail: Bool) throws(OMGRefusal) {
    let type = typeIndex()
    let reference = graph[graph.resolve(stack[stack.count - 1])]
    if reference.operation == .functionReference {
      _ = pop()
      return try call(Int(reference.index), isTail: isTail)
    }
    guard let callee = likelyCallee(type) else { return try callReference(type, isTail: isTail) }
    try guess(callee, graph.resolve(stack[stack.count - 1]), isTail: isTail) { builder throws(OMGRefusal) in
      try builder.callReference(type, isTail: isTail)
    }
  }

  private mutating func callReference(_ type: Int, isTail: Bool) throws(OMGRefusal) {
    let shape = module.types[type]
    guard isTail, frame.depth == 0 else {
      try emitCall(Instruction(.callReference, .none, index: UInt32(type)), shape, extra: 1, isTail: isTail)
      if isTail { try returnOperator() }
      return
    }
    let value = emit(Instruction(.tailCallReference, .none, index: UInt32(type)))
    takeCallArguments(value, shape, extra: 1)
    block = .none
  }

  // MARK: Guesses

  /// The function that the call at hand is presumed to lead to, since it has led there in baseline code.
  private func likelyCallee(_ type: Int) -> Int? {
    // What comes before the entry is not kept.
    guard entryLoop < 0 || hasEntered, !frame.isGuests else { return nil }
    return module.likelyCallee(at: wasmOffset, type: type)
  }

  /// A call whose callee is on top of the stack, as an index or a reference: a direct call if `record` is that of the instance's own function, else what
  /// `otherwise` builds.
  private mutating func guess(
    _ callee: Int, _ record: Value, isTail: Bool, otherwise: (inout GraphBuilder) throws(OMGRefusal) -> Void
  ) throws(OMGRefusal) {
    let shape = module.shape(ofFunction: callee)
    let base = stack.count - Int(shape.parameters.count) - 1
    let firstKept = kept.count
    for position in base..<stack.count { kept.append(graph.resolve(stack[position])) }
    functionReference(callee)
    let (taken, other) = (graph.makeBlock(), graph.makeBlock())
    _ = emit(Instruction(.branch, .none, emit(Instruction(.equal, .i32, record, pop()))))
    graph.connect(block, to: taken)
    graph.connect(block, to: other)
    graph.at(other).pointee.isCold = true
    let offset = wasmOffset
    block = taken
    _ = pop()
    try call(callee, isTail: isTail)
    let end = block
    let results = end.exists ? Int(shape.results.count) : 0
    let firstResult = kept.count
    for position in stack.count - results..<stack.count { kept.append(graph.resolve(stack[position])) }
    stack.setCount(base)
    for index in firstKept..<firstResult { stack.append(kept[index]) }
    block = other
    wasmOffset = offset
    try otherwise(&self)
    if end.exists { meet(end, UnsafeBufferPointer(kept.slice(firstResult, count: results))) }
    kept.setCount(firstKept)
  }

  /// Where the block at hand, with as many operands on top of the stack, meets another one with these.
  private mutating func meet(_ other: Block, _ operands: UnsafeBufferPointer<Value>) {
    let base = stack.count - operands.count
    guard block.exists else {
      preconditionFailure("a call that nobody has put a body in place of returns")
    }
    let joint = graph.makeBlock()
    for source in [block, other] {
      block = source
      _ = emit(Instruction(.jump, .none))
      graph.connect(source, to: joint)
    }
    block = joint
    for (index, operand) in operands.enumerated() {
      let value = graph.resolve(stack[base + index])
      let phi = emit(Instruction(.phi, graph[value].type))
      graph.appendArgument(phi, value)
      graph.appendArgument(phi, graph.resolve(operand))
      stack[base + index] = phi
    }
  }

  // MARK: Tail calls

  /// In a body in place of a call, a tail call is a call: the frame that it would replace is not there.
  mutating func tailCall(_ callee: Int) throws(OMGRefusal) {
    let shape = module.shape(ofFunction: callee)
    if frame.depth > 0 {
      try emitCall(Instruction(.call, .none, index: UInt32(callee)), shape, extra: 0, isTail: true)
      return try returnOperator()
    }
    if callee == frame.functionIndex, selfLoop.exists { return branchToSelf() }
    let value = emit(Instruction(.tailCall, .none, index: UInt32(callee)))
    takeCallArguments(value, shape, extra: 0)
    block = .none
  }

  // MARK: Bodies in place of calls

  private mutating func admits(_ callee: Int) -> Bool {
    // What comes before the entry is not kept.
    guard entryLoop < 0 || hasEntered else { return false }
    guard isValid(callee) else { return false }
    var repetitions = 0
    for index in 0..<chain.count where chain[index] == callee { repetitions += 1 }
    let range = bodyRange(callee)
    return policy.admits(
      size: Int(range.end - range.start), inLoop: loopNest > 0, depth: frame.depth, repetitions: repetitions)
  }

  /// The number of one of the guest's functions among those that the guest defines.
  private func guestsNumber(_ function: Int) -> Int? { module.guest.flatMap { $0.definedFunction(function, module) } }

  /// Whether a function has a body that is known to be valid.
  private func isValid(_ function: Int) -> Bool {
    if let number = guestsNumber(function) { return input.guest.map { SharedByte.load(at: $0.mayInline + number) != 0 } ?? false }
    guard function >= module.importedFunctionCount, let mayInline = input.mayInline else { return false }
    return SharedByte.load(at: mayInline + (function - module.importedFunctionCount)) != 0
  }

  private mutating func inline(_ callee: Int, _ shape: TypeShape) throws(OMGRefusal) {
    let caller = frame
    let position = cursor
    let firstAssigned = survey.assigned.count
    let firstLoop = survey.loops.count
    takeArguments(Int(shape.parameters.count))
    try enterBody(callee)
    takeFuel()
    try walk(untilStructure: frame.structureBase)
    survey.discard(loopsFrom: firstLoop, assignedFrom: firstAssigned)
    locals.setCount(frame.localBase)
    _ = chain.removeLast()
    frame = caller
    cursor = position
  }
}
