// OMG, the Optimized Machine-code Generator: the optimizing tier. Entry point: compile a function that the baseline tier has found to be hot. What
// it does is written down in Pipeline.swift.

import CompilerInterface
import RawCollections
import RuntimeLayout
import WasmFormat

/// Where execution of the compiled code starts.
public enum CodeEntry: Sendable, Equatable {
  /// At the function's start, called like any function.
  case start
  /// At the loop whose opcode is this many bytes after the start of the body, in a running frame of the baseline tier
  /// (see RuntimeLayout.BaselineFrame).
  case loop(bodyOffset: Int)
}

/// A function to compile.
public struct OMGInput {
  public var module: ModuleInformation
  /// In the function index space of `module` (imports first).
  public var functionIndex: Int
  /// The module's bytes. They are valid as far as function bodies are looked at: this one's, and those of the functions that `mayInline` names.
  public var bytes: UnsafeRawPointer
  /// Where the bodies of the functions that the module defines are in `bytes`.
  public var bodies: UnsafePointer<BodyRange>
  public var entry = CodeEntry.start
  /// Which functions' bodies may become part of the code (they are known to be valid); by number among those that the module defines.
  /// Bytes that may become 1 meanwhile (SharedByte).
  public var mayInline: UnsafePointer<UInt8>?
  /// The bodies of the guest, if the module has been given all that its guest has (`ModuleInformation.init(_:importingAllOf:)`).
  public var guest: GuestBodies?
  /// What the module says about its branches.
  public var branchHints = BranchHints()
  /// What calls of the functions that the module defines change.
  public var clobbers: KnownClobbers?
  public var options = OMGOptions()

  public init(module: ModuleInformation, functionIndex: Int, bytes: UnsafeRawPointer, bodies: UnsafePointer<BodyRange>) {
    self.module = module
    self.functionIndex = functionIndex
    self.bytes = bytes
    self.bodies = bodies
  }
}

extension OMGInput {
  var bodySize: Int {
    let range = bodies[functionIndex - module.importedFunctionCount]
    return Int(range.end - range.start)
  }

  /// Larger bodies are put in place of no calls but those of a function by itself.
  public static var largestInlinedBody: Int { InliningPolicy.loopBody }

  var limits: GraphLimits { GraphLimits(bodySize: bodySize, divisor: options.limitDivisor) }
}

/// The bodies of the instance that a late-linked module has joined.
public struct GuestBodies {
  /// As `OMGInput` has them for the module itself.
  public var bytes: UnsafeRawPointer
  public var bodies: UnsafePointer<BodyRange>
  public var mayInline: UnsafePointer<UInt8>
  /// What is added to the offsets of its operators in trap sites: the number of the module's own bytes.
  public var offset: Int

  public init(bytes: UnsafeRawPointer, bodies: UnsafePointer<BodyRange>, mayInline: UnsafePointer<UInt8>, offset: Int) {
    self.bytes = bytes
    self.bodies = bodies
    self.mayInline = mayInline
    self.offset = offset
  }
}

/// Switches for debugging and measuring.
public struct OMGOptions {
  /// Check the graph after each pass and the allocation of registers; a failure is a precondition failure.
  public var verifies = false
  /// Gets the text of what each phase leaves: its name and a dump.
  public var dump: ((String, String) -> Void)?
  /// Gets each phase's name and duration in nanoseconds.
  public var time: ((String, UInt64) -> Void)?
  /// Gets each phase's name and the units of work that it took (WorkMeter).
  public var work: ((String, Int) -> Void)?

  /// Gets the most bytes that the compiler's arrays took at once, beside what it had kept.
  public var memory: ((Int) -> Void)?

  /// Divides every limit on what a function may make of the compiler's memory, so that small functions reach them.
  public var limitDivisor = 1

  public init() {}
}

/// Why this tier leaves a function to the baseline tier.
public enum OMGRefusal: Error, CustomStringConvertible {
  /// The graph or what is needed to build it would become too large.
  case tooLarge
  /// The budget of work is used up.
  case overBudget
  /// The budget of memory is used up.
  case overMemory
  /// The loop to enter at cannot be reached.
  case unreachableEntry
  /// No registers, or no correct ones, were found; an instruction does not fit its record.
  case notAllocated

