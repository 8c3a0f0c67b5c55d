// The machine-independent half of OMG as data: which passes a graph goes through, in which order, and what each needs before or after it. Graph building
// comes before them; lowering for the instruction set, register allocation and emission come after them (see OMGCompiler).

import CompilerInterface
import RawCollections

/// A step that rewrites a graph.
struct Pass: Sendable {
  let name: String
  /// Lowering relies on what it establishes.
  let isRequired: Bool
  /// Passes that run earlier, some time, and why.
  let after: KeyValuePairs<String, String>
  /// Passes that run later, some time, and why.
  let before: KeyValuePairs<String, String>
  let run: @Sendable (inout Graph, inout Scratch) -> Void

  init(
    _ name: String, required: Bool = false, after: KeyValuePairs<String, String> = [:], before: KeyValuePairs<String, String> = [:],
    _ run: @escaping @Sendable (inout Graph, inout Scratch) -> Void
  ) {
    self.name = name
    self.isRequired = required
    self.after = after
    self.before = before
    self.run = run
  }
}

enum Pipeline {
  static let passes: [Pass] = [
    Pass(
      "follow-hints",
      before: [
        "simplify-control-flow": "hints are about branches as the module has them",
        "convert-branches": "a branch that is predicted well is better than a choice",
      ],
      followHints),
    Pass(
      "simplify-control-flow", required: true,
      before: ["eliminate-dead-code": "what only unreachable blocks use is dead"],
      simplifyControlFlow),
    Pass(
      "promote-fuel",
      after: ["simplify-control-flow": "calls that cannot be reached are gone"],
      before: ["invert-loops": "it looks for whole loops with what they take at their start"],
      promoteFuel),
    Pass(
      "simplify-instructions",
      before: ["number-values": "equal values have one form then"],
      simplifyInstructions),
    Pass(
      "number-values",
      after: ["simplify-instructions": "equal values have one form then"],
      before: ["invert-loops": "the test of a loop is small then, and small tests are copied"],
      numberValues),
    Pass(
      "invert-loops",
      before: [
        "rebase-induction": "the test of a loop is at its end then",
        "hoist-loop-invariants": "what a loop does first, it always does then",
      ],
      invertLoops),
    Pass(
      "eliminate-bounds-checks",
      after: ["number-values": "the same address is one value then"],
      before: ["hoist-loop-invariants": "a load leaves a loop only if its check does"],
      eliminateBoundsChecks),
    Pass(
      "forward-loads",
      after: ["number-values": "the same address is one value then"],
      before: ["hoist-loop-invariants": "a load that becomes a value need not leave a loop"],
      forwardLoads),
    Pass(
      "eliminate-dead-code",
      after: ["number-values": "it leaves values without uses"],
      before: ["rebase-induction": "counters that are used in sums only are what it looks for; dead uses would hide them"],
      eliminateDeadCode),
    Pass(
      "rebase-induction",
      after: ["invert-loops": "it looks for tests at the end of loops"],
      before: [
        "simplify-instructions": "it leaves sums with two constants",
        "fold-addresses": "sums that it has rebased do not wrap around",
      ],
      rebaseInduction),
    Pass(
      "simplify-instructions",
      after: ["forward-loads": "loads have become values, some of them constants"],
      simplifyInstructions),
    Pass(
      "number-values",
      after: ["forward-loads": "values that were computed from equal loads are equal"],
      before: ["hoist-loop-invariants": "equal values leave a loop once"],
      numberValues),
    Pass(
      "simplify-control-flow",
      after: ["simplify-instructions": "conditions have become constants"],
      before: ["thread-jumps": "it looks for blocks that have nothing but a phi and its test"],
      simplifyControlFlow),
    Pass(
      "thread-jumps",
      after: ["simplify-instructions": "inputs of phis have become constants"],
      before: ["convert-branches": "what it leaves may be a choice of two values"],
      threadJumps),
    Pass(
      "convert-branches",
      after: ["simplify-control-flow": "each side of a branch is one block then", "thread-jumps": "what it leaves may be a choice of two values"],
      convertBranches),
    Pass(
      "duplicate-returns",
      after: ["convert-branches": "a choice of two returned values is better than two returns"],
      duplicateReturns),
    Pass(
      "mark-cold-blocks",
      after: ["simplify-control-flow": "edges that are never taken are gone"],
      before: ["hoist-loop-invariants": "nothing leaves cold blocks", "sink-code": "values move to cold blocks if only those use them"],
      markColdBlocks),
    Pass(
      "fold-addresses",
      after: ["rebase-induction": "sums that it has rebased do not wrap around"],
      before: ["hoist-loop-invariants": "it would keep in registers sums that an access can have in its address"],
      foldAddresses),
    Pass(
      "version-loops",
      after: [
        "invert-loops": "the test of a loop is at its end then", "fold-addresses": "checks of neighbours are of one address then",
        "rebase-induction": "it looks for counters",
      ],
      before: ["hoist-loop-invariants": "what it computes before an inner loop may leave the outer ones"],
      versionLoops),
    Pass(
      "hoist-loop-invariants",
      after: ["number-values": "equal values leave a loop once"],
      before: ["sink-code": "what is needed rarely goes to where it is needed"],
      hoistLoopInvariants),
    Pass(
      "eliminate-dead-stores",
      after: ["forward-loads": "a load that has become a value reads no store"],
      eliminateDeadStores),
    Pass(
      "eliminate-dead-code",
      after: ["fold-addresses": "it leaves sums without uses"],
      before: ["sink-code": "only uses that count say where a value is needed"],
      eliminateDeadCode),
    Pass(
      "balance-sums",
      after: ["rebase-induction": "it looks for sums of two terms", "fold-addresses": "it looks for sums of two terms"],
      balanceSums),
    Pass(
      "sink-code",
      after: ["hoist-loop-invariants": "what it has moved may be needed rarely"],
      sinkCode),
    Pass(
      "repeat-sums",
      after: [
        "number-values": "equal sums would become one again", "fold-addresses": "sums that are part of an access need no register",
        "sink-code": "what only one block uses is there already",
      ],
      repeatSums),
    Pass(
      "repeat-comparisons",
      after: ["number-values": "equal comparisons would become one again"],
      repeatComparisons),
  ]

