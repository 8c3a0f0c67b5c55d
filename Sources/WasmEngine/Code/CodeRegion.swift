// The process's region of compiled code: allocation under one lock, and the map by which the fault handler knows it.

import FaultHandler
import MachineCode
import RuntimeLayout
import Synchronization

/// Compiled code of all modules.
final class CodeRegion: Sendable {
  /// A piece of code and its number in the fault handler's map.
  struct Piece: Sendable {
    let block: CodeBlock
    let number: UInt32
  }

  private let memory: ExecutableMemory
  private let lock = Mutex(())

  /// The region, or nil when the system gave no memory for it.
  static let shared: CodeRegion? = CodeRegion()

  private init?() {
    guard let memory = try? ExecutableMemory(size: min(Tuning.codeRegionSize, HostLinkage.reach)),
      latch_code_map_init(UInt(bitPattern: memory.base), memory.size)
    else { return nil }
    self.memory = memory
  }

  /// Puts code into the region.
  func place(_ code: UnsafeRawBufferPointer) throws(ResourceError) -> CodeBlock {
    guard let block = allocate(code.count) else { throw ResourceError("the code region is full") }
    memory.write(code, at: block.offset)
    return block
  }

  func allocate(_ size: Int) -> CodeBlock? { lock.withLock { _ in memory.allocate(size) } }

  func deallocate(_ block: CodeBlock) { lock.withLock { _ in memory.deallocate(block) } }

  func deallocate(_ pieces: [Piece]) {
    for piece in pieces { latch_code_unregister(piece.number) }
    lock.withLock { _ in for piece in pieces { memory.deallocate(piece.block) } }
  }

  /// Writes a lazy stub for each of so many functions, the first of which has this index.
  func writeStubs(_ block: CodeBlock, first: Int, count: Int) {
    let start = memory.writableAddress(block.offset)
    for index in 0..<count { HostLinkage.writeStub(at: start + index * HostLinkage.stubSize, function: UInt32(first + index)) }
    HostLinkage.publish(memory.address(block.offset), count: block.size)
  }

  func address(_ offset: Int) -> UInt { UInt(bitPattern: memory.address(offset)) }

  func retarget(site: Int, to target: Int) { memory.retarget(site: site, to: target) }

  /// Bytes of code in use in the whole process.
  var allocated: Int { lock.withLock { _ in memory.allocated } }
}
