// Landings, and the table by which they are found (RuntimeLayout.HandlerTable). Each call has a try of its own there, since what lies where in the frame
// differs from call to call.

import MachineCode
import RuntimeLayout

/// Of a block that is one.
struct Landing {
  var offset: UInt32
  /// The number of the tag, or Operation.anyTag.
  var tag: UInt32
}

extension X64CodeEmitter {
  mutating func unwindBranch(_ block: Int) {
    handlers.addCall(returnOffset: lastReturn, tryIndex: handledBlocks.count)
    handledBlocks.append(Int32(block))
    jump(successor(block, 0))
  }

  mutating func landing(_ block: Int) {
    landings[block] = Landing(offset: UInt32(truncatingIfNeeded: asm.offset), tag: current.pointee.auxiliary)
    reloadContext()
  }

  /// Hands over one try for each call: the successors of the block that it ends, but for the first one, are the landings.
  mutating func listHandlers() {
    for index in 0..<handledBlocks.count {
      let block = blocks[Int(handledBlocks[index])]
      handlers.addTry(parent: -1, clauseCount: Int(block.successorCount) - 1)
      for number in 1..<Int(block.successorCount) {
        let landing = landings[Int(blockNumbers[Int(block.firstSuccessor) + number])]
        let tag = landing.tag == Operation.anyTag ? HandlerTable.anyTag : UInt32(view.layout.tag(Int(landing.tag)))
        handlers.addClause(tag: tag, landing: landing.offset)
      }
    }
  }
}
