// A growable run of UTF-8 bytes outside the moving heap: what the printer and number formatting write into. When there is no memory for more, nothing is
// appended and the operation gives up (LongWork.swift).
import GuestABI

public struct TextBuffer {
  public private(set) var base: Address = 0
  public private(set) var count = 0
  private(set) var capacity = 0

  public init() {}

  /// Gives the memory back.
  public mutating func free() {
    if capacity > 0 { PageAllocator.freeScratch(base, pages: capacity / pageSize) }
    base = 0
    count = 0
    capacity = 0
  }

  public mutating func removeAll() { count = 0 }

  /// Forgets the bytes from an index on.
  public mutating func truncate(to newCount: Int) { count = newCount }

  /// Makes room for so many bytes in all; false if there is none.
  mutating func reserve(_ bytes: Int) -> Bool {
    if bytes <= capacity { return true }
    return makeRoom(pages: max((bytes + pageSize - 1) / pageSize, capacity / pageSize * 2))
  }

  /// Says how many bytes have been stored in the room by others.
  mutating func setCount(_ newCount: Int) { count = newCount }

  @inline(__always)
  public mutating func append(_ byte: UInt8) {
    if count == capacity && !makeRoom(pages: max(1, capacity / pageSize * 2)) { return }
    store8(base &+ UInt32(truncatingIfNeeded: count), byte)
    count &+= 1
  }

  public mutating func append(_ text: StaticString) {
    for index in 0..<text.utf8CodeUnitCount { append(text.utf8Start[index]) }
  }

  /// Appends a Unicode scalar as UTF-8.
  public mutating func append(scalar: UInt32) {
    if scalar < 0x80 { return append(UInt8(scalar)) }
    if scalar < 0x800 {
      append(UInt8(0xC0 | scalar >> 6))
    } else {
      if scalar < 0x10000 {
        append(UInt8(0xE0 | scalar >> 12))
      } else {
        append(UInt8(0xF0 | scalar >> 18 & 7))
        append(UInt8(0x80 | scalar >> 12 & 63))
      }
      append(UInt8(0x80 | scalar >> 6 & 63))
    }
    append(UInt8(0x80 | scalar & 63))
  }

  public mutating func append(bytes: Address, count: Int) {
    if !reserve(self.count + count) { return }
    copyMemory(to: base &+ UInt32(self.count), from: bytes, bytes: count)
    self.count += count
  }

  /// Appends the characters of a Scheme string.
  public mutating func append(string: Word) {
    let end = stringCount(string)
    var index = 0
    while index < end {
      if LongWork.step() { return }
      let most = min(end - index, 64)
      if most >= 4 && reserve(count + most) {
        let bytes = ASCIIRuns.copy(
          stringCharacters(string) &+ UInt32(truncatingIfNeeded: index) &* 4, count: most, to: base &+ UInt32(truncatingIfNeeded: count))
        count += bytes
        index += bytes
      }
      if index < end { append(scalar: stringElement(string, index)) }
      index += 1
    }
  }

  /// Appends an integer in decimal.
  public mutating func append(decimal value: Int) {
    if value < 0 { append(UInt8(ascii: "-")) }
    var rest = value.magnitude
    let first = count
    repeat {
      append(UInt8(ascii: "0") + UInt8(rest % 10))
      rest /= 10
    } while rest > 0
    reverse(from: first)
  }

  /// Reverses the order of the bytes from an index on.
  mutating func reverse(from first: Int) {
    var low = base &+ UInt32(first)
    var high = base &+ UInt32(count)
    while low &+ 1 < high {
      high &-= 1
      let byte = load8(low)
      store8(low, load8(high))
      store8(high, byte)
      low &+= 1
    }
  }

  public subscript(_ index: Int) -> UInt8 { load8(base &+ UInt32(truncatingIfNeeded: index)) }

  /// A Scheme string of the bytes from an index on; malformed UTF-8 becomes U+FFFD. When there is no memory for it, the operation gives up.
  public func makeString(from first: Int = 0) -> Word {
    if !Heap.hasRoom(bytes: Int64(count - first) * 4) {
      LongWork.runOutOfMemory()
      return makeUninitializedString(count: 0)
    }
    return makeStringFromUTF8(base &+ UInt32(truncatingIfNeeded: first), count: count - first)
  }

  /// The bytes as an array.
  public func bytes() -> [UInt8] {
    [UInt8](UnsafeRawBufferPointer(start: pointer(base), count: count))
  }

  /// Gives `body` the bytes; it must not change the buffer.
  func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
    body(UnsafeBufferPointer(start: pointer(base).assumingMemoryBound(to: UInt8.self), count: count))
  }

  @inline(never)
  private mutating func makeRoom(pages: Int) -> Bool {
    let new = PageAllocator.allocateIfThereIsRoom(pages: pages)
    if new == 0 {
      LongWork.runOutOfMemory()
      return false
    }
    runtimeState.busy &+= 1
    defer { runtimeState.busy &-= 1 }
    if capacity > 0 {
      copyMemory(to: new, from: base, bytes: count)
      PageAllocator.freeScratch(base, pages: capacity / pageSize)
    }
    base = new
    capacity = pages * pageSize
    return true
  }
}
