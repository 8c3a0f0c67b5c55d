// i8x16.shuffle: by the shortest of the instructions that give its pattern, or by two table look-ups. xmm15 is lost.

import RuntimeLayout
import WasmFormat

/// The lanes of a shuffle: numbers from 0 to 31, those of the second vector from 16 on.
public struct ShuffleLanes {
  let lanes: V128

  public init(_ lanes: V128) { self.lanes = lanes }

  @inline(__always) subscript(index: Int) -> Int { Int(lanes.lane(index, width: 8)) }

  /// Whether all lanes are of one vector: 0 or 1.
  public var onlyVector: Int? {
    let first = self[0] >> 4
    return (1..<16).allSatisfy { self[$0] >> 4 == first } ? first : nil
  }

  /// As lanes of so many bytes, if they stay together.
  func lanes(ofBytes size: Int) -> [Int]? {
    var result: [Int] = []
    for index in stride(from: 0, to: 16, by: size) {
      guard self[index] % size == 0 else { return nil }
      for byte in 1..<max(size, 1) where byte < size && self[index + byte] != self[index] + byte { return nil }
      result.append(self[index] / size)
    }
    return result
  }

  /// With the vectors exchanged.
  var exchanged: ShuffleLanes { ShuffleLanes(V128(low: lanes.low ^ 0x1010_1010_1010_1010, high: lanes.high ^ 0x1010_1010_1010_1010)) }
}

extension X64Assembler {
  private var scratch: XMM { XMM(15) }

  /// `to` may be `a`, not `b`.
  public mutating func shuffle(_ pattern: ShuffleLanes, _ to: XMM, _ a: XMM, _ b: XMM) {
    if let only = pattern.onlyVector { return permute(pattern, to, only == 0 ? a : b) }
    if a == b {
      let low = V128(low: pattern.lanes.low & 0x0F0F_0F0F_0F0F_0F0F, high: pattern.lanes.high & 0x0F0F_0F0F_0F0F_0F0F)
      return permute(ShuffleLanes(low), to, a)
    }
    if merge(pattern, to, a, b) { return }
    if mergeExchanged(pattern.exchanged, to, a, b) { return }
    // Lanes of the other vector have their highest bit set, which gives 0.
    var (first, second) = (V128.zero, V128.zero)
    for index in 0..<16 {
      let lane = pattern[index]
      first.setLane(index, width: 8, lane < 16 ? UInt64(lane) : 0x80)
      second.setLane(index, width: 8, lane < 16 ? 0x80 : UInt64(lane - 16))
    }
    vector(.pshufb, scratch, b, constant(low: second.low, high: second.high))
    vector(.pshufb, to, a, constant(low: first.low, high: first.high))
    vector(.por, to, to, scratch)
  }

  // MARK: One vector

