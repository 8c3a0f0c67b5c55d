// Functions of a few hundred bytes whose graphs would be enormous: many locals, and structures, edges or loops each of which asks for a copy of
// all of them. They stay in the baseline tier and return what they should.

import Testing
import WasmEngine

@Suite struct GraphLimitTests {
  enum Shape: String, CaseIterable {
    case manyElses, nestedIfs, branchesToOneBlock, tableToOneLoop, nestedLoops, landings
  }

  private static let localCount = 40_000

  /// Adds operators that leave 7 in local 1 if local 0 is 0.
  private func write(_ shape: Shape, _ body: inout FunctionBodyWriter) {
    /// So many copies of all locals are more words than any limit allows.
    let copies = 1_000
    switch shape {
    case .manyElses:
      // The limit is met in the `if`s of this loop and in the branches over their `else`s.
      for _ in 0..<copies {
        body.localGet(0)
        body.if()
        body.localGet(0)
        body.localSet(2)
        body.else()
        body.localGet(1)
        body.localSet(3)
        body.end()
      }
    case .nestedIfs:
      for _ in 0..<copies {
        body.localGet(0)
        body.emit(.i32Eqz)
        body.if()
      }
      for _ in 0..<copies { body.end() }
    case .branchesToOneBlock:
      body.block()
      for local in 0..<copies {
        body.localGet(0)
        body.brIf(0)
        body.localGet(0)
        body.localSet(UInt32(local + 2))
      }
      body.end()
    case .tableToOneLoop:
      body.loop()
      for local in 2..<20_000 as Range<UInt32> {
        body.localGet(0)
        body.localSet(local)
      }
      body.block()
      body.localGet(0)
      body.brTable([0] + [UInt32](repeating: 1, count: copies), default: 1)
      body.end()
      body.end()
    case .nestedLoops:
      for _ in 0..<copies { body.loop() }
      for local in 2..<20_000 as Range<UInt32> {
        body.localGet(0)
        body.localSet(local)
      }
      for _ in 0..<copies { body.end() }
    case .landings:
      body.block()
      body.tryTable(.empty, [.all(label: 0)])
      for _ in 0..<copies { body.call(0) }
      body.end()
      body.end()
    }
    body.i32Const(7)
    body.localSet(1)
  }

  @Test("A small function whose graph would be enormous is refused and does what it should", arguments: Shape.allCases)
  func enormousGraphsAreRefused(_ shape: Shape) throws {
    var builder = ModuleBuilder()
    // Too long to take the place of its calls.
    builder.function { body in for _ in 0..<100 { body.emit(.nop) } }
    builder.function("f", [.i32], [.i32]) { body in
      for _ in 0..<Self.localCount { _ = body.addLocal(.i32) }
      write(shape, &body)
      body.localGet(1)
    }
    let engine = Engine.with(tier: .omg, waits: true)
    let instance = try builder.instance(Store(engine))
    let f = try #require(instance.function("f"))
    #expect(try f(Int32(0), as: Int32.self) == 7)
    #expect(engine.tierStatistics.refused == 1)
  }
}
