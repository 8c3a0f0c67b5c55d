// Writes the body of one function. Locals can be added at any time, because their declarations are kept apart from the code. Nothing is
// checked: what is written is what the module contains. Nothing is inlined either: the code generator calls these methods in thousands of places.

/// The code of a function in the making.
public struct FunctionBodyWriter: ~Copyable {
  var code: ByteWriter
  /// The declarations of locals so far but for the last run of equal types.
  private var declarations: ByteWriter
  private var runCount = 0
  private var lastRun: (type: ValueType, count: UInt32)?
  /// With offsets in `code`.
  private(set) var hints: [BranchHint] = []
  /// The index that the next local gets: parameters come first.
  public private(set) var localCount: UInt32

  @inline(never) public init(parameterCount: Int) {
    code = ByteWriter(capacity: 256)
    declarations = ByteWriter(capacity: 16)
    localCount = UInt32(parameterCount)
  }

  /// The number of bytes of code so far.
  public var codeSize: Int { code.count }

  /// Adds a local variable and returns its index.
  @inline(never) public mutating func addLocal(_ type: ValueType) -> UInt32 {
    localCount += 1
    if let run = lastRun {
      lastRun = (type, run.type == type ? run.count + 1 : 1)
      if run.type != type { FunctionBodyWriter.declare(run, into: &declarations) }
    } else {
      lastRun = (type, 1)
    }
    if lastRun?.count == 1 { runCount += 1 }
    return localCount - 1
  }

  /// Appends another writer's code (not its locals), whose branches must make sense here.
  @inline(never) public mutating func append(_ other: borrowing FunctionBodyWriter) {
    let start = UInt32(code.count)
    for hint in other.hints { hints.append(BranchHint(offset: start + hint.offset, isLikely: hint.isLikely)) }
    code.append(other.code)
  }

  /// Appends the body as it stands in the code section, without its size.
  func write(into writer: inout ByteWriter) {
    writer.unsigned(runCount)
    writer.append(declarations)
    if let lastRun { FunctionBodyWriter.declare(lastRun, into: &writer) }
    writer.append(code)
  }

  private static func declare(_ run: (type: ValueType, count: UInt32), into writer: inout ByteWriter) {
    writer.unsigned(run.count)
    writer.type(run.type)
  }

  // MARK: Any opcode

  /// An instruction without immediates.
  @inline(never) public mutating func emit(_ opcode: Opcode) { code.opcode(opcode) }

  /// An instruction whose immediate is one index.
  @inline(never) public mutating func emit(_ opcode: Opcode, index: UInt32) {
    code.opcode(opcode)
    code.unsigned(index)
  }

  /// An instruction whose immediates are two indices, in binary order.
  @inline(never) public mutating func emit(_ opcode: Opcode, _ first: UInt32, _ second: UInt32) {
    code.opcode(opcode)
    code.unsigned(first)
    code.unsigned(second)
  }

  // MARK: Constants

  @inline(never) public mutating func i32Const(_ value: Int32) {
    code.opcode(.i32Const)
    code.signed(value)
  }

  @inline(never) public mutating func i64Const(_ value: Int64) {
    code.opcode(.i64Const)
    code.signed(value)
  }

  @inline(never) public mutating func f32Const(_ value: Float) {
    code.opcode(.f32Const)
    code.fixed32(value.bitPattern)
  }

  @inline(never) public mutating func f64Const(_ value: Double) {
    code.opcode(.f64Const)
    code.fixed64(value.bitPattern)
  }

  @inline(never) public mutating func v128Const(_ value: V128) {
    code.opcode(.v128Const)
    code.fixed128(value)
  }

  // MARK: Lanes

  /// An operator on a lane.
  @inline(never) public mutating func emit(_ opcode: Opcode, lane: UInt8) {
    code.opcode(opcode)
    code.append(lane)
  }

  /// The lanes of two vectors that a new one consists of, a number in each byte.
  @inline(never) public mutating func shuffle(_ lanes: V128) {
    code.opcode(.i8x16Shuffle)
    code.fixed128(lanes)
  }

  /// A load or store of a lane.
  @inline(never) public mutating func access(_ opcode: Opcode, lane: UInt8, offset: UInt32 = 0, align: UInt32? = nil) {
    memoryAccess(opcode, offset, align)
    code.append(lane)
  }

  @inline(never) public mutating func atomicFence() {
    code.opcode(.atomicFence)
    code.append(0)
  }

  // MARK: Variables

