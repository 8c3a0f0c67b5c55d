// Contexts and function records of a module's former instances, for the next ones: the records of an instance of a large module are as many as its functions, and are the
// same in each but for their owner. They follow compilation while nobody uses them, as those of living instances do.

import RuntimeLayout
import Synchronization

final class InstanceBlocks: Sendable {
  /// The context, whatever is in it, and the records, all right but for their owner.
  struct Block: @unchecked Sendable {
    let context: UnsafeMutableRawPointer
    let records: UnsafeMutablePointer<FunctionRecord>
  }

  private let idle = Mutex<[Block]>([])

  deinit {
    for block in idle.withLock({ $0 }) {
      block.context.deallocate()
      block.records.deallocate()
    }
  }

  func take() -> Block? { idle.withLock { $0.popLast() } }

  /// False if there are enough.
  func give(_ block: Block) -> Bool {
    idle.withLock { idle in
      if idle.count >= Tuning.idleMemories { return false }
      idle.append(block)
      return true
    }
  }
}
