// The pipeline's order, and the scope around its phases.

import Testing

@testable import OMG

@Suite struct PipelineTests {
  /// What has to come before what, and why.
  static let order: [(first: String, second: String, reason: String)] = [
    ("simplify-control-flow", "eliminate-dead-code", "what is used by dead blocks only is dead"),
    ("simplify-instructions", "number-values", "equal values have one form then"),
    ("number-values", "forward-loads", "equal addresses are one value then"),
    ("eliminate-bounds-checks", "hoist-loop-invariants", "needless checks are no obstacles then"),
    ("forward-loads", "hoist-loop-invariants", "loads that become values need not leave loops"),
    ("invert-loops", "hoist-loop-invariants", "a body's start is the loop's start then"),
    ("thread-jumps", "convert-branches", "shorter ways may be choices"),
    ("eliminate-dead-code", "sink-code", "only uses that count say where a value is needed"),
    ("invert-loops", "rebase-induction", "a loop's test is at its end then"),
    ("rebase-induction", "fold-addresses", "sums no longer wrap around then"),
    ("fold-addresses", "hoist-loop-invariants", "sums that are part of accesses need no register"),
    ("number-values", "repeat-comparisons", "equal comparisons would become one again"),
    ("follow-hints", "simplify-control-flow", "hints are about branches as they were built"),
    ("follow-hints", "convert-branches", "branches that are foreseen well stay"),
    ("mark-cold-blocks", "hoist-loop-invariants", "nothing leaves cold blocks"),
  ]

  @Test("Passes stand in an order that serves them")
  func order() {
    let names = Pipeline.passes.map { $0.name }
    for (first, second, reason) in Self.order {
      guard let one = names.firstIndex(of: first), let two = names.lastIndex(of: second) else {
        Issue.record("\(first) and \(second) are to be in the pipeline")
        continue
      }
      #expect(one < two, "\(first) before \(second): \(reason)")
    }
    for pass in Pipeline.passes { #expect(!pass.reason.isEmpty) }
  }

  @Test("Each phase gives its name, time and dump, and is verified")
  func phases() {
    var options = OMGOptions()
    options.verifies = true
    let names = Recorder()
    options.dump = { name, text in names.dumped.append(text.contains("return") ? name : "") }
    options.time = { name, _ in names.timed.append(name) }
    var graph = RandomGraph.make(1)
    var scratch = Scratch()
    Pipeline.run(&graph, &scratch, options)
    let expected = Pipeline.passes.map { $0.name }
    #expect(names.dumped == expected)
    #expect(names.timed == expected)
  }

  private final class Recorder {
    var dumped: [String] = []
    var timed: [String] = []
  }
}
