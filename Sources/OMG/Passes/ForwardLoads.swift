// Replaces loads by what is known to be in memory, because it was stored or loaded there before, and removes stores of what is there already. The
// same for globals and the size of memory.
//
//     store v1, v2 … load v1        → v2
//     load v1 … load v1             → one load
//     store.unsigned8 v1, v2 … load.signed8 v1    → extend8_s v2
//
// What is known at a block's start is what was known at the end of its immediate dominator, without what blocks on any path from there may have
// changed. These are found by going backwards from the block; if they are too many, nothing is known. A walk over the dominator tree in
// preorder; the lists of what is known lie one after the other in one array, those of finished subtrees are dropped.

import RawCollections
import RuntimeLayout

func forwardLoads(_ graph: inout Graph, _ scratch: inout Scratch) {
  scratch.order.compute(graph)
  scratch.dominators.compute(graph, scratch.order)
  scratch.memory.run(&graph, scratch.order, scratch.dominators)
  eliminateIdentities(&graph)
}

/// The content of some bytes of memory, or of a global, or a memory's size.
struct KnownContent {
  enum Place: UInt8 { case memory, global, size }
  var place: Place
  /// How the load that gave `value` extended it; of a store: only the low bits of `value` are there.
  var access: MemoryAccess
  var isLoaded: Bool
  var size: UInt8
  var index: UInt32
  var address: Value
  var offset: Int64
  var value: Value
}

struct ForwardLoads: ~Copyable {
  private var known = UncheckedArray<KnownContent>(capacity: 256)
  /// Of each position where its list, at the block's end, is in `known`.
  private var starts = UncheckedArray<UInt32>(capacity: 128)
  private var ends = UncheckedArray<UInt32>(capacity: 128)
  /// For each position its last visit when walking backwards.
  private var visited = UncheckedArray<UInt32>(capacity: 128)
  private var pending = UncheckedArray<UInt32>(capacity: 64)
  /// What may change something, by position: those of a block from its entry in `firstWrites` to the next one's.
  private var writes = UncheckedArray<Value>(capacity: 128)
  private var firstWrites = UncheckedArray<UInt32>(capacity: 128)
  /// Where the list of the current block starts.
  private var start = 0

  /// More contents are not remembered at once.
  private static var limit: Int { 40 }
  /// Blocks and writes between a block and its immediate dominator.
  private static var regionLimit: Int { 48 }

  mutating func run(_ graph: inout Graph, _ order: borrowing BlockOrder, _ dominators: borrowing Dominators) {
    let count = order.count
    known.removeAll()
    starts.setCount(count)
    ends.setCount(count)
    visited.setCount(count)
    for position in 0..<count { visited[position] = UInt32.max }
    listWrites(graph, order)
    for place in 0..<count {
      let position = Int(dominators.preorder[place])
      begin(graph, order, position, place == 0 ? -1 : Int(dominators.immediate[position]))
      var value = graph.at(order[position]).pointee.first
      while value.exists {
        let next = graph.at(value).pointee.next
        graph.resolveArguments(value)
        visit(&graph, value)
        value = next
      }
      starts[position] = UInt32(truncatingIfNeeded: start)
      ends[position] = UInt32(truncatingIfNeeded: known.count)
    }
  }

  private mutating func listWrites(_ graph: borrowing Graph, _ order: borrowing BlockOrder) {
    writes.removeAll()
    firstWrites.removeAll()
    for position in 0..<order.count {
      firstWrites.append(UInt32(truncatingIfNeeded: writes.count))
      var value = graph.at(order[position]).pointee.first
      while value.exists {
        let effects = graph.at(value).pointee.operation.effects
        if effects.contains(.writesMemory) || effects.contains(.writesState) { writes.append(value) }
        value = graph.at(value).pointee.next
      }
    }
    firstWrites.append(UInt32(truncatingIfNeeded: writes.count))
  }

  // MARK: Blocks

