// Reads what the binary format is made of: LEB128 numbers, fixed-width words, types, opcodes, parts of immediates. The only code that does. There are two
// cursors: `CheckedCursor`, for bytes that come from outside, throws what is wrong; `TrustedCursor`, for bodies that have been validated, looks at
// nothing and cannot throw. The generic code here is specialised for both, also in other modules: everything is inlinable.

/// What may be wrong with bytes.
public enum BinaryFault: Sendable {
  case unexpectedEnd
  case numberTooLong
  case numberTooLarge
  case malformedValueType
  case malformedReferenceType
  case malformedHeapType
  case typeIndexTooLarge
  case malformedBlockType
  case malformedMemoryArgument
  case malformedCatchClause
  case zeroByteExpected
  /// `prefix`: 0 for opcodes of one byte.
  case illegalOpcode(prefix: UInt8, number: UInt32)
  case unsupportedOpcode(OpcodeRow)
  case unsupportedType(ValueType)
}

/// A place in bytes.
public protocol BinaryCursor {
  associatedtype Failure: Error

  /// The next byte.
  var pc: UnsafePointer<UInt8> { get set }

  /// Whether anything is looked at.
  static var checks: Bool { get }

  /// Whether so many bytes are left.
  func has(_ count: Int) -> Bool

  /// The error for a fault at a place.
  func failure(_ fault: BinaryFault, at place: UnsafePointer<UInt8>) -> Failure

  /// Whether the bytes may use a feature; a trusted cursor need not ask.
  func allows(_ features: Features) -> Bool
}

// The requirements do not throw: calls of a requirement that throws an associated type are not inlined.
extension BinaryCursor {
  /// Requires that so many bytes are left.
  @inlinable @inline(__always)
  public func need(_ count: Int) throws(Failure) {
    if !has(count) { throw failure(.unexpectedEnd, at: pc) }
  }

  /// Requires that a condition holds; `place` is where the fault is.
  @inlinable @inline(__always)
  public func require(
    _ condition: @autoclosure () -> Bool, _ fault: @autoclosure () -> BinaryFault, at place: @autoclosure () -> UnsafePointer<UInt8>
  ) throws(Failure) {
    if Self.checks, !condition() { throw failure(fault(), at: place()) }
  }
}

// MARK: Numbers

extension BinaryCursor {
  @inlinable @inline(__always)
  public mutating func byte() throws(Failure) -> UInt8 {
    try need(1)
    let byte = pc.pointee
    pc += 1
    return byte
  }

  @inlinable @inline(__always)
  public mutating func u32() throws(Failure) -> UInt32 {
    try need(1)
    let first = pc.pointee
    if first < 0x80 {
      pc += 1
      return UInt32(first)
    }
    return UInt32(truncatingIfNeeded: try unsigned(bits: 32))
  }

  @inlinable @inline(__always)
  public mutating func index() throws(Failure) -> Int { Int(try u32()) }

  @inlinable @inline(__always)
  public mutating func u64() throws(Failure) -> UInt64 {
    try need(1)
    let first = pc.pointee
    if first < 0x80 {
      pc += 1
      return UInt64(first)
    }
    return try unsigned(bits: 64)
  }

