// The pipeline's order, and the scope around its phases.

import Testing

@testable import OMG

@Suite struct PipelineTests {
  @Test func passesStandWhereTheirConstraintsWantThem() {
    let names = Pipeline.passes.map(\.name)
    for (index, pass) in Pipeline.passes.enumerated() {
      #expect(!pass.after.isEmpty || !pass.before.isEmpty, "\(pass.name), number \(index), could stand anywhere")
      for (other, reason) in pass.after {
        #expect(names[..<index].contains(other), "\(pass.name), number \(index), has to be after \(other): \(reason)")
      }
      for (other, reason) in pass.before {
        #expect(names[(index + 1)...].contains(other), "\(pass.name), number \(index), has to be before \(other): \(reason)")
      }
    }
  }

  /// Where a pass runs twice, this is about its last run: nothing may undo what comes after it.
  @Test func nothingMakesRepeatedComparisonsOneAgain() {
    let names = Pipeline.passes.map(\.name)
    #expect(names.lastIndex(of: "number-values")! < names.firstIndex(of: "repeat-comparisons")!)
  }

  @Test("Each phase gives its name, time, work and dump, and is verified")
  func phases() throws {
    var options = OMGOptions()
    options.verifies = true
    let names = Recorder()
    options.dump = { name, text in names.dumped.append(text.contains("return") ? name : "") }
    options.time = { name, _ in names.timed.append(name) }
    options.work = { name, units in if units > 0 { names.counted.append(name) } }
    var graph = RandomGraph.make(1)
    var scratch = Scratch()
    try Pipeline.run(&graph, &scratch, options)
    let expected = Pipeline.passes.map { $0.name }
    #expect(names.dumped == expected)
    #expect(names.timed == expected)
    #expect(names.counted == expected)
  }

  private final class Recorder {
    var dumped: [String] = []
    var timed: [String] = []
    var counted: [String] = []
  }
}
