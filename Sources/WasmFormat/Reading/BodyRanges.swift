// Where the bodies of functions are in a module's bytes, as a raw table that compilers read. (An array of ranges would have the runtime look through the conformances of the
// whole program for that of Int to Comparable, which is a thirtieth of the start of `latch -e 1`.)

/// A function body in a module's bytes. Modules have at most 4 GiB.
public struct BodyRange: Sendable {
  public let start: UInt32
  public let end: UInt32

  @inlinable
  public init(start: UInt32, end: UInt32) {
    self.start = start
    self.end = end
  }

  public init(_ range: Range<Int>) { self.init(start: UInt32(range.lowerBound), end: UInt32(range.upperBound)) }
}

/// The bytes of each function's body, as ranges, in the order of the functions.
public struct BodyRanges: RandomAccessCollection, Sendable {
  private final class Table: @unchecked Sendable {
    let ranges: UnsafeMutablePointer<BodyRange>

    init(capacity: Int) { ranges = .allocate(capacity: Swift.max(capacity, 1)) }

    deinit { ranges.deallocate() }
  }

  private static let none = Table(capacity: 0)

  private let table: Table
  public private(set) var endIndex = 0

  /// Of a module that defines no function.
  init() { table = Self.none }

  /// None yet, with room for so many.
  init(capacity: Int) { table = Table(capacity: capacity) }

  /// Ranges that lie one after the other as pairs of little-endian words; nil if one of them is none, or goes beyond a module of so many bytes.
  public init?(_ words: UnsafeRawBufferPointer, moduleSize: Int) {
    let count = words.count / MemoryLayout<BodyRange>.stride
    self.init(capacity: count)
    for index in 0..<count {
      let start = UInt32(littleEndian: words.loadUnaligned(fromByteOffset: 8 * index, as: UInt32.self))
      let end = UInt32(littleEndian: words.loadUnaligned(fromByteOffset: 8 * index + 4, as: UInt32.self))
      guard start <= end, Int(end) <= moduleSize else { return nil }
      append(BodyRange(start: start, end: end))
    }
  }

  public var startIndex: Int { 0 }

  public subscript(index: Int) -> Range<Int> {
    precondition(index >= 0 && index < endIndex)
    return Int(table.ranges[index].start)..<Int(table.ranges[index].end)
  }

  /// There must be room, and no copy of this.
  mutating func append(_ range: BodyRange) {
    (table.ranges + endIndex).initialize(to: range)
    endIndex += 1
  }

  /// The ranges; valid while this, or a copy, is there.
  public var base: UnsafePointer<BodyRange> { UnsafePointer(table.ranges) }
}
