// Linear memories as the host sees them.

import RuntimeLayout
import WasmFormat

/// An access of the host beyond the end of a memory, or an atomic one that is not aligned.
///
/// ```swift
/// do {
///   let number: UInt32 = try instance.memory("memory")!.load(at: 1 << 40)
///   print(number)
/// } catch let error as MemoryAccessError {
///   print(error.offset, error.count)
/// }
/// ```
public struct MemoryAccessError: Error, Sendable, CustomStringConvertible {
  /// Where the access begins.
  public let offset: Int
  /// How many bytes it is about.
  public let count: Int
  /// Whether the bytes are there, but not aligned as an atomic access demands.
  public var isUnaligned = false

  /// Which bytes do not all exist; or what an atomic access has to be a multiple of.
  public var description: String {
    if isUnaligned { return "an atomic access of \(count) bytes at \(offset), which is no multiple of \(count)" }
    return "bytes \(offset) ..< \(offset) + \(count) are not within the memory"
  }
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
/// grow it whenever it runs: of a shared memory (`shared`) also code on other threads, at the same time. The accesses here are plain ones then, as those of
/// wasm code that is not atomic are.
public struct Memory: Equatable {
  /// The store that the memory belongs to.
  public let store: Store
  let storage: MemoryStorage

  init(_ storage: MemoryStorage, in store: Store) {
    self.storage = storage
    self.store = store
  }

  /// A new memory, to be imported by modules. Throws `ResourceError`, or `CallError` for pages of a size that does not exist, and for a shared memory
  /// without a maximum.
  public init(_ store: Store, _ type: MemoryType) throws {
    let storage = try MemoryStorage(checking: type, store.engine.configuration, store.budget)
    store.memories.append(storage)
    self.init(storage, in: store)
  }

  /// A shared memory as one of a store, to be imported by the store's modules. Throws `CallError` when the store's engine guards memories
  /// (`EngineConfiguration.memoryStrategy`) and the one that the memory was made with does not.
  ///
  /// ```swift
  /// let shared = try SharedMemory(engine, MemoryType(Limits(1, 100), isShared: true))
  /// imports.define("env", "memory", try Memory(store, shared))
  /// ```
  public init(_ store: Store, _ shared: SharedMemory) throws(CallError) {
    let storage = shared.storage
    if store.engine.configuration.memoryStrategy.guards(is64: storage.type.is64, pageSizeLog2: storage.type.pageSizeLog2), !storage.isGuarded {
      throw CallError("memory", expected: "a shared memory of an engine that guards memories", given: "one of an engine that checks accesses")
    }
    if !store.memories.contains(where: { $0 === storage }) { store.memories.append(storage) }
    self.init(storage, in: store)
  }

  /// The memory without its store, if it is shared: for other stores and other threads.
  public var shared: SharedMemory? { storage.type.isShared ? SharedMemory(storage) : nil }

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
    try body(UnsafeRawBufferPointer(storage.bytes))
  }

  /// As `withUnsafeBytes`, for writing too.
  public func withUnsafeMutableBytes<Result>(
    _ body: (UnsafeMutableRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    try body(storage.bytes)
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
    // What another thread may change is copied first: text is looked at more than once.
    if storage.type.isShared { return String(decoding: try read(at: offset, count: count), as: UTF8.self) }
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
