// Reads what Graph+Printing writes, so that tests can say graphs in text. Numbers of values and blocks are those of the text.

import RawCollections
import WasmFormat

@testable import OMG

extension Graph {
  /// A mistake in the text is a precondition failure that shows the line.
  static func parse(_ text: String) -> Graph {
    var graph = Graph()
    let lines = text.split(separator: "\n").map { String($0) }
    graph.makeRoom(lines)
    var block = Block.none
    for line in lines {
      let words = line.split(whereSeparator: { $0 == " " || $0 == "," }).map { String($0) }
      guard let first = words.first, !first.hasPrefix(";") else { continue }
      if first.hasPrefix("b"), Int(first.dropFirst()) != nil {
        block = graph.parseHeader(words)
      } else {
        graph.parseInstruction(words, line, in: block)
      }
    }
    return graph
  }

  private mutating func makeRoom(_ lines: [String]) {
    var values = 0
    var blocks = 0
    for line in lines {
      for word in line.split(whereSeparator: { $0 == " " || $0 == "," || $0 == ":" }) {
        guard let number = Int(word.dropFirst()) else { continue }
        if word.hasPrefix("v") { values = max(values, number + 1) }
        if word.hasPrefix("b") { blocks = max(blocks, number + 1) }
      }
    }
    for _ in 0..<values { _ = make(Instruction(.identity, .none)) }
    for _ in 0..<blocks { _ = makeBlock() }
  }

  private mutating func parseHeader(_ words: [String]) -> Block {
    let block = Block(Int(words[0].dropFirst())!)
    var index = 1
    var predecessors = List.empty
    while index < words.count {
      switch words[index] {
      case "←": break
      case "cold": at(block).pointee.isCold = true
      case "depth":
        index += 1
        at(block).pointee.loopDepth = UInt16(words[index])!
      default: append(UInt32(words[index].dropFirst())!, to: &predecessors)
      }
      index += 1
    }
    at(block).pointee.predecessors = predecessors
    return block
  }

  private mutating func parseInstruction(_ line: [String], _ text: String, in block: Block) {
    var words = line
    var type = ValueKind.none
    var value = Value.none
    if words.count > 2, words[2] == "=" {
      value = Value(Int(words[0].dropFirst().dropLast())!)
      type = Graph.types[words[1]]!
      words.removeFirst(3)
    }
    let name = words.removeFirst().split(separator: ".").map { String($0) }
    guard let operation = Operation.allCases.first(where: { "\($0.name)" == name[0] }) else { preconditionFailure("no operation: \(text)") }
    var instruction = Instruction(operation, type)
    var suffixes = name.dropFirst()
    if instruction.isVectorOperation {
      instruction.index = Graph.vectorCode(suffixes, &words).raw
      suffixes = []
    } else if operation == .vectorShuffle {
      var lanes = V128.zero
      for lane in 0..<16 { lanes.setLane(lane, width: 8, UInt64(words[lane])!) }
      instruction.vector = lanes
      words.removeFirst(16)
    } else if operation == .constant, type == .v128 {
      instruction.vector = V128(low: UInt64(words[0])!, high: UInt64(words[1])!)
      words = []
    }
    for suffix in suffixes {
      if suffix == "safe" { instruction.isSafe = true } else { instruction.access = Graph.accesses[suffix]! }
    }
    var arguments: [Value] = []
    var successors = List.empty
    var index = 0
    while index < words.count {
      let word = words[index]
      index += 1
      if word.hasPrefix("#") {
        instruction.index = UInt32(word.dropFirst())!
      } else if word == "any" {
        instruction.index = Operation.anyTag
      } else if word == "memory" {
        instruction.index = UInt32(words[index])!
        index += 1
      } else if word == "table" || word == "trap" {
        instruction.immediate = Int64(words[index])!
        index += 1
      } else if word.hasPrefix("+") {
        instruction.immediate = Int64(word.dropFirst())!
      } else if word.hasPrefix("v") {
        arguments.append(Value(Int(word.dropFirst())!))
      } else if word.hasPrefix("b") {
        if word.hasSuffix("?") { unlikelyEdges.append(UnlikelyEdge(block: block, successor: Int(successors.count))) }
        append(UInt32(word.filter(\.isNumber))!, to: &successors)
      } else if word != "→" {
        instruction.immediate = Graph.immediate(word, operation == .constant ? type : .i64)
      }
    }
    if operation.argumentCount >= 0 {
      precondition(arguments.count == Int(operation.argumentCount), "wrong number of arguments: \(text)")
      if arguments.count > 0 { instruction.a = arguments[0] }
      if arguments.count > 1 { instruction.b = arguments[1] }
      if arguments.count > 2 { instruction.c = arguments[2] }
    }
    if value.exists { self[value] = instruction } else { value = make(instruction) }
    if operation.argumentCount < 0 { setArguments(value, arguments) }
    link(value, after: at(block).pointee.last, in: block)
    if operation.isTerminator { at(block).pointee.successors = successors }
  }

  /// `add.i32x4`; `extract.i8x16`, whose lane is the first word.
  private static func vectorCode(_ names: ArraySlice<String>, _ words: inout [String]) -> VectorCode {
    let (name, shape) = (names.first!, names.last!)
    let operation = VectorOperation.allCases.first { "\($0)" == name }!
    let hasLane = operation == .extract || operation == .extractSigned || operation == .replace
    return VectorCode(operation, LaneShape.allCases.first { "\($0)" == shape }!, lane: hasLane ? UInt8(words.removeFirst())! : 0)
  }

  private static func immediate(_ word: String, _ type: ValueKind) -> Int64 {
    switch type {
    case .i32: Int64(UInt32(bitPattern: Int32(word)!))
    case .f32: Int64(Float(word)!.bitPattern)
    case .f64: Int64(bitPattern: Double(word)!.bitPattern)
    default: Int64(word)!
    }
  }

  private static var types: [String: ValueKind] { ["i32": .i32, "i64": .i64, "f32": .f32, "f64": .f64, "v128": .v128] }
  private static let accesses: [String: MemoryAccess] = {
    var result: [String: MemoryAccess] = [:]
    var number: UInt8 = 0
    while let access = MemoryAccess(rawValue: number) {
      result["\(access)"] = access
      number += 1
    }
    return result
  }()
}
