// The passes of the pipeline: each keeps what random graphs mean, and does to the golden files' graphs what these say.

import CompilerInterface
import Foundation
import GoldenCode
import Testing

@testable import OMG

@Suite struct PassesTests {
  /// More with LATCH_SEEDS=n in the environment.
  static let seeds = UInt64(ProcessInfo.processInfo.environment["LATCH_SEEDS"] ?? "") ?? 12
  static let firstSeed = UInt64(ProcessInfo.processInfo.environment["LATCH_FIRST_SEED"] ?? "") ?? 1

  @Test("Each pass, wherever it stands in the pipeline, keeps the meaning of random graphs", arguments: [true, false])
  func keepsMeaning(isGuarded: Bool) {
    let module = isGuarded ? GraphModule.guarded : GraphModule.checked
    var finished = 0
    for seed in Self.firstSeed..<(Self.firstSeed + Self.seeds) {
      var graph = RandomGraph.make(seed, size: 10 + Int(seed % 40), module: module)
      if let problem = VerifyGraph.problem(graph) {
        Issue.record("seed \(seed): the random graph is wrong: \(problem)\n\(graph.text())")
        return
      }
      var expected = Executions(graph, seed)
      finished += expected.finished
      var scratch = Scratch()
      for pass in Pipeline.passes {
        let before = graph.text()
        pass.run(&graph, &scratch)
        if let problem = VerifyGraph.problem(graph) {
          Issue.record("seed \(seed), \(pass.name): \(problem)\n\(before)\n→\n\(graph.text())")
          return
        }
        let actual = Executions(graph, seed)
        if let difference = expected.difference(actual) {
          Issue.record("seed \(seed), \(pass.name): \(difference)\n\(before)\n→\n\(graph.text())")
          return
        }
        expected = actual
      }
    }
    #expect(finished > Int(Self.seeds))
  }

  @Test("Sums with a constant are repeated in each block that uses them but in loops that they are not in, and graphs mean the same")
  func repeatedSums() {
    var graph = Graph.parse(
      """
      b0
        v0: i32 = parameter #0
        v1: i32 = constant 16
        v2: i32 = add v0, v1
        branch v0 → b1 b2
      b1 ← b0
        store +0 v0, v2
        store +4 v2, v2
        jump → b2
      b2 ← b0 b1
        v3: i32 = phi v0, v2
        store +8 v2, v3
        return
      """)
    graph.module = GraphModule.guarded
    var scratch = Scratch()
    repeatSums(&graph, &scratch, leastSums: 1)
    #expect(VerifyGraph.problem(graph) == nil)
    // One in each block, and one at the end of b1 for the phi.
    #expect(graph.text().components(separatedBy: "= add v0, v1").count - 1 == 4, "\(graph.text())")
    var copies = 0
    for seed in Self.firstSeed..<(Self.firstSeed + 4 * Self.seeds) {
      var graph = RandomGraph.make(seed, size: 10 + Int(seed % 40), module: GraphModule.guarded)
      // Equal sums become one, which then has several uses.
      for pass in Pipeline.passes.prefix(9) { pass.run(&graph, &scratch) }
      let before = graph.text()
      let expected = Executions(graph, seed)
      copies -= graph.instructions.count
      repeatSums(&graph, &scratch, leastSums: 1)
      copies += graph.instructions.count
      if let problem = VerifyGraph.problem(graph) ?? expected.difference(Executions(graph, seed)) {
        Issue.record("seed \(seed): \(problem)\n\(before)\n→\n\(graph.text())")
        return
      }
    }
    #expect(copies > 0)
  }

