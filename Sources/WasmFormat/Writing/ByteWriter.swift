// A growable buffer of raw bytes with the encodings that modules are made of. Needs nothing but allocate and deallocate, so it works in
// Embedded Swift too.

/// An append-only byte buffer.
public struct ByteWriter: ~Copyable {
  @usableFromInline var base: UnsafeMutablePointer<UInt8>
  @usableFromInline var capacity: Int
  /// The number of bytes written.
  public private(set) var count: Int

  public init(capacity: Int = 64) {
    self.capacity = capacity < 16 ? 16 : capacity
    base = UnsafeMutablePointer<UInt8>.allocate(capacity: self.capacity)
    count = 0
  }

  deinit { base.deallocate() }

  /// Makes room for `extra` more bytes.
  public mutating func reserve(_ extra: Int) {
    if count + extra > capacity { grow(extra) }
  }

  private mutating func grow(_ extra: Int) {
    var newCapacity = capacity * 2
    if newCapacity < count + extra { newCapacity = count + extra }
    let newBase = UnsafeMutablePointer<UInt8>.allocate(capacity: newCapacity)
    newBase.update(from: base, count: count)
    base.deallocate()
    base = newBase
    capacity = newCapacity
  }

  /// Forgets all bytes but keeps the storage.
  public mutating func removeAll() { count = 0 }

  /// Forgets all bytes after the first `length`, of which there are at least so many.
  public mutating func truncate(to length: Int) {
    precondition(length >= 0 && length <= count)
    count = length
  }

  public mutating func append(_ byte: UInt8) {
    if count == capacity { grow(1) }
    base[count] = byte
    count += 1
  }

  public mutating func append(_ bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.baseAddress, bytes.count > 0 else { return }
    reserve(bytes.count)
    (base + count).update(from: start.assumingMemoryBound(to: UInt8.self), count: bytes.count)
    count += bytes.count
  }

  public mutating func append(_ bytes: [UInt8]) {
    reserve(bytes.count)
    for byte in bytes {
      base[count] = byte
      count += 1
    }
  }

  public mutating func append(_ other: borrowing ByteWriter) {
    append(UnsafeRawBufferPointer(start: other.base, count: other.count))
  }

  /// An unsigned LEB128 number.
  public mutating func unsigned(_ value: UInt64) {
    reserve(10)
    var rest = value
    while rest >= 0x80 {
      base[count] = UInt8(truncatingIfNeeded: rest) | 0x80
      count += 1
      rest >>= 7
    }
    base[count] = UInt8(truncatingIfNeeded: rest)
    count += 1
  }

  public mutating func unsigned(_ value: UInt32) { unsigned(UInt64(value)) }
  public mutating func unsigned(_ value: Int) { unsigned(UInt64(value)) }

  /// A signed LEB128 number.
  public mutating func signed(_ value: Int64) {
    reserve(10)
    var rest = value
    while rest > 63 || rest < -64 {
      base[count] = UInt8(truncatingIfNeeded: rest) | 0x80
      count += 1
      rest >>= 7
    }
    base[count] = UInt8(truncatingIfNeeded: rest) & 0x7F
    count += 1
  }

  public mutating func signed(_ value: Int32) { signed(Int64(value)) }

  /// Four bytes, least significant first.
  public mutating func fixed32(_ value: UInt32) {
    reserve(4)
    var rest = value
    for _ in 0..<4 {
      base[count] = UInt8(truncatingIfNeeded: rest)
      count += 1
      rest >>= 8
    }
  }

  /// Eight bytes, least significant first.
  public mutating func fixed64(_ value: UInt64) {
    fixed32(UInt32(truncatingIfNeeded: value))
    fixed32(UInt32(truncatingIfNeeded: value >> 32))
  }

  /// Sixteen bytes, least significant first.
  public mutating func fixed128(_ value: V128) {
    fixed64(value.low)
    fixed64(value.high)
  }

  /// A vector of bytes: its length, then the bytes.
  public mutating func name(_ name: WasmName) {
    unsigned(name.utf8.count)
    append(name.utf8)
  }

  /// A value type.
  public mutating func type(_ type: ValueType) {
    let code = type.code
    if code != 0 { return append(code) }
    append(type.isNullable ? ValueType.nullableCode : ValueType.nonNullCode)
    heapType(type)
  }

  /// What references of a type refer to.
  public mutating func heapType(_ type: ValueType) {
    if let index = type.typeIndex { return signed(Int64(index)) }
    let code = type.nullable.code
    precondition(code != 0, "a type without indices of a module")
    append(code)
  }

  public mutating func opcode(_ opcode: Opcode) {
    if opcode.prefix != 0 {
      append(opcode.prefix)
      unsigned(opcode.number)
    } else {
      append(UInt8(truncatingIfNeeded: opcode.number))
    }
  }

  /// Another writer's bytes preceded by their number, as sections and function bodies are framed.
  public mutating func sized(_ content: borrowing ByteWriter) {
    unsigned(content.count)
    append(content)
  }

  /// Overwrites a byte that has been written.
  public mutating func replace(at offset: Int, with byte: UInt8) {
    precondition(offset >= 0 && offset < count, "offset beyond the bytes written")
    base[offset] = byte
  }

  /// The bytes; valid until the next change.
  public func withUnsafeBytes<Result: ~Copyable>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    body(UnsafeRawBufferPointer(start: base, count: count))
  }

  /// The address of the bytes; valid until the next change and while the writer lives.
  public var address: UnsafePointer<UInt8> { UnsafePointer(base) }

  /// A copy of the bytes.
  public var bytes: [UInt8] { [UInt8](UnsafeBufferPointer(start: base, count: count)) }
}
