// A raw growable buffer of machine code. An assembler reserves room once per instruction and then writes without checks. The place of the next
// byte is a pointer, and an instruction's first bytes are written as one word: bytes written singly would each wait for the last one's
// update of the buffer.

import RawCollections

public struct CodeBuffer: ~Copyable {
  public private(set) var base: UnsafeMutablePointer<UInt8>
  /// Where the next byte goes.
  private var cursor: UnsafeMutablePointer<UInt8>
  private var limit: UnsafeMutablePointer<UInt8>

  public init(capacity requested: Int = 4096) {
    let capacity = max(requested, 64)
    base = .allocate(capacity: capacity)
    cursor = base
    limit = base + capacity
  }

  deinit { base.deallocate() }

  @inline(__always) public var count: Int { cursor - base }

  /// The bytes written so far; valid until the next write.
  public var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: base, count: count) }

  /// Makes room for `extra` bytes, which may then be written without further checks.
  @inline(__always)
  public mutating func reserve(_ extra: Int) {
    if limit - cursor < extra { grow(extra) }
  }

  @inline(__always)
  public mutating func byte(_ value: UInt8) {
    cursor.pointee = value
    cursor += 1
  }

  @inline(__always)
  public mutating func word32(_ value: UInt32) {
    UnsafeMutableRawPointer(cursor).storeBytes(of: value.littleEndian, as: UInt32.self)
    cursor += 4
  }

  @inline(__always)
  public mutating func word64(_ value: UInt64) {
    UnsafeMutableRawPointer(cursor).storeBytes(of: value.littleEndian, as: UInt64.self)
    cursor += 8
  }

  /// The first `length` bytes of a word; eight bytes must be reserved.
  @inline(__always)
  public mutating func bytes(_ word: UInt64, _ length: Int) {
    UnsafeMutableRawPointer(cursor).storeBytes(of: word.littleEndian, as: UInt64.self)
    cursor += length
  }

  /// The first `length` (at most 8) bytes of one word and then the first `furtherLength` (at most 4) of another; 12 bytes must be reserved.
  @inline(__always)
  public mutating func bytes(_ word: UInt64, _ length: Int, _ further: UInt32, _ furtherLength: Int) {
    let start = UnsafeMutableRawPointer(cursor)
    start.storeBytes(of: word.littleEndian, as: UInt64.self)
    (start + length).storeBytes(of: further.littleEndian, as: UInt32.self)
    cursor += length + furtherLength
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
  public mutating func truncate(to newCount: Int) { cursor = base + newCount }

  @inline(never)
  private mutating func grow(_ extra: Int) {
    let used = count
    let capacity = max(used + extra, (limit - base) * 2)
    MemoryMeter.charge(capacity)
    let newBase = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
    newBase.update(from: base, count: used)
    base.deallocate()
    MemoryMeter.charge(base - limit)
    base = newBase
    cursor = newBase + used
    limit = newBase + capacity
  }
}
