// Step 2, second part: which parts of a virtual register's live range are to be in a register.
//
// A live range is looked at block by block (block ranges). Clobber points (instructions that change many registers) cut block ranges into zones. Within
// a zone the register is held from the first use (or the definition) to the last. Whether it is held across the start of a block is decided
// for all blocks of the live range together: holding it costs a load on each edge that comes from a block that ends without it; not holding
// it costs a load before the uses that come next, as `need` says. Blocks start optimistic (held where needed) and give up until
// nothing changes; so loads move out of loops, and off the paths that need none. Held zones that edges connect become one piece.
// A zone with a single use that can do with a slot is not held at all.
//
// Splitting (+Splitting) does the same again with parts of a piece.

import RawCollections

/// A virtual register's live range in one block, or a part of it.
struct BlockRange {
  var block: UInt32
  var from: Point
  var to: Point
  /// A range of `uses`.
  var firstUse: UInt32
  var endUse: UInt32
  var frequency: Float
  /// How often a use, with no clobber point before it, follows the start: what it would cost to come in without a register.
  var need: Float = 0
  var startsBlock: Bool
  var endsBlock: Bool
  var isDefinition: Bool
  /// Not part of what is being decided now.
  var isLeftOut = false
  var exit = BlockExit.never
  var isHeldAtStart = false
  var isHeldAtEnd = false
  var firstSegment = UInt32.nothing
  var lastSegment = UInt32.nothing
}

/// Whether a block ends with the virtual register in a register.
enum BlockExit: UInt8 {
  case never, always
  /// If it starts so: nothing happens in it.
  case passes
}

/// A held zone.
struct Segment {
  var from: Point
  var to: Point
  /// For union-find: another segment of the same piece, or itself.
  var parent: UInt32
  var piece = UInt32.nothing
  var cost: Float
  var reserved: RegisterSet
  var hint: UInt8
  var hintWeight: Float
}

extension RegisterAllocator {
  /// What a load or store more costs for a use of each kind, in relation to a use in a register.
  @inline(__always)
  private static func cost(_ kind: UseKind) -> Float {
    switch kind {
    case .register, .lateRegister: return 1
    case .any, .lateAny: return 0.6
    case .fixed, .reused: return 0.8
    case .argument: return 0.8
    }
  }

  mutating func makePieces(_ function: borrowing MachineFunction) {
    ranges.removeAll()
    pieces.removeAll()
    bundles.removeAll()
    rangeOfBlock.setCount(function.blocks.count)
    for block in 0..<function.blocks.count { rangeOfBlock[block] = .nothing }
    assignCalleeSaved(function)
    for register in 0..<registers.count {
      let record = registers[register]
      if record.firstLifetime == record.endLifetime { continue }
      if function.work.isSpent { return }
      if isLocal(record) {
        holdInBlock(register)
        function.work.spend(1)
        continue
      }
      makeBlockRanges(register)
      function.work.spend(blockRanges.count)
      if record.isInMemory {
        decide(function, register, isLinked: false)
      } else if record.calleeSaved != Self.noPlace || record.rematerialization == .nothing && !crossesClobberPoint(register) {
        holdAll(register)
      } else {
        decide(function, register, isLinked: true)
      }
    }
  }

  /// The block ranges of the whole live range.
  mutating func makeBlockRanges(_ register: Int) {
    blockRanges.removeAll()
    let record = registers[register]
    for index in record.firstLifetime..<record.endLifetime {
      addBlockRanges(register, from: lifetimes[Int(index)].from, to: lifetimes[Int(index)].to)
    }
    attachUses(register)
  }