  /// Runs all passes. With `requiredOnly`, the graph keeps the shape that it was built with as far as possible.
  /// Throws as soon as the function's budget of work is used up: passes that repeat steps stop by themselves then, and may leave anything.
  static func run(
    _ graph: inout Graph, _ scratch: inout Scratch, _ options: OMGOptions, requiredOnly: Bool = false
  ) throws(OMGRefusal) {
    for pass in passes where pass.isRequired || !requiredOnly {
      let phase = Phase(pass.name, options, graph.work)
      graph.work.spend(graph.instructions.count + graph.blocks.count)
      pass.run(&graph, &scratch)
      if graph.work.isSpent { throw .overBudget }
      phase.end(graph)
    }
  }
}

/// Arrays that passes use and later passes, for this and for other functions, use again. What is in them has to be computed by the pass that
/// reads it, unless it says that it needs it.
///
/// A function takes it `inout`, or borrows the parts that it reads. Never borrow the whole: the compiler checks the uses of each of its hundred or so
/// fields apart then, which took seconds for each such function.
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
  var table = UncheckedArray<UInt32>(capacity: 1024)
  /// For any list of values or blocks that a pass makes.
  var words = UncheckedArray<UInt32>(capacity: 256)
}

/// The scope around a phase: gives it a name, measures its time and work, hands out a dump of what it leaves, and verifies that.
struct Phase {
  private let name: String
  private let options: OMGOptions
  private let start: ContinuousClock.Instant?
  private let spentBefore: Int

  /// `isFirst`: of a function, so that what the meter shows is of the one before.
  init(_ name: String, _ options: OMGOptions, _ work: borrowing WorkMeter, isFirst: Bool = false) {
    self.name = name
    self.options = options
    start = options.time == nil ? nil : ContinuousClock().now
    spentBefore = isFirst ? 0 : work.spent
  }

  /// The end of a phase that leaves something else than a graph; `text` is called if a dump is wanted.
  func end(_ work: borrowing WorkMeter, text: () -> String) {
    report(work)
    if let dump = options.dump { dump(name, text()) }
  }

  private func report(_ work: borrowing WorkMeter) {
    if let start, let time = options.time {
      let duration = (ContinuousClock().now - start).components
      time(name, UInt64(duration.seconds) * 1_000_000_000 + UInt64(duration.attoseconds / 1_000_000_000))
    }
    if let report = options.work { report(name, work.spent - spentBefore) }
  }

  /// The end of a phase that leaves a graph.
  func end(_ graph: borrowing Graph) {
    report(graph.work)
    if let dump = options.dump { dump(name, graph.text()) }
    if options.verifies, let problem = VerifyGraph.problem(graph) {
      preconditionFailure("after \(name), function \(graph.functionIndex): \(problem)\n\(graph.text())")
    }
  }
}
