// Step 4: bundles get registers, those first that keep theirs across clobber points, and then long ones.
//
// `occupied` has for each point the set of registers in use there, which tells for a bundle's ranges which registers are free for it.
// Who is in a register is asked only for eviction: for each register and each bucket of points there is a list of the ranges that start in the bucket;
// bits tell which buckets have some. (What reaches into a bucket from before is among those of the bucket with some before it.)

import RawCollections

struct QueueEntry: HeapEntry {
  var priority: UInt32
  var bundle: UInt32

  @inline(__always)
  static func comesBefore(_ first: QueueEntry, _ second: QueueEntry) -> Bool { first.priority > second.priority }
}

extension RegisterAllocator {
  /// log2 of the points in a bucket.
  private static var bucketShift: UInt32 { 6 }
  static var minimalWeight: Float { 1e30 }

  mutating func assign(_ function: borrowing MachineFunction) {
    prepareOccupancy(function)
    queue.removeAll()
    for bundle in 0..<bundles.count where bundles[bundle].firstRange != .nothing { enqueue(UInt32(bundle)) }
    while !queue.isEmpty, !function.work.isSpent { place(function, queue.pop().bundle) }
  }

  private mutating func prepareOccupancy(_ function: borrowing MachineFunction) {
    occupied.reset(count: reserved.count)
    registerIndex.setCount(64)
    for register in 0..<64 { registerIndex[register] = 0 }
    for index in 0..<function.order.count { registerIndex[Int(function.order[index].number)] = UInt8(index) }
    bucketCount = reserved.count >> Int(Self.bucketShift) + 1
    bucketWords = (bucketCount + 63) >> 6
    bucketHeads.fill(.nothing, count: bucketCount * function.order.count)
    bucketBits.fill(0, count: bucketWords * function.order.count)
    evictionRound = 0
    evictionStamp.removeAll()
  }

  // MARK: Queue

  mutating func enqueue(_ bundle: UInt32) {
    let record = bundles.at(Int(bundle))
    let minimal = pieces[Int(record.pointee.firstPiece)].isMinimal
    record.pointee.weight =
      minimal ? Self.minimalWeight * Float(record.pointee.length) : record.pointee.cost / Float(record.pointee.length + 2)
    queue.push(QueueEntry(priority: record.pointee.isCalleeSaved ? record.pointee.length | 1 << 31 : record.pointee.length, bundle: bundle))
  }

  // MARK: Placing

  private mutating func place(_ function: borrowing MachineFunction, _ number: UInt32) {
    let bundle = bundles.at(Int(number))
    let record = registers.at(Int(pieces[Int(bundle.pointee.firstPiece)].register))
    let usable =
      function.allocatable & (record.pointee.registerClass == .integer ? 0xFFFF_FFFF : ~0xFFFF_FFFF as RegisterSet) & ~bundle.pointee.reserved
    // A walk over its ranges, and over groups of their buckets.
    function.work.spend(1 + Int(bundle.pointee.rangeCount) + Int(bundle.pointee.length >> 12))
    let free = usable & ~occupiedRegisters(bundle.pointee.firstRange)
    if free != 0 {
      take(choose(function, from: free, bundle.pointee.hint, record), for: number)
    } else if let register = findEviction(function, bundle, usable) {
      for index in 0..<evicted.count {
        release(evicted[index])
        enqueue(evicted[index])
      }
      take(register, for: number)
    } else {
      split(function, number)
    }
  }

  private mutating func occupiedRegisters(_ firstRange: UInt32) -> RegisterSet {
    var set: RegisterSet = 0
    var range = firstRange
    while range != .nothing {
      let value = ranges.at(Int(range))
      set |= occupied.union(Int(value.pointee.from), Int(value.pointee.to))
      range = value.pointee.next
    }
    return set
  }

  /// Where the bundle saves moves, or the first in the order.
  private mutating func choose(
    _ function: borrowing MachineFunction, from free: RegisterSet, _ hint: UInt8, _ record: UnsafeMutablePointer<RegisterRecord>
  ) -> UInt8 {
    if hint != Self.noPlace && free >> RegisterSet(hint) & 1 != 0 { return hint }
    if record.pointee.place != Self.noPlace && free >> RegisterSet(record.pointee.place) & 1 != 0 { return record.pointee.place }
    if record.pointee.partner != .nothing {
      let place = registers[Int(record.pointee.partner)].place
      if place != Self.noPlace && free >> RegisterSet(place) & 1 != 0 { return place }
    }
    for index in 0..<function.order.count where free & function.order[index].bit != 0 { return function.order[index].number }
    return UInt8(truncatingIfNeeded: free.trailingZeroBitCount)
  }

  /// The register whose bundles in the way are the cheapest ones (left in `evicted`), if they are cheaper than this one.
  private mutating func findEviction(
    _ function: borrowing MachineFunction, _ bundle: UnsafeMutablePointer<Bundle>, _ usable: RegisterSet
  ) -> UInt8? {
    var best: UInt8?
    var bestWeight = bundle.pointee.weight
    for index in 0..<function.order.count where usable & function.order[index].bit != 0 {
      let register = function.order[index].number
      if let weight = findConflicts(bundle, register, limit: bestWeight) {
        bestWeight = weight
        best = register
      }
    }
    if let best { _ = findConflicts(bundle, best, limit: bundle.pointee.weight) }
    function.work.spend(conflictsSeen)
    conflictsSeen = 0
    return best
  }

