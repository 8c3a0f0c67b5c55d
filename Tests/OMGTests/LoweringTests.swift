// Golden files of lowering: a title, a graph, and what becomes of it as machine code over virtual registers. With LATCH_BLESS=1 in the
// environment the results are written anew.

import CompilerInterface
import Foundation
import Testing

@testable import OMG

@Suite struct LoweringTests {
  @Test("Lowering to x86-64", arguments: ["arithmetic", "conditions", "control", "floats", "memory"])
  func x64(_ name: String) throws {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Golden/Lowering/\(name).txt")
    let text = try String(contentsOf: url, encoding: .utf8)
    var blessed = ""
    for part in text.components(separatedBy: "=== ").dropFirst() {
      let halves = part.components(separatedBy: "--- x86-64\n")
      let lines = halves[0].trimmingCharacters(in: .newlines).split(separator: "\n", maxSplits: 1)
      let title = String(lines[0])
      var graph = Graph.parse(String(lines[1]))
      graph.view = title.hasPrefix("Checked") ? TestView.checked : TestView.guarded
      if let problem = VerifyGraph.problem(graph) { Issue.record("\(title): \(problem)") }
      let result = Self.lower(&graph)
      if halves.count > 1, ProcessInfo.processInfo.environment["LATCH_BLESS"] != "1" { #expect(result == halves[1], "\(name): \(title)") }
      blessed += "=== \(title)\n\(lines[1])\n\n--- x86-64\n\(result)"
    }
    if ProcessInfo.processInfo.environment["LATCH_BLESS"] == "1" { try blessed.write(to: url, atomically: true, encoding: .utf8) }
  }

  private static func lower(_ graph: inout Graph) -> String {
    var lowering = LowerToX64(hasBMI2: true)
    var machine = MachineFunction()
    _ = lowering.run(&graph, into: &machine)
    return machine.text(X64Printer.self, Allocations()) + "\n"
  }
}
