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
    spans.removeAll()
    var range = bundles[Int(number)].firstRange
    while range != .nothing {
      addSpans(register, from: ranges[Int(range)].from, to: ranges[Int(range)].to)
      range = ranges[Int(range)].next
    }
    attachUses(register)
    spanClass = registers[register].registerClass
    if spans.count == 1 {
      splitBlock(function, register, piece)
    } else {
      splitByDepth(function, register)
    }
    function.work.spend(2 * spans.count)
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
      ranges.base[Int(range)].next = .nothing
      append(range, to: ranges[Int(range)].piece)
      range = next
    }
    piece = bundle.firstPiece
    while piece != .nothing {
      let next = pieces[Int(piece)].nextInBundle
      pieces.base[Int(piece)].nextInBundle = .nothing
      enter(Int(piece))
      piece = next
    }
  }

  /// Two virtual registers that were to be together still like to be.
  @inline(__always)
  mutating func makePartners(_ a: UInt32, _ b: UInt32) {
    if registers[Int(a)].partner == .nothing { registers.base[Int(a)].partner = b }
    if registers[Int(b)].partner == .nothing { registers.base[Int(b)].partner = a }
  }

  private mutating func splitByDepth(_ function: borrowing MachineFunction, _ register: Int) {
    var least = Int.max
    var greatest = -1
    for index in 0..<spans.count {
      let depth = Self.depth(function, spans[index])
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
      for index in 0..<spans.count {
        spans.base[index].isLeftOut = (Self.depth(function, spans[index]) > boundary) != isInner
        spans.base[index].firstSegment = .nothing
        spans.base[index].lastSegment = .nothing
      }
      decide(function, register, isLinked: true)
    }
  }

  /// How deep in loops a span is; cold blocks are further out than all others.
  @inline(__always)
  private static func depth(_ function: borrowing MachineFunction, _ span: Span) -> Int {
    let block = function.blocks[Int(span.block)]
    return block.isCold ? 0 : Int(block.loopDepth) + 1
  }

  // MARK: Within a block

  private mutating func splitBlock(_ function: borrowing MachineFunction, _ register: Int, _ piece: Piece) {
    let span = spans[0]
    let firstUse = Int(span.firstUse)
    let endUse = Int(span.endUse)
    if piece.isMinimal {
      isComplete = false
      return
    }
    if firstUse == endUse && !span.isDefinition { return }
    let firstPoint = span.isDefinition ? span.from & ~1 : uses[firstUse].point
    let lastPoint = firstUse < endUse ? uses[endUse - 1].point : firstPoint
    if firstPoint == lastPoint || span.to <= (span.from & ~1) + 2 {
      makeMinimal(register, span, at: firstPoint)
    } else if piece.cuts >= Self.cutLimit {
      // Single instructions.
      var use = firstUse
      var end = use
      var isDefinition = span.isDefinition
      while isDefinition || use < endUse {
        let point = isDefinition ? firstPoint : uses[use].point
        while end < endUse, uses[end].point == point { end += 1 }
        makePart(register, span, from: span.from, to: span.to, use, end, isDefinition: isDefinition, piece)
        isDefinition = false
        use = end
      }
    } else {
      var boundary = lastFreePoint(function, span) & ~1
      var use = firstUse
      while use < endUse, uses[use].end <= boundary { use += 1 }
      if use == firstUse && (!span.isDefinition || boundary <= span.from) || boundary <= firstPoint {
        boundary = firstPoint + 2
        use = firstUse
        while use < endUse, uses[use].point < boundary { use += 1 }
      }
      makePart(register, span, from: span.from, to: boundary, firstUse, use, isDefinition: span.isDefinition, piece)
      makePart(register, span, from: boundary, to: span.to, use, endUse, isDefinition: false, piece)
    }
  }

  /// The point where the last register that has been free from the span's start on is in use.
  private mutating func lastFreePoint(_ function: borrowing MachineFunction, _ span: Span) -> Point {
    var free = function.allocatable & (spanClass == .integer ? 0xFFFF_FFFF : ~0xFFFF_FFFF as RegisterSet)
    var point = Int(span.from)
    while point < Int(span.to) {
      let end = min(Int(span.to), (point | 63) + 1)
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
    return span.to
  }

  private mutating func makePart(
    _ register: Int, _ span: Span, from: Point, to: Point, _ firstUse: Int, _ endUse: Int, isDefinition: Bool, _ parent: Piece
  ) {
    let firstNew = pieces.count
    segments.removeAll()
    makeSegment(
      register, from: from, to: to, firstUse, endUse, frequency: span.frequency, isDefinition: isDefinition, span: -1, heldAtStart: false,
      heldAtEnd: false)
    makePieces(of: register)
    for new in firstNew..<pieces.count { pieces.base[new].cuts = parent.cuts &+ 1 }
  }

  /// One instruction's uses or definition; nothing if they can do with a slot.
  private mutating func makeMinimal(_ register: Int, _ span: Span, at point: Point) {
    var needsRegister = false
    var endUse = Int(span.firstUse)
    // A use that the next instruction moves away in front of it can do with the slot.
    while endUse < Int(span.endUse), uses[endUse].point <= point { endUse += 1 }
    if span.isDefinition {
      let kind = registers[register].definitionKind
      needsRegister = kind == .register || kind == .early || kind == .any && registers[register].firstUse == registers[register].endUse
    }
    for use in Int(span.firstUse)..<endUse where uses[use].kind.needsRegister { needsRegister = true }
    if !needsRegister { return }
    let firstNew = pieces.count
    segments.removeAll()
    makeSegment(
      register, from: span.from, to: span.to, Int(span.firstUse), endUse, frequency: span.frequency, isDefinition: span.isDefinition,
      span: -1, heldAtStart: false, heldAtEnd: false)
    makePieces(of: register)
    for new in firstNew..<pieces.count { pieces.base[new].isMinimal = true }
  }
}