  /// The list for a block's start.
  private mutating func begin(_ graph: borrowing Graph, _ order: borrowing BlockOrder, _ position: Int, _ dominator: Int) {
    if dominator < 0 {
      start = 0
      return
    }
    let from = Int(starts[dominator])
    let end = Int(ends[dominator])
    known.setCount(end)
    start = end
    if from == end { return }
    for index in from..<end {
      let content = known[index]
      known.append(content)
    }
    let predecessors = graph.predecessors(order[position])
    if predecessors.count == 1 { return }
    forgetRegion(graph, order, position, dominator)
  }

  /// Forgets what blocks on paths from the dominator to this block may change.
  private mutating func forgetRegion(_ graph: borrowing Graph, _ order: borrowing BlockOrder, _ position: Int, _ dominator: Int) {
    let stamp = UInt32(truncatingIfNeeded: position)
    var left = Self.regionLimit
    pending.removeAll()
    visited[dominator] = stamp
    push(graph, order, position, stamp)
    while pending.count > 0, known.count > start {
      let other = Int(pending.removeLast())
      left -= 1
      for index in firstWrites[other]..<firstWrites[other + 1] where left > 0 {
        // (It may have been removed since.)
        let value = writes[Int(index)]
        guard graph.at(value).pointee.block.exists else { continue }
        forget(graph, value)
        left -= 1
      }
      if left <= 0 { known.setCount(start) }
      if known.count == start { return }
      // Of a loop's header: also what comes before it, but for the dominator.
      push(graph, order, other, stamp)
    }
  }

  private mutating func push(_ graph: borrowing Graph, _ order: borrowing BlockOrder, _ position: Int, _ stamp: UInt32) {
    let predecessors = graph.predecessors(order[position])
    // Most of them would be too many in any case.
    if predecessors.count > 4 * Self.regionLimit { return known.setCount(start) }
    graph.work.spend(predecessors.count)
    for predecessor in predecessors where order.isReachable(predecessor) {
      let other = order.position(predecessor)
      if visited[other] == stamp { continue }
      visited[other] = stamp
      pending.append(UInt32(truncatingIfNeeded: other))
    }
  }

  // MARK: Instructions

  private mutating func visit(_ graph: inout Graph, _ value: Value) {
    let instruction = graph.at(value).pointee
    switch instruction.operation {
    case .load:
      let size = graph.accessSize(value)
      if let content = find(graph, value, size), let result = converted(&graph, content, value, instruction) {
        return graph.replace(value, by: result)
      }
      remember(
        KnownContent(
          place: .memory, access: instruction.access, isLoaded: true, size: UInt8(size), index: instruction.index, address: instruction.a,
          offset: instruction.immediate, value: value))
    case .store:
      let size = graph.accessSize(value)
      if let content = find(graph, value, size), content.value == instruction.b { return graph.unlink(value) }
      forget(graph, value)
      remember(
        KnownContent(
          place: .memory, access: instruction.access, isLoaded: false, size: UInt8(size), index: instruction.index, address: instruction.a,
          offset: instruction.immediate, value: instruction.b))
    case .globalGet:
      for index in start..<known.count where known[index].place == .global && known[index].index == instruction.index {
        return graph.replace(value, by: known[index].value)
      }
      remember(global(instruction.index, value))
    case .globalSet:
      for index in start..<known.count
      where known[index].place == .global && known[index].index == instruction.index && known[index].value == instruction.a {
        return graph.unlink(value)
      }
      forget(graph, value)
      remember(global(instruction.index, instruction.a))
    case .memorySize where graph.module.memories[Int(instruction.index)].isShared: break
    case .memorySize:
      for index in start..<known.count where known[index].place == .size && known[index].index == instruction.index {
        return graph.replace(value, by: known[index].value)
      }
      var content = global(instruction.index, value)
      content.place = .size
      remember(content)
    default:
      let effects = instruction.operation.effects
      if effects.contains(.writesMemory) || effects.contains(.writesState) { forget(graph, value) }
    }
  }