  /// Collects the bundles that are in the way. Returns the greatest weight among them, nil if it is not below the limit.
  private mutating func findConflicts(_ bundle: UnsafeMutablePointer<Bundle>, _ register: UInt8, limit: Float) -> Float? {
    evictionRound &+= 1
    while evictionStamp.count < bundles.count { evictionStamp.append(0) }
    evicted.removeAll()
    var weight: Float = 0
    let number = Int(registerIndex[Int(register)])
    var range = bundle.pointee.firstRange
    while range != .nothing {
      conflictsSeen += 1
      let value = ranges[Int(range)]
      range = value.next
      let last = Int((value.to - 1) >> Self.bucketShift)
      var bucket = Int(value.from >> Self.bucketShift)
      if let before = lastBucket(of: number, before: bucket), !addConflicts(number, before, value, &weight, limit) { return nil }
      while let next = firstBucket(of: number, from: bucket, last) {
        if !addConflicts(number, next, value, &weight, limit) { return nil }
        bucket = next + 1
      }
    }
    return weight
  }

  /// Of a register, by its number in the order: the next bucket in which ranges start.
  @inline(__always)
  private mutating func firstBucket(of number: Int, from bucket: Int, _ last: Int) -> Int? {
    if bucket > last { return nil }
    let words = bucketBits.at(number * bucketWords)
    var word = bucket >> 6
    var bits = words[word] & (~0 << UInt64(bucket & 63))
    while bits == 0 {
      word += 1
      conflictsSeen += 1
      if word > last >> 6 { return nil }
      bits = words[word]
    }
    let found = (word << 6) + bits.trailingZeroBitCount
    return found <= last ? found : nil
  }

  /// The bucket before this one in which ranges start.
  @inline(__always)
  private mutating func lastBucket(of number: Int, before bucket: Int) -> Int? {
    let words = bucketBits.at(number * bucketWords)
    var word = bucket >> 6
    var bits = words[word] & ~(~0 << UInt64(bucket & 63))
    while bits == 0 {
      word -= 1
      conflictsSeen += 1
      if word < 0 { return nil }
      bits = words[word]
    }
    return (word << 6) + 63 - bits.leadingZeroBitCount
  }

  @inline(__always)
  private mutating func addConflicts(_ number: Int, _ bucket: Int, _ range: LiveRange, _ weight: inout Float, _ limit: Float) -> Bool {
    var other = bucketHeads[number * bucketCount + bucket]
    while other != .nothing {
      if !addConflict(other, range, &weight, limit) { return false }
      other = ranges[Int(other)].nextInBucket
    }
    return true
  }

  @inline(__always)
  private mutating func addConflict(_ other: UInt32, _ range: LiveRange, _ weight: inout Float, _ limit: Float) -> Bool {
    let conflict = ranges[Int(other)]
    conflictsSeen += 1
    if conflict.to <= range.from || range.to <= conflict.from { return true }
    let bundle = bundleOfPiece[Int(conflict.piece)]
    if evictionStamp[Int(bundle)] == evictionRound { return true }
    evictionStamp[Int(bundle)] = evictionRound
    evicted.append(bundle)
    weight = max(weight, bundles[Int(bundle)].weight)
    return weight < limit
  }

  // MARK: Occupancy

  private mutating func take(_ register: UInt8, for number: UInt32) {
    bundles[Int(number)].place = register
    let bit = RegisterSet(1) << RegisterSet(register)
    let row = Int(registerIndex[Int(register)])
    var range = bundles[Int(number)].firstRange
    while range != .nothing {
      let value = ranges.at(Int(range))
      occupied.add(bit, Int(value.pointee.from), Int(value.pointee.to))
      let bucket = Int(value.pointee.from >> Self.bucketShift)
      value.pointee.nextInBucket = bucketHeads[row * bucketCount + bucket]
      bucketHeads[row * bucketCount + bucket] = range
      bucketBits[row * bucketWords + (bucket >> 6)] |= 1 << UInt64(bucket & 63)
      range = value.pointee.next
    }
    var piece = bundles[Int(number)].firstPiece
    while piece != .nothing {
      registers[Int(pieces[Int(piece)].register)].place = register
      piece = pieces[Int(piece)].nextInBundle
    }
  }

  private mutating func release(_ number: UInt32) {
    let register = bundles[Int(number)].place
    bundles[Int(number)].place = Self.noPlace
    let bit = RegisterSet(1) << RegisterSet(register)
    let row = Int(registerIndex[Int(register)])
    var range = bundles[Int(number)].firstRange
    while range != .nothing {
      let value = ranges[Int(range)]
      occupied.remove(bit, Int(value.from), Int(value.to))
      let bucket = Int(value.from >> Self.bucketShift)
      let first = row * bucketCount + bucket
      if bucketHeads[first] == range {
        bucketHeads[first] = value.nextInBucket
        if value.nextInBucket == .nothing { bucketBits[row * bucketWords + (bucket >> 6)] &= ~(1 << UInt64(bucket & 63)) }
      } else {
        var previous = bucketHeads[first]
        while ranges[Int(previous)].nextInBucket != range { previous = ranges[Int(previous)].nextInBucket }
        ranges[Int(previous)].nextInBucket = value.nextInBucket
      }
      range = value.next
    }
  }
}