  private mutating func permute(_ pattern: ShuffleLanes, _ to: XMM, _ a: XMM) {
    let bytes = (0..<16).map { pattern[$0] & 15 }
    if bytes == Array(0..<16) { return copy(to, a) }
    if let four = pattern.lanes(ofBytes: 4) { return vector(.pshufd, to, a, immediate: Self.immediate(four.map { $0 & 3 })) }
    if let eight = pattern.lanes(ofBytes: 2)?.map({ $0 & 7 }) {
      if eight[4...] == [4, 5, 6, 7], eight[..<4].allSatisfy({ $0 < 4 }) {
        return vector(.pshuflw, to, a, immediate: Self.immediate(Array(eight[..<4])))
      }
      if eight[..<4] == [0, 1, 2, 3], eight[4...].allSatisfy({ $0 >= 4 }) {
        return vector(.pshufhw, to, a, immediate: Self.immediate(eight[4...].map { $0 & 3 }))
      }
    }
    if Set(bytes).count == 1, features.contains([.avx, .avx2]), bytes[0] == 0 { return vector(.vpbroadcastb, to, a) }
    if let start = Self.rotation(bytes, modulus: 16) { return vector(.palignr, to, a, a, immediate: UInt8(start)) }
    if bytes == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7] { return vector(.punpcklbw, to, a, a) }
    if bytes == [8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13, 14, 14, 15, 15] { return vector(.punpckhbw, to, a, a) }
    var table = V128.zero
    for index in 0..<16 { table.setLane(index, width: 8, UInt64(bytes[index])) }
    vector(.pshufb, to, a, constant(low: table.low, high: table.high))
  }

  private static func immediate(_ lanes: [Int]) -> UInt8 {
    UInt8(lanes[0] | lanes[1] << 2 | lanes[2] << 4 | lanes[3] << 6)
  }

  /// Where a run of consecutive numbers starts; nil if it is none.
  private static func rotation(_ lanes: [Int], modulus: Int) -> Int? {
    (1..<lanes.count).allSatisfy { lanes[$0] == (lanes[0] + $0) % modulus } ? lanes[0] : nil
  }

  // MARK: Two vectors

  private static let unpacked: [(size: Int, low: VectorInstruction, high: VectorInstruction)] = [
    (1, .punpcklbw, .punpckhbw), (2, .punpcklwd, .punpckhwd), (4, .punpckldq, .punpckhdq), (8, .punpcklqdq, .punpckhqdq),
  ]

  private enum Merge {
    case plain(VectorInstruction)
    case immediate(VectorInstruction, UInt8)
    /// The second operand comes first.
    case align(UInt8)
  }

  private func instruction(_ pattern: ShuffleLanes) -> Merge? {
    for row in Self.unpacked {
      guard let lanes = pattern.lanes(ofBytes: row.size) else { continue }
      let (count, half) = (16 / row.size, 8 / row.size)
      if lanes == (0..<count).map({ $0 / 2 + ($0 & 1) * count }) { return .plain(row.low) }
      if lanes == (0..<count).map({ $0 / 2 + half + ($0 & 1) * count }) { return .plain(row.high) }
    }
    if let four = pattern.lanes(ofBytes: 4), four[0] < 4, four[1] < 4, four[2] >= 4, four[3] >= 4 {
      return .immediate(.shufps, Self.immediate(four.map { $0 & 3 }))
    }
    let bytes = (0..<16).map { pattern[$0] }
    if let words = pattern.lanes(ofBytes: 2), (0..<8).allSatisfy({ words[$0] & 7 == $0 }) {
      return .immediate(.pblendw, UInt8((0..<8).reduce(0) { $0 | (words[$1] >= 8 ? 1 << $1 : 0) }))
    }
    if bytes[0] < 16, let start = Self.rotation(bytes, modulus: 32), start > 0 { return .align(UInt8(start)) }
    return nil
  }

  private mutating func merge(_ pattern: ShuffleLanes, _ to: XMM, _ a: XMM, _ b: XMM) -> Bool {
    switch instruction(pattern) {
    case .plain(let instruction): vector(instruction, to, a, b)
    case .immediate(let instruction, let immediate): vector(instruction, to, a, b, immediate: immediate)
    case .align(let start):
      // Bytes from the first vector's on come from the lower half of (b, a).
      if hasAVX {
        vector(.palignr, to, b, a, immediate: start)
      } else {
        vector(.palignr, scratch, b, a, immediate: start)
        moveFloat(to, scratch)
      }
    case nil: return false
    }
    return true
  }

  /// The pattern is of (b, a).
  private mutating func mergeExchanged(_ pattern: ShuffleLanes, _ to: XMM, _ a: XMM, _ b: XMM) -> Bool {
    switch instruction(pattern) {
    case .plain(let instruction):
      if hasAVX {
        vector(instruction, to, b, a)
      } else {
        vector(instruction, scratch, b, a)
        moveFloat(to, scratch)
      }
    case .immediate(let instruction, let immediate):
      if hasAVX {
        vector(instruction, to, b, a, immediate: immediate)
      } else {
        vector(instruction, scratch, b, a, immediate: immediate)
        moveFloat(to, scratch)
      }
    case .align(let start): vector(.palignr, to, a, b, immediate: start)
    case nil: return false
    }
    return true
  }
}
