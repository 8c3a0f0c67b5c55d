// The machine-independent half of OMG as data: which passes a graph goes through, in which order, and why each stands where it stands. In front
// of them comes Build, behind them lowering for the instruction set, register allocation and emission (see OMGCompiler).

import CompilerInterface
import RawCollections

/// A step that rewrites a graph.
struct Pass: Sendable {
  let name: String
  /// Lowering relies on what it establishes.
  let isRequired: Bool
  /// Why it stands where it stands.
  let reason: String
  let run: @Sendable (inout Graph, inout Scratch) -> Void

  init(_ name: String, required: Bool = false, _ reason: String, _ run: @escaping @Sendable (inout Graph, inout Scratch) -> Void) {
    self.name = name
    self.isRequired = required
    self.reason = reason
    self.run = run
  }
}

enum Pipeline {
  static let passes: [Pass] = [
    Pass("follow-hints", "in front of everything that makes other blocks of those that the module knows", followHints),
    Pass("simplify-control-flow", required: true, "drops what is unreachable, so that later passes need not care", simplifyControlFlow),
    Pass("simplify-instructions", "makes equal what is the same, so that later passes see it", simplifyInstructions),
    Pass("number-values", "behind simplification, which gives equal values one form", numberValues),
    Pass("invert-loops", "behind numbering, which makes tests small; in front of what looks at loops' starts", invertLoops),
    Pass("eliminate-bounds-checks", "behind numbering: the same address is one value", eliminateBoundsChecks),
    Pass("forward-loads", "likewise", forwardLoads),
    Pass("eliminate-dead-code", "what nobody needs hides what is used for one thing only", eliminateDeadCode),
    Pass("rebase-induction", "behind the inversion of loops, whose ends it looks for; in front of what joins its constants", rebaseInduction),
    Pass("simplify-instructions", "loads have become values", simplifyInstructions),
    Pass("number-values", "likewise", numberValues),
    Pass("simplify-control-flow", "conditions have become constants", simplifyControlFlow),
    Pass("thread-jumps", "constants have come together in phis; what it leaves may be chosen", threadJumps),
    Pass("convert-branches", "behind the removal of all that made the ways of a branch differ", convertBranches),
    Pass("duplicate-returns", "behind what makes a choice of two returned values", duplicateReturns),
    Pass("mark-cold-blocks", "in front of what prefers the other ones", markColdBlocks),
    Pass("fold-addresses", "behind rebasing; in front of hoisting, which would keep sums in registers", foldAddresses),
    Pass("hoist-loop-invariants", "behind what makes values equal; loads that are left", hoistLoopInvariants),
    Pass("eliminate-dead-stores", "behind the forwarding of loads, which may have been the stores' readers", eliminateDeadStores),
    Pass("eliminate-dead-code", "takes what the others left without uses, so that sinking sees the uses that count", eliminateDeadCode),
    Pass("balance-sums", "behind everything that looks for sums of two", balanceSums),
    Pass("sink-code", "behind hoisting, which may have moved what is rarely needed", sinkCode),
    Pass("repeat-comparisons", "nothing behind it may make equal comparisons one again", repeatComparisons),
  ]

  /// Runs all passes. With `requiredOnly`, the graph keeps the shape that it was built with as far as possible.
  static func run(_ graph: inout Graph, _ scratch: inout Scratch, _ options: OMGOptions, requiredOnly: Bool = false) {
    for pass in passes where pass.isRequired || !requiredOnly {
      let phase = Phase(pass.name, options)
      pass.run(&graph, &scratch)
      phase.end(graph)
    }
  }
}

/// Arrays that passes use and later passes, for this and for other functions, use again. What is in them has to be computed by the pass that
/// reads it, unless it says that it needs it.
struct Scratch: ~Copyable {
  var order = BlockOrder()
  var dominators = Dominators()
  var loops = Loops()
  var uses = UseCounts()
  var memory = ForwardLoads()
  var reach = Reach()
  var hoisting = LoopWrites()
  var repair = RepairDefinitions()
  var ranges = InductionRanges()
  var sums = ConstantSums()
  /// A hash table.
  var table = RawArray<UInt32>(capacity: 1024)
  /// For any list of values or blocks that a pass makes.
  var words = RawArray<UInt32>(capacity: 256)
}

/// The scope around a phase: gives it a name, measures its time, hands out a dump of what it leaves, and verifies that.
struct Phase {
  private let name: String
  private let options: OMGOptions
  private let start: ContinuousClock.Instant?

  init(_ name: String, _ options: OMGOptions) {
    self.name = name
    self.options = options
    start = options.time == nil ? nil : ContinuousClock().now
  }

  /// The end of a phase that leaves something else than a graph; `text` is called if a dump is wanted.
  func end(text: () -> String) {
    if let start, let time = options.time {
      let duration = (ContinuousClock().now - start).components
      time(name, UInt64(duration.seconds) * 1_000_000_000 + UInt64(duration.attoseconds / 1_000_000_000))
    }
    if let dump = options.dump { dump(name, text()) }
  }

  /// The end of a phase that leaves a graph.
  func end(_ graph: borrowing Graph) {
    if let start, let time = options.time {
      let duration = (ContinuousClock().now - start).components
      time(name, UInt64(duration.seconds) * 1_000_000_000 + UInt64(duration.attoseconds / 1_000_000_000))
    }
    if let dump = options.dump { dump(name, graph.text()) }
    if options.verifies, let problem = VerifyGraph.problem(graph) {
      preconditionFailure("after \(name), function \(graph.functionIndex): \(problem)\n\(graph.text())")
    }
  }
}
