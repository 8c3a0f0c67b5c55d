// Moves that happen at the same time, put into an order in which they can happen one after another: a move is ready when nobody still has to
// read its target; what remains are cycles, which a scratch register breaks. Where the cycle itself needs that register, for 128 bits from slot to
// slot, a spare slot does. Time is linear in the number of moves.

import RawCollections

/// A move of a set that happens at the same time, before an instruction.
struct PendingMove {
  /// 4 × the instruction + the set: moves of an edge at the block's start, of the instruction, of the edge at the block's end.
  var key: UInt32
  var registerClass: RegisterClass
  var width: RegisterWidth
  /// none: the instruction `rematerialization` makes the value.
  var source: Allocation
  var target: Allocation
  var rematerialization = UInt32.nothing
}

struct ParallelMoves: ~Copyable {
  /// By place: the move that writes it, and the number of moves that have yet to read it.
  private var writer = UncheckedArray<UInt32>(capacity: 128)
  private var readers = UncheckedArray<UInt32>(capacity: 128)
  private var ready = UncheckedArray<UInt32>(capacity: 32)
  private var isDone = UncheckedArray<Bool>(capacity: 32)
  /// A slot of 128 bits after those of the allocation, and whether some cycle needed it.
  private var spareSlot = Allocation.none
  private(set) var usesSpareSlot = false

  init() {}

  mutating func prepare(slotCount: Int) {
    spareSlot = Allocation(slot: slotCount)
    usesSpareSlot = false
    writer.setCount(64 + slotCount)
    readers.setCount(64 + slotCount)
    for place in 0..<writer.count {
      writer[place] = .nothing
      readers[place] = 0
    }
  }

  /// Appends edits that do the moves.
  mutating func resolve(
    _ moves: UnsafeBufferPointer<PendingMove>, _ function: borrowing MachineFunction, into edits: inout UncheckedArray<Edit>
  ) {
    if moves.count == 1 {
      if moves[0].source == .none { rematerialize(moves[0], function, &edits) } else { move(moves[0], function, &edits, busy: nil) }
      return
    }
    isDone.setCount(moves.count)
    ready.removeAll()
    var remaining = 0
    for index in 0..<moves.count {
      let move = moves[index]
      // What is there twice is the same move.
      isDone[index] = move.source == move.target || writer[Int(move.target.raw)] != .nothing
      if isDone[index] { continue }
      writer[Int(move.target.raw)] = UInt32(index)
      if move.source != .none {
        readers[Int(move.source.raw)] += 1
        remaining += 1
      }
    }
    for index in 0..<moves.count where !isDone[index] && moves[index].source != .none && readers[Int(moves[index].target.raw)] == 0 {
      ready.append(UInt32(index))
    }
    while ready.count > 0 {
      let index = Int(ready.removeLast())
      move(moves[index], function, &edits, busy: nil)
      isDone[index] = true
      remaining -= 1
      let source = Int(moves[index].source.raw)
      readers[source] -= 1
      let next = writer[source]
      if readers[source] == 0 && next != .nothing && !isDone[Int(next)] && moves[Int(next)].source != .none { ready.append(next) }
    }
    if remaining > 0 {
      for index in 0..<moves.count where !isDone[index] && moves[index].source != .none { breakCycle(index, moves, function, &edits) }
    }
    for index in 0..<moves.count where !isDone[index] { rematerialize(moves[index], function, &edits) }
    for index in 0..<moves.count {
      writer[Int(moves[index].target.raw)] = .nothing
      if moves[index].source != .none { readers[Int(moves[index].source.raw)] = 0 }
    }
  }

  /// The cycle that a move is in: its target is saved, and comes last.
  private mutating func breakCycle(
    _ first: Int, _ moves: UnsafeBufferPointer<PendingMove>, _ function: borrowing MachineFunction, _ edits: inout UncheckedArray<Edit>
  ) {
    let saved = moves[first].target
    var last = first
    var needsFloatScratch = false
    while moves[last].source != saved {
      if moves[last].width == .w128, moves[last].source.isSlot, moves[last].target.isSlot { needsFloatScratch = true }
      last = Int(writer[Int(moves[last].source.raw)])
    }
    let registerClass = moves[last].registerClass
    var temporary = Allocation(registerClass == .integer ? function.integerScratch : function.floatScratch)
    var busy: RegisterClass? = registerClass
    if needsFloatScratch, registerClass == .float {
      temporary = spareSlot
      usesSpareSlot = true
      busy = nil
    }
    var save = moves[last]
    save.target = temporary
    move(save, function, &edits, busy: nil)
    var index = first
    while index != last {
      move(moves[index], function, &edits, busy: busy)
      isDone[index] = true
      index = Int(writer[Int(moves[index].source.raw)])
    }
    var restore = moves[last]
    restore.source = temporary
    move(restore, function, &edits, busy: busy)
    isDone[last] = true
  }

  /// One move; from slot to slot by a scratch register, not the one of the class `busy`.
  private func move(_ move: PendingMove, _ function: borrowing MachineFunction, _ edits: inout UncheckedArray<Edit>, busy: RegisterClass?) {
    if move.source == move.target { return }
    let before = move.key >> 2
    if move.source.isSlot && move.target.isSlot {
      let usesFloat = move.width == .w128 || busy.map { $0 == .integer } ?? (move.registerClass == .float)
      let scratch = Allocation(usesFloat ? function.floatScratch : function.integerScratch)
      let registerClass: RegisterClass = usesFloat ? .float : .integer
      edits.append(Edit(before: before, kind: .move, registerClass: registerClass, width: move.width, source: move.source, target: scratch))
      edits.append(Edit(before: before, kind: .move, registerClass: registerClass, width: move.width, source: scratch, target: move.target))
    } else {
      edits.append(Edit(before: before, kind: .move, registerClass: move.registerClass, width: move.width, source: move.source, target: move.target))
    }
  }

  private func rematerialize(_ move: PendingMove, _ function: borrowing MachineFunction, _ edits: inout UncheckedArray<Edit>) {
    let before = move.key >> 2
    let scratch = Allocation(move.registerClass == .integer ? function.integerScratch : function.floatScratch)
    let target = move.target.isSlot ? scratch : move.target
    edits.append(
      Edit(
        before: before, kind: .rematerialize, registerClass: move.registerClass, width: move.width, target: target,
        instruction: move.rematerialization))
    if move.target.isSlot {
      edits.append(Edit(before: before, kind: .move, registerClass: move.registerClass, width: move.width, source: scratch, target: move.target))
    }
  }
}
