// Valid functions whose shapes make the compilers' own numbers large, and invalid ones that compilers meet before the validator does.

import Testing
import WasmEngine

@Suite struct HostileShapeTests {
  /// In six loops an access counts 2^18; so many of them are 2^32.
  @Test(arguments: Tier.allCases)
  func aParameterThatIsReadSixteenThousandTimesInLoopsKeepsItsValue(_ tier: Tier) throws {
    var builder = ModuleBuilder()
    builder.function("f", [.i32], [.i32]) { body in
      for _ in 0..<6 { body.loop() }
      for _ in 0..<(1 << 14) - 1 {
        body.localGet(0)
        body.drop()
      }
      body.localGet(0)
      body.return()
      for _ in 0..<6 { body.end() }
      body.unreachable()
    }
    let instance = try builder.instance(Store(Engine.with(tier: tier)))
    #expect(try instance.function("f")!(Int32(77), as: Int32.self) == 77)
  }

  /// A call of two bytes passes a thousand arguments and takes a thousand results.
  @Test(arguments: Tier.allCases)
  func muchMoreCodeThanBytesIsRefused(_ tier: Tier) throws {
    let thousand = [ValueType](repeating: .i32, count: 1000)
    func outcome(calls: Int) throws -> Int32 {
      var builder = ModuleBuilder()
      let turn = builder.function(nil, thousand, thousand) { body in for index in 0..<1000 as Range<UInt32> { body.localGet(999 - index) } }
      builder.function("f", [.i32], [.i32]) { body in
        for _ in 0..<1000 { body.localGet(0) }
        for _ in 0..<calls { body.call(turn) }
        for _ in 0..<999 { body.drop() }
      }
      return try builder.instance(Store(Engine.with(tier: tier))).function("f")!(Int32(5), as: Int32.self)
    }
    #expect(try outcome(calls: 50) == 5)
    let error = #expect(throws: (any Error).self) { try outcome(calls: 20_000) }
    #expect("\(error!)".contains("implementation limit: too much code for the size of the function"), "\(error!)")
  }

  /// A branch table gives a thousand values to each of its targets.
  @Test func muchMoreCodeThanBytesIsRefusedWithinAnOperator() throws {
    let thousand = [ValueType](repeating: .i32, count: 1000)
    var builder = ModuleBuilder()
    let type = builder.writer.addType(FuncType(thousand, thousand))
    builder.function("f", [.i32], thousand) { body in
      for _ in 0..<1000 { body.localGet(0) }
      for _ in 0..<3000 { body.block(.type(type)) }
      // Something below the values, so that they have to be moved.
      body.localGet(0)
      for _ in 0..<1000 { body.localGet(0) }
      body.localGet(0)
      body.brTable(Array(0..<3000), default: 0)
      for _ in 0..<3000 { body.end() }
    }
    let error = #expect(throws: (any Error).self) {
      try builder.instance(Store(Engine.with(tier: .bbq))).function("f")!.call([.i32(0)])
    }
    #expect("\(error!)".contains("implementation limit: too much code for the size of the function"), "\(error!)")
  }

  /// The code generator looks at the next operator for a place of its result.
  @Test(arguments: Tier.allCases)
  func aLocalThatDoesNotExistIsAnErrorAlsoWhereTheResultOfAnOperatorIsPutThere(_ tier: Tier) throws {
    for local in [1, 2, 100, 127, 128, 300] as [UInt32] {
      var builder = ModuleBuilder()
      builder.function("f", [.i32], []) { body in
        body.localGet(0)
        body.localGet(0)
        body.emit(.i32Add)
        body.localSet(local)
      }
      let error = #expect(throws: (any Error).self) { try builder.instance(Store(Engine.with(tier: tier))).function("f")!(Int32(1)) }
      #expect("\(error!)".contains("unknown local \(local)"), "\(error!)")
    }
  }
}
