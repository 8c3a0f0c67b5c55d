// Step 4: bundles get registers, those first that keep theirs across walls, and then long ones.
//
// `occupied` has for each point the set of registers in use there, so one walk over a bundle's ranges tells which registers are free for it.
// Who is in a register is asked only for eviction: for each register and each bucket of points there is a list of the ranges that start in the bucket,
// and the range that covers its start.

import RawCollections

struct QueueEntry {
  var priority: UInt32
  var bundle: UInt32
}

extension RegisterAllocator {
  /// log2 of the points in a bucket.
  private static var bucketShift: UInt32 { 6 }
  static var minimalWeight: Float { 1e30 }

  mutating func assign(_ function: borrowing MachineFunction) {
    prepareOccupancy(function)
    queue.removeAll()
    for bundle in 0..<bundles.count where bundles[bundle].firstRange != .nothing { enqueue(UInt32(bundle)) }
    while queue.count > 0 { place(function, dequeue()) }
  }

  private mutating func prepareOccupancy(_ function: borrowing MachineFunction) {
    occupied.setCount(reserved.count)
    for point in 0..<occupied.count { occupied[point] = 0 }
    registerIndex.setCount(64)
    for register in 0..<64 { registerIndex[register] = 0 }
    for index in 0..<function.order.count { registerIndex[Int(function.order[index].number)] = UInt8(index) }
    bucketCount = reserved.count >> Int(Self.bucketShift) + 1
    let size = bucketCount * function.order.count
    bucketHeads.setCount(size)
    bucketCovers.setCount(size)
    for index in 0..<size {
      bucketHeads[index] = .nothing
      bucketCovers[index] = .nothing
    }
    evictionRound = 0
    evictionStamp.removeAll()
  }

  // MARK: Queue

  mutating func enqueue(_ bundle: UInt32) {
    let record = bundles.base + Int(bundle)
    let minimal = pieces[Int(record.pointee.firstPiece)].isMinimal
    record.pointee.weight =
      minimal ? Self.minimalWeight * Float(record.pointee.length) : record.pointee.cost / Float(record.pointee.length + 2)
    var hole = queue.count
    let entry = QueueEntry(priority: record.pointee.isKept ? record.pointee.length | 1 << 31 : record.pointee.length, bundle: bundle)
    queue.append(entry)
    while hole > 0 {
      let parent = (hole - 1) >> 1
      if queue[parent].priority >= entry.priority { break }
      queue[hole] = queue[parent]
      hole = parent
    }
    queue[hole] = entry
  }

  private mutating func dequeue() -> UInt32 {
    let result = queue[0].bundle
    let last = queue.removeLast()
    let count = queue.count
    if count == 0 { return result }
    var hole = 0
    while true {
      var child = 2 * hole + 1
      if child >= count { break }
      if child + 1 < count && queue[child + 1].priority > queue[child].priority { child += 1 }
      if queue[child].priority <= last.priority { break }
      queue[hole] = queue[child]
      hole = child
    }
    queue[hole] = last
    return result
  }

  // MARK: Placing

