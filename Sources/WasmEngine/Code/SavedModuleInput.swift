// Reading a saved module, all of which has to be digested before anything of it is used. A large one is digested on another thread, too, while it is read: what has been read
// is divided into pieces, which the threads take one pair after the other.

import SavedModules

/// The pieces of bytes that arrive one after the other.
private final class ArrivingPieces: @unchecked Sendable {
  private let bytes: UnsafeRawBufferPointer
  private let monitor = Monitor()
  // With the monitor:
  /// Bytes that have arrived.
  private var arrived = 0
  /// Pieces that somebody has taken, and those that are digested.
  private var taken = 0
  private var done = 0
  private var isOver = false
  private var digests: [UInt8]

  init(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
    digests = [UInt8](repeating: 0, count: PieceDigests.count(bytes.count) * PieceDigests.digestSize)
  }

  private var count: Int { PieceDigests.count(bytes.count) }

  func arrive(_ count: Int) {
    monitor.locked {
      arrived = count
      monitor.wakeAll()
    }
  }

  /// Two pieces, or what is left, once they have arrived; nil when there are no more.
  private func take() -> Range<Int>? {
    monitor.locked {
      while !isOver && taken < count {
        let pieces = taken..<min(taken + 2, count)
        if arrived >= min(pieces.upperBound * PieceDigests.pieceSize, bytes.count) {
          taken = pieces.upperBound
          return pieces
        }
        monitor.wait(nanoseconds: 1_000_000_000)
      }
      return nil
    }
  }

  /// Digests pieces until there are no more.
  func work() {
    while let pieces = take() {
      let found = PieceDigests.digests(of: pieces, in: bytes)
      monitor.locked {
        digests.replaceSubrange(pieces.lowerBound * PieceDigests.digestSize..<pieces.upperBound * PieceDigests.digestSize, with: found)
        done += pieces.count
        monitor.wakeAll()
      }
    }
  }

  /// Nobody takes another piece. Waits for those who have; the bytes may go then.
  func end() {
    monitor.locked {
      isOver = true
      monitor.wakeAll()
      while done < taken { monitor.wait(nanoseconds: 1_000_000_000) }
    }
  }

  /// The digests of all pieces, when all have arrived.
  func finish() -> [UInt8] {
    work()
    end()
    return monitor.locked { digests }
  }
}

extension SavedModule {
  /// Bytes that are read at once, and from how many on there is another thread.
  private static var part: Int { 1 << 20 }
  private static var many: Int { 4 << 20 }

  /// A saved module in bytes that `read` puts there, one part after the other. Throws `SerializationError`, and what `read` throws.
  static func reading(_ room: UnsafeMutableRawBufferPointer, _ read: (UnsafeMutableRawBufferPointer) throws -> Void) throws -> SavedModule {
    let header = min(headerSize, room.count)
    let pieces = digesting(UnsafeRawBufferPointer(room), after: header)
    defer { pieces.end() }
    for start in stride(from: 0, to: room.count, by: part) {
      let end = min(start + part, room.count)
      try read(UnsafeMutableRawBufferPointer(rebasing: room[start..<end]))
      pieces.arrive(end - header)
    }
    return try SavedModule(UnsafeRawBufferPointer(room), digested: pieces.finish())
  }

  /// A saved module in bytes that are all there. Throws `SerializationError`.
  static func digesting(_ bytes: UnsafeRawBufferPointer) throws -> SavedModule {
    let header = min(headerSize, bytes.count)
    let pieces = digesting(bytes, after: header)
    defer { pieces.end() }
    pieces.arrive(bytes.count - header)
    return try SavedModule(bytes, digested: pieces.finish())
  }

  /// The pieces of bytes after a header, with a thread at work on them if they are many.
  private static func digesting(_ bytes: UnsafeRawBufferPointer, after header: Int) -> ArrivingPieces {
    let pieces = ArrivingPieces(UnsafeRawBufferPointer(rebasing: bytes[header...]))
    if bytes.count >= many, Processors.available > 1 { _ = BackgroundThread.start(stackSize: 256 << 10) { pieces.work() } }
    return pieces
  }
}
