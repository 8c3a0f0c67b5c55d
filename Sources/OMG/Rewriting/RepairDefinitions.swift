// Puts phis where two definitions of what was one value meet, after blocks have been copied: single ones, one after the other (beginCopy), or regions of
// several blocks each (beginRegion). All uses outside of the original block or region are looked at, and get the value that reaches them (Braun et al.: Simple and Efficient Construction of Static Single Assignment Form).

import RawCollections

struct RepairDefinitions: ~Copyable {
  /// For each value its copy; .max: it has none.
  private var copies = UncheckedArray<UInt32>(capacity: 1024)
  /// For each block that was copied the block with the copy.
  private var homes = UncheckedArray<UInt32>(capacity: 128)
  private var original = Block.none
  /// For each block 2n if it is in region n, 2n + 1 if it is a copy of such a block; 0: neither.
  private var regions = UncheckedArray<UInt32>(capacity: 128)
  private var regionCount: UInt32 = 0
  /// Phis whose inputs are still to be found.
  private var pending = UncheckedArray<PendingPhi>(capacity: 64)
  /// Value and block → the value at the block's start: a hash table.
  private var known = UncheckedArray<KnownDefinition>(capacity: 64)
  private var knownCount = 0

  mutating func reset(_ graph: borrowing Graph) {
    copies.setCount(graph.instructions.count)
    for index in 0..<copies.count { copies[index] = UInt32.max }
    homes.setCount(graph.blocks.count)
    for index in 0..<homes.count { homes[index] = UInt32.max }
    regions.fill(0, count: graph.blocks.count)
    regionCount = 0
    pending.removeAll()
    resize(64)
  }

  /// Whether the value was there at the start, so that it can have a copy.
  func covers(_ value: Value) -> Bool { value.number < copies.count }

  /// The next definitions are of this block's values, and hold at the end of `home`.
  mutating func beginCopy(of block: Block, in home: Block) {
    original = block
    homes[block.number] = home.index
  }

  /// The next definitions are of values of a region: of the blocks that are named to `cover` next.
  mutating func beginRegion() { regionCount += 1 }

  /// `home` is the copy of a block of the region.
  mutating func cover(_ block: Block, _ home: Block) {
    homes[block.number] = home.index
    while regions.count <= home.number { regions.append(0) }
    regions[block.number] = 2 * regionCount
    regions[home.number] = 2 * regionCount + 1
  }

  @inline(__always)
  private func region(_ block: Block) -> UInt32 { block.number < regions.count ? regions[block.number] : 0 }

  /// Whether a block is in the region at hand.
  func isInRegion(_ block: Block) -> Bool { region(block) == 2 * regionCount }

  /// What takes a value's place in the copy of the region at hand; the value itself if it is from elsewhere.
  func copyInRegion(of value: Value, _ graph: borrowing Graph) -> Value {
    hasCopy(value) && isInRegion(graph.at(value).pointee.block) ? Value(copies[value.number]) : value
  }

  /// The copy of a block of the region at hand; the block itself if it is another one.
  func copyInRegion(of block: Block) -> Block { isInRegion(block) ? Block(homes[block.number]) : block }

  /// Whether both blocks are in the same region, or one of them is in the region's copy.
  private func isSameRegion(_ block: Block, _ definition: Block) -> Bool { region(definition) != 0 && region(block) | 1 == region(definition) | 1 }

  mutating func define(_ copy: Value, asCopyOf value: Value) { copies[value.number] = copy.index }

  /// What takes a value's place in the copy of its block; the value itself if it is from elsewhere.
  func copy(of value: Value, in block: Block, _ graph: borrowing Graph) -> Value {
    graph.at(value).pointee.block == block && hasCopy(value) ? Value(copies[value.number]) : value
  }

  @inline(__always)
  private func hasCopy(_ value: Value) -> Bool { value.number < copies.count && copies[value.number] != UInt32.max }

  // MARK: Uses

