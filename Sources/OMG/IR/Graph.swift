// A function in static single assignment form: blocks of instructions, and edges between blocks. Everything is in three raw arrays that
// are kept from function to function. No use lists: passes that need uses count them (Analysis/UseCounts.swift). A value is
// replaced by turning its instruction into an `identity`, which `resolve` looks through; EliminateIdentities removes them.
//
// Instructions are in block order; a block ends with exactly one terminator, and its successors are in the terminator's order. See VerifyGraph for
// everything that holds between passes.

import CompilerInterface
import RawCollections

struct Graph: ~Copyable {
  var instructions = UncheckedArray<Instruction>(capacity: 1024)
  var blocks = UncheckedArray<BlockRecord>(capacity: 128)
  /// Arguments of instructions with lists, inputs of phis, successors, predecessors.
  var pool = UncheckedArray<UInt32>(capacity: 1024)
  /// What the module says about its branches: of a graph that has just been built.
  var unlikelyEdges = UncheckedArray<UnlikelyEdge>(capacity: 16)
  var entry = Block(0)
  unowned(unsafe) var module: ModuleInformation = ModuleInformation.empty
  /// What calls of the module's functions change, as far as it is known.
  var clobbers: KnownClobbers?
  /// What passes may ask about the machine.
  var target = TargetFacts()
  var functionIndex = 0
  /// For entry in a running frame of the baseline tier: the bytes below the frame pointer that its frame uses. 0 for an entry at the start.
  var outerFrameSize = 0
  /// What has been done for the function, and may be done.
  var work = WorkMeter()

  /// Forgets the last function.
  mutating func reset() {
    instructions.removeAll()
    blocks.removeAll()
    pool.removeAll()
    unlikelyEdges.removeAll()
    entry = Block(0)
    outerFrameSize = 0
  }

  // MARK: Access

  @inline(__always)
  subscript(value: Value) -> Instruction {
    get { instructions[value.number] }
    nonmutating set { instructions[value.number] = newValue }
  }

  /// The instruction's record, for changing single fields; valid until an instruction is added.
  @inline(__always)
  func at(_ value: Value) -> UnsafeMutablePointer<Instruction> { instructions.at(value.number) }

  @inline(__always)
  func at(_ block: Block) -> UnsafeMutablePointer<BlockRecord> { blocks.at(block.number) }

  /// The end of a chain of identities. The chain becomes shorter, so that long ones are not followed again and again.
  @inline(__always)
  func resolve(_ value: Value) -> Value {
    value.exists && isIdentity(value) ? Self.resolveChain(value, instructions.view, work.counter) : value
  }

  /// Looks at no more than the operation, which is the instruction's first byte: this is asked about every argument again and again.
  @inline(__always)
  func isIdentity(_ value: Value) -> Bool { UnsafeRawPointer(at(value)).load(as: UInt8.self) == Operation.identity.rawValue }

  /// (Of pointers alone: a method would have the whole graph copied for it where that may change.)
  @inline(never)
  private static func resolveChain(_ value: Value, _ instructions: ArrayView<Instruction>, _ work: UnsafeMutablePointer<WorkCount>) -> Value {
    var value = value
    while value.exists, instructions[value.number].operation == .identity {
      work.pointee.spent += 1
      let next = instructions[value.number].a
      if next.exists, instructions[next.number].operation == .identity { instructions[value.number].a = instructions[next.number].a }
      value = instructions[value.number].a
    }
    return value
  }

  /// Whether the value is an integer constant; its bits, sign-extended from its width.
  @inline(__always)
  func constant(_ value: Value) -> Int64? {
    let instruction = at(value)
    guard instruction.pointee.operation == .constant, instruction.pointee.type.isInteger else { return nil }
    return instruction.pointee.type == .i32
      ? Int64(Int32(truncatingIfNeeded: instruction.pointee.immediate)) : instruction.pointee.immediate
  }

  // MARK: Arguments

  @inline(__always)
  func argumentCount(_ value: Value) -> Int {
    let count = at(value).pointee.operation.argumentCount
    return count >= 0 ? Int(count) : Int(at(value).pointee.b.index)
  }

  /// An instruction's arguments, in place; valid until the graph grows.
  @inline(__always)
  func arguments(_ value: Value) -> UnsafeMutableBufferPointer<Value> {
    let instruction = at(value)
    let count = instruction.pointee.operation.argumentCount
    if count >= 0 {
      // a, b and c lie one after the other.
      let fields = UnsafeMutableRawPointer(instruction) + MemoryLayout<Instruction>.offset(of: \.a)!
      return UnsafeMutableBufferPointer(start: fields.assumingMemoryBound(to: Value.self), count: Int(count))
    }
    return piece(Int(instruction.pointee.a.index), Int(instruction.pointee.b.index))
  }

  /// Gives an instruction with a list these arguments.
  mutating func setArguments(_ value: Value, _ arguments: UnsafeBufferPointer<Value>) {
    let start = pool.count
    for argument in arguments { pool.append(argument.index) }
    at(value).pointee.a = Value(start)
    at(value).pointee.b = Value(arguments.count)
    at(value).pointee.c = Value(arguments.count)
  }

  mutating func setArguments(_ value: Value, _ arguments: [Value]) {
    arguments.withUnsafeBufferPointer { setArguments(value, $0) }
  }

  /// Adds an argument to an instruction with a list.
  mutating func appendArgument(_ value: Value, _ argument: Value) {
    let instruction = at(value)
    var list =
      instruction.pointee.a.exists
      ? List(start: instruction.pointee.a.index, count: instruction.pointee.b.index, capacity: instruction.pointee.c.index)
      : .empty
    append(argument.index, to: &list)
    instruction.pointee.a = Value(list.start)
    instruction.pointee.b = Value(list.count)
    instruction.pointee.c = Value(list.capacity)
  }

  // MARK: Lists in the pool

  mutating func append(_ word: UInt32, to list: inout List) {
    if list.count == list.capacity {
      let capacity = max(2, list.capacity * 2)
      let start = pool.count
      pool.setCount(start + Int(capacity))
      for position in 0..<Int(list.count) { pool[start + position] = pool[Int(list.start) + position] }
      list.start = UInt32(start)
      list.capacity = capacity
    }
    pool[Int(list.start + list.count)] = word
    list.count += 1
  }

  @inline(__always)
  func successors(_ block: Block) -> UnsafeMutableBufferPointer<Block> { blocksIn(at(block).pointee.successors) }

  @inline(__always)
  func predecessors(_ block: Block) -> UnsafeMutableBufferPointer<Block> { blocksIn(at(block).pointee.predecessors) }

  /// A piece of the pool, as numbers of values or blocks.
  @inline(__always)
  private func piece<Number>(_ start: Int, _ count: Int) -> UnsafeMutableBufferPointer<Number> {
    let words = pool.slice(start, count: count)
    let first = UnsafeMutableRawPointer(words.baseAddress.unsafelyUnwrapped).assumingMemoryBound(to: Number.self)
    return UnsafeMutableBufferPointer(start: first, count: count)
  }

  @inline(__always)
  private func blocksIn(_ list: List) -> UnsafeMutableBufferPointer<Block> {
    piece(Int(list.start), Int(list.count))
  }
}
