// Step 4, continued: a bundle that finds no register is split, and its parts try again.
//
// In this order, whichever makes smaller parts: a joined bundle into its pieces; a piece into what is in deeper loops and what is outside of
// them (each decided anew, so a loop that does not use the value leaves it in its slot); into its blocks; at the last point up
// to which some register is free; at last one instruction that needs the value in a register, which outweighs everything.

import RawCollections

extension RegisterAllocator {
  /// Pieces that were cut so often are cut into single instructions.
  private static var cutLimit: UInt8 { 40 }

  mutating func split(_ function: borrowing MachineFunction, _ number: UInt32) {
    if bundles[Int(number)].firstPiece != bundles[Int(number)].lastPiece {
      separate(number)
      return
    }
    let piece = pieces[Int(bundles[Int(number)].firstPiece)]
    let register = Int(piece.register)
    let firstNew = pieces.count
    blockRanges.removeAll()
    var range = bundles[Int(number)].firstRange
    while range != .nothing {
      addBlockRanges(register, from: ranges[Int(range)].from, to: ranges[Int(range)].to)
      range = ranges[Int(range)].next
    }
    attachUses(register)
    splitClass = registers[register].registerClass
    if blockRanges.count == 1 {
      splitBlock(function, register, piece)
    } else {
      splitByDepth(function, register)
    }
    function.work.spend(2 * blockRanges.count)
    for new in firstNew..<pieces.count { enter(new) }
  }

  /// A new piece becomes a bundle.
  private mutating func enter(_ index: Int) {
    bundleOfPiece.setCount(pieces.count)
    makeBundle(ofPiece: index)
    enqueue(UInt32(index))
  }

  /// Undoes coalescing.
  private mutating func separate(_ number: UInt32) {
    let bundle = bundles[Int(number)]
    var piece = bundle.firstPiece
    var previous = UInt32.nothing
    while piece != .nothing {
      bundles[Int(piece)] = Bundle(
        firstRange: .nothing, lastRange: .nothing, rangeCount: 0, firstPiece: piece, lastPiece: piece, cost: 0, length: 0, weight: 0,
        reserved: 0, hint: Self.noPlace, hintWeight: 0)
      if previous != .nothing { makePartners(pieces[Int(piece)].register, pieces[Int(previous)].register) }
      previous = piece
      piece = pieces[Int(piece)].nextInBundle
    }
    var range = bundle.firstRange
    while range != .nothing {
      let next = ranges[Int(range)].next
      ranges[Int(range)].next = .nothing
      append(range, to: ranges[Int(range)].piece)
      range = next
    }
    piece = bundle.firstPiece
    while piece != .nothing {
      let next = pieces[Int(piece)].nextInBundle
      pieces[Int(piece)].nextInBundle = .nothing
      enter(Int(piece))
      piece = next
    }
  }

  /// Two virtual registers that were to be together still like to be.
  @inline(__always)
  mutating func makePartners(_ a: UInt32, _ b: UInt32) {
    if registers[Int(a)].partner == .nothing { registers[Int(a)].partner = b }
    if registers[Int(b)].partner == .nothing { registers[Int(b)].partner = a }
  }

  private mutating func splitByDepth(_ function: borrowing MachineFunction, _ register: Int) {
    var least = Int.max
    var greatest = -1
    for index in 0..<blockRanges.count {
      let depth = Self.depth(function, blockRanges[index])
      least = min(least, depth)
      greatest = max(greatest, depth)
    }
    if least == greatest {
      decide(function, register, isLinked: false)
      return
    }
    // One level at a time; in deeper nests half of them, or each would be looked at as often as it is deep.
    let boundary = greatest - least <= 8 ? least : (least + greatest) / 2
    for isInner in [true, false] {
      for index in 0..<blockRanges.count {
        blockRanges[index].isLeftOut = (Self.depth(function, blockRanges[index]) > boundary) != isInner
        blockRanges[index].firstSegment = .nothing
        blockRanges[index].lastSegment = .nothing
      }
      decide(function, register, isLinked: true)
    }
  }

  /// How deep in loops a block range is; cold blocks are further out than all others.
  @inline(__always)
  private static func depth(_ function: borrowing MachineFunction, _ blockRange: BlockRange) -> Int {
    let block = function.blocks[Int(blockRange.block)]
    return block.isCold ? 0 : Int(block.loopDepth) + 1
  }

  // MARK: Within a block

