// Instruction selection for x86-64: a graph becomes a MachineFunction.
//
// Blocks are walked from the last to the first and each from its end to its start, so that an instruction is reached after everything that
// uses it. What no machine instruction has asked for by then is not needed, or has become part of its only user: a load a memory
// operand, a comparison a branch, an addition an address. Machine instructions are collected backwards and put in order at the end.
//
// Invariant: a virtual register of an i32 has zeros in its upper 32 bits; zero-extension is therefore another name of the same register.
//
// Constants are made anew for each use that cannot take them as an immediate.

import CompilerInterface
import MachineCode
import RawCollections
import RuntimeLayout

struct LowerToX64: ~Copyable {
  /// Valid while `run` is at work.
  var graph: UnsafeMutablePointer<Graph>
  var function: UnsafeMutablePointer<MachineFunction>
  unowned(unsafe) var view = ModuleView.empty

  /// By value: its virtual register, or .max.
  var registers = RawArray<UInt32>(capacity: 1024)
  /// By value: how many arguments refer to it.
  var useCounts = RawArray<UInt32>(capacity: 1024)
  /// By value: a number that changes at each instruction whose effects no load may pass, and from block to block.
  var effectNumbers = RawArray<UInt32>(capacity: 1024)
  /// By value: 1 if it needs no code of its own any more.
  var isDone = RawArray<UInt8>(capacity: 1024)

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
  var arrivals = RawArray<Int32>(capacity: 16)
  var passed = RawArray<PassedArgument>(capacity: 16)

  /// The instruction at hand, its effect number, where it is for trap sites, and where its first machine instruction is in `reversed`.
  var current = Value.none
  var currentEffect: UInt32 = 0
  var wasmOffset: UInt32 = 0
  var groupStart = 0
  var firstOperand = 0
  /// The block ends with a call whose exceptions are caught, and that call has not been reached yet.
  var isUnwound = false
  /// shlx and its like, rorx.
  var hasBMI2 = false

  /// What is known of the frame for the emitter.
  var frame = X64FrameNeeds()

  init() {
    graph = UnsafeMutablePointer<Graph>.allocate(capacity: 1)
    function = UnsafeMutablePointer<MachineFunction>.allocate(capacity: 1)
    graph.deallocate()
    function.deallocate()
  }

  struct BlockCode {
    var start: UInt32
    var end: UInt32
    var firstArgument: UInt32
    var argumentCount: UInt32
  }

  /// Lowers a graph; critical edges are split in it. Returns what the emitter has to know of the frame.
  mutating func run(_ graph: inout Graph, into function: inout MachineFunction) -> X64FrameNeeds {
    withUnsafeMutablePointer(to: &graph) { graph in
      withUnsafeMutablePointer(to: &function) { function in
        self.graph = graph
        self.function = function
        view = graph.pointee.view
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
    X64RegisterFile.describe(function)
    reversed.removeAll()
    layout.removeAll()
    hasBMI2 = view.processor.contains(.bmi2)
    frame = X64FrameNeeds()
    frame.outerSize = graph.pointee.outerFrameSize
    let shape =
      view.functionCount > 0 ? view.shape(ofFunction: graph.pointee.functionIndex) : TypeShape(parameters: .empty, results: .empty, canonicalID: 0)
    frame.resultCount = Int(shape.results.count)
    frame.incomingArea = view.stackArea(shape.parameters)
  }

  /// Counts uses and numbers effects.
  private mutating func surveyValues() {
    let count = graph.pointee.instructions.count
    registers.setCount(count)
    useCounts.setCount(count)
    effectNumbers.setCount(count)
    isDone.setCount(count)
    registers.base.update(repeating: .max, count: count)
    useCounts.base.update(repeating: 0, count: count)
    isDone.base.update(repeating: 0, count: count)
    var effect: UInt32 = 0
    for position in 0..<order.count {
      effect += 1
      var value = graph.pointee.at(order[position]).pointee.first
      while value.exists {
        let instruction = graph.pointee.at(value)
        effectNumbers[value.number] = effect
        if instruction.pointee.operation != .load, mattersByItself(value) { effect += 1 }
        for argument in graph.pointee.arguments(value) {
          let resolved = graph.pointee.resolve(argument)
          if resolved.exists { useCounts.base[resolved.number] += 1 }
        }
        value = instruction.pointee.next
      }
    }
  }

  /// All phis get their registers at once: a loop's end needs them before its start is reached.
  private mutating func nameParameters() {
    edgePositions.setCount(graph.pointee.blocks.count)
    for position in 0..<order.count {
      let block = order[position]
      let predecessors = graph.pointee.predecessors(block)
      if predecessors.count < 2 { continue }
      for index in 0..<predecessors.count { edgePositions[predecessors[index].number] = UInt32(index) }
      var value = graph.pointee.at(block).pointee.first
      while value.exists, graph.pointee.at(value).pointee.operation == .phi {
        _ = definition(value)
        value = graph.pointee.at(value).pointee.next
      }
    }
  }

  private mutating func lowerBlock(_ block: Block) {
    let start = reversed.count
    let firstArgument = function.pointee.registerNumbers.count
    var value = graph.pointee.at(block).pointee.last
    while value.exists {
      let instruction = graph.pointee.at(value)
      if isDone[value.number] == 0, isNeeded(value) {
        current = value
        currentEffect = effectNumbers[value.number]
        wasmOffset = instruction.pointee.wasmOffset
        groupStart = reversed.count
        if instruction.pointee.operation.isTerminator { lowerTerminator(value, block) } else { lower(value) }
        endGroup()
      }
      value = instruction.pointee.previous
    }
    if block == graph.pointee.entry {
      groupStart = reversed.count
      defineParameters()
      endGroup()
    }
    let argumentCount = function.pointee.registerNumbers.count - firstArgument
    let place = Int(places[block.number])
    ranges[place] = BlockCode(
      start: UInt32(start), end: UInt32(reversed.count), firstArgument: UInt32(firstArgument), argumentCount: UInt32(argumentCount))
  }

  @inline(__always)
  private mutating func isNeeded(_ value: Value) -> Bool {
    registers[value.number] != .max || mattersByItself(value)
  }

  /// Whether an instruction does something besides defining its value.
  @inline(__always)
  private mutating func mattersByItself(_ value: Value) -> Bool {
    if graph.pointee.at(value).pointee.operation.effects.isEmpty { return false }
    return !graph.pointee.effects(value).isDisjoint(with: [.writesMemory, .writesState, .traps, .leaves])
  }

  /// Reverses the machine instructions of one instruction, which were made in their order.
  private mutating func endGroup() {
    reversed.reverse(from: groupStart)
  }
}
