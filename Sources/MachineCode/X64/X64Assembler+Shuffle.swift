// i8x16.shuffle: by one instruction that gives its pattern, by two, or by two table look-ups. xmm15 is lost.

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
  public func lanes(ofBytes size: Int) -> [Int]? {
    var result: [Int] = []
    for index in stride(from: 0, to: 16, by: size) {
      guard self[index] % size == 0 else { return nil }
      for byte in 1..<max(size, 1) where byte < size && self[index + byte] != self[index] + byte { return nil }
      result.append(self[index] / size)
    }
    return result
  }

  /// Where bytes of one of the vectors go; others have their highest bit set, which gives 0.
  public func table(of vector: Int) -> V128 {
    var table = V128.zero
    for index in 0..<16 { table.setLane(index, width: 8, self[index] >> 4 == vector ? UInt64(self[index] & 15) : 0x80) }
    return table
  }

  /// The instruction that takes lanes of one vector from its start on and extends them with zeros; nil: that is not what becomes of it where the other
  /// vector is 0.
  public func zeroExtension(of vector: Int) -> VectorInstruction? {
    for (size, by, instruction) in Self.zeroExtensions {
      let isExtension = (0..<16).allSatisfy { index in
        index % by < size ? self[index] == vector << 4 | (index / by * size + index % by) : self[index] >> 4 != vector
      }
      if isExtension { return instruction }
    }
    return nil
  }

  private static let zeroExtensions: [(size: Int, by: Int, VectorInstruction)] = [
    (1, 2, .pmovzxbw), (2, 4, .pmovzxwd), (4, 8, .pmovzxdq), (1, 4, .pmovzxbd), (1, 8, .pmovzxbq), (2, 8, .pmovzxwq),
  ]

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
    if mergeDoublewords(pattern, to, a, b) || mergeInPlace(pattern, to, a, b) { return }
    // Lanes of the other vector have their highest bit set, which gives 0.
    look(scratch, b, pattern.table(of: 1))
    look(to, a, pattern.table(of: 0))
    vector(.por, to, to, scratch)
  }

  private mutating func look(_ to: XMM, _ a: XMM, _ table: V128) { vector(.pshufb, to, a, constant(low: table.low, high: table.high)) }

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
    look(to, a, table)
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
    if features.contains([.avx, .avx2]), let four = pattern.lanes(ofBytes: 4), (0..<4).allSatisfy({ four[$0] & 3 == $0 }) {
      return .immediate(.vpblendd, Self.chosen(four, from: 4))
    }
    if let words = pattern.lanes(ofBytes: 2), (0..<8).allSatisfy({ words[$0] & 7 == $0 }) {
      return .immediate(.pblendw, Self.chosen(words, from: 8))
    }
    if bytes[0] < 16, let start = Self.rotation(bytes, modulus: 32), start > 0 { return .align(UInt8(start)) }
    return nil
  }

  /// A bit for each lane that is of the second vector.
  private static func chosen(_ lanes: [Int], from first: Int) -> UInt8 {
    UInt8(lanes.indices.reduce(0) { $0 | (lanes[$1] >= first ? 1 << $1 : 0) })
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

  // MARK: Two instructions

  /// Lanes of 32 bits of two vectors in any order.
  private mutating func mergeDoublewords(_ pattern: ShuffleLanes, _ to: XMM, _ a: XMM, _ b: XMM) -> Bool {
    guard let four = pattern.lanes(ofBytes: 4) else { return false }
    switch four.count(where: { $0 >= 4 }) {
    case 1:
      let place = four.firstIndex { $0 >= 4 }!
      var others = four
      others[place] = place
      if others != [0, 1, 2, 3] { vector(.pshufd, to, a, immediate: Self.immediate(others)) }
      vector(.insertps, to, others == [0, 1, 2, 3] ? a : to, b, immediate: UInt8((four[place] & 3) << 6 | place << 4))
    case 3:
      let place = four.firstIndex { $0 < 4 }!
      var others = four.map { $0 & 3 }
      others[place] = place
      var from = b
      if others != [0, 1, 2, 3] {
        vector(.pshufd, scratch, b, immediate: Self.immediate(others))
        from = scratch
      }
      let target = hasAVX ? to : scratch
      vector(.insertps, target, from, a, immediate: UInt8(four[place] << 6 | place << 4))
      copy(to, target)
    default:
      if mergeInPlace(pattern, to, a, b) { return true }
      // Both of the first vector, then both of the second one; then to their places.
      let (firsts, seconds) = (four.filter { $0 < 4 }, four.filter { $0 >= 4 })
      vector(.shufps, to, a, b, immediate: Self.immediate((firsts + seconds).map { $0 & 3 }))
      var (first, second) = (0, 2)
      let places = four.map { lane in
        if lane < 4 {
          defer { first += 1 }
          return first
        }
        defer { second += 1 }
        return second
      }
      vector(.pshufd, to, to, immediate: Self.immediate(places))
    }
    return true
  }

  /// Where all lanes of one of the vectors stay where they are: those of the other one are brought to their places, and chosen.
  private mutating func mergeInPlace(_ pattern: ShuffleLanes, _ to: XMM, _ a: XMM, _ b: XMM) -> Bool {
    guard let words = pattern.lanes(ofBytes: 2) else { return false }
    for stays in [0, 1] where (0..<8).allSatisfy({ words[$0] >> 3 != stays || words[$0] & 7 == $0 }) {
      let moved = stays == 0 ? b : a
      if let four = pattern.lanes(ofBytes: 4) {
        vector(.pshufd, scratch, moved, immediate: Self.immediate((0..<4).map { four[$0] >> 2 == stays ? $0 : four[$0] & 3 }))
      } else {
        look(scratch, moved, pattern.table(of: 1 - stays))
      }
      let isWide = features.contains([.avx, .avx2]) && pattern.lanes(ofBytes: 4) != nil
      let chosen = isWide ? Self.chosen(pattern.lanes(ofBytes: 4)!, from: 4) : Self.chosen(words, from: 8)
      vector(isWide ? .vpblendd : .pblendw, to, stays == 0 ? a : scratch, stays == 0 ? scratch : b, immediate: chosen)
      return true
    }
    return false
  }
}
