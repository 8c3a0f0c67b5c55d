// Linear memories as the host sees them.

import RuntimeLayout
import WasmFormat

/// An access of the host beyond the end of a memory.
public struct MemoryAccessError: Error, Sendable, CustomStringConvertible {
  /// Where the access begins.
  public let offset: Int
  /// How many bytes it is about.
  public let count: Int

  /// Which bytes do not all exist.
  public var description: String { "bytes \(offset) ..< \(offset) + \(count) are not within the memory" }
}

/// A linear memory.
///
/// ```swift
/// let memory = instance.memory("memory")!
/// try memory.write("hello".utf8, at: 1024)
/// let text = try memory.readString(at: 1024, count: 5)
/// let number: UInt32 = try memory.load(at: 2048)
/// let sum = memory.withUnsafeBytes { $0.reduce(0) { $0 + Int($1) } }
/// ```
///
/// All accesses by offset are checked; one beyond the end throws `MemoryAccessError`. The memory never moves, but wasm code may change or
/// grow it whenever it runs.
public struct Memory: Equatable {
  /// The store that the memory belongs to.
  public let store: Store
  let storage: MemoryStorage

  init(_ storage: MemoryStorage, in store: Store) {
    self.storage = storage
    self.store = store
  }

  /// A new memory, to be imported by modules. Throws `ResourceError`, or `CallError` for pages of a size that does not exist.
  public init(_ store: Store, _ type: MemoryType) throws {
    guard type.pageSizeLog2 == 16 || type.pageSizeLog2 == 0 else {
      throw CallError("memory", expected: "pages of 65536 bytes or of 1 byte", given: "pages of 2^\(type.pageSizeLog2) bytes")
    }
    let storage = try MemoryStorage(type, store.engine.configuration, store.budget)
    store.memories.append(storage)
    self.init(storage, in: store)
  }

  /// Whether both are the same memory, not just equal in content.
  public static func == (left: Memory, right: Memory) -> Bool { left.storage === right.storage }

  /// The type that the memory was made with.
  public var type: MemoryType { storage.type }
  /// How many bytes it has at present.
  public var byteCount: Int { storage.byteCount }
  /// How many pages it has at present.
  public var pageCount: Int { storage.pageCount }

  /// Adds pages (of 64 KiB, unless the type says otherwise). Returns the old number of pages, or nil if the memory cannot be that large.
  @discardableResult
  public func grow(by pages: Int) -> Int? { pages < 0 ? nil : storage.grow(UInt64(pages)) }

  /// The bytes at present. The buffer must not be used after `body` returns; wasm code may change the bytes whenever it runs.
  public func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    try body(UnsafeRawBufferPointer(start: storage.base, count: storage.byteCount))
  }

  /// As `withUnsafeBytes`, for writing too.
  public func withUnsafeMutableBytes<Result>(
    _ body: (UnsafeMutableRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    try body(UnsafeMutableRawBufferPointer(start: storage.base, count: storage.byteCount))
  }

  /// The address of some bytes that exist. Valid as long as the store; the memory never moves.
  public func address(of offset: Int, count: Int) throws(MemoryAccessError) -> UnsafeMutableRawPointer {
    guard offset >= 0, count >= 0, storage.contains(UInt64(offset), UInt64(count)) else {
      throw MemoryAccessError(offset: offset, count: count)
    }
    return storage.base + offset
  }

  /// A copy of some bytes.
  public func read(at offset: Int, count: Int) throws(MemoryAccessError) -> [UInt8] {
    let start = try address(of: offset, count: count)
    return [UInt8](UnsafeRawBufferPointer(start: start, count: count))
  }

  /// The text in some bytes; ill-formed UTF-8 is repaired.
  public func readString(at offset: Int, count: Int) throws(MemoryAccessError) -> String {
    let start = try address(of: offset, count: count)
    return String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
  }

  /// Copies bytes into the memory.
  public func write(_ bytes: some Collection<UInt8>, at offset: Int) throws(MemoryAccessError) {
    let start = try address(of: offset, count: bytes.count)
    UnsafeMutableRawBufferPointer(start: start, count: bytes.count).copyBytes(from: bytes)
  }

  /// A number at an offset of any alignment, least significant byte first.
  public func load<Number: BitwiseCopyable>(
    at offset: Int, as type: Number.Type = Number.self
  ) throws(MemoryAccessError) -> Number {
    try address(of: offset, count: MemoryLayout<Number>.size).loadUnaligned(as: Number.self)
  }

  /// Stores a number at an offset of any alignment, least significant byte first.
  public func store<Number: BitwiseCopyable>(_ number: Number, at offset: Int) throws(MemoryAccessError) {
    try address(of: offset, count: MemoryLayout<Number>.size).storeBytes(of: number, as: Number.self)
  }
}