  /// Whether a virtual register lives in one block, and only between clobber points, as most do.
  @inline(__always)
  private mutating func isLocal(_ record: RegisterRecord) -> Bool {
    guard record.endLifetime == record.firstLifetime + 1, !record.isInMemory, record.rematerialization == .nothing, record.calleeSaved == Self.noPlace
    else { return false }
    let (from, to) = (Int(lifetimes[Int(record.firstLifetime)].from >> 1), Int(lifetimes[Int(record.firstLifetime)].to >> 1))
    if lifetimes[Int(record.firstLifetime)].to > blockStart[Int(record.definitionBlock) + 1] { return false }
    return record.registerClass == .float
      ? floatClobbersBefore[from] == floatClobbersBefore[to] : integerClobbersBefore[from] == integerClobbersBefore[to]
  }

  /// One piece of the live range of a local virtual register: what `holdAll` makes.
  private mutating func holdInBlock(_ register: Int) {
    let record = registers.at(register)
    let lifetime = lifetimes[Int(record.pointee.firstLifetime)]
    segments.removeAll()
    makeSegment(
      register, from: lifetime.from, to: lifetime.to, Int(record.pointee.firstUse), Int(record.pointee.endUse),
      frequency: frequencies[Int(record.pointee.definitionBlock)], isDefinition: true, blockRange: -1, heldAtStart: false, heldAtEnd: false)
    makePieces(of: register)
  }

  mutating func crossesClobberPoint(_ register: Int) -> Bool {
    let record = registers[register]
    let clobbersBefore = record.registerClass == .float ? floatClobbersBefore.view : integerClobbersBefore.view
    for index in Int(record.firstLifetime)..<Int(record.endLifetime)
    where clobbersBefore[Int(lifetimes[index].from >> 1)] != clobbersBefore[Int(lifetimes[index].to >> 1)] {
      return true
    }
    return false
  }

  /// One piece of everything. Where registers are kept in a region, one of what comes before it, so that nothing puts that into a callee-saved register,
  /// and one of the rest.
  private mutating func holdAll(_ register: Int) {
    let isWhole = saveRegion.head == 0 || registers[register].registerClass == .float
    for isInside in [false, true] where isInside || !isWhole {
      segments.removeAll()
      for index in 0..<blockRanges.count where isWhole || saveRegion.contains(Int(blockRanges[index].block)) == isInside {
        hold(register, blockRanges[index])
      }
      if segments.count == 0 { continue }
      for index in 0..<segments.count { segments[index].parent = 0 }
      makePieces(of: register)
      if !isInside || registers[register].calleeSaved == Self.noPlace { continue }
      let piece = pieces.at(pieces.count - 1)
      piece.pointee.isCalleeSaved = true
      piece.pointee.hint = registers[register].calleeSaved
      piece.pointee.hintWeight = .infinity
    }
  }

  private mutating func hold(_ register: Int, _ blockRange: BlockRange) {
    let isLinked = blockRanges.count > 1
    makeSegment(
      register, from: blockRange.from, to: blockRange.to, Int(blockRange.firstUse), Int(blockRange.endUse), frequency: blockRange.frequency,
      isDefinition: blockRange.isDefinition, blockRange: -1, heldAtStart: isLinked && blockRange.startsBlock,
      heldAtEnd: isLinked && blockRange.endsBlock)
  }

  // MARK: Spans

  /// Adds a part of a live range, block by block.
  mutating func addBlockRanges(_ register: Int, from: Point, to: Point) {
    var from = from
    var block = Int(blockOfSlot[Int(from >> 1)])
    let record = registers.at(register)
    while from < to {
      let blockEnd = blockStart[block + 1]
      let end = min(to, blockEnd)
      let isDefinition = from == record.pointee.definition && block == Int(record.pointee.definitionBlock)
      blockRanges.append(
        BlockRange(
          block: UInt32(block), from: from, to: end, firstUse: 0, endUse: 0, frequency: frequencies[block],
          startsBlock: from == blockStart[block] && !isDefinition, endsBlock: end == blockEnd, isDefinition: isDefinition))
      from = end
      block += 1
    }
  }

