// Step 5, first part: where each virtual register is at last ("homes"), and slots for those that are not in a register all along.
//
// Slots are given by the hulls of lifetimes, in order of their starts, so that those that are never live at once share one. A parameter of a block and
// the arguments for it share a slot if their lifetimes allow it, since then edges need not move anything.

import RawCollections

/// A part of a virtual register's live range in a register.
struct Home {
  var from: Point
  var to: Point
  var piece: UInt32
  var place: UInt8
}

/// Virtual registers that share a slot.
struct SlotSet {
  var from: Point
  var to: Point
  var parent: UInt32
  var register: UInt32
  var nextMember = UInt32.nothing
  var lastMember: UInt32
  var memberCount: UInt32 = 1
  /// Of its members, up to 64 bits count as 64.
  var width: RegisterWidth
  var slot = UInt32.nothing
}

extension RegisterAllocator {
  mutating func gatherHomes(_ function: borrowing MachineFunction) {
    for index in 0..<registers.count { registers[index].endHome = 0 }
    for index in 0..<bundles.count where bundles[index].place != Self.noPlace {
      var range = bundles[index].firstRange
      while range != .nothing {
        registers[Int(pieces[Int(ranges[Int(range)].piece)].register)].endHome += 1
        range = ranges[Int(range)].next
      }
    }
    var total: UInt32 = 0
    for index in 0..<registers.count {
      let count = registers[index].endHome
      registers[index].firstHome = total
      registers[index].endHome = total
      total += count
    }
    homes.setCount(Int(total))
    for index in 0..<bundles.count where bundles[index].place != Self.noPlace {
      var range = bundles[index].firstRange
      while range != .nothing {
        let value = ranges[Int(range)]
        let record = registers.at(Int(pieces[Int(value.piece)].register))
        homes[Int(record.pointee.endHome)] = Home(from: value.from, to: value.to, piece: value.piece, place: bundles[index].place)
        record.pointee.endHome += 1
        range = value.next
      }
    }
    slotSets.removeAll()
    for register in 0..<registers.count { settle(register) }
  }

  /// Sorts the homes, sees whether they are the whole live range.
  private mutating func settle(_ register: Int) {
    let record = registers.at(register)
    let first = Int(record.pointee.firstHome)
    let end = Int(record.pointee.endHome)
    record.pointee.slot = .nothing
    record.pointee.isSettled = false
    if record.pointee.firstLifetime == record.pointee.endLifetime && !record.pointee.isInMemory { return }
    if end - first > 24 {
      var own = homes.slice(first, count: end - first)
      own.sort { $0.from < $1.from }
    } else if end - first > 1 {
      for index in (first + 1)..<end {
        let home = homes[index]
        var hole = index
        while hole > first, homes[hole - 1].from > home.from {
          homes[hole] = homes[hole - 1]
          hole -= 1
        }
        homes[hole] = home
      }
    }
    var covered: UInt32 = 0
    var isSame = end > first
    for index in first..<max(end, first) {
      covered += homes[index].to - homes[index].from
      if homes[index].place != homes[first].place { isSame = false }
    }
    var length: UInt32 = 0
    for index in record.pointee.firstLifetime..<record.pointee.endLifetime {
      length += lifetimes[Int(index)].to - lifetimes[Int(index)].from
    }
    let isInMemory = record.pointee.isInMemory
    record.pointee.isSettled = isSame && covered == length && !isInMemory
    if (covered != length || isInMemory) && record.pointee.rematerialization == .nothing {
      makeSlot(register)
    }
  }

  /// Gives a virtual register a slot, for now one of its own.
  mutating func makeSlot(_ register: Int) {
    let record = registers.at(register)
    let isInMemory = record.pointee.isInMemory
    record.pointee.slot = UInt32(slotSets.count)
    slotSets.append(
      SlotSet(
        from: isInMemory ? 0 : lifetimes[Int(record.pointee.firstLifetime)].from,
        to: isInMemory ? .max : lifetimes[Int(record.pointee.endLifetime) - 1].to, parent: UInt32(slotSets.count), register: UInt32(register),
        lastMember: UInt32(slotSets.count), width: record.pointee.width == .w128 ? .w128 : .w64))
  }

  /// The home that covers a point.
  @inline(__always)
  mutating func home(of register: Int, at point: Point) -> Home? {
    let record = registers.at(register)
    var low = Int(record.pointee.firstHome)
    var high = Int(record.pointee.endHome)
    let end = high
    while low < high {
      let middle = (low + high) >> 1
      if homes[middle].to <= point { low = middle + 1 } else { high = middle }
    }
    return low < end && homes[low].from <= point ? homes[low] : nil
  }

  /// Where a virtual register is at a point: a register, its slot, or nowhere if it can be rematerialized.
  @inline(__always)
  mutating func place(of register: Int, at point: Point) -> Allocation {
    let record = registers.at(register)
    if record.pointee.isSettled { return Allocation(PhysicalRegister(homes[Int(record.pointee.firstHome)].place)) }
    if let home = home(of: register, at: point) { return Allocation(PhysicalRegister(home.place)) }
    return record.pointee.slot == .nothing ? .none : Allocation(slot: Int(record.pointee.slot))
  }

