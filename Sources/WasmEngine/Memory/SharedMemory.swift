// Shared memories without a store: what threads have in common, each of which has stores of its own.

import FaultHandler
import RuntimeLayout
import Synchronization
import WasmFormat

/// A memory that belongs to no store: instances in several stores, on several threads, import it and use it at the same time.
///
/// ```swift
/// let shared = try SharedMemory(engine, MemoryType(Limits(1, 16), isShared: true))
/// for number in 0..<4 {
///   Thread.detachNewThread {
///     let store = Store(engine)
///     var imports = Imports()
///     imports.define("env", "memory", try! Memory(store, shared))
///     try! Instance(module, imports: imports, in: store).function("work")!(Int32(number))
///   }
/// }
/// ```
///
/// Source: the threads proposal of WebAssembly. It lives as long as anyone has it, or a store in which it is a memory. It never moves; it grows when any thread
/// asks for it, which all see. A module may also define a shared memory: `Memory.shared` of its export is this then.
public struct SharedMemory: Sendable, Equatable {
  let storage: MemoryStorage

  init(_ storage: MemoryStorage) { self.storage = storage }

  /// A new memory. Its type has a maximum, for which address space is reserved, and `isShared`. Throws `CallError` for another type, and `ResourceError` when the limits
  /// of the engine or the system refuse it. (What bounds it is `EngineLimits.memoryPages`; it counts for no store's `storeBytes`.)
  public init(_ engine: Engine, _ type: MemoryType) throws {
    guard type.isShared else { throw CallError("memory", expected: "the type of a shared memory", given: "a \(type.summary)") }
    storage = try MemoryStorage(checking: type, engine.configuration, StoreBudget(.max))
  }

  /// Whether both are the same memory, not just equal in content.
  public static func == (left: SharedMemory, right: SharedMemory) -> Bool { left.storage === right.storage }

  /// The type that the memory was made with.
  public var type: MemoryType { storage.type }
  /// How many bytes it has at present, at least: it never shrinks.
  public var byteCount: Int { storage.byteCount }
  /// How many pages it has at present, at least.
  public var pageCount: Int { storage.pageCount }

  /// Adds pages (of 64 KiB, unless the type says otherwise). Returns the old number of pages, or nil if the memory cannot be that large.
  @discardableResult
  public func grow(by pages: Int) -> Int? { pages < 0 ? nil : storage.grow(UInt64(pages)) }

  /// The bytes at present. Other threads may change them at any time; the buffer is valid as long as the memory.
  public func withUnsafeMutableBytes<Result>(_ body: (UnsafeMutableRawBufferPointer) throws -> Result) rethrows -> Result {
    try body(storage.bytes)
  }

  // MARK: Atomic accesses. Offsets are in bytes, and multiples of the number's size

  /// The address of so many bytes.
  private func address(of offset: Int, size: Int) throws(MemoryAccessError) -> UnsafeMutableRawPointer {
    guard offset >= 0, storage.contains(UInt64(offset), UInt64(size)) else { throw MemoryAccessError(offset: offset, count: size) }
    guard offset & (size - 1) == 0 else { throw MemoryAccessError(offset: offset, count: size, isUnaligned: true) }
    return storage.base + offset
  }

  /// As `i32.atomic.load`. Throws `MemoryAccessError` beyond the end, and for an offset that is not aligned.
  public func load32(at offset: Int) throws(MemoryAccessError) -> UInt32 {
    try address(of: offset, size: 4).assumingMemoryBound(to: Atomic<UInt32>.self).pointee.load(ordering: .sequentiallyConsistent)
  }

  /// As `i32.atomic.store`. Throws `MemoryAccessError` beyond the end, and for an offset that is not aligned.
  public func store32(_ number: UInt32, at offset: Int) throws(MemoryAccessError) {
    try address(of: offset, size: 4).assumingMemoryBound(to: Atomic<UInt32>.self).pointee.store(number, ordering: .sequentiallyConsistent)
  }

  /// As `i32.atomic.rmw.add`: returns what was there before. Throws `MemoryAccessError` beyond the end, and for an offset that is not aligned.
  @discardableResult
  public func add32(_ number: UInt32, at offset: Int) throws(MemoryAccessError) -> UInt32 {
    try address(of: offset, size: 4).assumingMemoryBound(to: Atomic<UInt32>.self).pointee
      .wrappingAdd(number, ordering: .sequentiallyConsistent).oldValue
  }

  /// As `memory.atomic.notify`: ends the waiting of at most `count` threads at an offset; returns how many. Throws `MemoryAccessError` beyond the end, and for an offset that is not aligned.
  @discardableResult
  public func notify(at offset: Int, count: UInt32 = .max) throws(MemoryAccessError) -> Int {
    Int(latch_notify(try address(of: offset, size: 4), count))
  }

  /// How a wait ended.
  public enum WaitResult: Sendable, Equatable {
    /// By `notify`.
    case notified
    /// There was another number: nobody waited.
    case notEqual
    /// Nobody came in time; or the code that has called the waiting host function is to be stopped.
    case timedOut
  }

  /// As `memory.atomic.wait32`: blocks the calling thread until it is notified, if the number at an offset is the expected one. Without `nanoseconds` the wait has no
  /// end of its own. Throws `MemoryAccessError` beyond the end, and for an offset that is not aligned.
  public func wait32(at offset: Int, expected: UInt32, nanoseconds: Int64? = nil) throws(MemoryAccessError) -> WaitResult {
    switch latch_wait(try address(of: offset, size: 4), false, UInt64(expected), nanoseconds.map { max($0, 0) } ?? -1) {
    case latch_wait_notified: .notified
    case latch_wait_not_equal: .notEqual
    default: .timedOut
    }
  }
}

extension MemoryStorage {
  /// As the other initialiser, for a type that nobody has looked at.
  convenience init(checking type: MemoryType, _ configuration: EngineConfiguration, _ budget: StoreBudget) throws {
    guard type.pageSizeLog2 == 16 || type.pageSizeLog2 == 0 else {
      throw CallError("memory", expected: "pages of 65536 bytes or of 1 byte", given: "pages of 2^\(type.pageSizeLog2) bytes")
    }
    guard !type.isShared || type.limits.maximum != nil else {
      throw CallError("memory", expected: "a maximum for a shared memory", given: "none")
    }
    try self.init(type, configuration, budget)
  }
}