  /// Finds the uses of each block range; both are in order.
  mutating func attachUses(_ register: Int) {
    guard blockRanges.count > 0 else { return }
    var use = firstUse(of: register, from: blockRanges[0].from)
    let end = Int(registers[register].endUse)
    for index in 0..<blockRanges.count {
      let blockRange = blockRanges.at(index)
      while use < end, uses[use].point < blockRange.pointee.from { use += 1 }
      blockRange.pointee.firstUse = UInt32(use)
      while use < end, uses[use].end <= blockRange.pointee.to { use += 1 }
      blockRange.pointee.endUse = UInt32(use)
    }
  }

  /// The first of a virtual register's uses that is not before a point.
  private mutating func firstUse(of register: Int, from point: Point) -> Int {
    var low = Int(registers[register].firstUse)
    var high = Int(registers[register].endUse)
    while low < high {
      let middle = (low + high) >> 1
      if uses[middle].point < point { low = middle + 1 } else { high = middle }
    }
    return low
  }

  // MARK: Decision

  /// Makes pieces of the block ranges that are not left out. Not linked: nothing is held from block to block.
  mutating func decide(_ function: borrowing MachineFunction, _ register: Int, isLinked: Bool) {
    segments.removeAll()
    let linked = isLinked && blockRanges.count > 1
    if isLinked { link(function, register) }
    for index in 0..<blockRanges.count where !blockRanges[index].isLeftOut { makeSegments(register, of: index) }
    function.work.spend(segments.count)
    if linked {
      connect(function)
      for index in 0..<blockRanges.count { rangeOfBlock[Int(blockRanges[index].block)] = .nothing }
    }
    makePieces(of: register)
  }

  /// Decides across which edges the virtual register is held. The block ranges that are not left out are in `rangeOfBlock` if there is more than one.
  mutating func link(_ function: borrowing MachineFunction, _ register: Int) {
    for index in 0..<blockRanges.count where !blockRanges[index].isLeftOut { look(register, at: index) }
    if blockRanges.count == 1 { return }
    for index in 0..<blockRanges.count where !blockRanges[index].isLeftOut { rangeOfBlock[Int(blockRanges[index].block)] = UInt32(index) }
    findNeeds(function)
    holdAcrossEdges(function)
  }

  /// What comes first and last in a block range: a use or a clobber point.
  private mutating func look(_ register: Int, at index: Int) {
    let blockRange = blockRanges.at(index)
    let record = registers.at(register)
    let isFloat = record.pointee.registerClass == .float
    let clobbersBefore = isFloat ? floatClobbersBefore.view : integerClobbersBefore.view
    let firstClobber = clobbersBefore[Int(blockRange.pointee.from >> 1)]
    let endClobber = clobbersBefore[Int(blockRange.pointee.to >> 1)]
    let hasUses = blockRange.pointee.firstUse < blockRange.pointee.endUse
    let isDefinition = blockRange.pointee.isDefinition && (record.pointee.rematerialization == .nothing || hasUses)
    if firstClobber == endClobber {
      blockRange.pointee.need = hasUses ? blockRange.pointee.frequency : 0
      blockRange.pointee.exit = hasUses || isDefinition ? .always : blockRange.pointee.startsBlock ? .passes : .never
    } else {
      let clobbers = isFloat ? floatClobbers.view : integerClobbers.view
      let isUsedFirst = hasUses && uses[Int(blockRange.pointee.firstUse)].point <= 2 * clobbers[Int(firstClobber)]
      blockRange.pointee.need = isUsedFirst ? blockRange.pointee.frequency : 0
      let isUsedLast = hasUses && uses[Int(blockRange.pointee.endUse) - 1].point > 2 * clobbers[Int(endClobber) - 1]
      blockRange.pointee.exit = isUsedLast ? .always : .never
    }
    blockRange.pointee.isHeldAtEnd = false
    blockRange.pointee.isHeldAtStart = false
  }

