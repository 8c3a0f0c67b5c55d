// Graphs as text, for dumps, golden files and error messages: one line per instruction, `v7: i32 = add v3, v5`.

extension Graph {
  /// The whole graph; blocks in order of their numbers, unreachable ones left out.
  func text() -> String {
    var text = ""
    for index in 0..<blocks.count {
      let block = Block(index)
      if block != entry && predecessors(block).isEmpty && !at(block).pointee.last.exists { continue }
      text += self.text(block)
    }
    return text
  }

  func text(_ block: Block) -> String {
    var text = "\(block)"
    let predecessors = predecessors(block)
    if !predecessors.isEmpty { text += " ← " + predecessors.map { "\($0)" }.joined(separator: " ") }
    if at(block).pointee.isCold { text += " cold" }
    if at(block).pointee.loopDepth > 0 { text += " depth \(at(block).pointee.loopDepth)" }
    text += "\n"
    var value = at(block).pointee.first
    while value.exists {
      text += "  " + self.text(value) + "\n"
      value = at(value).pointee.next
    }
    return text
  }

  func text(_ value: Value) -> String {
    let instruction = self[value]
    var text = instruction.type == .none ? "" : "\(value): \(instruction.type.name) = "
    text += "\(instruction.operation.name)"
    if instruction.access != .whole { text += ".\(instruction.access)" }
    if instruction.isSafe { text += ".safe" }
    if instruction.isVectorOperation { text += Self.text(instruction.vectorCode) }
    switch instruction.operation {
    case .constant: text += " \(constantText(instruction))"
    case .parameter, .result, .globalGet, .globalSet, .tableSize, .calledElement, .functionReference, .call, .callReference, .tailCall,
      .tailCallReference, .throwTag, .memorySize, .exceptionValue:
      text += " #\(instruction.index)"
    case .landing: text += instruction.index == Operation.anyTag ? " any" : " #\(instruction.index)"
    case .callHelper: text += " #\(instruction.index) trap \(instruction.immediate)"
    case .callIndirect, .tailCallIndirect, .tableGet, .tableSet: text += " #\(instruction.index) table \(instruction.immediate)"
    case .load, .store, .boundsCheck, .atomicLoad, .atomicStore, .atomicAdd, .atomicAnd, .atomicOr, .atomicXor, .atomicExchange,
      .atomicCompareExchange:
      text += instruction.index == 0 ? " +\(instruction.immediate)" : " memory \(instruction.index) +\(instruction.immediate)"
    case .alignmentCheck: text += " #\(instruction.index) +\(instruction.immediate)"
    case .vectorShuffle: text += " " + (0..<16).map { "\(instruction.vector.lane($0, width: 8))" }.joined(separator: " ")
    case .frameWord, .trap: text += " \(instruction.immediate)"
    default: break
    }
    let arguments = arguments(value)
    if !arguments.isEmpty { text += " " + arguments.map { "\($0)" }.joined(separator: ", ") }
    if instruction.operation.isTerminator, instruction.block.exists {
      let successors = successors(instruction.block)
      let block = instruction.block
      if !successors.isEmpty { text += " → " + successors.indices.map { "\(successors[$0])\(mark(block, $0))" }.joined(separator: " ") }
    }
    return text
  }

  /// A question mark for an edge that the module calls unlikely.
  private func mark(_ block: Block, _ successor: Int) -> String {
    for index in 0..<unlikelyEdges.count where unlikelyEdges[index].block == block && unlikelyEdges[index].successor == successor { return "?" }
    return ""
  }

  /// `.add.i32x4`, `.extract.i8x16 3`.
  private static func text(_ code: VectorCode) -> String {
    let hasLane = code.operation == .extract || code.operation == .extractSigned || code.operation == .replace
    return ".\(code.operation).\(code.shape)" + (hasLane ? " \(code.lane)" : "")
  }

  private func constantText(_ instruction: Instruction) -> String {
    switch instruction.type {
    case .i32: "\(Int32(truncatingIfNeeded: instruction.immediate))"
    case .f32: "\(Float(bitPattern: UInt32(truncatingIfNeeded: instruction.immediate)))"
    case .f64: "\(Double(bitPattern: UInt64(bitPattern: instruction.immediate)))"
    case .v128: "\(instruction.vector.low) \(instruction.vector.high)"
    default: "\(instruction.immediate)"
    }
  }
}
