// SHA-256 (FIPS 180-4). It finds damage in saved modules; nothing secret goes through it. A digest goes over everything before a program can start, so it is
// left to the processor where that has instructions for it: six times as fast.

import HostInstructions

public struct SHA256 {
  private var state: [UInt32] = [
    0x6A09_E667, 0xBB67_AE85, 0x3C6E_F372, 0xA54F_F53A, 0x510E_527F, 0x9B05_688C, 0x1F83_D9AB, 0x5BE0_CD19,
  ]
  private var schedule = [UInt32](repeating: 0, count: 64)
  private let usesInstructions: Bool
  /// What does not fill a block yet.
  private var rest: [UInt8] = []
  private var length: UInt64 = 0

  /// - Parameter usesInstructions: those of the processor, if it has any.
  public init(usesInstructions: Bool = true) { self.usesInstructions = usesInstructions && Self.hasInstructions }

  /// Asked once: a virtual machine takes a microsecond or two to say what its processor has.
  private static let hasInstructions = latch_has_digest_instructions()

  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    length += UInt64(bytes.count)
    var start = 0
    if !rest.isEmpty {
      start = min(64 - rest.count, bytes.count)
      rest.append(contentsOf: bytes[..<start])
      guard rest.count == 64 else { return }
      let block = rest
      rest.removeAll(keepingCapacity: true)
      block.withUnsafeBytes { digest($0) }
    }
    let end = start + (bytes.count - start) & ~63
    if start < end { digest(UnsafeRawBufferPointer(rebasing: bytes[start..<end])) }
    rest.append(contentsOf: bytes[end...])
  }

  /// The 32 bytes of the digest. Nothing may be added afterwards.
  public mutating func finish() -> [UInt8] {
    let bits = length &* 8
    var tail = [UInt8](repeating: 0, count: (rest.count < 56 ? 56 : 120) - rest.count)
    tail[0] = 0x80
    for shift in stride(from: 56, through: 0, by: -8) { tail.append(UInt8(truncatingIfNeeded: bits >> UInt64(shift))) }
    tail.withUnsafeBytes { update($0) }
    return state.flatMap { word in [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> UInt32($0)) } }
  }

  /// Some blocks.
  private mutating func digest(_ blocks: UnsafeRawBufferPointer) {
    if usesInstructions { return latch_digest_blocks(&state, blocks.baseAddress, blocks.count / 64, SHA256.roundConstants) }
    for start in stride(from: 0, to: blocks.count, by: 64) { digest(block: UnsafeRawBufferPointer(rebasing: blocks[start..<start + 64])) }
  }

  /// The digests of two texts of the same length, which takes hardly longer than that of one where the processor has the instructions.
  public static func digests(of first: UnsafeRawBufferPointer, and second: UnsafeRawBufferPointer) -> ([UInt8], [UInt8]) {
    var one = SHA256()
    var other = SHA256()
    precondition(first.count == second.count, "texts of different lengths")
    let whole = one.usesInstructions ? first.count & ~63 : 0
    if whole > 0 {
      latch_digest_two(&one.state, first.baseAddress, &other.state, second.baseAddress, whole / 64, roundConstants)
      one.length = UInt64(whole)
      other.length = UInt64(whole)
    }
    one.update(UnsafeRawBufferPointer(rebasing: first[whole...]))
    other.update(UnsafeRawBufferPointer(rebasing: second[whole...]))
    return (one.finish(), other.finish())
  }

  private mutating func digest(block: UnsafeRawBufferPointer) {
    schedule.withUnsafeMutableBufferPointer { w in
      SHA256.roundConstants.withUnsafeBufferPointer { k in
        for index in 0..<16 { w[index] = UInt32(bigEndian: block.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self)) }
        for index in 16..<64 {
          let (x, y) = (w[index - 15], w[index - 2])
          let s0 = rotate(x, 7) ^ rotate(x, 18) ^ x >> 3
          let s1 = rotate(y, 17) ^ rotate(y, 19) ^ y >> 10
          w[index] = w[index - 16] &+ s0 &+ w[index - 7] &+ s1
        }
        var (a, b, c, d) = (state[0], state[1], state[2], state[3])
        var (e, f, g, h) = (state[4], state[5], state[6], state[7])
        for index in 0..<64 {
          let s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
          let t1 = h &+ s1 &+ (e & f ^ ~e & g) &+ k[index] &+ w[index]
          let s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)
          let t2 = s0 &+ (a & b ^ a & c ^ b & c)
          (h, g, f, e, d, c, b, a) = (g, f, e, d &+ t1, c, b, a, t1 &+ t2)
        }
        for (index, word) in [a, b, c, d, e, f, g, h].enumerated() { state[index] &+= word }
      }
    }
  }

  /// The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
  private static let roundConstants: [UInt32] = [
    0x428A_2F98, 0x7137_4491, 0xB5C0_FBCF, 0xE9B5_DBA5, 0x3956_C25B, 0x59F1_11F1, 0x923F_82A4, 0xAB1C_5ED5,
    0xD807_AA98, 0x1283_5B01, 0x2431_85BE, 0x550C_7DC3, 0x72BE_5D74, 0x80DE_B1FE, 0x9BDC_06A7, 0xC19B_F174,
    0xE49B_69C1, 0xEFBE_4786, 0x0FC1_9DC6, 0x240C_A1CC, 0x2DE9_2C6F, 0x4A74_84AA, 0x5CB0_A9DC, 0x76F9_88DA,
    0x983E_5152, 0xA831_C66D, 0xB003_27C8, 0xBF59_7FC7, 0xC6E0_0BF3, 0xD5A7_9147, 0x06CA_6351, 0x1429_2967,
    0x27B7_0A85, 0x2E1B_2138, 0x4D2C_6DFC, 0x5338_0D13, 0x650A_7354, 0x766A_0ABB, 0x81C2_C92E, 0x9272_2C85,
    0xA2BF_E8A1, 0xA81A_664B, 0xC24B_8B70, 0xC76C_51A3, 0xD192_E819, 0xD699_0624, 0xF40E_3585, 0x106A_A070,
    0x19A4_C116, 0x1E37_6C08, 0x2748_774C, 0x34B0_BCB5, 0x391C_0CB3, 0x4ED8_AA4A, 0x5B9C_CA4F, 0x682E_6FF3,
    0x748F_82EE, 0x78A5_636F, 0x84C8_7814, 0x8CC7_0208, 0x90BE_FFFA, 0xA450_6CEB, 0xBEF9_A3F7, 0xC671_78F2,
  ]
}

private func rotate(_ word: UInt32, _ count: UInt32) -> UInt32 { word >> count | word << (32 - count) }
