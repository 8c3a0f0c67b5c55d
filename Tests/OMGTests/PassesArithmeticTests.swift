// What arithmetic in the IR gives, and that SimplifyInstructions keeps it where one argument is a constant. That the numeric operators give in both tiers
// what the table says is tested with the engine.

import Testing
import WasmFormat

@testable import OMG

@Suite struct PassesArithmeticTests {
  static let numbers: [UInt64] = [
    0, 1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 25, 31, 32, 33, 63, 64, 65, 100, 125, 127, 128, 255, 256, 641, 1000, 10_000, 32767, 32768, 65535,
    65536, 65537, 1_000_000, 0x7FFF_FFFE, 0x7FFF_FFFF, 0x8000_0000, 0x8000_0001, 0xFFFF_FFFE, 0xFFFF_FFFF, 1 << 32, (1 << 32) + 1, 1_000_000_007,
    10_000_000_000, 0x0123_4567_89AB_CDEF, 0x7FFF_FFFF_FFFF_FFFE, 0x7FFF_FFFF_FFFF_FFFF, 1 << 63, (1 << 63) + 1, UInt64.max - 2, UInt64.max - 1,
    UInt64.max,
  ]

  /// Whether an operation is one on integers, and with how many arguments.
  static let operations: [Operation] = [
    .add, .subtract, .multiply, .divideSigned, .divideUnsigned, .remainderSigned, .remainderUnsigned, .and, .or, .xor, .shiftLeft,
    .shiftRightSigned, .shiftRightUnsigned, .rotateLeft, .rotateRight, .equal, .notEqual, .lessSigned, .lessUnsigned, .greaterSigned,
    .greaterUnsigned, .lessEqualSigned, .lessEqualUnsigned, .greaterEqualSigned, .greaterEqualUnsigned, .addOverflows, .subtractOverflows,
    .multiplyOverflows,
  ]

  private func number(_ word: UInt64, _ type: ValueKind) -> UInt64 { GraphInterpreter.truncate(word, type) }

  /// A function of one parameter: an operation on it and a constant.
  private func simplified(_ operation: Operation, _ type: ValueKind, _ word: UInt64, isFirst: Bool) -> Graph {
    var graph = Graph()
    graph.module = GraphModule.guarded
    let block = graph.makeBlock()
    let parameter = graph.append(Instruction(.parameter, type, index: 0), to: block)
    let constant = graph.append(Instruction(.constant, type, index: 0, immediate: Int64(bitPattern: number(word, type))), to: block)
    let result = graph.append(
      Instruction(operation, operation.isComparison ? .i32 : type, isFirst ? constant : parameter, isFirst ? parameter : constant), to: block)
    let end = graph.append(Instruction(.returnValues, .none), to: block)
    graph.setArguments(end, [result])
    var scratch = Scratch()
    simplifyInstructions(&graph, &scratch)
    return graph
  }

  @Test("Operations with a constant, above all divisions, give what the operation gives", arguments: operations)
  func withConstant(_ operation: Operation) {
    var random = Randomness(state: UInt64(operation.rawValue))
    let extra = (0..<40).map { _ in random.next() >> UInt64(random.below(64)) }
    let words = Self.numbers + extra
    for type in [ValueKind.i32, .i64] {
      for word in words {
        for isFirst in [false, true] {
          let graph = simplified(operation, type, word, isFirst: isFirst)
          if let problem = VerifyGraph.problem(graph) {
            Issue.record("\(problem)\n\(graph.text())")
            return
          }
          for other in words {
            let (x, y) = (number(isFirst ? word : other, type), number(isFirst ? other : word, type))
            let expected: Outcome.End =
              switch operation.evaluate(operation.isComparison ? .i32 : type, type, x, y) {
              case .value(let value): .returned([value])
              case .trap(let trap): .trapped(GraphInterpreter.reason(trap))
              case .nan, nil: preconditionFailure("\(operation) is not for integers")
              }
            let actual = GraphInterpreter.run(graph, [number(other, type)], memory: [], globals: [0]).end
            if actual != expected {
              Issue.record("\(operation) \(type) \(x) \(y): \(actual), not \(expected)\n\(graph.text())")
              return
            }
          }
        }
      }
    }
  }

  @Test("Divisions by constants leave no division")
  func noDivisionLeft() {
    for operation in [Operation.divideSigned, .divideUnsigned, .remainderSigned, .remainderUnsigned] {
      for type in [ValueKind.i32, .i64] {
        for word in Self.numbers where number(word, type) != 0 && number(word, type) != number(UInt64.max, type) {
          let text = simplified(operation, type, word, isFirst: false).text()
          #expect(!text.contains("div_") && !text.contains("rem_"), "\(text)")
        }
      }
    }
  }

  @Test("What no operator of WebAssembly is, is what arithmetic with more bits says")
  func derivedOperations() {
    for x in Self.numbers {
      for y in Self.numbers {
        for type in [ValueKind.i32, .i64] {
          func signed(_ word: UInt64) -> Int128 { type == .i32 ? Int128(Int32(truncatingIfNeeded: word)) : Int128(Int64(bitPattern: word)) }
          func overflows(_ exact: Int128) -> Evaluation {
            .value(type == .i32 ? (Int32(exactly: exact) == nil ? 1 : 0) : (Int64(exactly: exact) == nil ? 1 : 0))
          }
          let (a, b) = (number(x, type), number(y, type))
          #expect(Operation.addOverflows.evaluate(.i32, type, a, b) == overflows(signed(a) + signed(b)))
          #expect(Operation.subtractOverflows.evaluate(.i32, type, a, b) == overflows(signed(a) - signed(b)))
          #expect(Operation.multiplyOverflows.evaluate(.i32, type, a, b) == overflows(signed(a) * signed(b)))
        }
        let product = Int128(Int64(bitPattern: x)) * Int128(Int64(bitPattern: y))
        #expect(Operation.multiplyHighSigned.evaluate(.i64, .i64, x, y) == .value(UInt64(truncatingIfNeeded: product >> 64)))
        #expect(Operation.multiplyHighUnsigned.evaluate(.i64, .i64, x, y) == .value(UInt64((UInt128(x) * UInt128(y)) >> 64)))
      }
    }
  }
}