  private func global(_ index: UInt32, _ value: Value) -> KnownContent {
    KnownContent(place: .global, access: .whole, isLoaded: true, size: 8, index: index, address: .none, offset: 0, value: value)
  }

  private mutating func remember(_ content: KnownContent) {
    if known.count - start >= Self.limit {
      // Without the oldest half.
      let kept = Self.limit / 2
      for index in 0..<kept { known[start + index] = known[known.count - kept + index] }
      known.setCount(start + kept)
    }
    known.append(content)
  }

  /// What is known about the bytes of an access.
  private func find(_ graph: borrowing Graph, _ value: Value, _ size: Int) -> KnownContent? {
    let instruction = graph.at(value)
    var index = known.count - 1
    while index >= start {
      let content = known[index]
      if content.place == .memory, content.address == instruction.pointee.a, content.offset == instruction.pointee.immediate,
        Int(content.size) == size, content.index == instruction.pointee.index
      {
        return content
      }
      index -= 1
    }
    return nil
  }

  // MARK: Forgetting

  /// Forgets what an instruction with effects may change.
  private mutating func forget(_ graph: borrowing Graph, _ value: Value) {
    let instruction = graph.at(value)
    var kept = start
    let size = instruction.pointee.operation == .store ? graph.accessSize(value) : 0
    let effects = graph.callEffects(value)
    for index in start..<known.count {
      let content = known[index]
      let isLost: Bool
      switch instruction.pointee.operation {
      case .store:
        isLost =
          content.place == .memory
          && graph.mayOverlap(
            content.address, content.offset, Int(content.size), instruction.pointee.a, instruction.pointee.immediate, size,
            sameMemory: content.index == instruction.pointee.index)
      case .globalSet: isLost = content.place == .global && graph.mayBeSameGlobal(content.index, instruction.pointee.index)
      case .tableSet: isLost = false
      case .callHelper, .atomicLoad, .atomicStore, .atomicAdd, .atomicAnd, .atomicOr, .atomicXor, .atomicExchange, .atomicCompareExchange,
        .atomicFence:
        isLost =
          content.place == .memory
          ? effects.contains(.writesMemory) : content.place == .size ? effects.contains(.writesState) : effects == .calls
      default:
        isLost = content.place != .global || graph.module.globals[Int(content.index)].isMutable
      }
      if !isLost {
        known[kept] = content
        kept += 1
      }
    }
    known.setCount(kept)
  }

  // MARK: Conversion

  /// What a load gives where the low bits of a value are in memory; nil if no simple operation gives it.
  private func converted(_ graph: inout Graph, _ content: KnownContent, _ load: Value, _ instruction: Instruction) -> Value? {
    let value = content.value
    let source = graph.at(value).pointee.type
    let type = instruction.type
    if source == type, instruction.access == .whole, type != .v128 || content.access == .whole { return value }
    if source == type, content.isLoaded, content.access == instruction.access { return value }
    if source == .v128 || type == .v128 { return nil }
    if source.isFloat || type.isFloat {
      // The same bits in the other class.
      guard source.isFloat != type.isFloat, source.bits == type.bits, Int(content.size) * 8 == type.bits else { return nil }
      return graph.simplified(.reinterpret, type, value, before: load)
    }
    var low = value
    if source == .i64, type == .i32 { low = graph.simplified(.wrap, .i32, value, before: load) }
    if source == .i32, type == .i64 { low = graph.simplified(.extendUnsigned, .i64, value, before: load) }
    switch instruction.access {
    case .whole: return type == .i32 ? low : nil
    case .unsigned8, .unsigned16, .unsigned32:
      let mask = UInt64.max >> UInt64(64 - Int(content.size) * 8)
      return graph.simplified(.and, type, low, graph.constant(type, mask, before: load), before: load)
    case .signed8: return graph.simplified(.signExtend8, type, low, before: load)
    case .signed16: return graph.simplified(.signExtend16, type, low, before: load)
    case .signed32: return graph.simplified(.signExtend32, type, low, before: load)
    default: return nil
    }
  }
}