  private mutating func splitBlock(_ function: borrowing MachineFunction, _ register: Int, _ piece: Piece) {
    let blockRange = blockRanges[0]
    let firstUse = Int(blockRange.firstUse)
    let endUse = Int(blockRange.endUse)
    if piece.isMinimal {
      isComplete = false
      return
    }
    if firstUse == endUse && !blockRange.isDefinition { return }
    let firstPoint = blockRange.isDefinition ? blockRange.from & ~1 : uses[firstUse].point
    let lastPoint = firstUse < endUse ? uses[endUse - 1].point : firstPoint
    if firstPoint == lastPoint || blockRange.to <= (blockRange.from & ~1) + 2 {
      makeMinimal(register, blockRange, at: firstPoint)
    } else if piece.cuts >= Self.cutLimit {
      // Single instructions.
      var use = firstUse
      var end = use
      var isDefinition = blockRange.isDefinition
      while isDefinition || use < endUse {
        let point = isDefinition ? firstPoint : uses[use].point
        while end < endUse, uses[end].point == point { end += 1 }
        makePart(register, blockRange, from: blockRange.from, to: blockRange.to, use, end, isDefinition: isDefinition, piece)
        isDefinition = false
        use = end
      }
    } else {
      var boundary = lastFreePoint(function, blockRange) & ~1
      var use = firstUse
      while use < endUse, uses[use].end <= boundary { use += 1 }
      if use == firstUse && (!blockRange.isDefinition || boundary <= blockRange.from) || boundary <= firstPoint {
        boundary = firstPoint + 2
        use = firstUse
        while use < endUse, uses[use].point < boundary { use += 1 }
      }
      makePart(register, blockRange, from: blockRange.from, to: boundary, firstUse, use, isDefinition: blockRange.isDefinition, piece)
      makePart(register, blockRange, from: boundary, to: blockRange.to, use, endUse, isDefinition: false, piece)
    }
  }

  /// The point where the last register that has been free from the block range's start on is in use.
  private mutating func lastFreePoint(_ function: borrowing MachineFunction, _ blockRange: BlockRange) -> Point {
    var free = function.allocatable & (splitClass == .integer ? 0xFFFF_FFFF : ~0xFFFF_FFFF as RegisterSet)
    var point = Int(blockRange.from)
    while point < Int(blockRange.to) {
      let end = min(Int(blockRange.to), (point | 63) + 1)
      let left = free & ~(occupied.union(point, end) | reserved.union(point, end))
      if left != 0 {
        free = left
        point = end
        continue
      }
      for place in point..<end {
        free &= ~(occupied[place] | reserved[place])
        if free == 0 { return Point(place) }
      }
      point = end
    }
    return blockRange.to
  }

  private mutating func makePart(
    _ register: Int, _ blockRange: BlockRange, from: Point, to: Point, _ firstUse: Int, _ endUse: Int, isDefinition: Bool, _ parent: Piece
  ) {
    let firstNew = pieces.count
    segments.removeAll()
    makeSegment(
      register, from: from, to: to, firstUse, endUse, frequency: blockRange.frequency, isDefinition: isDefinition, blockRange: -1, heldAtStart: false,
      heldAtEnd: false)
    makePieces(of: register)
    for new in firstNew..<pieces.count { pieces[new].cuts = parent.cuts &+ 1 }
  }

  /// One instruction's uses or definition; nothing if they can do with a slot.
  private mutating func makeMinimal(_ register: Int, _ blockRange: BlockRange, at point: Point) {
    var needsRegister = false
    var endUse = Int(blockRange.firstUse)
    // A use that is moved away before the next instruction can do with the slot.
    while endUse < Int(blockRange.endUse), uses[endUse].point <= point { endUse += 1 }
    if blockRange.isDefinition {
      let kind = registers[register].definitionKind
      needsRegister = kind == .register || kind == .early || kind == .any && registers[register].firstUse == registers[register].endUse
    }
    for use in Int(blockRange.firstUse)..<endUse where uses[use].kind.needsRegister { needsRegister = true }
    if !needsRegister { return }
    let firstNew = pieces.count
    segments.removeAll()
    makeSegment(
      register, from: blockRange.from, to: blockRange.to, Int(blockRange.firstUse), endUse, frequency: blockRange.frequency,
      isDefinition: blockRange.isDefinition,
      blockRange: -1, heldAtStart: false, heldAtEnd: false)
    makePieces(of: register)
    for new in firstNew..<pieces.count { pieces[new].isMinimal = true }
  }
}
