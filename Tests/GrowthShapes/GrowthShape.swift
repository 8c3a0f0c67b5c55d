// Modules of one function each whose size is a parameter: what a compiler has to do for one of them shows how its work grows. Each shape asks for much
// of one thing (loops in loops, edges to one block, values that live long …), where an algorithm that is quadratic in that thing is found out.
//
// The function `f` takes and returns an i32 and ends soon for 0. There are a memory, a table, a mutable global and a tag.

import SampleBodies
import WasmFormat

public struct GrowthShape: Sendable, CustomStringConvertible {
  public let name: String
  private let write: @Sendable (inout ShapeWriter, Int) -> Void

  init(_ name: String, _ write: @escaping @Sendable (inout ShapeWriter, Int) -> Void) {
    self.name = name
    self.write = write
  }

  public static let all: [GrowthShape] = structures + branches + loops + values + memory + calls + exceptions

  public var description: String { name }

  /// The module with this many of what the shape has many of.
  public func module(_ count: Int) -> [UInt8] {
    var writer = ShapeWriter()
    write(&writer, count)
    return writer.finish()
  }

  /// The module whose `f` has about this many bytes (some shapes grow in steps, and with the square of a number).
  public func module(ofSize size: Int) -> [UInt8] {
    var (low, high) = (4, 8)
    while module(high).count < size { (low, high) = (high, high * 2) }
    while high - low > max(low / 64, 1) {
      let middle = (low + high) / 2
      if module(middle).count < size { low = middle } else { high = middle }
    }
    return module(low)
  }
}

/// A module in the making, and the body of its `f`, whose parameter is local 0.
struct ShapeWriter: ~Copyable {
  private var module = ModuleWriter()
  var body = FunctionBodyWriter(parameterCount: 1)
  let unary: UInt32
  /// A function that is called: () → 4 results; (32 arguments) → result.
  let fourResults: UInt32
  let manyArguments: UInt32
  /// Its number among the types.
  let twoToTwo: UInt32

  static var function: UInt32 { 0 }
  static var argumentCount: Int { 32 }

  init() {
    unary = module.addType(FuncType([.i32], [.i32]))
    let four = module.addType(FuncType([], [.i32, .i32, .i32, .i32]))
    let many = module.addType(FuncType([ValueType](repeating: .i32, count: Self.argumentCount), [.i32]))
    twoToTwo = module.addType(FuncType([.i32, .i32], [.i32, .i32]))
    let nothing = module.addType(FuncType([], []))
    let value = module.addType(FuncType([.i32], []))
    _ = module.addFunction(type: unary)
    fourResults = module.addFunction(type: four)
    manyArguments = module.addFunction(type: many)
    _ = module.addTable(TableType(.funcref, Limits(4)))
    _ = module.addMemory(MemoryType(Limits(1)))
    _ = module.addTag(type: nothing)
    _ = module.addTag(type: value)
    _ = module.addGlobal(GlobalType(.i32, mutable: true), .i32(0))
    module.addExport("f", .function, 0)
  }

  consuming func finish() -> [UInt8] {
    body.localGet(0)
    body.end()
    module.addBody(body)
    var four = FunctionBodyWriter(parameterCount: 0)
    for number in 0..<4 as Range<Int32> { four.i32Const(number) }
    // Too long to take the place of its calls.
    for _ in 0..<200 { four.emit(.nop) }
    four.end()
    module.addBody(four)
    var many = FunctionBodyWriter(parameterCount: Self.argumentCount)
    many.localGet(3)
    for _ in 0..<200 { many.emit(.nop) }
    many.end()
    module.addBody(many)
    return module.finish().bytes
  }

  // MARK: Pieces

  mutating func x() { body.localGet(0) }

  mutating func locals(_ count: Int, _ type: ValueType = .i32) { for _ in 0..<count { _ = body.addLocal(type) } }

  /// The locals after the parameter, from 0.
  mutating func get(_ local: Int) { body.localGet(UInt32(local + 1)) }
  mutating func set(_ local: Int) { body.localSet(UInt32(local + 1)) }

  /// The value on the stack and a number: an operator's operands.
  mutating func apply(_ opcode: Opcode, _ number: Int) {
    body.i32Const(Int32(truncatingIfNeeded: number))
    body.emit(opcode)
  }

  /// x ← the value on the stack and x
  mutating func joinX(_ opcode: Opcode) {
    x()
    body.emit(opcode)
    body.localSet(0)
  }

  /// x ← x + number
  mutating func add(_ number: Int) {
    x()
    apply(.i32Add, number)
    body.localSet(0)
  }

  /// local ← other + number
  mutating func set(_ local: Int, to other: Int, plus number: Int = 0) {
    get(other)
    if number != 0 { apply(.i32Add, number) }
    set(local)
  }

  /// Gives these locals different values.
  mutating func fill(_ count: Int) {
    for local in 0..<count {
      x()
      apply(.i32Mul, local + 3)
      set(local)
    }
  }

  /// x ← x + each of these locals, from the last to the first
  mutating func sum(_ count: Int) {
    for local in (0..<count).reversed() {
      get(local)
      joinX(.i32Add)
    }
  }

  /// So many locals of different values that live across what `write` writes.
  mutating func keep(_ count: Int, across write: (inout ShapeWriter) -> Void) {
    locals(count)
    fill(count)
    write(&self)
    sum(count)
  }

  mutating func branchIfX(_ label: Int) {
    x()
    body.brIf(UInt32(label))
  }

  /// A loop that goes on while x is not 0.
  mutating func whileX(_ write: (inout ShapeWriter) -> Void) {
    body.loop()
    write(&self)
    branchIfX(0)
    body.end()
  }

  /// A loop that counts x down to 0.
  mutating func countDown() { body.countDown { _ in } }

  mutating func ifX(_ write: (inout ShapeWriter) -> Void) {
    x()
    `if`(write)
  }

  mutating func ifX(equals number: Int, _ write: (inout ShapeWriter) -> Void) {
    x()
    apply(.i32Eq, number)
    `if`(write)
  }

  /// What is done if the value on the stack is not 0.
  mutating func `if`(_ write: (inout ShapeWriter) -> Void) {
    body.if()
    write(&self)
    body.end()
  }

  /// The start of a loop, in a block, that steps a local until it has reached a number.
  mutating func beginLoop(stepping local: Int, to number: Int) {
    body.block()
    body.loop()
    get(local)
    apply(.i32GeU, number)
    body.brIf(1)
    set(local, to: local, plus: 1)
  }

  mutating func endLoop() {
    body.br(0)
    ends(2)
  }

  /// The start of a block with a `try_table` in it, whose clauses go on after the block.
  mutating func beginTry(_ clauses: [FunctionBodyWriter.Catch] = [.tag(0, label: 0)]) {
    body.block()
    body.tryTable(.empty, clauses)
  }

  mutating func blocks(_ count: Int) { for _ in 0..<count { body.block() } }
  mutating func ends(_ count: Int) { for _ in 0..<count { body.end() } }

  mutating func table(_ labels: [UInt32], default label: Int) {
    x()
    body.brTable(labels, default: UInt32(label))
  }

  mutating func callSelf() {
    x()
    body.call(Self.function)
    body.localSet(0)
  }
}

func squareRoot(_ number: Int) -> Int { max(Int(Double(number).squareRoot()), 1) }