  /// A block that only passes the value on needs it as often as a use comes after it and before a clobber point. Loops make this a system of equations:
  /// solved from below by a few iterations, from the last block to the first. (Iterations that are left out make too little of uses after a loop, which
  /// are not worth a load in it.) Without a loop the first iteration has found all of it.
  private mutating func findNeeds(_ function: borrowing MachineFunction) {
    for _ in 0..<6 {
      function.work.spend(blockRanges.count)
      var isChanged = false
      var isInLoop = false
      for index in stride(from: blockRanges.count - 1, through: 0, by: -1) {
        let blockRange = blockRanges.at(index)
        if blockRange.pointee.isLeftOut || blockRange.pointee.exit != .passes || !blockRange.pointee.endsBlock { continue }
        let block = function.blocks.at(Int(blockRange.pointee.block))
        var need: Float = 0
        for edge in 0..<Int(block.pointee.successorCount) {
          let number = Int(function.blockNumbers[Int(block.pointee.firstSuccessor) + edge])
          let place = rangeOfBlock[number]
          if place == .nothing { continue }
          let successor = blockRanges.at(Int(place))
          if !successor.pointee.startsBlock { continue }
          // What comes before this one, or is it, is still to be found.
          if place <= index, successor.pointee.exit == .passes { isInLoop = true }
          if successor.pointee.need == 0 { continue }
          // The share of the successor's need that comes over this edge.
          need += successor.pointee.need * frequencies.share(function, from: Int(blockRange.pointee.block), to: number)
        }
        need = min(need, blockRange.pointee.frequency)
        if need - blockRange.pointee.need >= 0.01 * blockRange.pointee.frequency { isChanged = true }
        blockRange.pointee.need = need
      }
      if !isChanged || !isInLoop { break }
    }
  }

  private mutating func holdAcrossEdges(_ function: borrowing MachineFunction) {
    for index in 0..<blockRanges.count {
      let blockRange = blockRanges.at(index)
      if !blockRange.pointee.isLeftOut && blockRange.pointee.startsBlock && blockRange.pointee.need > 0 { blockRange.pointee.isHeldAtStart = true }
    }
    // What only passes the value on is needed by what it is passed to, until something has been given up.
    var mayBeUnneeded = false
    // Whatever the iterations leave is correct; more of them only find more loads to save.
    for _ in 0..<10 {
      function.work.spend(blockRanges.count)
      var isChanged = false
      for index in 0..<blockRanges.count where blockRanges[index].isHeldAtStart {
        let blockRange = blockRanges.at(index)
        let block = function.blocks.at(Int(blockRange.pointee.block))
        var loads: Float = 0
        for edge in 0..<Int(block.pointee.predecessorCount) {
          let predecessor = Int(function.blockNumbers[Int(block.pointee.firstPredecessor) + edge])
          let from = rangeOfBlock[predecessor]
          if from == .nothing || !endsHeld(Int(from)) {
            loads += frequencies.edge(function, from: predecessor, to: Int(blockRange.pointee.block))
          }
        }
        if loads >= blockRange.pointee.need {
          blockRange.pointee.isHeldAtStart = false
          isChanged = true
        }
      }
      if !isChanged && !mayBeUnneeded { break }
      mayBeUnneeded = dropUnneeded(function)
      if !isChanged && !mayBeUnneeded { break }
    }
    for index in 0..<blockRanges.count where !blockRanges[index].isLeftOut && blockRanges[index].endsBlock && endsHeld(index) {
      blockRanges[index].isHeldAtEnd = isHeldAfter(function, index)
    }
  }

  /// Blocks that only pass the value on to blocks that start without it.
  private mutating func dropUnneeded(_ function: borrowing MachineFunction) -> Bool {
    var isChanged = false
    for index in stride(from: blockRanges.count - 1, through: 0, by: -1) {
      let blockRange = blockRanges.at(index)
      if blockRange.pointee.isHeldAtStart && blockRange.pointee.exit == .passes && !isHeldAfter(function, index) {
        blockRange.pointee.isHeldAtStart = false
        isChanged = true
      }
    }
    return isChanged
  }

