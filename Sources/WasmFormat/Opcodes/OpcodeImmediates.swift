// What follows opcodes in the binary format, and the one place that knows how it is laid out: `immediates(_:_:)`. Who wants some operator's immediates reads
// them with the cursor's methods for the parts (`blockType`, `memoryArgument`, `catchClause`, …); who wants those of any operator passes a visitor.

/// What follows an opcode in the binary format.
public enum OpcodeImmediates: UInt8, Equatable, Sendable, CaseIterable {
  case none
  case blockType
  case label
  case labelTable
  case function
  case type
  case typeAndTable
  case types
  case local
  case global
  case table
  case memoryArgument
  case memory
  case i32
  case i64
  case f32
  case f64
  /// What references refer to.
  case heapType
  case dataAndMemory
  case data
  /// Destination, then source.
  case memoryAndMemory
  case elementAndTable
  case element
  /// Destination, then source.
  case tableAndTable
  case tag
  /// A block type and the catch clauses.
  case tryTable
  /// 16 bytes.
  case v128
  /// A lane's number, in one byte.
  case lane
  /// Numbers of lanes in 16 bytes.
  case lanes
  /// A memory argument and a lane's number.
  case memoryArgumentAndLane
  /// A byte that is 0.
  case fence

  /// How many bytes they are at least, if they are numbers in LEB128 and always equally many but for a memory access that names its memory;
  /// nil: their number varies, or they are something else.
  public var shortestNumbers: Int? {
    switch self {
    case .none: 0
    case .label, .function, .type, .local, .global, .table, .memory, .data, .element, .tag, .i32, .i64: 1
    case .memoryArgument, .typeAndTable, .dataAndMemory, .memoryAndMemory, .elementAndTable, .tableAndTable: 2
    default: nil
    }
  }
}

/// What an index is an index of.
public enum IndexSpace: UInt8, Equatable, Sendable {
  case type, function, table, memory, global, tag, local, data, element
}

/// Receives an operator's immediates in binary order.
public protocol ImmediateVisitor: ~Copyable {
  mutating func blockType(_ type: BlockType)
  mutating func label(_ depth: UInt32)
  /// So many labels come next, and the default.
  mutating func labelCount(_ count: UInt32)
  mutating func index(_ index: UInt32, of space: IndexSpace)
  mutating func indices(_ first: UInt32, of firstSpace: IndexSpace, _ second: UInt32, of secondSpace: IndexSpace)
  /// So many value types come next.
  mutating func typeCount(_ count: UInt32)
  mutating func type(_ type: ValueType)
  /// As the type of references to it that may be null.
  mutating func heapType(_ type: ValueType)
  mutating func memory(_ argument: MemoryArgument)
  mutating func integer(_ value: Int64)
  /// A float constant's bits.
  mutating func f32(_ bits: UInt32)
  mutating func f64(_ bits: UInt64)
  mutating func v128(_ value: V128)
  mutating func lane(_ lane: UInt8)
  /// A byte that says nothing yet: 0.
  mutating func fence()
  /// Of a shuffle: a lane's number in each byte.
  mutating func lanes(_ lanes: V128)
  /// So many clauses come next.
  mutating func catchCount(_ count: UInt32)
  mutating func catchClause(_ clause: CatchImmediate)
  /// Whether offsets in this memory have 64 bits.
  func is64(memory: UInt32) -> Bool
}