  mutating func run(_ graph: inout Graph) {
    let count = graph.instructions.count
    for index in 0..<count where graph.instructions[index].block.exists {
      let user = Value(index)
      let block = graph.at(user).pointee.block
      let isPhi = graph.at(user).pointee.operation == .phi
      for place in 0..<graph.argumentCount(user) {
        let value = graph.arguments(user)[place]
        guard hasCopy(value), isPhi || graph.at(value).pointee.block != block else { continue }
        // Within a region, and within its copy, uses are right.
        if isSameRegion(isPhi ? graph.predecessors(block)[place] : block, graph.at(value).pointee.block) { continue }
        let reaching =
          isPhi ? read(&graph, value, graph.predecessors(block)[place], atEnd: true) : read(&graph, value, block, atEnd: false)
        graph.arguments(user)[place] = reaching
      }
    }
    while pending.count > 0 {
      let phi = pending.removeLast()
      let block = graph.at(phi.phi).pointee.block
      for place in 0..<graph.predecessors(block).count {
        let input = read(&graph, phi.value, graph.predecessors(block)[place], atEnd: true)
        graph.appendArgument(phi.phi, input)
      }
    }
  }

  /// The value that stands for `value` at a block's start or end.
  private mutating func read(_ graph: inout Graph, _ value: Value, _ block: Block, atEnd: Bool) -> Value {
    var steps = 0
    let result = search(&graph, value, block, atEnd: atEnd, &steps)
    // The next search that comes here need not go all the way. (The value passes through the block, as the first step went on to its predecessor.)
    if steps > 4, find(value, block) == nil { remember(value, block, result) }
    return result
  }

  /// `steps`: of a search that goes on to a predecessor at once, how many of them.
  private mutating func search(_ graph: inout Graph, _ value: Value, _ block: Block, atEnd: Bool, _ steps: inout Int) -> Value {
    let original = value
    var (value, block, atEnd) = (value, block, atEnd)
    while true {
      graph.work.spend(1)
      let definition = graph.at(value).pointee.block
      if atEnd {
        if block == definition { return value }
        // Whatever leaves a region, or its copy, comes after the definition.
        if isSameRegion(block, definition) { return region(block) & 1 == 0 ? value : Value(copies[value.number]) }
        if homes[definition.number] == block.index {
          let copy = Value(copies[value.number])
          // The copy may be of another header, and have been copied itself.
          guard hasCopy(copy), graph.at(copy).pointee.block != block else { return copy }
          value = copy
          continue
        }
      }
      if let found = find(value, block) { return found }
      let predecessors = graph.predecessors(block)
      if predecessors.count == 1 {
        block = predecessors[0]
        atEnd = true
        if value == original { steps += 1 }
        continue
      }
      // Only what no path reaches has no definition.
      if predecessors.isEmpty { return value }
      let phi = graph.make(Instruction(.phi, graph.at(value).pointee.type))
      graph.link(phi, after: .none, in: block)
      remember(value, block, phi)
      pending.append(PendingPhi(phi: phi, value: value))
      return phi
    }
  }

  // MARK: The table

  private func slot(_ value: Value, _ block: Block) -> Int {
    let word = (UInt64(value.index) << 32 | UInt64(block.index)) &* 0x9E37_79B9_7F4A_7C15
    return Int(truncatingIfNeeded: word >> 33) & (known.count - 1)
  }

  private func find(_ value: Value, _ block: Block) -> Value? {
    var index = slot(value, block)
    while known[index].value.exists {
      if known[index].value == value, known[index].block == block { return known[index].result }
      index = (index + 1) & (known.count - 1)
    }
    return nil
  }

  private mutating func remember(_ value: Value, _ block: Block, _ result: Value) {
    if knownCount * 2 >= known.count {
      let old = UnsafeMutableBufferPointer<KnownDefinition>.allocate(capacity: known.count)
      for index in 0..<known.count { old[index] = known[index] }
      resize(old.count * 2)
      for entry in old where entry.value.exists { insert(entry) }
      old.deallocate()
    }
    insert(KnownDefinition(value: value, block: block, result: result))
  }

  private mutating func insert(_ entry: KnownDefinition) {
    var index = slot(entry.value, entry.block)
    while known[index].value.exists { index = (index + 1) & (known.count - 1) }
    known[index] = entry
    knownCount += 1
  }

  private mutating func resize(_ size: Int) {
    known.setCount(size)
    for index in 0..<size { known[index] = KnownDefinition(value: .none, block: .none, result: .none) }
    knownCount = 0
  }
}

struct PendingPhi {
  var phi: Value
  var value: Value
}

struct KnownDefinition {
  var value: Value
  var block: Block
  var result: Value
}
