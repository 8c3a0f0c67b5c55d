// Programs that once were compiled wrongly.

import Testing
import WasmEngine

@Suite struct GeneratedCodeTests {
  /// An operand that stands for a local must survive a load into that local, whose address is in a register of its own.
  @Test func loadsIntoALocalKeepItsOldValueOnTheStack() throws {
    var builder = ModuleBuilder()
    _ = builder.writer.addMemory(MemoryType(Limits(1)))
    builder.writer.addActiveData(offset: .i32(0), bytes: (0..<64).map { UInt8($0) })
    builder.function("integer", [.i32], [.i32]) { body in
      body.localGet(0)
      body.localGet(0)
      body.i32Const(15)
      body.emit(.i32And)
      body.load(.i32Load8U, offset: 20)
      body.localTee(0)
      body.i32Const(1000)
      body.emit(.i32Mul)
      body.emit(.i32Add)
    }
    builder.function("float", [.f64, .i32], [.f64]) { body in
      body.localGet(0)
      body.localGet(1)
      body.i32Const(8)
      body.emit(.i32And)
      body.load(.f64Load)
      body.localTee(0)
      body.drop()
      body.loop(.empty)
      body.localGet(0)
      body.localGet(0)
      body.emit(.f64Add)
      body.localSet(0)
      body.end()
    }
    let instance = try builder.instance(Store())
    // 0x123 & 15 = 3; the byte at 23 is 23.
    #expect(try instance.function("integer")!(Int32(0x123), as: Int32.self) == 0x123 + 23_000)
    #expect(try instance.function("float")!(2.5, Int32(9), as: Double.self) == 2.5)
  }
}
