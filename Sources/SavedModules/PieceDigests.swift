// The digest of a saved module: SHA-256 of its header and of the SHA-256 of each piece of what comes after that. Pieces can be digested while others are
// still being read, on several threads, and two at a time (latch_digest_two).

import HostInstructions

public enum PieceDigests {
  /// Bytes of a piece; the last one may have fewer.
  public static var pieceSize: Int { 256 << 10 }
  /// Bytes of the digest of a piece.
  public static var digestSize: Int { 32 }

  /// How many pieces there are in so many bytes.
  public static func count(_ bytes: Int) -> Int { (bytes + pieceSize - 1) / pieceSize }

  /// The digests of some pieces of all that comes after the header, one after the other.
  public static func digests(of pieces: Range<Int>, in bytes: UnsafeRawBufferPointer) -> [UInt8] {
    func piece(_ index: Int) -> UnsafeRawBufferPointer {
      UnsafeRawBufferPointer(rebasing: bytes[index * pieceSize..<min((index + 1) * pieceSize, bytes.count)])
    }
    var result: [UInt8] = []
    result.reserveCapacity(pieces.count * digestSize)
    var next = pieces.lowerBound
    while next < pieces.upperBound {
      if next + 1 < pieces.upperBound, piece(next).count == piece(next + 1).count {
        let (first, second) = SHA256.digests(of: piece(next), and: piece(next + 1))
        result += first + second
        next += 2
      } else {
        var digest = SHA256()
        digest.update(piece(next))
        result += digest.finish()
        next += 1
      }
    }
    return result
  }

  /// The digest of the whole.
  static func digest(header: UnsafeRawBufferPointer, _ pieces: [UInt8]) -> [UInt8] {
    var digest = SHA256()
    digest.update(header)
    pieces.withUnsafeBytes { digest.update($0) }
    return digest.finish()
  }
}