  @inline(never) public mutating func localGet(_ index: UInt32) { emit(.localGet, index: index) }
  @inline(never) public mutating func localSet(_ index: UInt32) { emit(.localSet, index: index) }
  @inline(never) public mutating func localTee(_ index: UInt32) { emit(.localTee, index: index) }
  @inline(never) public mutating func globalGet(_ index: UInt32) { emit(.globalGet, index: index) }
  @inline(never) public mutating func globalSet(_ index: UInt32) { emit(.globalSet, index: index) }

  // MARK: Memory

  /// A load. `align` is log2 of the alignment hint; without it, the natural one.
  @inline(never) public mutating func load(_ opcode: Opcode, offset: UInt32 = 0, align: UInt32? = nil) {
    memoryAccess(opcode, offset, align)
  }

  /// A load or store in any memory, with an offset as large as a 64-bit memory allows.
  @inline(never) public mutating func access(_ opcode: Opcode, memory: UInt32, offset: UInt64 = 0) {
    code.opcode(opcode)
    code.unsigned(FunctionBodyWriter.naturalAlignment(opcode) | MemoryArgument.hasMemory)
    code.unsigned(memory)
    code.unsigned(offset)
  }

  /// A store. `align` is log2 of the alignment hint; without it, the natural one.
  @inline(never) public mutating func store(_ opcode: Opcode, offset: UInt32 = 0, align: UInt32? = nil) {
    memoryAccess(opcode, offset, align)
  }

  @inline(never) private mutating func memoryAccess(_ opcode: Opcode, _ offset: UInt32, _ align: UInt32?) {
    code.opcode(opcode)
    code.unsigned(align ?? FunctionBodyWriter.naturalAlignment(opcode))
    code.unsigned(offset)
  }

  /// The opcode table's alignment column, but a constant where the opcode is one.
  private static func naturalAlignment(_ opcode: Opcode) -> UInt32 {
    switch opcode {
    case .v128Load, .v128Store: 4
    case .i64Load, .f64Load, .i64Store, .f64Store, .v128Load8x8S, .v128Load8x8U, .v128Load16x4S, .v128Load16x4U, .v128Load32x2S, .v128Load32x2U,
      .v128Load64Splat, .v128Load64Lane, .v128Store64Lane, .v128Load64Zero:
      3
    case .i32Load, .f32Load, .i64Load32S, .i64Load32U, .i32Store, .f32Store, .i64Store32, .v128Load32Splat, .v128Load32Lane, .v128Store32Lane,
      .v128Load32Zero:
      2
    case .i32Load16S, .i32Load16U, .i64Load16S, .i64Load16U, .i32Store16, .i64Store16, .v128Load16Splat, .v128Load16Lane, .v128Store16Lane: 1
    default: opcode.prefix == 0xFE ? atomicAlignment(opcode.number) : 0
    }
  }

  /// Each atomic operation has the same seven sizes, in the same order: i32, i64, 8 and 16 bits of an i32, 8, 16 and 32 of an i64.
  private static func atomicAlignment(_ number: UInt32) -> UInt32 {
    if number < Opcode.i32AtomicLoad.number { return number == Opcode.memoryAtomicWait64.number ? 3 : 2 }
    return 0x210_1032 >> ((number - Opcode.i32AtomicLoad.number) % 7 * 4) & 15
  }

  @inline(never) public mutating func memorySize() { emit(.memorySize, index: 0) }
  @inline(never) public mutating func memoryGrow() { emit(.memoryGrow, index: 0) }
  @inline(never) public mutating func memoryFill() { emit(.memoryFill, index: 0) }
  @inline(never) public mutating func memoryCopy() { emit(.memoryCopy, 0, 0) }
  @inline(never) public mutating func memoryInit(data: UInt32) { emit(.memoryInit, data, 0) }
  @inline(never) public mutating func dataDrop(_ data: UInt32) { emit(.dataDrop, index: data) }

  // MARK: Control

  @inline(never) public mutating func block(_ type: BlockType = .empty) { structured(.block, type) }
  @inline(never) public mutating func loop(_ type: BlockType = .empty) { structured(.loop, type) }
  @inline(never) public mutating func `if`(_ type: BlockType = .empty) { structured(.if, type) }
  @inline(never) public mutating func `else`() { emit(.else) }
  /// Ends a block; also needed at the end of the function.
  @inline(never) public mutating func end() { emit(.end) }

  @inline(never) private mutating func structured(_ opcode: Opcode, _ type: BlockType) {
    code.opcode(opcode)
    switch type {
    case .empty: code.append(BlockType.emptyCode)
    case .value(let value): code.type(value)
    case .type(let index): code.signed(Int64(index))
    }
  }

