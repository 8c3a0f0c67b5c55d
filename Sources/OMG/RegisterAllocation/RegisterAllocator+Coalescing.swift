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
    for index in 0..<sortedCopies.count { join(sortedCopies[index], function) }
    for index in 0..<pieceCount {
      let number = bundle(ofPiece: index)
      bundleOfPiece[index] = number
    }
  }

  /// While bundles are joined, a piece knows one of the pieces that its bundle has had the number of.
  private mutating func bundle(ofPiece piece: Int) -> UInt32 {
    var piece = UInt32(piece)
    while bundleOfPiece[Int(piece)] != piece {
      bundleOfPiece[Int(piece)] = bundleOfPiece[Int(bundleOfPiece[Int(piece)])]
      piece = bundleOfPiece[Int(piece)]
    }
    return piece
  }

  /// Gives the bundle that a piece is by itself the piece's facts.
  mutating func makeBundle(ofPiece index: Int) {
    let piece = pieces[index]
    let bundle = bundles.at(index)
    bundleOfPiece[index] = UInt32(index)
    bundle.pointee.latestRange = bundle.pointee.firstRange
    bundle.pointee.cost = piece.cost
    bundle.pointee.length = piece.length
    bundle.pointee.reserved = piece.reserved
    bundle.pointee.hint = piece.hint
    bundle.pointee.hintWeight = piece.hintWeight
    bundle.pointee.isCalleeSaved = piece.isCalleeSaved
  }

  /// Puts a range at the end of a bundle's.
  mutating func append(_ range: UInt32, to number: UInt32) {
    let bundle = bundles.at(Int(number))
    if bundle.pointee.lastRange == .nothing {
      bundle.pointee.firstRange = range
    } else {
      ranges[Int(bundle.pointee.lastRange)].next = range
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
      registers[index].firstHome = 0
      registers[index].endHome = 0
    }
    for index in 0..<ranges.count {
      let record = registers.at(Int(pieces[Int(ranges[index].piece)].register))
      if record.pointee.endHome == 0 { record.pointee.firstHome = UInt32(index) }
      record.pointee.endHome = UInt32(index + 1)
    }
  }

  /// The piece of a virtual register that covers a point.
  @inline(__always)
  private mutating func piece(of register: UInt32, at point: Point) -> Int? {
    let record = registers[Int(register)]
    var low = Int(record.firstHome)
    var high = Int(record.endHome)
    while low < high {
      let middle = (low + high) >> 1
      if ranges[middle].to <= point { low = middle + 1 } else { high = middle }
    }
    return low < Int(record.endHome) && ranges[low].from <= point ? Int(ranges[low].piece) : nil
  }

  private mutating func join(_ copy: Copy, _ function: borrowing MachineFunction) {
    let target = registers[Int(copy.target)]
    guard target.registerClass == registers[Int(copy.source)].registerClass else { return }
    guard let first = piece(of: copy.source, at: copy.sourcePoint), let second = piece(of: copy.target, at: target.definition) else { return }
    let a = bundle(ofPiece: first)
    let b = bundle(ofPiece: second)
    if a == b { return }
    let left = bundles.at(Int(a))
    let right = bundles.at(Int(b))
    let usable = function.allocatable & (target.registerClass == .integer ? 0xFFFF_FFFF : ~0xFFFF_FFFF)
    if (left.pointee.reserved | right.pointee.reserved) & usable == usable
      || left.pointee.rangeCount + right.pointee.rangeCount > Self.rangeLimit || overlap(left, right, function)
    {
      makePartners(copy.source, copy.target)
      return
    }
    merge(b, into: a, function)
  }

  private mutating func overlap(_ a: UnsafeMutablePointer<Bundle>, _ b: UnsafeMutablePointer<Bundle>, _ function: borrowing MachineFunction) -> Bool {
    var x = a.pointee.firstRange
    var y = b.pointee.firstRange
    if ranges[Int(a.pointee.lastRange)].to <= ranges[Int(y)].from || ranges[Int(b.pointee.lastRange)].to <= ranges[Int(x)].from { return false }
    // What is before both bundles' ranges begin need not be looked at.
    let (startA, startB) = (ranges[Int(x)].from, ranges[Int(y)].from)
    if ranges[Int(a.pointee.latestRange)].from <= startB { x = a.pointee.latestRange }
    if ranges[Int(b.pointee.latestRange)].from <= startA { y = b.pointee.latestRange }
    while x != .nothing && y != .nothing {
      function.work.spend(1)
      let left = ranges.at(Int(x))
      let right = ranges.at(Int(y))
      if left.pointee.to <= right.pointee.from {
        x = left.pointee.next
      } else if right.pointee.to <= left.pointee.from {
        y = right.pointee.next
      } else {
        return true
      }
    }
    return false
  }

  private mutating func merge(_ other: UInt32, into bundle: UInt32, _ function: borrowing MachineFunction) {
    let from = bundles[Int(other)]
    let into = bundles.at(Int(bundle))
    if ranges[Int(into.pointee.lastRange)].to <= ranges[Int(from.firstRange)].from {
      ranges[Int(into.pointee.lastRange)].next = from.firstRange
      into.pointee.lastRange = from.lastRange
      into.pointee.latestRange = from.firstRange
    } else {
      mergeRanges(from, into, function)
    }
    into.pointee.rangeCount += from.rangeCount
    into.pointee.cost += from.cost
    into.pointee.length += from.length
    into.pointee.reserved |= from.reserved
    into.pointee.isCalleeSaved = into.pointee.isCalleeSaved || from.isCalleeSaved
    if from.hintWeight > into.pointee.hintWeight {
      into.pointee.hint = from.hint
      into.pointee.hintWeight = from.hintWeight
    }
    bundleOfPiece[Int(other)] = bundle
    pieces[Int(into.pointee.lastPiece)].nextInBundle = from.firstPiece
    into.pointee.lastPiece = from.lastPiece
    bundles[Int(other)].firstPiece = .nothing
    bundles[Int(other)].firstRange = .nothing
  }

  /// Puts the ranges of two bundles, which do not overlap, in one order. Copies are joined about in the order of the code, so that what is to be done
  /// mostly lies near what was done last.
  private mutating func mergeRanges(_ from: Bundle, _ into: UnsafeMutablePointer<Bundle>, _ function: borrowing MachineFunction) {
    let isFirst = ranges[Int(from.firstRange)].from < ranges[Int(into.pointee.firstRange)].from
    var head = isFirst ? from : into.pointee
    let latest = head.latestRange
    // `x` goes on from `tail`, which is the last range that is in order; `y` are the ranges to be put in.
    var y = isFirst ? into.pointee.firstRange : from.firstRange
    let lastY = isFirst ? into.pointee.lastRange : from.lastRange
    var tail = ranges[Int(latest)].from < ranges[Int(y)].from ? latest : head.firstRange
    var x = ranges[Int(tail)].next
    while x != .nothing && y != .nothing {
      function.work.spend(1)
      let takesX = ranges[Int(x)].from < ranges[Int(y)].from
      let next = takesX ? x : y
      if takesX { x = ranges[Int(x)].next } else { y = ranges[Int(y)].next }
      ranges[Int(tail)].next = next
      tail = next
    }
    ranges[Int(tail)].next = x == .nothing ? y : x
    if y != .nothing { head.lastRange = lastY }
    into.pointee.firstRange = head.firstRange
    into.pointee.lastRange = head.lastRange
    into.pointee.latestRange = tail
  }
}
