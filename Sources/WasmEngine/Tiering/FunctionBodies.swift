// A module's bodies as the optimizing compiler reads them: where they are, which are known to be valid, what the module says about their branches,
// and which registers their final code changes. Raw tables, because the compiler's thread reads them while the program's thread writes.

import CompilerInterface
import OMG
import RuntimeLayout
import Synchronization
import WasmFormat

/// A module's bodies, in the form that the compiler reads.
final class FunctionBodies: @unchecked Sendable {
  private let bodies: BodyRanges
  /// Which bodies are known to be valid. Bytes go from 0 to 1 under the lock of the module's code, while optimizing compilers read them.
  let isValid: UnsafeMutablePointer<UInt8>
  private let hints = Mutex<BranchHints?>(nil)
  /// Of optimized code.
  let clobbers: KnownClobbers

  init(_ bodies: BodyRanges, areValid: Bool) {
    self.bodies = bodies
    isValid = .allocate(capacity: max(bodies.count, 1))
    clobbers = KnownClobbers(count: bodies.count)
    isValid.initialize(repeating: areValid ? 1 : 0, count: bodies.count)
  }

  /// Valid while this is.
  var ranges: UnsafePointer<BodyRange> { bodies.base }

  func noteValid(_ function: Int) { SharedByte.store(1, at: isValid + function) }

  /// What the module says about its branches. It is read when somebody asks for the first time.
  func branchHints(_ module: Module) -> BranchHints {
    hints.withLock { hints in
      if let hints { return hints }
      let read = module.declarations.branchHints(in: UnsafeRawBufferPointer(start: module.bytes, count: module.byteCount))
      hints = read
      return read
    }
  }

  deinit {
    isValid.deallocate()
    clobbers.deallocate()
  }
}