  @inline(__always)
  mutating func endsHeld(_ index: Int) -> Bool {
    let blockRange = blockRanges.at(index)
    return blockRange.pointee.exit == .always || blockRange.pointee.exit == .passes && blockRange.pointee.isHeldAtStart
  }

  private mutating func isHeldAfter(_ function: borrowing MachineFunction, _ index: Int) -> Bool {
    let block = function.blocks[Int(blockRanges[index].block)]
    for edge in 0..<Int(block.successorCount) {
      let successor = rangeOfBlock[Int(function.blockNumbers[Int(block.firstSuccessor) + edge])]
      if successor != .nothing && blockRanges[Int(successor)].isHeldAtStart { return true }
    }
    return false
  }

  // MARK: Segments

  /// The held zones of a block range.
  private mutating func makeSegments(_ register: Int, of index: Int) {
    let isFloat = registers[register].registerClass == .float
    let clobbersBefore = isFloat ? floatClobbersBefore.view : integerClobbersBefore.view
    let clobbers = isFloat ? floatClobbers.view : integerClobbers.view
    let blockRange = blockRanges[index]
    var clobber = Int(clobbersBefore[Int(blockRange.from >> 1)])
    let endClobber = Int(clobbersBefore[Int(blockRange.to >> 1)])
    var from = blockRange.from
    var firstUse = Int(blockRange.firstUse)
    while true {
      let isLast = clobber == endClobber
      let to = isLast ? blockRange.to : 2 * clobbers[clobber] + 1
      var endUse = firstUse
      while endUse < Int(blockRange.endUse), uses[endUse].point <= to { endUse += 1 }
      let isFirst = from == blockRange.from
      makeSegment(
        register, from: from, to: to, firstUse, endUse, frequency: blockRange.frequency, isDefinition: blockRange.isDefinition && isFirst,
        blockRange: index, heldAtStart: isFirst && blockRange.isHeldAtStart, heldAtEnd: isLast && blockRange.isHeldAtEnd)
      if isLast { break }
      firstUse = endUse
      // On to where something uses it, or to the end.
      let next = firstUse < Int(blockRange.endUse) ? Int(clobbersBefore[Int(uses[firstUse].point >> 1)]) : endClobber
      clobber = max(clobber + 1, next)
      from = 2 * clobbers[clobber - 1] + 2
    }
  }

  /// One zone: [from, to) with a range of uses.
  mutating func makeSegment(
    _ register: Int, from: Point, to: Point, _ firstUse: Int, _ endUse: Int, frequency: Float, isDefinition: Bool, blockRange: Int,
    heldAtStart: Bool, heldAtEnd: Bool
  ) {
    let record = registers.at(register)
    var start = heldAtStart || isDefinition ? from : to
    var end = heldAtEnd ? to : from
    var needsRegister = false
    var count = endUse - firstUse
    var cost: Float = 0
    if isDefinition {
      switch record.pointee.definitionKind {
      case .register, .early:
        end = max(end, (from | 1) + 1)
        needsRegister = true
        if record.pointee.rematerialization != .nothing && count == 0 && !heldAtEnd { return }
      case .any:
        end = max(end, from + 1)
        needsRegister = record.pointee.firstUse == record.pointee.endUse
      case .none, .parameter, .fixed: break
      }
      count += 1
      cost += frequency * 0.8
    }
    for index in firstUse..<endUse {
      let use = uses[index]
      if index == firstUse { start = min(start, use.point) }
      end = max(end, min(use.end, to))
      if use.kind.needsRegister { needsRegister = true }
      cost += frequency * Self.cost(use.kind)
    }
    if !needsRegister && !heldAtStart && !heldAtEnd && count <= 1 { return }
    if start >= end { return }
    var hint = Self.noPlace
    var hintWeight: Float = 0
    if isDefinition && record.pointee.definitionKind == .fixed {
      hint = record.pointee.definitionDetail
      hintWeight = frequency
    }
    // Registers that are reserved for this virtual register itself don't count.
    var mask: RegisterSet = 0
    var counted = Int(start)
    var index = firstUse
    while index < endUse {
      let point = uses[index].point
      var own: RegisterSet = 0
      while index < endUse, uses[index].point == point {
        if uses[index].kind == .fixed {
          hint = uses[index].detail
          hintWeight = frequency
          own |= 1 << RegisterSet(hint)
        }
        index += 1
      }
      if own == 0 || point >= end { continue }
      mask |= reserved.union(counted, Int(point)) | reserved[Int(point)] & ~own
      counted = Int(point) + 1
    }
    mask |= reserved.union(counted, Int(end))
    let segment = UInt32(segments.count)
    segments.append(
      Segment(from: start, to: end, parent: segment, cost: cost, reserved: mask, hint: hint, hintWeight: hintWeight))
    if blockRange >= 0 {
      if heldAtStart { blockRanges[blockRange].firstSegment = segment }
      if heldAtEnd { blockRanges[blockRange].lastSegment = segment }
    }
  }