  @inlinable @inline(never)
  public mutating func unsigned(bits: UInt64) throws(Failure) -> UInt64 {
    let start = pc
    var result: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      let next = try byte()
      let left = bits &- shift
      // In the last byte that fits there are no bits beyond the number.
      try require(left > 7 || next < 0x80, .numberTooLong, at: start)
      try require(left > 7 || next &>> UInt8(truncatingIfNeeded: left) == 0, .numberTooLarge, at: start)
      result |= UInt64(next & 0x7F) &<< shift
      if next < 0x80 { return result }
      shift &+= 7
    }
  }

  /// A signed number of `bits` bits: 32, 33 or 64.
  @inlinable @inline(__always)
  public mutating func signed(bits: Int) throws(Failure) -> Int64 {
    try need(1)
    let first = pc.pointee
    if first < 0x80 {
      pc += 1
      return Int64(Int8(bitPattern: first &<< 1) &>> 1)
    }
    return try longSigned(bits: bits)
  }

  @inlinable @inline(never)
  public mutating func longSigned(bits: Int) throws(Failure) -> Int64 {
    let start = pc
    var result: Int64 = 0
    var shift = 0
    while true {
      let next = try byte()
      let left = bits &- shift
      // In the last byte that fits, the bits beyond the number repeat its sign.
      let signAndBeyond = Int8(bitPattern: next &<< 1) &>> Int8(truncatingIfNeeded: left)
      try require(left >= 7 || next < 0x80, .numberTooLong, at: start)
      try require(left >= 7 || signAndBeyond == 0 || signAndBeyond == -1, .numberTooLarge, at: start)
      result |= Int64(next & 0x7F) &<< Int64(shift)
      shift &+= 7
      if next < 0x80 { return shift < 64 && next & 0x40 != 0 ? result | -1 &<< Int64(shift) : result }
    }
  }

  @inlinable
  public mutating func fixed32() throws(Failure) -> UInt32 {
    try need(4)
    let value = UnsafeRawPointer(pc).loadUnaligned(as: UInt32.self)
    pc += 4
    return UInt32(littleEndian: value)
  }

  @inlinable
  public mutating func fixed64() throws(Failure) -> UInt64 {
    try need(8)
    let value = UnsafeRawPointer(pc).loadUnaligned(as: UInt64.self)
    pc += 8
    return UInt64(littleEndian: value)
  }

  @inlinable
  public mutating func fixed128() throws(Failure) -> V128 {
    try need(16)
    let low = try fixed64()
    return V128(low: low, high: try fixed64())
  }
}

// MARK: Types

extension BinaryCursor {
  @inlinable
  public mutating func valueType() throws(Failure) -> ValueType {
    let start = pc
    let code = try byte()
    if let isNullable = ValueType.isNullable(code) { return try heapType(isNullable: isNullable) }
    let type = ValueType(code: code)
    try require(type != nil, .malformedValueType, at: start)
    try require(allows(type.unsafelyUnwrapped.features), .unsupportedType(type.unsafelyUnwrapped), at: start)
    return type.unsafelyUnwrapped
  }

  @inlinable
  public mutating func referenceType() throws(Failure) -> ValueType {
    let start = pc
    let code = try byte()
    if let isNullable = ValueType.isNullable(code) { return try heapType(isNullable: isNullable) }
    let type = ValueType(code: code)
    try require(type?.isReference == true, .malformedReferenceType, at: start)
    // Tables of functions are older than values that are references.
    if type == .funcref { return .funcref }
    try require(allows(type.unsafelyUnwrapped.features), .unsupportedType(type.unsafelyUnwrapped), at: start)
    return type.unsafelyUnwrapped
  }

  /// What references refer to, as the type of such references. The index of a type is one that the module may not have.
  @inlinable
  public mutating func heapType(isNullable: Bool) throws(Failure) -> ValueType {
    try need(1)
    let start = pc
    var type: ValueType
    // Codes of abstract types are negative numbers of one byte.
    if start.pointee & 0xC0 == 0x40 {
      pc += 1
      let abstract = ValueType(code: start.pointee)
      try require(abstract?.isReference == true, .malformedHeapType, at: start)
      type = abstract.unsafelyUnwrapped
    } else {
      let index = try signed(bits: 33)
      try require(index >= 0, .malformedHeapType, at: start)
      try require(index < Int64(ValueType.referableTypes), .typeIndexTooLarge, at: start)
      type = ValueType(to: .type(UInt32(truncatingIfNeeded: index)), isNullable: true)
    }
    if !isNullable { type = type.nonNull }
    try require(allows(type.features), .unsupportedType(type), at: start)
    return type
  }