  @Test("A sum with a constant leaves a small loop, but not a large one; what is dear to compute leaves any")
  func largeLoops() throws {
    let hoist = try #require(Pipeline.passes.first { $0.name == "hoist-loop-invariants" })
    for count in [4, 40] {
      // A loop of that many blocks.
      var text = """
        b0
          v0: i32 = parameter #0
          v1: i32 = constant 16
          jump → b1
        b1 ← b0 b\(count)
          v2: i32 = add v0, v1
          v3: i32 = mul v0, v0
          store +0 v2, v3
          jump → b2

        """
      for block in 2..<count { text += "b\(block) ← b\(block - 1)\n  jump → b\(block + 1)\n" }
      text += "b\(count) ← b\(count - 1)\n  branch v0 → b1 b\(count + 1)\nb\(count + 1) ← b\(count)\n  return\n"
      var graph = Graph.parse(text)
      graph.module = GraphModule.guarded
      var scratch = Scratch()
      hoist.run(&graph, &scratch)
      #expect(VerifyGraph.problem(graph) == nil)
      let loop = try #require(graph.text().components(separatedBy: "\n").first { $0.hasPrefix("b1 ") })
      let body = graph.text().components(separatedBy: loop)[1].components(separatedBy: "jump")[0]
      #expect(body.contains("= add") == (count > 32), "\(graph.text())")
      #expect(!body.contains("= mul"), "\(graph.text())")
    }
  }

  @Test("Golden files: what a pass makes of a graph", arguments: Golden.files(in: "Passes"))
  func golden(_ name: String) throws {
    var file = try GoldenFile(name)
    // The passes named in the heading run in this order.
    let problems = file.problems { section, heading in
      var graph = Graph.parse(section.input)
      graph.module = section.title.contains("(checked)") ? GraphModule.checked : GraphModule.guarded
      graph.target = section.title.contains("(plain machine)") ? .plain : X64BackEnd.facts
      if let problem = VerifyGraph.problem(graph) { Issue.record("\(name), \(section.title): \(problem)\n\(graph.text())") }
      var scratch = Scratch()
      for passName in heading.split(separator: " ") {
        let pass = try #require(Pipeline.passes.first { $0.name == passName }, "no pass is called \(passName)")
        pass.run(&graph, &scratch)
        if let problem = VerifyGraph.problem(graph) { Issue.record("\(name), \(section.title), \(passName): \(problem)\n\(graph.text())") }
      }
      return .text(graph.text())
    }
    #expect(problems.isEmpty, "\(problems.joined(separator: "\n"))")
  }
}

extension TargetFacts {
  /// A machine that has nothing of what some have.
  fileprivate static var plain: TargetFacts {
    TargetFacts(
      largestOffset: 0xFFF, testMaskBits: 12, knowsSumOverflows: false, knowsProductOverflows: false, hasMultiplyHigh: false,
      selectsFloats: false)
  }
}

/// What a graph does for some arguments.
struct Executions {
  let arguments: [[UInt64]]
  let outcomes: [Outcome]

  init(_ graph: borrowing Graph, _ seed: UInt64, count: Int = 6) {
    var random = Randomness(state: seed &* 77)
    let memory = (0..<65536).map { _ in UInt8(0) }.enumerated().map { $0.offset < 512 ? UInt8(truncatingIfNeeded: random.next()) : 0 }
    var arguments: [[UInt64]] = []
    var outcomes: [Outcome] = []
    for _ in 0..<count {
      let list = RandomGraph.parameterTypes.map { random.number($0) }
      arguments.append(list)
      outcomes.append(GraphInterpreter.run(graph, list, memory: memory, globals: [1, 2, 3]))
    }
    self.arguments = arguments
    self.outcomes = outcomes
  }

  var finished: Int { outcomes.filter { $0.end != .endless }.count }

  /// In what another graph differs; an execution that was too long says nothing.
  func difference(_ other: Executions) -> String? {
    for index in outcomes.indices {
      let (one, two) = (outcomes[index], other.outcomes[index])
      if one.end == .endless || two.end == .endless || one == two { continue }
      let what =
        one.end != two.end
        ? "\(one.end) became \(two.end)"
        : one.calls != two.calls
          ? "calls \(one.calls) became \(two.calls)"
          : one.globals != two.globals
            ? "globals \(one.globals) became \(two.globals)"
            : "memory differs at \(zip(one.memory, two.memory).enumerated().first { $0.element.0 != $0.element.1 }!.offset)"
      return "with \(arguments[index]): \(what)"
    }
    return nil
  }
}