  @inline(__always)
  private mutating func root(_ segment: UInt32) -> UInt32 {
    var segment = segment
    while segments[Int(segment)].parent != segment {
      let parent = segments[Int(segment)].parent
      segments[Int(segment)].parent = segments[Int(parent)].parent
      segment = parent
    }
    return segment
  }

  /// Unites segments that an edge connects.
  private mutating func connect(_ function: borrowing MachineFunction) {
    for index in 0..<blockRanges.count where blockRanges[index].isHeldAtStart && blockRanges[index].firstSegment != .nothing {
      let block = function.blocks[Int(blockRanges[index].block)]
      for edge in 0..<Int(block.predecessorCount) {
        let predecessor = rangeOfBlock[Int(function.blockNumbers[Int(block.firstPredecessor) + edge])]
        if predecessor == .nothing || blockRanges[Int(predecessor)].lastSegment == .nothing { continue }
        let a = root(blockRanges[Int(predecessor)].lastSegment)
        let b = root(blockRanges[index].firstSegment)
        // The first one is the root.
        if a < b { segments[Int(b)].parent = a } else { segments[Int(a)].parent = b }
      }
    }
  }

  // MARK: Pieces

  /// Makes pieces of the segments.
  mutating func makePieces(of register: Int) {
    for index in 0..<segments.count {
      let segment = segments[index]
      let head = Int(root(UInt32(index)))
      if segments[head].piece == .nothing {
        segments[head].piece = UInt32(pieces.count)
        pieces.append(
          Piece(
            register: UInt32(register), cost: 0, length: 0, reserved: 0, hint: Self.noPlace, hintWeight: 0, cuts: 0))
        bundles.append(
          Bundle(
            firstRange: .nothing, lastRange: .nothing, rangeCount: 0, firstPiece: UInt32(pieces.count - 1), lastPiece: UInt32(pieces.count - 1),
            cost: 0, length: 0, weight: 0, reserved: 0, hint: Self.noPlace, hintWeight: 0))
      }
      let number = segments[head].piece
      let piece = pieces.at(Int(number))
      piece.pointee.cost += segment.cost
      piece.pointee.length += segment.to - segment.from
      piece.pointee.reserved |= segment.reserved
      if segment.hint != Self.noPlace && segment.hintWeight > piece.pointee.hintWeight {
        piece.pointee.hint = segment.hint
        piece.pointee.hintWeight = segment.hintWeight
      }
      let bundle = bundles.at(Int(number))
      if bundle.pointee.lastRange != .nothing, ranges[Int(bundle.pointee.lastRange)].to == segment.from {
        ranges[Int(bundle.pointee.lastRange)].to = segment.to
      } else {
        let range = UInt32(ranges.count)
        ranges.append(LiveRange(from: segment.from, to: segment.to, piece: number))
        append(range, to: number)
      }
    }
  }
}
