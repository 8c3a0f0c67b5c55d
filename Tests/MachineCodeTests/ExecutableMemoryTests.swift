// Executable memory: what is written through one view is seen through the other, and blocks are reused.

import MachineCode
import Testing

@Suite struct ExecutableMemoryTests {
  @Test func writesShowInTheExecutableView() throws {
    let memory = try ExecutableMemory(size: 1 << 20)
    let block = try #require(memory.allocate(3))
    [UInt8](arrayLiteral: 1, 2, 3).withUnsafeBytes { memory.write($0, at: block.offset) }
    #expect(memory.address(block.offset + 2).load(as: UInt8.self) == 3)
  }

  @Test func freedBlocksJoinAndAreReused() throws {
    let memory = try ExecutableMemory(size: 1 << 16)
    let blocks = (0..<8).compactMap { _ in memory.allocate(100) }
    #expect(blocks.count == 8 && blocks.allSatisfy { $0.offset % 16 == 0 })
    for index in [1, 3, 2] { memory.deallocate(blocks[index]) }
    let joined = try #require(memory.allocate(300))
    #expect(joined.offset == blocks[1].offset)
    memory.deallocate(joined)
    for index in [7, 0, 5, 6, 4] { memory.deallocate(blocks[index]) }
    #expect(memory.allocated == 0)
    #expect(memory.allocate(1 << 16)?.offset == 0)
    #expect(memory.allocate(1) == nil)
  }

  @Test func callsAreRetargetedInPlace() throws {
    let memory = try ExecutableMemory(size: 1 << 16)
    let block = try #require(memory.allocate(64))
    var asm = X64Assembler()
    asm.ret()
    let field = asm.patchable(isJump: false)
    memory.write(UnsafeRawBufferPointer(asm.code.bytes), at: block.offset)
    memory.retarget(site: block.offset + field, to: block.offset)
    #expect(memory.address(block.offset + field).loadUnaligned(as: Int32.self) == Int32(-field - 4))
    #expect(memory.address(block.offset + field - 1).load(as: UInt8.self) == 0xE8)
  }

  @Test func whereCodeIsExecutedDoesNotTellWhereItIsWritten() throws {
    let regions = try (0..<8).map { _ in try ExecutableMemory(size: 1 << 16) }
    let distances = regions.map { UInt(bitPattern: $0.writableAddress(0)) &- UInt(bitPattern: $0.base) }
    #expect(Set(distances).count == regions.count)
    // Nor is it the distance to a neighbour.
    #expect(distances.allSatisfy { $0 > 1 << 30 && $0 < 0 &- (1 << 30) })
  }
}
