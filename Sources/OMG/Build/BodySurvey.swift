// A first look at a body, before its graph is built: which locals each loop assigns (they need phis at its header), and whether the
// function calls itself in tail position.

import RawCollections
import WasmFormat

struct BodySurvey: ~Copyable {
  /// The loops of all bodies that are being built, outermost function first, in the order of their opcodes; each names a range of `assigned`.
  struct Loop {
    /// Offset of the opcode in the body.
    var offset: Int32
    /// The loop's last operator's end.
    var end: Int32
    var firstAssigned: Int32
    var assignedCount: Int32
  }

  var loops = RawArray<Loop>(capacity: 32)
  var assigned = RawArray<Int32>(capacity: 64)
  private var open = RawArray<Int32>(capacity: 32)
  /// For each local, the last open loop that noted it; per nesting level in `noted`.
  private var lastNoted = RawArray<Int32>(capacity: 64)
  private var pending = RawArray<Int32>(capacity: 64)
  private var pendingStarts = RawArray<Int32>(capacity: 16)
  private(set) var callsItselfAtEnd = false

  mutating func reset() {
    loops.removeAll()
    assigned.removeAll()
  }

  /// Forgets the loops from a number on: their function is done.
  mutating func discard(loopsFrom first: Int, assignedFrom start: Int) {
    loops.setCount(first)
    assigned.setCount(start)
  }

  /// Looks through a body's operators. Throws if the loops together assign more than `limit` locals: each of these becomes a phi.
  mutating func survey(
    _ start: UnsafePointer<UInt8>, body: UnsafePointer<UInt8>, localCount: Int, functionIndex: Int, limit: Int
  ) throws(OMGRefusal) {
    var cursor = TrustedCursor(start)
    let rows = OpcodeTable.rows
    open.removeAll()
    pending.removeAll()
    pendingStarts.removeAll()
    lastNoted.fill(-1, count: localCount)
    callsItselfAtEnd = false
    // A structure's number in `open`: a loop's, or −1.
    open.append(-1)
    while true {
      let position = cursor.pc - body
      let row = cursor.row(rows)
      switch row.pointee.opcode {
      case .block, .if:
        cursor.skip(.blockType)
        open.append(-1)
      case .loop:
        cursor.skip(.blockType)
        open.append(Int32(loops.count))
        pendingStarts.append(Int32(pending.count))
        loops.append(Loop(offset: Int32(position), end: 0, firstAssigned: 0, assignedCount: 0))
      case .tryTable:
        cursor.skip(.tryTable)
        open.append(-1)
      case .end:
        let closed = open.removeLast()
        if closed >= 0 {
          close(Int(closed), end: cursor.pc - body)
          guard assigned.count <= limit else { throw .tooLarge }
        }
        if open.count == 0 { return }
      case .localSet, .localTee:
        let local = cursor.index()
        if pendingStarts.count > 0 { pending.append(Int32(local)) }
      case .returnCall:
        if cursor.index() == functionIndex { callsItselfAtEnd = true }
      default:
        cursor.skip(row.pointee.immediates)
      }
    }
  }

  /// What was assigned since the loop's start is assigned by it, and by the loops around it.
  private mutating func close(_ loop: Int, end: Int) {
    let start = Int(pendingStarts.removeLast())
    let first = assigned.count
    var kept = start
    for index in start..<pending.count {
      let local = pending[index]
      if lastNoted[Int(local)] == Int32(loop) { continue }
      lastNoted[Int(local)] = Int32(loop)
      assigned.append(local)
      pending[kept] = local
      kept += 1
    }
    // Without repetitions.
    pending.setCount(kept)
    loops[loop].end = Int32(end)
    loops[loop].firstAssigned = Int32(first)
    loops[loop].assignedCount = Int32(assigned.count - first)
  }
}
