// The code of a wide switch in a loop, as interpreters have it, with more variables than there are registers: where the branches meet and go on, what is in
// memory stays there.

import SampleBodies
import Testing
import WasmEngine

@Suite struct SwitchCodeTests {
  /// `run(n)`: n times one of so many cases, each of which changes two of twelve variables and may call; all of them are needed at the end.
  private static func interpreter(cases: UInt32) -> ModuleBuilder {
    var builder = ModuleBuilder()
    let work = builder.function(nil, [.i32], [.i32]) { body in
      body.localGet(0)
      for number in 1..<60 as Range<Int32> {
        body.i32Const(number)
        body.emit(.i32Mul)
        body.localGet(0)
        body.emit(.i32Xor)
      }
    }
    builder.function("run", [.i32], [.i32]) { body in
      let variables = (0..<12).map { _ in body.addLocal(.i32) }
      func variable(_ number: UInt32) -> UInt32 { variables[Int(number % 12)] }
      body.countDown { body in
        for _ in 0...cases { body.block() }
        body.localGet(0)
        body.i32Const(Int32(cases))
        body.emit(.i32RemU)
        body.brTable(Array(0..<cases), default: 0)
        body.end()
        for number in 0..<cases {
          body.localGet(variable(number))
          body.localGet(variable(number * 5 + 1))
          body.emit(.i32LtU)
          body.if()
          body.localGet(variable(number * 3))
          body.call(work)
          body.localSet(variable(number + 1))
          body.end()
          body.localGet(variable(number * 7 + 2))
          body.i32Const(Int32(number) + 3)
          body.emit(.i32Add)
          body.localSet(variable(number + 2))
          body.br(cases - 1 - number)
          body.end()
        }
      }
      for local in variables {
        body.localGet(local)
        body.localGet(0)
        body.emit(.i32Add)
        body.localSet(0)
      }
      body.localGet(0)
    }
    return builder
  }

  @Test func variablesInMemoryStayThereWhereTheBranchesOfASwitchMeet() throws {
    let module = try Self.interpreter(cases: 40).module(Engine.with(tier: .omg))
    let sizes = try [Tier.bbq, .omg].map { try module.code(ofFunction: 1, tier: $0)?.bytes.count ?? 0 }
    // With loads and stores of what has not changed it would be twice the baseline's.
    #expect(sizes[1] > 0 && sizes[1] * 10 < sizes[0] * 18, "\(sizes)")
    var results: [Int32] = []
    for tier in [Tier.bbq, .omg] {
      let instance = try Self.interpreter(cases: 40).instance(Store(Engine.with(tier: tier)))
      results.append(try instance.function("run")!(Int32(2000), as: Int32.self))
    }
    #expect(results[0] == results[1])
  }
}
