// Modules of one function each whose size is a parameter: what a compiler has to do for one of them shows how its work grows. Each shape asks for much
// of one thing (loops in loops, edges to one block, values that live long …), where an algorithm that is quadratic in that thing is found out.
//
// The function `f` takes and returns an i32 and ends soon for 0. There are a memory, a table, a mutable global and a tag.

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

  /// x ← x + number
  mutating func add(_ number: Int) {
    x()
    body.i32Const(Int32(truncatingIfNeeded: number))
    body.emit(.i32Add)
    body.localSet(0)
  }

  /// local ← other + number
  mutating func set(_ local: Int, to other: Int, plus number: Int = 0) {
    get(other)
    if number != 0 {
      body.i32Const(Int32(truncatingIfNeeded: number))
      body.emit(.i32Add)
    }
    set(local)
  }

  /// Gives these locals different values.
  mutating func fill(_ count: Int) {
    for local in 0..<count {
      x()
      body.i32Const(Int32(local + 3))
      body.emit(.i32Mul)
      set(local)
    }
  }

  /// x ← x + each of these locals, from the last to the first
  mutating func sum(_ count: Int) {
    for local in (0..<count).reversed() {
      get(local)
      x()
      body.emit(.i32Add)
      body.localSet(0)
    }
  }

  mutating func branchIfX(_ label: Int) {
    x()
    body.brIf(UInt32(label))
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
