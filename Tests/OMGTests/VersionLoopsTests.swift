// Loops without bounds checks do what loops with them do, wherever their addresses are and whatever wraps around.

import Foundation
import GoldenCode
import Testing

@testable import OMG

@Suite struct VersionLoopsTests {
  @Test("Random counted loops do the same without their checks, and most of those that stay within memory run without", arguments: [false, true])
  func keepsMeaning(is64: Bool) {
    var random = Randomness(state: is64 ? 64 : 32)
    var (versioned, within, unchecked) = (0, 0, 0)
    for seed in 0..<40 * PassesTests.seeds {
      let loop = CountedLoopText(is64: is64, &random)
      var graph = Graph.parse(loop.text)
      graph.module = is64 ? GraphModule.checked64 : GraphModule.checked
      let original = Graph.parse(loop.text)
      #expect(VerifyGraph.problem(graph) == nil)
      var scratch = Scratch()
      versionLoops(&graph, &scratch)
      if let problem = VerifyGraph.problem(graph) {
        Issue.record("seed \(seed): \(problem)\n\(loop.text)\n→\n\(graph.text())")
        return
      }
      if graph.blocks.count > original.blocks.count { versioned += 1 }
      for _ in 0..<8 {
        let arguments = loop.arguments(&random)
        let (expected, checks) = Self.run(loop.text, graph.module.memories[0].is64, arguments)
        let (actual, left) = Self.run(graph, arguments)
        if expected.end == .endless || actual.end == .endless { continue }
        if expected != actual {
          Issue.record("seed \(seed), \(arguments): \(expected.end) became \(actual.end)\n\(loop.text)\n→\n\(graph.text())")
          return
        }
        if case .returned = expected.end, checks > 4 {
          within += 1
          if left == 0 { unchecked += 1 }
        }
      }
    }
    #expect(versioned > 20 * Int(PassesTests.seeds), "\(versioned) versioned")
    #expect(within > 100 && unchecked * 3 > within * 2, "\(unchecked) of \(within) without checks")
  }

  private static func run(_ text: String, _ is64: Bool, _ arguments: [UInt64]) -> (Outcome, checks: Int) {
    var graph = Graph.parse(text)
    graph.module = is64 ? GraphModule.checked64 : GraphModule.checked
    return run(graph, arguments)
  }

  private static func run(_ graph: borrowing Graph, _ arguments: [UInt64]) -> (Outcome, checks: Int) {
    var interpreter = GraphInterpreter()
    interpreter.outcome.memory = (0..<65536).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    interpreter.outcome.globals = [1, 2, 3]
    interpreter.fuel = 20_000
    interpreter.outcome.end = interpreter.run(graph, arguments)
    return (interpreter.outcome, interpreter.checks)
  }
}

/// A loop that counts from parameter 0 to parameter 1, with accesses at sums with parameters 2 and 3.
private struct CountedLoopText {
  let text: String
  private let is64: Bool
  private let step: Int64
  private let factor: Int64

  init(is64: Bool, _ random: inout Randomness) {
    self.is64 = is64
    let type = is64 ? "i64" : "i32"
    // A counter of 32 bits that is extended for 64-bit addresses.
    let isExtended = is64 && random.below(3) == 0
    let counted = isExtended ? "i32" : type
    step = random.pick([1, 1, 1, -1, -1, 2, 4, -4, 8, 3, -3])
    factor = random.pick([1, 4, 8, 12, -4])
    let moved = random.pick([8, -8, 4, 24])
    let isStepped = random.below(3) > 0
    let relation = random.pick(
      step > 0 ? ["ne", "ne", "lt_s", "lt_u", "le_s", "le_u"] : ["ne", "ne", "gt_s", "gt_u", "ge_s", "ge_u"])
    var lines = [
      "b0", "  v0: \(counted) = parameter #0", "  v1: \(counted) = parameter #1", "  v2: \(type) = parameter #2", "  v3: \(type) = parameter #3",
      "  v4: \(counted) = constant \(step)", "  v5: \(counted) = constant \(factor)", "  v6: \(type) = constant \(moved)",
      "  v7: \(type) = constant -16",
      "  v8: i32 = constant 200", "  v60: i32 = constant 3", "  v61: i32 = constant -1",
    ]
    // Within another loop, whose preheader is the start and whose start is the loop's preheader.
    let isNested = random.below(3) == 0
    lines += isNested ? ["  jump → b4", "b4 ← b0 b3", "  v62: i32 = phi v60, v63", "  jump → b1"] : ["  jump → b1"]
    let hasBreak = random.below(3) == 0
    let end = hasBreak ? "b2" : "b1"
    lines += ["b1 ← \(isNested ? "b4" : "b0") \(end)", "  v10: \(counted) = phi v0, v40", "  v11: \(type) = phi v3, v41", "  v12: i32 = phi v8, v24"]
    lines += ["  v20: \(counted) = mul v10, v5"]
    lines += isExtended ? ["  v21: \(type) = extend_\(random.pick(["s", "u"])) v20"] : ["  v21: \(type) = identity v20"]
    lines += ["  v22: \(type) = add v2, v21", "  bounds_check +12 v22", "  v23: i32 = load +8 v22", "  v24: i32 = add v12, v23"]
    if random.below(2) == 0 { lines += ["  v25: \(type) = add v11, v7", "  bounds_check +20 v25", "  store +16 v25, v24"] }
    if random.below(2) == 0 { lines += ["  bounds_check +4 v11", "  store +0 v11, v12"] }
    lines += ["  v41: \(type) = add v11, v6", "  v40: \(counted) = add v10, v4"]
    if hasBreak { lines += ["  v50: i32 = constant 8192", "  v51: i32 = lt_u v24, v50", "  branch v51 → b3 b2", "b2 ← b1"] }
    lines += ["  v42: i32 = \(relation) \(isStepped ? "v40" : "v10"), v1", "  branch v42 → b1 b3"]
    lines += ["b3 ← b1" + (hasBreak ? " b2" : "")]
    if isNested { lines += ["  v63: i32 = add v62, v61", "  branch v63 → b4 b5", "b5 ← b3"] }
    lines += ["  return v24, v10, v11"]
    text =
      lines.map { $0.contains("identity") ? "" : $0.replacingOccurrences(of: "v21", with: isExtended ? "v21" : "v20") }
      .filter { !$0.isEmpty }.joined(separator: "\n") + "\n"
  }

  /// Few iterations mostly; addresses around both ends of memory and of the numbers.
  func arguments(_ random: inout Randomness) -> [UInt64] {
    let count = Int64(random.below(40))
    let starts: [Int64] = [0, 0, 5, -3, 100, -count * step, Int64(Int32.max) - count, Int64(Int32.min) + 2]
    let start = random.pick(starts)
    var limit = start &+ count &* step
    let jumps: [Int64] = [1, -1, 1 << 20, -(1 << 20)]
    if random.below(6) == 0 { limit &+= random.pick(jumps) }
    let first = start &* factor
    let place: Int64 = random.pick([0, 16, 65_056, 65_524, 30_000, -8])
    let base = random.below(4) == 0 ? place : place &- first
    let others: [Int64] = [0, 16, 40, 1000, 30_000, 65_536 - 8 * count, 65_532, -16]
    let other = random.pick(others)
    return [start, limit, base, other].enumerated().map { is64 ? UInt64(bitPattern: $0.element) : UInt64(UInt32(truncatingIfNeeded: $0.element)) }
  }
}