  @inline(never) public mutating func br(_ label: UInt32) { emit(.br, index: label) }
  @inline(never) public mutating func brIf(_ label: UInt32) { emit(.brIf, index: label) }

  /// Says whether the condition of the `br_if` or `if` that comes next probably holds.
  @inline(never) public mutating func hint(isLikely: Bool) { hints.append(BranchHint(offset: UInt32(code.count), isLikely: isLikely)) }

  @inline(never) public mutating func brTable(_ labels: [UInt32], default label: UInt32) {
    code.opcode(.brTable)
    code.unsigned(labels.count)
    for label in labels { code.unsigned(label) }
    code.unsigned(label)
  }

  @inline(never) public mutating func `return`() { emit(.return) }
  @inline(never) public mutating func unreachable() { emit(.unreachable) }
  @inline(never) public mutating func drop() { emit(.drop) }
  @inline(never) public mutating func select() { emit(.select) }

  @inline(never) public mutating func select(_ type: ValueType) {
    code.opcode(.selectTyped)
    code.unsigned(1)
    code.type(type)
  }

  // MARK: Exceptions

  /// A clause of `try_table`. Labels count from the block outside.
  public enum Catch: Sendable {
    case tag(UInt32, label: UInt32)
    case tagAndReference(UInt32, label: UInt32)
    case all(label: UInt32)
    case allAndReference(label: UInt32)
  }

  @inline(never) public mutating func tryTable(_ type: BlockType = .empty, _ clauses: [Catch]) {
    structured(.tryTable, type)
    code.unsigned(clauses.count)
    for clause in clauses {
      switch clause {
      case .tag(let tag, let label): catchClause(0, tag, label)
      case .tagAndReference(let tag, let label): catchClause(CatchKind.passesReference, tag, label)
      case .all(let label): catchClause(CatchKind.catchesAll, nil, label)
      case .allAndReference(let label): catchClause(CatchKind.catchesAll | CatchKind.passesReference, nil, label)
      }
    }
  }

  private mutating func catchClause(_ kind: UInt8, _ tag: UInt32?, _ label: UInt32) {
    code.append(kind)
    if let tag { code.unsigned(tag) }
    code.unsigned(label)
  }

  @inline(never) public mutating func `throw`(_ tag: UInt32) { emit(.throw, index: tag) }
  @inline(never) public mutating func throwRef() { emit(.throwRef) }

  // MARK: Calls

  @inline(never) public mutating func call(_ function: UInt32) { emit(.call, index: function) }
  @inline(never) public mutating func returnCall(_ function: UInt32) { emit(.returnCall, index: function) }
  @inline(never) public mutating func callIndirect(type: UInt32, table: UInt32 = 0) { emit(.callIndirect, type, table) }
  @inline(never) public mutating func returnCallIndirect(type: UInt32, table: UInt32 = 0) { emit(.returnCallIndirect, type, table) }
  @inline(never) public mutating func callRef(type: UInt32) { emit(.callRef, index: type) }
  @inline(never) public mutating func returnCallRef(type: UInt32) { emit(.returnCallRef, index: type) }

  // MARK: References and tables

  @inline(never) public mutating func refNull(_ type: ValueType) {
    code.opcode(.refNull)
    code.heapType(type)
  }

  @inline(never) public mutating func refAsNonNull() { emit(.refAsNonNull) }
  @inline(never) public mutating func brOnNull(_ label: UInt32) { emit(.brOnNull, index: label) }
  @inline(never) public mutating func brOnNonNull(_ label: UInt32) { emit(.brOnNonNull, index: label) }
  @inline(never) public mutating func refFunc(_ function: UInt32) { emit(.refFunc, index: function) }
  @inline(never) public mutating func tableGet(_ table: UInt32 = 0) { emit(.tableGet, index: table) }
  @inline(never) public mutating func tableSet(_ table: UInt32 = 0) { emit(.tableSet, index: table) }
  @inline(never) public mutating func tableSize(_ table: UInt32 = 0) { emit(.tableSize, index: table) }
  @inline(never) public mutating func tableGrow(_ table: UInt32 = 0) { emit(.tableGrow, index: table) }
  @inline(never) public mutating func tableFill(_ table: UInt32 = 0) { emit(.tableFill, index: table) }
  @inline(never) public mutating func tableInit(element: UInt32, table: UInt32 = 0) { emit(.tableInit, element, table) }
  @inline(never) public mutating func elemDrop(_ element: UInt32) { emit(.elemDrop, index: element) }
  @inline(never) public mutating func tableCopy(destination: UInt32 = 0, source: UInt32 = 0) { emit(.tableCopy, destination, source) }
}
