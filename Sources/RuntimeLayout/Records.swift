// Raw records that compiled code reads. Each is immovable for as long as anything can refer to it; the sizes and
// offsets below are the contract, and tests assert that the Swift structs have them.
//
// A funcref is the address of a FunctionRecord, or 0 for null. An externref is any 64-bit word chosen by the engine,
// 0 for null. Tables hold these words in order. A table may move when it grows, with its record; then the engine changes the contexts that have its
// address. A memory never moves. A null funcref is found by the fault that reading its record's type id raises:
// the first page of the address space must not be mapped.

public struct FunctionRecord {
  /// Entry of the function's current code: compiled code, a lazy stub, or a thunk to the host.
  public var code: UInt
  /// The instance context to load before jumping to `code`.
  public var context: UInt
  /// Canonical id of the function's type; equal exactly when the types are equal.
  public var typeID: UInt32
  /// Index in the defining module's function index space.
  public var functionIndex: UInt32
  /// The engine's own word.
  public var owner: UInt

  public init(code: UInt, context: UInt, typeID: UInt32, functionIndex: UInt32, owner: UInt) {
    self.code = code
    self.context = context
    self.typeID = typeID
    self.functionIndex = functionIndex
    self.owner = owner
  }

  public static var codeOffset: Int { 0 }
  public static var contextOffset: Int { 8 }
  public static var typeIDOffset: Int { 16 }
  public static var functionIndexOffset: Int { 20 }
  public static var ownerOffset: Int { 24 }
  public static var size: Int { 32 }
}

/// Lies just before element 0 of a table, so that compiled code reaches elements and their number from one address.
public struct TableRecord {
  /// Largest number of elements allowed.
  public var maximum: UInt
  /// The engine's own word.
  public var owner: UInt
  var reserved: UInt = 0
  /// Number of elements.
  public var count: UInt

  public init(maximum: UInt, owner: UInt, count: UInt) {
    self.maximum = maximum
    self.owner = owner
    self.count = count
  }

  public static var size: Int { 32 }
  /// From element 0.
  public static var countOffset: Int { -8 }
}

public struct MemoryRecord {
  /// Address of byte 0; constant.
  public var base: UInt
  /// Size in bytes at present, a multiple of the page size. Of a shared memory, other threads may change it, but never to less: every reader takes it anew.
  public var byteCount: UInt
  /// Largest size in bytes.
  public var maximum: UInt
  /// The engine's own word.
  public var owner: UInt

  public init(base: UInt, byteCount: UInt, maximum: UInt, owner: UInt) {
    self.base = base
    self.byteCount = byteCount
    self.maximum = maximum
    self.owner = owner
  }

  public static var baseOffset: Int { 0 }
  public static var byteCountOffset: Int { 8 }
  public static var size: Int { 32 }
}

/// What baseline code that counts writes about an indirect call (CompilerInterface's CallProfile). Only the last record's address, or its function's number, is
/// kept up to date: the address in modules that have joined an instance.
public enum CalleeCell {
  public static var recordOffset: Int { 0 }
  public static var functionOffset: Int { 8 }
  /// How often the callee was another one than the time before.
  public static var changesOffset: Int { 12 }
  public static var size: Int { 16 }
}

/// A tag is told from others by the address of its record.
public struct TagRecord {
  /// Canonical id of the tag's type.
  public var typeID: UInt64
  /// The engine's own word.
  public var owner: UInt

  public init(typeID: UInt64, owner: UInt) {
    self.typeID = typeID
    self.owner = owner
  }
}

/// An exception: a header and, after it, the tag's parameters in order, 8 bytes each, or 16 for a vector. An exnref is the address of one, or 0 for null.
public struct ExceptionRecord {
  /// Address of the TagRecord.
  public var tag: UInt
  /// The engine's own word.
  public var owner: UInt

  public init(tag: UInt, owner: UInt) {
    self.tag = tag
    self.owner = owner
  }

  public static var size: Int { 16 }
}
