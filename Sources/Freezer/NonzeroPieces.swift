// A memory's content as data segments: what is not zero, in the order of addresses. Pieces that are closer to each other than the header of a segment is
// long are one segment; if there would be more segments than engines take, so are pieces that are farther apart.

struct NonzeroPieces {
  /// Where the pieces are.
  private(set) var pieces: [Range<Int>] = []

  /// What the header of a segment takes: flags, an address of up to five bytes with its opcode and end, a length.
  private static let smallestGap = 12
  /// Engines take 100,000 segments.
  private static let mostPieces = 50_000

  init(_ bytes: UnsafeRawBufferPointer) {
    var gap = Self.smallestGap
    repeat {
      pieces = Self.pieces(bytes, gap: gap)
      gap *= 2
    } while pieces.count > Self.mostPieces
  }

  /// Engines map what a memory begins with from a file, copy-on-write, if it spans no more than this (wasmtime's limit); otherwise they copy each segment into
  /// each instance.
  private static let mappedSpan = 16 << 20
  /// Where there is less to copy, it does not matter; and no more is worth a copy for the sake of the rest.
  private static let smallestMapped = 64 << 10

  /// How many of the pieces, from the first on, should be active segments: all, unless so few bytes lie too far from the others that something else puts them into the memory.
  var mappedCount: Int {
    guard let first = pieces.first else { return 0 }
    let end = first.lowerBound & -0x10000 + Self.mappedSpan
    let count = pieces.firstIndex { $0.upperBound > end } ?? pieces.count
    let near = pieces[..<count].reduce(0) { $0 + $1.count }
    let far = pieces[count...].reduce(0) { $0 + $1.count }
    return near >= Self.smallestMapped && far <= Self.smallestMapped ? count : pieces.count
  }

  private static func pieces(_ bytes: UnsafeRawBufferPointer, gap: Int) -> [Range<Int>] {
    var result: [Range<Int>] = []
    var position = 0
    while let start = firstNonzero(bytes, from: position) {
      var end = start + 1
      // Up to the last byte before a gap.
      var at = end
      while at < bytes.count && at - end < gap {
        if bytes[at] != 0 { end = at + 1 }
        at += 1
      }
      result.append(start..<end)
      position = at
    }
    return result
  }

  private static func firstNonzero(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
    var at = start
    while at < bytes.count && at % 8 != 0 {
      if bytes[at] != 0 { return at }
      at += 1
    }
    while at + 8 <= bytes.count && bytes.load(fromByteOffset: at, as: UInt64.self) == 0 { at += 8 }
    while at < bytes.count {
      if bytes[at] != 0 { return at }
      at += 1
    }
    return nil
  }
}