/// Wants nothing but to get past them.
public struct IgnoredImmediates: ImmediateVisitor {
  @inlinable @inline(__always) public init() {}
  @inlinable @inline(__always) public mutating func blockType(_ type: BlockType) {}
  @inlinable @inline(__always) public mutating func label(_ depth: UInt32) {}
  @inlinable @inline(__always) public mutating func labelCount(_ count: UInt32) {}
  @inlinable @inline(__always) public mutating func index(_ index: UInt32, of space: IndexSpace) {}
  @inlinable @inline(__always)
  public mutating func indices(_ first: UInt32, of firstSpace: IndexSpace, _ second: UInt32, of secondSpace: IndexSpace) {}
  @inlinable @inline(__always) public mutating func typeCount(_ count: UInt32) {}
  @inlinable @inline(__always) public mutating func type(_ type: ValueType) {}
  @inlinable @inline(__always) public mutating func heapType(_ type: ValueType) {}
  @inlinable @inline(__always) public mutating func memory(_ argument: MemoryArgument) {}
  @inlinable @inline(__always) public mutating func integer(_ value: Int64) {}
  @inlinable @inline(__always) public mutating func f32(_ bits: UInt32) {}
  @inlinable @inline(__always) public mutating func f64(_ bits: UInt64) {}
  @inlinable @inline(__always) public mutating func v128(_ value: V128) {}
  @inlinable @inline(__always) public mutating func lane(_ lane: UInt8) {}
  @inlinable @inline(__always) public mutating func fence() {}
  @inlinable @inline(__always) public mutating func lanes(_ lanes: V128) {}
  @inlinable @inline(__always) public mutating func catchCount(_ count: UInt32) {}
  @inlinable @inline(__always) public mutating func catchClause(_ clause: CatchImmediate) {}
  /// An offset is read as a number of 64 bits: what is too large for a 32-bit memory is for validation to find.
  @inlinable @inline(__always) public func is64(memory: UInt32) -> Bool { true }
}

extension BinaryCursor {
  /// Reads an operator's immediates.
  @inlinable
  public mutating func immediates<Visitor: ImmediateVisitor & ~Copyable>(
    _ kind: OpcodeImmediates, _ visitor: inout Visitor
  ) throws(Failure) {
    switch kind {
    case .none: break
    case .blockType: visitor.blockType(try blockType())
    case .label: visitor.label(try u32())
    case .labelTable:
      let count = try labelCount()
      visitor.labelCount(count)
      for _ in 0...count { visitor.label(try u32()) }
    case .function: visitor.index(try u32(), of: .function)
    case .type: visitor.index(try u32(), of: .type)
    case .local: visitor.index(try u32(), of: .local)
    case .global: visitor.index(try u32(), of: .global)
    case .table: visitor.index(try u32(), of: .table)
    case .memory: visitor.index(try memoryIndex(), of: .memory)
    case .data: visitor.index(try u32(), of: .data)
    case .element: visitor.index(try u32(), of: .element)
    case .tag: visitor.index(try u32(), of: .tag)
    case .typeAndTable: visitor.indices(try u32(), of: .type, try calledTable(), of: .table)
    case .dataAndMemory: visitor.indices(try u32(), of: .data, try memoryIndex(), of: .memory)
    case .memoryAndMemory: visitor.indices(try memoryIndex(), of: .memory, try memoryIndex(), of: .memory)
    case .elementAndTable: visitor.indices(try u32(), of: .element, try u32(), of: .table)
    case .tableAndTable: visitor.indices(try u32(), of: .table, try u32(), of: .table)
    case .types:
      let count = try u32()
      visitor.typeCount(count)
      for _ in 0..<count { visitor.type(try valueType()) }
    case .heapType: visitor.heapType(try heapType(isNullable: true))
    case .memoryArgument, .memoryArgumentAndLane:
      let (alignment, memory) = try memoryFlags()
      let offset = visitor.is64(memory: memory) ? try u64() : UInt64(try u32())
      visitor.memory(MemoryArgument(alignment: alignment, memory: memory, offset: offset))
      if kind == .memoryArgumentAndLane { visitor.lane(try byte()) }
    case .i32: visitor.integer(try signed(bits: 32))
    case .i64: visitor.integer(try signed(bits: 64))
    case .f32: visitor.f32(try fixed32())
    case .f64: visitor.f64(try fixed64())
    case .v128: visitor.v128(try fixed128())
    case .lane: visitor.lane(try byte())
    case .fence:
      try zeroByte()
      visitor.fence()
    case .lanes: visitor.lanes(try fixed128())
    case .tryTable:
      visitor.blockType(try blockType())
      let count = try catchCount()
      visitor.catchCount(count)
      for _ in 0..<count { visitor.catchClause(try catchClause()) }
    }
  }

  /// Gets past an operator's immediates.
  @inlinable
  public mutating func skip(_ kind: OpcodeImmediates) throws(Failure) {
    var nothing = IgnoredImmediates()
    try immediates(kind, &nothing)
  }
}
