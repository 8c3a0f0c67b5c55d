// A raw growable buffer of machine code. An assembler reserves room once per instruction and then writes without checks.

public struct CodeBuffer: ~Copyable {
  public private(set) var base: UnsafeMutablePointer<UInt8>
  public private(set) var count: Int
  private var capacity: Int

  public init(capacity: Int = 4096) {
    self.capacity = max(capacity, 64)
    base = .allocate(capacity: self.capacity)
    count = 0
  }

  deinit { base.deallocate() }

  /// The bytes written so far; valid until the next write.
  public var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: base, count: count) }

  /// Makes room for `extra` bytes, which may then be written without further checks.
  @inline(__always)
  public mutating func reserve(_ extra: Int) {
    if count + extra > capacity { grow(count + extra) }
  }

  @inline(__always)
  public mutating func byte(_ value: UInt8) {
    base[count] = value
    count += 1
  }

  @inline(__always)
  public mutating func word32(_ value: UInt32) {
    UnsafeMutableRawPointer(base + count).storeBytes(of: value.littleEndian, as: UInt32.self)
    count += 4
  }

  @inline(__always)
  public mutating func word64(_ value: UInt64) {
    UnsafeMutableRawPointer(base + count).storeBytes(of: value.littleEndian, as: UInt64.self)
    count += 8
  }

  @inline(__always)
  public func load32(at offset: Int) -> UInt32 {
    UInt32(littleEndian: UnsafeRawPointer(base + offset).loadUnaligned(as: UInt32.self))
  }

  @inline(__always)
  public func store32(_ value: UInt32, at offset: Int) {
    UnsafeMutableRawPointer(base + offset).storeBytes(of: value.littleEndian, as: UInt32.self)
  }

  @inline(__always)
  public func storeByte(_ value: UInt8, at offset: Int) { base[offset] = value }

  /// Forgets everything after the first `newCount` bytes.
  public mutating func truncate(to newCount: Int) { count = newCount }

  @inline(never)
  private mutating func grow(_ needed: Int) {
    let newCapacity = max(needed, capacity * 2)
    let newBase = UnsafeMutablePointer<UInt8>.allocate(capacity: newCapacity)
    newBase.update(from: base, count: count)
    base.deallocate()
    base = newBase
    capacity = newCapacity
  }
}
