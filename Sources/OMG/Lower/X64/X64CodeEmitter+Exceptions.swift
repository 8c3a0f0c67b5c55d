// Landings, and the table by which they are found (RuntimeLayout.HandlerTable). Each call has a try of its own there, since what lies where in the frame
// differs from call to call.

import MachineCode
import RuntimeLayout

/// A call that something is caught behind.
struct HandledCall {
  var returnOffset: UInt32
  /// The block that it ends, whose successors but the first are landings.
  var block: Int
}

/// Of a block that is one.
struct Landing {
  var offset: UInt32
  /// The number of the tag, or Operation.anyTag.
  var tag: UInt32
}

extension X64CodeEmitter {
  mutating func unwindBranch(_ block: Int) {
    handledCalls.append(HandledCall(returnOffset: lastReturn, block: block))
    jump(successor(block, 0))
  }

  mutating func landing(_ block: Int) {
    landings[block] = Landing(offset: UInt32(truncatingIfNeeded: asm.offset), tag: current.pointee.auxiliary)
    reloadContext()
  }

  mutating func makeHandlerTable() {
    handlerWords.removeAll()
    if handledCalls.count == 0 { return }
    var clauseCount = 0
    for index in 0..<handledCalls.count { clauseCount += Int(blocks[handledCalls[index].block].successorCount) - 1 }
    for word in [frameSize, handledCalls.count, handledCalls.count, clauseCount] { handlerWords.append(UInt32(word)) }
    for index in 0..<handledCalls.count {
      handlerWords.append(handledCalls[index].returnOffset)
      handlerWords.append(UInt32(index))
    }
    clauseCount = 0
    for index in 0..<handledCalls.count {
      let count = Int(blocks[handledCalls[index].block].successorCount) - 1
      handlerWords.append(HandlerTable.none)
      handlerWords.append(UInt32(clauseCount))
      handlerWords.append(UInt32(count))
      clauseCount += count
    }
    for index in 0..<handledCalls.count {
      let block = handledCalls[index].block
      for number in 1..<Int(blocks[block].successorCount) {
        let landing = landings[Int(blockNumbers[Int(blocks[block].firstSuccessor) + number])]
        handlerWords.append(landing.tag == Operation.anyTag ? HandlerTable.anyTag : UInt32(view.layout.tag(Int(landing.tag))))
        handlerWords.append(landing.offset)
      }
    }
  }
}
