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
