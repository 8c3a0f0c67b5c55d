// Landings, and the table by which they are found (RuntimeLayout.HandlerTable). Each call has a try of its own there, since what lies where in the frame
// differs from call to call.

import CompilerInterface
import RawCollections
import RuntimeLayout

/// Of a block that begins with one.
struct Landing {
  var offset: UInt32
  /// The number of the tag, or Operation.anyTag.
  var tag: UInt32
}

extension CodeEmitter where Target: ~Copyable {
  /// The block ends with the call that was written last, and something is caught out of it.
  mutating func noteHandledCall(_ block: Int) {
    handlers.addCall(returnOffset: lastReturn, tryIndex: handledBlocks.count)
    handledBlocks.append(Int32(block))
  }

  mutating func noteLanding(_ block: Int) {
    landings[block] = Landing(offset: UInt32(truncatingIfNeeded: asm.offset), tag: current.pointee.auxiliary)
  }

  /// Hands over one try for each call: the successors of the block that it ends, but for the first one, are the landings.
  mutating func listHandlers() {
    for index in 0..<handledBlocks.count {
      let block = blocks[Int(handledBlocks[index])]
      handlers.addTry(parent: -1, clauseCount: Int(block.successorCount) - 1)
      for number in 1..<Int(block.successorCount) {
        let landing = landings[Int(blockNumbers[Int(block.firstSuccessor) + number])]
        let tag = landing.tag == Operation.anyTag ? HandlerTable.anyTag : UInt32(module.layout.tag(Int(landing.tag)))
        handlers.addClause(tag: tag, landing: landing.offset)
      }
    }
  }
}
