// Step 3: pieces that a copy connects are joined into a bundle if they never overlap, those of the hottest copies first.

import RawCollections

/// A place where a value changes its virtual register: an edge with an argument, a move, a reused operand. The source's value is
/// needed at `sourcePoint`, the target begins with its definition.
struct Copy {
  var source: UInt32
  var target: UInt32
  var sourcePoint: Point
  var weight: Float
}

extension RegisterAllocator {
  /// Bundles with more ranges than this are not joined further.
  private static var rangeLimit: UInt32 { 2000 }

  mutating func coalesce(_ function: borrowing MachineFunction) {
    let pieceCount = pieces.count
    bundleOfPiece.setCount(pieceCount)
    for index in 0..<pieceCount { makeBundle(ofPiece: index) }
    sortCopies()
    indexRanges()
    for index in 0..<sortedCopies.count { join(sortedCopies[index], function.allocatable) }
  }

  /// Gives the bundle that a piece is by itself the piece's facts.
  mutating func makeBundle(ofPiece index: Int) {
    let piece = pieces[index]
    let bundle = bundles.base + index
    bundleOfPiece[index] = UInt32(index)
    bundle.pointee.cost = piece.cost
    bundle.pointee.length = piece.length
    bundle.pointee.reserved = piece.reserved
    bundle.pointee.hint = piece.hint
    bundle.pointee.hintWeight = piece.hintWeight
    bundle.pointee.isKept = piece.isKept
  }

  /// Puts a range at the end of a bundle's.
  mutating func append(_ range: UInt32, to number: UInt32) {
    let bundle = bundles.base + Int(number)
    if bundle.pointee.lastRange == .nothing {
      bundle.pointee.firstRange = range
    } else {
      ranges.base[Int(bundle.pointee.lastRange)].next = range
    }
    bundle.pointee.lastRange = range
    bundle.pointee.rangeCount += 1
  }

  /// Counting sort by the weight's exponent, greatest first.
  private mutating func sortCopies() {
    sortedCopies.setCount(copies.count)
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 257) { starts in
      for index in 0..<257 { starts[index] = 0 }
      for index in 0..<copies.count { starts[256 - Int(copies[index].weight.exponentBitPattern & 255)] += 1 }
      var total: UInt32 = 0
      for index in 0..<257 {
        let count = starts[index]
        starts[index] = total
        total += count
      }
      for index in 0..<copies.count {
        let bucket = 256 - Int(copies[index].weight.exponentBitPattern & 255)
        sortedCopies[Int(starts[bucket])] = copies[index]
        starts[bucket] += 1
      }
    }
  }

  /// Ranges of a virtual register are still one after another: remembers which (in firstHome, endHome for the time being).
  private mutating func indexRanges() {
    for index in 0..<registers.count {
      registers.base[index].firstHome = 0
      registers.base[index].endHome = 0
    }
    for index in 0..<ranges.count {
      let record = registers.base + Int(pieces[Int(ranges[index].piece)].register)
      if record.pointee.endHome == 0 { record.pointee.firstHome = UInt32(index) }
      record.pointee.endHome = UInt32(index + 1)
    }
  }

  /// The piece of a virtual register that covers a point.
  @inline(__always)
  private func piece(of register: UInt32, at point: Point) -> Int? {
    let record = registers[Int(register)]
    var low = Int(record.firstHome)
    var high = Int(record.endHome)
    while low < high {
      let middle = (low + high) >> 1
      if ranges[middle].to <= point { low = middle + 1 } else { high = middle }
    }
    return low < Int(record.endHome) && ranges[low].from <= point ? Int(ranges[low].piece) : nil
  }

  private mutating func join(_ copy: Copy, _ allocatable: RegisterSet) {
    let target = registers[Int(copy.target)]
    guard target.registerClass == registers[Int(copy.source)].registerClass else { return }
    guard let first = piece(of: copy.source, at: copy.sourcePoint), let second = piece(of: copy.target, at: target.definition) else { return }
    let a = bundleOfPiece[first]
    let b = bundleOfPiece[second]
    if a == b { return }
    let left = bundles[Int(a)]
    let right = bundles[Int(b)]
    let usable = target.registerClass == .integer ? allocatable & 0xFFFF_FFFF : allocatable & ~0xFFFF_FFFF
    if (left.reserved | right.reserved) & usable == usable || left.rangeCount + right.rangeCount > Self.rangeLimit || overlap(left, right) {
      makePartners(copy.source, copy.target)
      return
    }
    merge(b, into: a)
  }

  private func overlap(_ a: Bundle, _ b: Bundle) -> Bool {
    var x = a.firstRange
    var y = b.firstRange
    if ranges[Int(a.lastRange)].to <= ranges[Int(y)].from || ranges[Int(b.lastRange)].to <= ranges[Int(x)].from { return false }
    while x != .nothing && y != .nothing {
      let left = ranges[Int(x)]
      let right = ranges[Int(y)]
      if left.to <= right.from {
        x = left.next
      } else if right.to <= left.from {
        y = right.next
      } else {
        return true
      }
    }
    return false
  }

  private mutating func merge(_ other: UInt32, into bundle: UInt32) {
    let from = bundles[Int(other)]
    let into = bundles.base + Int(bundle)
    if ranges[Int(into.pointee.lastRange)].to <= ranges[Int(from.firstRange)].from {
      ranges.base[Int(into.pointee.lastRange)].next = from.firstRange
      into.pointee.lastRange = from.lastRange
    } else {
      var x = into.pointee.firstRange
      var y = from.firstRange
      var head = UInt32.nothing
      var tail = UInt32.nothing
      while x != .nothing || y != .nothing {
        let takesX = y == .nothing || x != .nothing && ranges[Int(x)].from < ranges[Int(y)].from
        let next = takesX ? x : y
        if takesX { x = ranges[Int(x)].next } else { y = ranges[Int(y)].next }
        if tail == .nothing { head = next } else { ranges.base[Int(tail)].next = next }
        tail = next
      }
      ranges.base[Int(tail)].next = .nothing
      into.pointee.firstRange = head
      into.pointee.lastRange = tail
    }
    into.pointee.rangeCount += from.rangeCount
    into.pointee.cost += from.cost
    into.pointee.length += from.length
    into.pointee.reserved |= from.reserved
    into.pointee.isKept = into.pointee.isKept || from.isKept
    if from.hintWeight > into.pointee.hintWeight {
      into.pointee.hint = from.hint
      into.pointee.hintWeight = from.hintWeight
    }
    var piece = from.firstPiece
    while piece != .nothing {
      bundleOfPiece[Int(piece)] = bundle
      piece = pieces[Int(piece)].nextInBundle
    }
    pieces.base[Int(into.pointee.lastPiece)].nextInBundle = from.firstPiece
    into.pointee.lastPiece = from.lastPiece
    bundles.base[Int(other)].firstPiece = .nothing
    bundles.base[Int(other)].firstRange = .nothing
  }
}
