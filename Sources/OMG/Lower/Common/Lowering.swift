// Instruction selection: a graph becomes a MachineFunction. What is the same for every instruction set stands here; what an instruction
// becomes is the instruction set's (InstructionSelector).
//
// Blocks are walked from the last to the first and each from its end to its start, so that an instruction is reached after everything that
// uses it. What no machine instruction has asked for by then is not needed, or has become part of its only user: a load a memory
// operand, a comparison a branch, an addition an address. Machine instructions are collected backwards and put in order at the end.
//
// Invariant: a virtual register of an i32 has zeros in its upper 32 bits, so that its width is 64 bits; zero-extension is therefore another name of
// the same register.
//
// Constants are made anew for each use that cannot take them as an immediate.

import CompilerInterface
import RawCollections
import RuntimeLayout

struct Lowering<Target: InstructionSelector>: ~Copyable {
  /// Valid while `run` is at work.
  var graph: UnsafeMutablePointer<Graph>
  var function: UnsafeMutablePointer<MachineFunction>
  unowned(unsafe) var module = ModuleInformation.empty

  /// By value: its virtual register, or .max.
  var registers = UncheckedArray<UInt32>(capacity: 1024)
  /// By value: how many arguments refer to it.
  var useCounts = UncheckedArray<UInt32>(capacity: 1024)
  /// By value: a number that changes at each instruction whose effects no load may pass, and from block to block.
  var effectNumbers = UncheckedArray<UInt32>(capacity: 1024)
  /// By value: 1 if it needs no code of its own any more.
  var isDone = UncheckedArray<UInt8>(capacity: 1024)

  /// The blocks in the order of their lowering, reversed.
  var order = BlockOrder()
  /// Blocks in the order of their code; and for each block its place there.
  var layout = RawArray<Block>(capacity: 128)
  var places = RawArray<UInt32>(capacity: 128)

  /// Machine instructions, last first; and for each block the range of its own in there.
  var reversed = RawArray<MachineInstruction>(capacity: 1024)
  var ranges = RawArray<BlockCode>(capacity: 128)

  /// By block: its place among the predecessors of its only successor.
  var edgePositions = RawArray<UInt32>(capacity: 128)
  var branchEdges = RawArray<BranchEdge>(capacity: 128)
  var arrivals = RawArray<ParameterArrival>(capacity: 16)
  var passed = RawArray<PassedArgument>(capacity: 16)

  /// The instruction at hand, its effect number, where it is for trap sites, and where its first machine instruction is in `reversed`.
  var current = Value.none
  var currentEffect: UInt32 = 0
  var wasmOffset: UInt32 = 0
  var groupStart = 0
  var firstOperand = 0
  /// The block ends with a call whose exceptions are caught, and that call has not been reached yet.
  var isUnwound = false

  /// What is known of the frame for the emitter.
  var frame = FrameNeeds()
  /// The instruction set's own state.
  var target = Target()

  init() {
    graph = UnsafeMutablePointer<Graph>.allocate(capacity: 1)
    function = UnsafeMutablePointer<MachineFunction>.allocate(capacity: 1)
    graph.deallocate()
    function.deallocate()
  }

  /// Lowers a graph; critical edges are split in it. Returns what the emitter has to know of the frame.
  mutating func run(_ graph: inout Graph, into function: inout MachineFunction) -> FrameNeeds {
    withUnsafeMutablePointer(to: &graph) { graph in
      withUnsafeMutablePointer(to: &function) { function in
        self.graph = graph
        self.function = function
        module = graph.pointee.module
        prepare()
        splitCriticalEdges()
        orderBlocks()
        surveyValues()
        nameParameters()
        for index in stride(from: order.count - 1, through: 0, by: -1) { lowerBlock(order[index]) }
        assemble()
      }
    }
    return frame
  }

  private mutating func prepare() {
    function.pointee.reset()
    Target.Registers.describe(function)
    reversed.removeAll()
    layout.removeAll()
    frame = FrameNeeds()
    frame.outerSize = graph.pointee.outerFrameSize
    let shape =
      module.functionCount > 0
      ? module.shape(ofFunction: graph.pointee.functionIndex) : TypeShape(parameters: .empty, results: .empty, canonicalID: 0)
    frame.resultCount = Int(shape.results.count)
    frame.incomingArea = module.stackArea(shape.parameters)
    Target.begin(&self)
  }
}

/// A block's instructions in `reversed`, and its arguments in the function's register numbers.
struct BlockCode {
  var start: UInt32
  var end: UInt32
  var firstArgument: UInt32
  var argumentCount: UInt32
}
