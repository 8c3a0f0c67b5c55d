// The checksum of a saved module: CRC-32C (RFC 3720) of eight streams, of which each takes one in eight words of 64 bits. It finds damage; whoever wants to can make bytes
// that have it. It goes over everything before a program can start, so it is left to the processor where that has an instruction for it: then it takes as long as
// reading the memory.

import HostInstructions

enum Checksum {
  /// Bytes of a checksum.
  static var size: Int { 32 }
  /// Of the blocks that it is made of.
  static var blockSize: Int { 64 }

  private static let hasInstructions = latch_has_checksum_instructions()

  /// The checksum of parts that follow one another; all but the last one are whole blocks, and that is taken to go on with zeros. (How long it is has to be said in them.)
  /// - Parameter usesInstructions: those of the processor, if it has any.
  static func of(_ parts: [UnsafeRawBufferPointer], usesInstructions: Bool = true) -> [UInt8] {
    var streams = [UInt32](repeating: .max, count: size / 4)
    func add(_ blocks: UnsafeRawBufferPointer) {
      if usesInstructions && hasInstructions { return latch_checksum_blocks(&streams, blocks.baseAddress, blocks.count / blockSize) }
      for start in stride(from: 0, to: blocks.count, by: 8) {
        var sum = streams[start / 8 % 8]
        for byte in blocks[start..<start + 8] { sum = table[Int(UInt8(truncatingIfNeeded: sum) ^ byte)] ^ sum >> 8 }
        streams[start / 8 % 8] = sum
      }
    }
    for part in parts {
      let whole = part.count / blockSize * blockSize
      add(UnsafeRawBufferPointer(rebasing: part[..<whole]))
      if whole < part.count {
        let rest = Array(part[whole...]) + Array(repeating: 0, count: blockSize - (part.count - whole))
        rest.withUnsafeBytes { add($0) }
      }
    }
    return streams.flatMap { sum in [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: ~sum >> UInt32($0)) } }
  }

  /// What eight steps of the division by the polynomial, its bits in reverse order, make of each byte.
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { sum, _ in sum & 1 != 0 ? sum >> 1 ^ 0x82F6_3B78 : sum >> 1 }
  }
}
