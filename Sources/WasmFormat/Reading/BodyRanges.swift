// Where the bodies of functions are in a module's bytes. An array of ranges would have the runtime look through the conformances of the whole program for that of Int to
// Comparable, which is a thirtieth of the start of `latch -e 1`; and take twice the memory.

/// The bytes of each function's body, as ranges, in the order of the functions.
public struct BodyRanges: RandomAccessCollection, Sendable {
  private struct Bounds {
    let start: UInt32
    let end: UInt32
  }
  private var bounds: [Bounds] = []

  init() {}

  public var startIndex: Int { 0 }
  public var endIndex: Int { bounds.count }

  public subscript(index: Int) -> Range<Int> { Int(bounds[index].start)..<Int(bounds[index].end) }

  mutating func reserveCapacity(_ count: Int) { bounds.reserveCapacity(count) }

  /// Modules have at most 4 GiB.
  mutating func append(_ range: Range<Int>) { bounds.append(Bounds(start: UInt32(range.lowerBound), end: UInt32(range.upperBound))) }
}
