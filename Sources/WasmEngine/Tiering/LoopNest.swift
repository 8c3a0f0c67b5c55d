// Which loops of a body lie around one of them.

import WasmFormat

enum LoopNest {
  /// The offsets of the loops around the one at an offset of a valid body, outermost first, and that offset.
  static func loops(around offset: Int, in body: Slice<UnsafeRawBufferPointer>) -> [Int] {
    let body = UnsafeRawBufferPointer(rebasing: body)
    guard let start = body.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return [offset] }
    var cursor = TrustedCursor(start)
    cursor.skipLocals()
    let rows = OpcodeTable.rows
    // Of each open structure: where it begins if it is a loop, otherwise -1.
    var open: [Int] = []
    while cursor.pc < start + offset {
      let position = cursor.pc - start
      let row = cursor.row(rows)
      switch row.pointee.opcode {
      case .block, .if, .tryTable: open.append(-1)
      case .loop: open.append(position)
      case .end: open.removeLast()
      default: break
      }
      cursor.skip(row.pointee.immediates)
    }
    return open.filter { $0 >= 0 } + [offset]
  }
}