  public var description: String {
    switch self {
    case .tooLarge: "its graph would become too large"
    case .overBudget: "it takes more work than its size allows"
    case .overMemory: "it takes more memory than its size allows"
    case .unreachableEntry: "the loop to enter at cannot be reached"
    case .notAllocated: "its registers could not be allocated"
    }
  }
}

/// Compiles for the machine that this runs on. Working memory is kept from function to function; a compiler belongs to one thread.
public struct OMGCompiler: ~Copyable {
  private var chain = CompilationChain<HostBackEnd>()

  public init() {}

  /// Compiles a function whose body is valid. nil: this tier does not do it. The result lives in the compiler's memory until the next call, of this or
  /// of `trim`.
  public mutating func compile(_ input: OMGInput) -> CompiledFunction? {
    var input = input
    var reported = 0
    if let report = input.options.work {
      input.options.work = {
        reported += $1
        report($0, $1)
      }
    }
    do throws(OMGRefusal) {
      refusal = nil
      return try chain.run(input)
    } catch {
      refusal = error
      input.options.work?("refused", chain.workSpent - reported)
      return nil
    }
  }

  /// Why the last function was not compiled.
  public private(set) var refusal: OMGRefusal?

  /// Gives back working memory after a large function.
  public mutating func trim() { if chain.isLarge { chain = CompilationChain() } }
}

/// The whole chain: wasm body → graph → passes → machine instructions → registers → code.
struct CompilationChain<Target: BackEnd & ~Copyable>: ~Copyable {
  private var builder = GraphBuilder()
  private var scratch = Scratch()
  private var machine = MachineFunction()
  private var allocator = RegisterAllocator()
  private var allocations = Allocations()
  private var checker = AllocationChecker()
  private var target = Target()
  /// From then on the machine function's meter counts.
  private var hasLowered = false
  private let memory = MemoryMeter()

  init() { builder.graph.target = Target.facts }

  /// By all phases of the last function.
  var workSpent: Int { hasLowered ? machine.work.spent : builder.graph.work.spent }

  /// More working memory is not kept.
  var isLarge: Bool { memory.held > Tuning.keptCompilerBytes }

  mutating func run(_ input: OMGInput) throws(OMGRefusal) -> CompiledFunction {
    let kept = memory.held
    memory.begin(limit: kept + input.limits.memory, builder.graph.work)
    defer {
      memory.end()
      input.options.memory?(memory.peak - kept)
    }
    do throws(OMGRefusal) {
      return try compile(input)
    } catch {
      // Whoever saw that the work had to end does not know why.
      throw memory.isSpent ? .overMemory : error
    }
  }

  private mutating func compile(_ input: OMGInput) throws(OMGRefusal) -> CompiledFunction {
    let options = input.options
    hasLowered = false
    let build = Phase("build", options, builder.graph.work, isFirst: true)
    try builder.build(input)
    if memory.isSpent { throw .overMemory }
    build.end(builder.graph)
    try Pipeline.run(&builder.graph, &scratch, options)

    let lower = Phase("lower", options, builder.graph.work)
    target.lower(&builder.graph, into: &machine)
    lower.end(builder.graph.work) { machine.text(Target.Printer.self, Allocations()) }
    if builder.graph.work.isSpent { throw .overBudget }
    guard machine.isRepresentable else { throw .notAllocated }
    machine.work.begin(limit: builder.graph.work.limit)
    machine.work.spend(builder.graph.work.spent)
    memory.stop(machine.work)
    hasLowered = true

    let allocate = Phase("allocate-registers", options, machine.work)
    guard allocator.allocate(machine, into: &allocations) else { throw machine.work.isSpent ? .overBudget : .notAllocated }
    allocate.end(machine.work) { machine.text(Target.Printer.self, allocations) }

    let check = Phase("check-allocation", options, machine.work)
    if let problem = checker.check(machine, allocations) {
      if machine.work.isSpent { throw .overBudget }
      if options.verifies { preconditionFailure("function \(input.functionIndex): \(problem)\n\(machine.text(Target.Printer.self, allocations))") }
      throw .notAllocated
    }
    check.end(machine.work) { "" }

    let emit = Phase("emit", options, machine.work)
    machine.work.spend(machine.instructions.count + allocations.edits.count)
    let code = target.emit(machine, allocations, input.module)
    if machine.work.isSpent { throw .overBudget }
    emit.end(machine.work) { "" }
    return code
  }
}