  // MARK: Slots

  mutating func assignSlots(_ function: borrowing MachineFunction, _ allocations: inout Allocations) {
    joinSlots(function)
    allocations.slotWidths.removeAll()
    freeSlots.removeAll()
    freeWideSlots.removeAll()
    slotHeap.removeAll()
    sortSlotSets()
    for position in 0..<slotOrder.count {
      let set = slotSets.at(Int(slotOrder[position]))
      while !slotHeap.isEmpty, UInt32(truncatingIfNeeded: slotHeap.top >> 32) <= set.pointee.from {
        let slot = UInt32(truncatingIfNeeded: slotHeap.pop())
        if allocations.slotWidths[Int(slot)] == .w128 { freeWideSlots.append(slot) } else { freeSlots.append(slot) }
      }
      let slot: UInt32
      if set.pointee.width == .w128, freeWideSlots.count > 0 {
        slot = freeWideSlots.removeLast()
      } else if set.pointee.width != .w128, freeSlots.count > 0 {
        slot = freeSlots.removeLast()
      } else {
        slot = UInt32(allocations.slotCount)
        allocations.slotWidths.append(set.pointee.width)
      }
      set.pointee.slot = slot
      slotHeap.push(UInt64(set.pointee.to) << 32 | UInt64(slot))
    }
    for register in 0..<registers.count where registers[register].slot != .nothing {
      registers[register].slot = slotSets[Int(slotRoot(registers[register].slot))].slot
    }
  }

  /// Lets arguments in slots share the slot of the parameter.
  private mutating func joinSlots(_ function: borrowing MachineFunction) {
    for index in 0..<sortedCopies.count {
      let copy = sortedCopies[index]
      let target = registers[Int(copy.target)]
      if target.slot == .nothing || registers[Int(copy.source)].slot == .nothing || target.definitionKind != .parameter { continue }
      let a = slotRoot(registers[Int(copy.source)].slot)
      let b = slotRoot(target.slot)
      function.work.spend(1)
      if target.isInMemory || registers[Int(copy.source)].isInMemory { continue }
      if a == b || slotSets[Int(a)].width != slotSets[Int(b)].width || slotSets[Int(a)].memberCount + slotSets[Int(b)].memberCount > 16
        || slotsOverlap(a, b, function)
      {
        continue
      }
      let into = slotSets.at(Int(a))
      let from = slotSets.at(Int(b))
      into.pointee.from = min(into.pointee.from, from.pointee.from)
      into.pointee.to = max(into.pointee.to, from.pointee.to)
      into.pointee.memberCount += from.pointee.memberCount
      slotSets[Int(into.pointee.lastMember)].nextMember = b
      into.pointee.lastMember = from.pointee.lastMember
      from.pointee.parent = a
    }
  }

  private mutating func slotRoot(_ set: UInt32) -> UInt32 {
    var set = set
    while slotSets[Int(set)].parent != set {
      slotSets[Int(set)].parent = slotSets[Int(slotSets[Int(set)].parent)].parent
      set = slotSets[Int(set)].parent
    }
    return set
  }

  private mutating func slotsOverlap(_ a: UInt32, _ b: UInt32, _ function: borrowing MachineFunction) -> Bool {
    var x = a
    while x != .nothing {
      var y = b
      while y != .nothing {
        if livesOverlap(Int(slotSets[Int(x)].register), Int(slotSets[Int(y)].register), function) { return true }
        y = slotSets[Int(y)].nextMember
      }
      x = slotSets[Int(x)].nextMember
    }
    return false
  }

  private mutating func livesOverlap(_ a: Int, _ b: Int, _ function: borrowing MachineFunction) -> Bool {
    let endX = Int(registers[a].endLifetime)
    let endY = Int(registers[b].endLifetime)
    if registers[a].firstLifetime == registers[a].endLifetime || registers[b].firstLifetime == registers[b].endLifetime { return false }
    // From where both have begun.
    var x = firstLifetime(of: a, endingAfter: lifetimes[Int(registers[b].firstLifetime)].from)
    var y = firstLifetime(of: b, endingAfter: lifetimes[Int(registers[a].firstLifetime)].from)
    while x < endX && y < endY {
      function.work.spend(1)
      if lifetimes[x].to <= lifetimes[y].from {
        x += 1
      } else if lifetimes[y].to <= lifetimes[x].from {
        y += 1
      } else {
        return true
      }
    }
    return false
  }

  private mutating func sortSlotSets() {
    slotOrder.removeAll()
    for index in 0..<slotSets.count where slotSets[index].parent == UInt32(index) { slotOrder.append(UInt32(index)) }
    let sets = slotSets.view
    var order = slotOrder.slice(0, count: slotOrder.count)
    order.sort {
      (sets[Int($0)].from, $0) < (sets[Int($1)].from, $1)
    }
  }
}