  private mutating func place(_ function: borrowing MachineFunction, _ number: UInt32) {
    let bundle = bundles[Int(number)]
    let record = registers[Int(pieces[Int(bundle.firstPiece)].register)]
    let usable =
      function.allocatable & (record.registerClass == .integer ? 0xFFFF_FFFF : ~0xFFFF_FFFF as RegisterSet) & ~bundle.reserved
    let free = usable & ~occupiedRegisters(bundle)
    if free != 0 {
      take(choose(function, from: free, bundle, record), for: number)
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

  private func occupiedRegisters(_ bundle: Bundle) -> RegisterSet {
    var set: RegisterSet = 0
    var range = bundle.firstRange
    let base = occupied.base
    while range != .nothing {
      let value = ranges[Int(range)]
      for point in Int(value.from)..<Int(value.to) { set |= base[point] }
      range = value.next
    }
    return set
  }

  /// Where the bundle saves moves, or the first in the order.
  private func choose(_ function: borrowing MachineFunction, from free: RegisterSet, _ bundle: Bundle, _ record: RegisterRecord) -> UInt8 {
    if bundle.hint != Self.noPlace && free >> RegisterSet(bundle.hint) & 1 != 0 { return bundle.hint }
    if record.place != Self.noPlace && free >> RegisterSet(record.place) & 1 != 0 { return record.place }
    if record.partner != .nothing {
      let place = registers[Int(record.partner)].place
      if place != Self.noPlace && free >> RegisterSet(place) & 1 != 0 { return place }
    }
    for index in 0..<function.order.count where free & function.order[index].bit != 0 { return function.order[index].number }
    return UInt8(truncatingIfNeeded: free.trailingZeroBitCount)
  }

  /// The register whose bundles in the way are the cheapest ones (left in `evicted`), if they are cheaper than this one.
  private mutating func findEviction(_ function: borrowing MachineFunction, _ bundle: Bundle, _ usable: RegisterSet) -> UInt8? {
    var best: UInt8?
    var bestWeight = bundle.weight
    for index in 0..<function.order.count where usable & function.order[index].bit != 0 {
      let register = function.order[index].number
      if let weight = findConflicts(bundle, register, limit: bestWeight) {
        bestWeight = weight
        best = register
      }
    }
    if let best { _ = findConflicts(bundle, best, limit: bundle.weight) }
    return best
  }

  /// Collects the bundles that are in the way. Returns the greatest weight among them, nil if it is not below the limit.
  private mutating func findConflicts(_ bundle: Bundle, _ register: UInt8, limit: Float) -> Float? {
    evictionRound &+= 1
    while evictionStamp.count < bundles.count { evictionStamp.append(0) }
    evicted.removeAll()
    var weight: Float = 0
    let row = Int(registerIndex[Int(register)]) * bucketCount
    var range = bundle.firstRange
    while range != .nothing {
      let value = ranges[Int(range)]
      range = value.next
      let first = row + Int(value.from >> Self.bucketShift)
      let last = row + Int((value.to - 1) >> Self.bucketShift)
      if bucketCovers[first] != .nothing, !addConflict(bucketCovers[first], value, &weight, limit) { return nil }
      for bucket in first...last {
        var other = bucketHeads[bucket]
        while other != .nothing {
          if !addConflict(other, value, &weight, limit) { return nil }
          other = ranges[Int(other)].nextInBucket
        }
      }
    }
    return weight
  }

  @inline(__always)
  private mutating func addConflict(_ other: UInt32, _ range: LiveRange, _ weight: inout Float, _ limit: Float) -> Bool {
    let conflict = ranges[Int(other)]
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
    bundles.base[Int(number)].place = register
    let bit = RegisterSet(1) << RegisterSet(register)
    let row = Int(registerIndex[Int(register)]) * bucketCount
    var range = bundles[Int(number)].firstRange
    while range != .nothing {
      let value = ranges.base + Int(range)
      for point in Int(value.pointee.from)..<Int(value.pointee.to) { occupied.base[point] |= bit }
      let first = row + Int(value.pointee.from >> Self.bucketShift)
      let last = row + Int((value.pointee.to - 1) >> Self.bucketShift)
      value.pointee.nextInBucket = bucketHeads[first]
      bucketHeads[first] = range
      if last > first { for bucket in (first + 1)...last { bucketCovers[bucket] = range } }
      range = value.pointee.next
    }
    var piece = bundles[Int(number)].firstPiece
    while piece != .nothing {
      registers.base[Int(pieces[Int(piece)].register)].place = register
      piece = pieces[Int(piece)].nextInBundle
    }
  }

  private mutating func release(_ number: UInt32) {
    let register = bundles[Int(number)].place
    bundles.base[Int(number)].place = Self.noPlace
    let bit = RegisterSet(1) << RegisterSet(register)
    let row = Int(registerIndex[Int(register)]) * bucketCount
    var range = bundles[Int(number)].firstRange
    while range != .nothing {
      let value = ranges[Int(range)]
      for point in Int(value.from)..<Int(value.to) { occupied.base[point] &= ~bit }
      let first = row + Int(value.from >> Self.bucketShift)
      let last = row + Int((value.to - 1) >> Self.bucketShift)
      if bucketHeads[first] == range {
        bucketHeads[first] = value.nextInBucket
      } else {
        var previous = bucketHeads[first]
        while ranges[Int(previous)].nextInBucket != range { previous = ranges[Int(previous)].nextInBucket }
        ranges.base[Int(previous)].nextInBucket = value.nextInBucket
      }
      if last > first { for bucket in (first + 1)...last { bucketCovers[bucket] = .nothing } }
      range = value.next
    }
  }
}
