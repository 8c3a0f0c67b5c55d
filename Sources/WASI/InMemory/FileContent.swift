// The bytes of a file in memory: pages of which only those exist that were written, so that growing copies nothing and holes take no memory.

/// Bytes by position. Has the size that it is told to have, up to the largest number; what nobody has written is zero.
struct FileContent: Sendable {
  static let pageSize = 16384
  /// What a page counts for at least, unless it is the first one, so that a file of many pages with a byte each does not take much more memory than it
  /// counts for.
  static let smallestCharge = 64

  private(set) var size = 0
  /// By their numbers. A page ends after its last byte that was written; the rest is zero.
  private var pages: [Int: [UInt8]] = [:]
  /// How many bytes the file counts for.
  private(set) var charge = 0

  private static func smallestCharge(_ page: Int) -> Int { page == 0 ? 1 : smallestCharge }
  private static func charge(_ page: Int, _ count: Int) -> Int { count == 0 ? 0 : max(smallestCharge(page), count) }

  // MARK: Reading

  /// Copies bytes from a position; returns how many there were before the end.
  func read(at position: Int, into buffer: UnsafeMutableRawBufferPointer) -> Int {
    let count = max(0, min(buffer.count, size - position))
    var done = 0
    while done < count {
      let (number, start) = (position + done).quotientAndRemainder(dividingBy: FileContent.pageSize)
      let part = UnsafeMutableRawBufferPointer(rebasing: buffer[done..<done + min(count - done, FileContent.pageSize - start)])
      let written = pages[number].map { $0[min(start, $0.count)...].prefix(part.count) } ?? []
      part.copyBytes(from: written)
      UnsafeMutableRawBufferPointer(rebasing: part[written.count...]).initializeMemory(as: UInt8.self, repeating: 0)
      done += part.count
    }
    return count
  }

  // MARK: Writing

  /// Writes bytes at a position, as many as fit into what it may count for in all; returns how many.
  mutating func write(_ bytes: UnsafeRawBufferPointer, at position: Int, upTo maximumCharge: Int) -> Int {
    var done = 0
    while done < bytes.count {
      let (number, start) = (position + done).quotientAndRemainder(dividingBy: FileContent.pageSize)
      let wanted = min(bytes.count - done, FileContent.pageSize - start)
      let count = extend(number, to: start, wanted, upTo: maximumCharge)
      if count == 0 { break }
      let part = UnsafeRawBufferPointer(rebasing: bytes[done..<done + count])
      pages[number]!.withUnsafeMutableBytes { UnsafeMutableRawBufferPointer(rebasing: $0[start...]).copyMemory(from: part) }
      done += count
      if count < wanted { break }
    }
    if done > 0 { size = max(size, position + done) }
    return done
  }

  /// Makes a page so long that it has `count` bytes from `start` on, or as many as it may; returns how many.
  private mutating func extend(_ number: Int, to start: Int, _ count: Int, upTo maximumCharge: Int) -> Int {
    let before = pages[number]?.count ?? 0
    // What the page may count for in all.
    let room = maximumCharge - charge + FileContent.charge(number, before)
    let end = room < FileContent.smallestCharge(number) ? before : min(start + count, max(room, before))
    if end <= start { return 0 }
    if end > before {
      pages[number, default: []].append(contentsOf: repeatElement(0, count: end - before))
      charge += FileContent.charge(number, end) - FileContent.charge(number, before)
    }
    return end - start
  }

  /// Makes what is in a range exist, so that writing it cannot fail. False, and nothing has changed, if that is more than the file may count for.
  mutating func allocate(_ range: Range<Int>, upTo maximumCharge: Int) -> Bool {
    // Before the loop, which would be long.
    if range.count > maximumCharge { return false }
    let (first, last) = (range.lowerBound / FileContent.pageSize, (range.upperBound - 1) / FileContent.pageSize)
    func end(_ number: Int) -> Int { min(FileContent.pageSize, range.upperBound - number * FileContent.pageSize) }
    var needed = 0
    for number in first...last {
      let before = pages[number]?.count ?? 0
      needed += FileContent.charge(number, max(before, end(number))) - FileContent.charge(number, before)
    }
    if needed > maximumCharge - charge { return false }
    for number in first...last { _ = extend(number, to: 0, end(number), upTo: maximumCharge) }
    size = max(size, range.upperBound)
    return true
  }

  /// Cuts the file off, or makes it longer by a hole.
  mutating func setSize(_ newSize: Int) {
    defer { size = newSize }
    if newSize >= size { return }
    let (last, rest) = newSize.quotientAndRemainder(dividingBy: FileContent.pageSize)
    for number in pages.keys.filter({ $0 > last || $0 == last && rest == 0 }) {
      charge -= FileContent.charge(number, pages.removeValue(forKey: number)!.count)
    }
    guard let count = pages[last]?.count, count > rest else { return }
    charge += FileContent.charge(last, rest) - FileContent.charge(last, count)
    pages[last]!.removeLast(count - rest)
  }
}