  @inlinable
  public mutating func blockType() throws(Failure) -> BlockType {
    try need(1)
    let first = pc.pointee
    if first == BlockType.emptyCode {
      pc += 1
      return .empty
    }
    // Codes of types are negative numbers of one byte.
    if first & 0xC0 == 0x40 { return .value(try valueType()) }
    let start = pc
    let index = try signed(bits: 33)
    try require(index >= 0, .malformedBlockType, at: start)
    return .type(UInt32(truncatingIfNeeded: index))
  }
}

// MARK: Opcodes and parts of immediates

extension BinaryCursor {
  /// The row of the opcode that comes next.
  @inlinable @inline(__always)
  public mutating func row(_ rows: UnsafePointer<OpcodeRow>) throws(Failure) -> UnsafePointer<OpcodeRow> {
    let start = pc
    let first = try byte()
    if Opcode.prefixes.contains(first) { return try prefixedRow(first, rows) }
    let row = rows + Int(first)
    try require(row.pointee.exists, .illegalOpcode(prefix: 0, number: UInt32(first)), at: start)
    try require(allows(row.pointee.needs), .unsupportedOpcode(row.pointee), at: start)
    return row
  }

  @inlinable @inline(never)
  mutating func prefixedRow(_ prefix: UInt8, _ rows: UnsafePointer<OpcodeRow>) throws(Failure) -> UnsafePointer<OpcodeRow> {
    let start = pc - 1
    let number = try u32()
    let index = OpcodeTable.index(prefix: prefix, number: number)
    try require(index != nil, .illegalOpcode(prefix: prefix, number: number), at: start)
    let row = rows + index.unsafelyUnwrapped
    try require(row.pointee.exists, .illegalOpcode(prefix: prefix, number: number), at: start)
    try require(allows(row.pointee.needs), .unsupportedOpcode(row.pointee), at: start)
    return row
  }

  /// The first half of a memory argument; the offset follows, whose width depends on the memory.
  @inlinable @inline(__always)
  public mutating func memoryFlags() throws(Failure) -> (alignment: UInt32, memory: UInt32) {
    let flags = try u32()
    return flags < 32 ? (flags, 0) : try longMemoryFlags(flags)
  }

  @inlinable @inline(never)
  mutating func longMemoryFlags(_ flags: UInt32) throws(Failure) -> (alignment: UInt32, memory: UInt32) {
    let alignment = flags & ~MemoryArgument.hasMemory
    try require(alignment < 32 && allows(.multiMemory), .malformedMemoryArgument, at: pc - 1)
    return (alignment, try u32())
  }

  /// The index of a memory, which was a zero byte once.
  @inlinable @inline(__always)
  public mutating func memoryIndex() throws(Failure) -> UInt32 { try indexOrZero(.multiMemory) }

  /// The index of the table of `call_indirect`, which was a zero byte once.
  @inlinable @inline(__always)
  public mutating func calledTable() throws(Failure) -> UInt32 { try indexOrZero(.referenceTypes) }

  @inlinable
  mutating func indexOrZero(_ features: Features) throws(Failure) -> UInt32 {
    if allows(features) { return try u32() }
    try zeroByte()
    return 0
  }

  /// What follows `atomic.fence`.
  @inlinable
  public mutating func zeroByte() throws(Failure) {
    let start = pc
    let zero = try byte()
    try require(zero == 0, .zeroByteExpected, at: start)
  }

  /// The number of labels of `br_table` before the default.
  @inlinable
  public mutating func labelCount() throws(Failure) -> UInt32 {
    let count = try u32()
    try need(Int(count))
    return count
  }

  /// The number of clauses of `try_table`.
  @inlinable
  public mutating func catchCount() throws(Failure) -> UInt32 { try labelCount() }

  @inlinable
  public mutating func catchClause() throws(Failure) -> CatchImmediate {
    let start = pc
    let kind = try byte()
    try require(kind <= CatchKind.passesReference | CatchKind.catchesAll, .malformedCatchClause, at: start)
    let tag = kind & CatchKind.catchesAll != 0 ? nil : try u32()
    return CatchImmediate(kind: kind, tag: tag, label: try u32())
  }
}
