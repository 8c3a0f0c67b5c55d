// A runtime's region of compiled code: allocation under one lock, and the map by which the fault handler knows it.

import FaultHandler
import MachineCode
import RuntimeLayout
import Synchronization

/// Compiled code of all modules of a runtime.
final class CodeRegion: @unchecked Sendable {
  /// A piece of code and its number in the fault handler's map.
  struct Piece: Sendable {
    let block: CodeBlock
    let number: UInt32
  }

  private let memory: ExecutableMemory
  private let lock = Mutex(())
  /// The fault handler's map.
  private let map: OpaquePointer

  /// A region of that size, or a smaller one when address space is short; nil when the system gives none.
  init?(size wanted: Int) {
    var size = max(min(wanted, HostLinkage.reach), 1)
    while true {
      if let memory = try? ExecutableMemory(size: size), let map = latch_code_region_add(UInt(bitPattern: memory.base), memory.size) {
        self.memory = memory
        self.map = map
        return
      }
      if size / 2 < Tuning.smallestCodeRegion { return nil }
      size /= 2
    }
  }

  deinit { latch_code_region_remove(map) }

  /// Puts code into the region.
  func place(_ code: UnsafeRawBufferPointer) throws(ResourceError) -> CodeBlock {
    guard let block = allocate(code.count) else { throw ResourceError("the code region is full") }
    memory.write(code, at: block.offset)
    return block
  }

  func allocate(_ size: Int) -> CodeBlock? { lock.withLock { _ in memory.allocate(size) } }

  func deallocate(_ block: CodeBlock) { lock.withLock { _ in memory.deallocate(block) } }

  func deallocate(_ pieces: [Piece]) {
    for piece in pieces { latch_code_unregister(map, piece.number) }
    lock.withLock { _ in for piece in pieces { memory.deallocate(piece.block) } }
  }

  /// Writes a lazy stub for each of so many functions, the first of which has this index.
  func writeStubs(_ block: CodeBlock, first: Int, count: Int) {
    let start = memory.writableAddress(block.offset)
    for index in 0..<count { HostLinkage.writeStub(at: start + index * HostLinkage.stubSize, function: UInt32(first + index)) }
    HostLinkage.publish(memory.address(block.offset), count: block.size)
  }

  /// Tells the fault handler about code. 0: there are too many pieces.
  func register(_ code: latch_code) -> UInt32 { withUnsafePointer(to: code) { latch_code_register(map, $0) } }

  func address(_ offset: Int) -> UInt { UInt(bitPattern: memory.address(offset)) }

  func retarget(site: Int, to target: Int) { memory.retarget(site: site, to: target) }

  /// Bytes of code in use.
  var allocated: Int { lock.withLock { _ in memory.allocated } }
}
