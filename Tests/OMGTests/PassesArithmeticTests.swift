// SimplifyInstructions against an independent account of what the operations mean: constants, and operations with one constant argument.

import Testing

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
    graph.view = TestView.guarded
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
              switch Arithmetic.evaluate(operation, operation.isComparison ? .i32 : type, type, [x, y]) {
              case .value(let value): .returned([value])
              case .trap(let reason): .trapped(reason)
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

  @Test(
    "Constants are folded to what the operation gives; traps and NaNs are left",
    arguments: Operation.allCases.filter { $0.isPure && 1...2 ~= $0.argumentCount && ![.identity, .exceptionValue].contains($0) })
  func folding(_ operation: Operation) {
    let count = Int(operation.argumentCount)
    let floats: [Double] = [
      0, -0.0, 1, -1, 0.5, 1.5, 2.5, -2.5, 3.9, 1e10, -1e19, 1e300, 2147483647, 4294967295, 4294967296, 0x1p63, 0x1p64, .infinity, -.infinity, .nan,
      5e-324,
    ]
    for (type, source) in signatures(operation) {
      let words: [UInt64] =
        source == .f64
        ? floats.map { $0.bitPattern } : source == .f32 ? floats.map { UInt64(Float($0).bitPattern) } : Self.numbers.map { number($0, source) }
      for x in words {
        for y in count == 2 ? words : [0] {
          let expected = Arithmetic.evaluate(operation, type, source, count == 2 ? [x, y] : [x])
          guard let actual = FoldConstants.fold(operation, type, source, x, y) else {
            if case .value(let value) = expected, !isNaN(value, type) {
              Issue.record("\(operation) \(source) \(x) \(y) is not folded")
              return
            }
            continue
          }
          if .value(actual) != expected {
            Issue.record("\(operation) \(source) → \(type) \(x) \(y): \(actual), not \(expected)")
            return
          }
        }
      }
    }
  }

  private func isNaN(_ word: UInt64, _ type: ValueKind) -> Bool {
    type == .f32 ? Float(bitPattern: UInt32(truncatingIfNeeded: word)).isNaN : type == .f64 && Double(bitPattern: word).isNaN
  }

  /// Result and argument types.
  private func signatures(_ operation: Operation) -> [(ValueKind, ValueKind)] {
    let integers: [ValueKind] = [.i32, .i64]
    let floats: [ValueKind] = [.f32, .f64]
    switch operation {
    case .wrap: return [(.i32, .i64)]
    case .extendSigned, .extendUnsigned: return [(.i64, .i32)]
    case .signExtend32, .multiplyHighSigned, .multiplyHighUnsigned: return [(.i64, .i64)]
    case .convertSigned, .convertUnsigned: return floats.flatMap { float in integers.map { (float, $0) } }
    case .floatToSignedSaturating, .floatToUnsignedSaturating: return integers.flatMap { integer in floats.map { (integer, $0) } }
    case .promote: return [(.f64, .f32)]
    case .demote: return [(.f32, .f64)]
    case .reinterpret: return [(.i32, .f32), (.i64, .f64), (.f32, .i32), (.f64, .i64)]
    case .floatEqual, .floatNotEqual, .floatLess, .floatGreater, .floatLessEqual, .floatGreaterEqual: return floats.map { (.i32, $0) }
    case .functionReference: return []
    default:
      if operation.isComparison { return integers.map { (.i32, $0) } }
      return operation.rawValue < Operation.equal.rawValue ? integers.map { ($0, $0) } : floats.map { ($0, $0) }
    }
  }
}
