// The passes of the pipeline: each keeps what random graphs mean, and does to the golden files' graphs what these say.

import CompilerInterface
import Foundation
import Testing

@testable import OMG

@Suite struct PassesTests {
  /// More with LATCH_SEEDS=n in the environment.
  static let seeds = UInt64(ProcessInfo.processInfo.environment["LATCH_SEEDS"] ?? "") ?? 12
  static let firstSeed = UInt64(ProcessInfo.processInfo.environment["LATCH_FIRST_SEED"] ?? "") ?? 1

  @Test("Each pass, wherever it stands in the pipeline, keeps the meaning of random graphs", arguments: [true, false])
  func keepsMeaning(isGuarded: Bool) {
    let view = isGuarded ? TestView.guarded : TestView.checked
    var finished = 0
    for seed in Self.firstSeed..<(Self.firstSeed + Self.seeds) {
      var graph = RandomGraph.make(seed, size: 10 + Int(seed % 40), view: view)
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

  @Test("Golden files: what a pass makes of a graph", arguments: Self.goldenFiles)
  func golden(_ name: String) throws {
    let url = Self.directory.appendingPathComponent(name)
    let text = try String(contentsOf: url, encoding: .utf8)
    let bless = ProcessInfo.processInfo.environment["LATCH_BLESS"] == "1"
    var blessed = ""
    for section in text.components(separatedBy: "=== ").dropFirst() {
      let parts = section.components(separatedBy: "--- ")
      let input = parts[0].drop { $0 != "\n" }.dropFirst()
      var graph = Graph.parse(String(input))
      let title = parts[0].prefix { $0 != "\n" }
      graph.view = title.contains("(checked)") ? TestView.checked : TestView.guarded
      graph.target = title.contains("(plain machine)") ? .plain : X64BackEnd.facts
      if let problem = VerifyGraph.problem(graph) {
        Issue.record("\(name): \(problem)\n\(graph.text())")
        return
      }
      // The passes named there, in this order.
      let names = (parts.count > 1 ? parts[1] : "").prefix { $0 != "\n" }.split(separator: " ").map { String($0) }
      var scratch = Scratch()
      for passName in names {
        guard let pass = Pipeline.passes.first(where: { $0.name == passName }) else {
          Issue.record("\(name): no pass is called \(passName)")
          return
        }
        pass.run(&graph, &scratch)
        if let problem = VerifyGraph.problem(graph) { Issue.record("\(name), \(passName): \(problem)\n\(graph.text())") }
      }
      if bless {
        blessed += "=== \(parts[0])--- \(names.joined(separator: " "))\n\(graph.text())\n"
      } else {
        let expected = parts.count > 1 ? String(parts[1].drop { $0 != "\n" }.dropFirst()) : ""
        #expect(graph.text().trimmed == expected.trimmed, "\(name): \(parts[0].prefix { $0 != "\n" })")
      }
    }
    if bless { try blessed.write(to: url, atomically: true, encoding: .utf8) }
  }

  static let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Golden/Passes")
  static let goldenFiles: [String] =
    ((try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []).filter { $0.hasSuffix(".txt") }.sorted()
}

extension TargetFacts {
  /// A machine that has nothing of what some have.
  fileprivate static var plain: TargetFacts {
    TargetFacts(
      largestOffset: 0xFFF, testMaskBits: 12, knowsSumOverflows: false, knowsProductOverflows: false, hasMultiplyHigh: false,
      selectsFloats: false)
  }
}

extension String {
  fileprivate var trimmed: String { trimmingCharacters(in: .whitespacesAndNewlines) }
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
