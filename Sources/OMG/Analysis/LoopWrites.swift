// What loops may change: the instructions that write memory or state, in block order, so that those of a loop lie in one range (with some
// of blocks that are not in the loop).

import RawCollections

struct LoopWrites: ~Copyable {
  /// Of each position, how far execution has come there; see HoistLoopInvariants.
  var progress = UncheckedArray<UInt8>(capacity: 128)
  private var writes = UncheckedArray<LoopWrite>(capacity: 128)
  /// For each loop its range in `writes`.
  private var ranges = UncheckedArray<WriteRange>(capacity: 32)

  /// More writes of a loop are not looked at: they may concern anything.
  private static var limit: Int { 64 }

  mutating func prepare(_ graph: borrowing Graph, _ order: borrowing BlockOrder, _ loops: borrowing Loops) {
    progress.setCount(order.count)
    writes.removeAll()
    ranges.setCount(loops.count)
    for loop in 0..<loops.count { ranges[loop] = WriteRange(start: UInt32.max, end: 0) }
    for position in 0..<order.count {
      progress[position] = 2
      if loops.innermost[position] == Loops.none { continue }
      var value = graph.at(order[position]).pointee.first
      while value.exists {
        let effects = graph.at(value).pointee.operation.effects
        if effects.contains(.writesMemory) || effects.contains(.writesState) {
          add(value, position, loops)
        }
        value = graph.at(value).pointee.next
      }
    }
    // What an inner loop writes is written by those around it, which have the greater numbers.
    for loop in 0..<loops.count where loops.loops[loop].parent != Loops.none { extend(Int(loops.loops[loop].parent), by: ranges[loop]) }
  }

  private mutating func add(_ value: Value, _ position: Int, _ loops: borrowing Loops) {
    let index = UInt32(truncatingIfNeeded: writes.count)
    writes.append(LoopWrite(value: value, position: UInt32(truncatingIfNeeded: position)))
    extend(Int(loops.innermost[position]), by: WriteRange(start: index, end: index + 1))
  }

  private func extend(_ loop: Int, by other: WriteRange) {
    ranges[loop] = WriteRange(start: min(ranges[loop].start, other.start), end: max(ranges[loop].end, other.end))
  }

  /// Whether something in the loop may change what a load, globalGet or memorySize reads.
  func isWritten(_ graph: borrowing Graph, _ value: Value, _ loop: UInt32, _ loops: borrowing Loops) -> Bool {
    let range = ranges[Int(loop)]
    if range.start >= range.end { return false }
    if range.end - range.start > Self.limit { return true }
    for index in range.start..<range.end {
      let write = writes[Int(index)]
      if loops.contains(loop, Int(write.position)), graph.mayChange(write.value, value) { return true }
    }
    return false
  }
}

struct LoopWrite {
  var value: Value
  var position: UInt32
}

struct WriteRange {
  var start: UInt32
  var end: UInt32
}

extension Graph {
  /// Whether an instruction with effects may change what a load, globalGet or memorySize reads.
  func mayChange(_ write: Value, _ read: Value) -> Bool {
    let (one, other) = (at(write), at(read))
    switch one.pointee.operation {
    case .store:
      guard other.pointee.operation == .load else { return false }
      return mayOverlap(
        one.pointee.a, one.pointee.immediate, accessSize(write), other.pointee.a, other.pointee.immediate, accessSize(read),
        sameMemory: one.pointee.index == other.pointee.index)
    case .globalSet: return other.pointee.operation == .globalGet && mayBeSameGlobal(one.pointee.index, other.pointee.index)
    case .tableSet: return false
    default: break
    }
    let effects = callEffects(write)
    switch other.pointee.operation {
    case .load: return effects.contains(.writesMemory)
    case .globalGet: return effects == .calls && module.globals[Int(other.pointee.index)].isMutable
    default: return effects.contains(.writesState)
    }
  }
}
