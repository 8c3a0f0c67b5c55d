// Calls between instances: a call returns with the context and the memory that it was made with, whoever the callee leaves for; tables that grow while code
// has been using them.

import Testing
import WasmEngine

@Suite struct CrossingTests {
  static let tiers: [Tier] = [.bbq, .omg, .auto]

  private func makeStore(_ tier: Tier) -> Store {
    var configuration = EngineConfiguration()
    configuration.tier = tier
    configuration.limits.stackSize = 1 << 20
    configuration.debug.hotCount = tier == .auto ? 40 : nil
    return Store(Engine(configuration))
  }

  /// Integer and float parameters of which some do not find registers.
  private static let wide = FuncType(Array(repeating: .i64, count: 9) + [.f64, .i32], [.i64])

  /// Two instances with a memory each, whose byte 0 is `mark`, and a common table. `first(n)` calls element 0 through the table.
  private struct Pair {
    let store: Store
    let table: Table
    let one: Instance
    let two: Instance

    init(_ store: Store, _ first: (inout ModuleBuilder) -> Void, _ second: (inout ModuleBuilder) -> Void) throws {
      self.store = store
      table = try Table(store, TableType(.funcref, Limits(4)))
      var imports = Imports()
      imports.define("env", "table", table)
      imports.define("env", "host", Function(store) { (_: borrowing Caller) -> Int64 in 1000 })
      func make(_ mark: UInt8, _ write: (inout ModuleBuilder) -> Void) throws -> Instance {
        var builder = ModuleBuilder()
        _ = builder.writer.importTable("env", "table", TableType(.funcref, Limits(4)))
        _ = builder.writer.importFunction("env", "host", type: builder.writer.addType(FuncType([], [.i64])))
        _ = builder.writer.addMemory(MemoryType(Limits(1)))
        builder.writer.addActiveData(offset: .i32(0), bytes: [mark])
        write(&builder)
        return try builder.instance(store, imports)
      }
      one = try make(1, first)
      two = try make(2, second)
    }
  }

  private static func place(_ builder: inout ModuleBuilder, _ element: Int32, _ function: UInt32) {
    builder.writer.addActiveElements(offset: .i32(element), functions: [function])
  }

  /// Adds up its arguments and 100 times the mark.
  private static func addWideSum(_ builder: inout ModuleBuilder, at element: Int32) {
    let sum = builder.function(nil, wide.parameters, wide.results) { body in
      body.pushMark()
      body.i64Const(100)
      body.emit(.i64Mul)
      body.addWideParameters()
      body.localGet(10)
      body.emit(.i64ExtendI32U)
      body.emit(.i64Add)
    }
    place(&builder, element, sum)
  }

  private static func pushWideArguments(_ body: inout FunctionBodyWriter, first: (inout FunctionBodyWriter) -> Void) {
    first(&body)
    for number in 1..<9 { body.i64Const(Int64(number)) }
    body.f64Const(50)
    body.i32Const(60)
  }

  @Test(arguments: tiers)
  func callsThroughATableComeBackToTheirInstance(_ tier: Tier) throws {
    let pair = try Pair(makeStore(tier)) { builder in
      let narrow = builder.writer.addType(FuncType([], [.i64]))
      let wide = builder.writer.addType(Self.wide)
      builder.function("calls", [.i32, .i32], [.i64]) { body in
        // 1,000,000 times the own mark, afterwards.
        body.localGet(0)
        body.callIndirect(type: narrow)
        Self.pushWideArguments(&body) { $0.i64Const(7) }
        body.localGet(1)
        body.callIndirect(type: wide)
        body.emit(.i64Add)
        body.pushMark()
        body.addMultiple(1_000_000)
      }
      let own = builder.function(nil, [], [.i64]) { $0.pushMark() }
      Self.place(&builder, 0, own)
      Self.addWideSum(&builder, at: 1)
    } _: { builder in
      let other = builder.function(nil, [], [.i64]) { $0.pushMark() }
      Self.place(&builder, 2, other)
      Self.addWideSum(&builder, at: 3)
    }
    let calls = try #require(pair.one.function("calls"))
    let sum = Int64(7 + 36 + 50 + 60)
    for _ in 0..<60 {
      for (narrow, mark) in [(Int32(0), Int64(1)), (2, 2)] {
        for (wide, wideMark) in [(Int32(1), Int64(1)), (3, 2)] {
          #expect(try calls(narrow, wide, as: Int64.self) == mark + 100 * wideMark + sum + 1_000_000)
        }
      }
    }
    // The host's functions in the table.
    try pair.table.set(0, .funcref(Function(pair.store) { () -> Int64 in 5 }))
    #expect(try calls(Int32(0), Int32(3), as: Int64.self) == 5 + 200 + sum + 1_000_000)
  }

  /// Functions that leave for another instance, or for the host, by tail calls with more and fewer arguments on the stack, called directly.
  @Test(arguments: tiers)
  func directCallsComeBackToTheirInstanceWhoeverTheCalleeLeavesFor(_ tier: Tier) throws {
    let pair = try Pair(makeStore(tier)) { builder in
      let narrow = builder.writer.addType(FuncType([], [.i64]))
      let wide = builder.writer.addType(Self.wide)
      let leavers = [
        builder.function(nil, [.i64], [.i64]) { body in
          Self.pushWideArguments(&body) { $0.localGet(0) }
          body.i32Const(1)
          body.returnCallIndirect(type: wide)
        },
        builder.function(nil, Self.wide.parameters, [.i64]) { body in
          body.i32Const(0)
          body.returnCallIndirect(type: narrow)
        },
        builder.function(nil, [.i64], [.i64]) { $0.returnCall(0) },
        builder.function(nil, Self.wide.parameters, [.i64]) { $0.returnCall(0) },
      ]
      for (number, leaver) in leavers.enumerated() {
        builder.function(WasmName("leave\(number)"), [], [.i64]) { body in
          if number % 2 == 0 { body.i64Const(7) } else { Self.pushWideArguments(&body) { $0.i64Const(7) } }
          body.call(leaver)
          body.pushMark()
          body.i64Const(1_000_000)
          body.emit(.i64Mul)
          body.emit(.i64Add)
        }
      }
    } _: { builder in
      let other = builder.function(nil, [], [.i64]) { $0.pushMark() }
      Self.place(&builder, 0, other)
      Self.addWideSum(&builder, at: 1)
    }
    let expected: [Int64] = [200 + 7 + 36 + 110, 2, 1000, 1000]
    for _ in 0..<60 {
      for (number, value) in expected.enumerated() {
        #expect(try pair.one.function(WasmName("leave\(number)"))!(as: Int64.self) == value + 1_000_000)
      }
    }
  }

  /// Two functions that go to each other by tail calls, one with arguments on the stack, then end in `end`: 0 returns, 1 traps, 2 throws, 3 goes on for ever.
  private func makeBouncers(_ tier: Tier) throws -> Pair {
    func bouncer(_ builder: inout ModuleBuilder, isWide: Bool, at place: Int32, to other: Int32, tag: UInt32) {
      let narrow = FuncType([.i64, .i32], [.i64])
      let broad = FuncType([.i64, .i32] + Array(repeating: .i64, count: 7), [.i64])
      let type = builder.writer.addType(isWide ? narrow : broad)
      let function = builder.function(WasmName(isWide ? "broad" : "narrow"), (isWide ? broad : narrow).parameters, [.i64]) { body in
        body.localGet(0)
        body.emit(.i64Eqz)
        body.if()
        for _ in 0..<3 { body.block() }
        body.localGet(1)
        body.brTable([0, 1, 2], default: 3)
        body.end()
        body.pushMark()
        body.return()
        body.end()
        body.unreachable()
        body.end()
        body.throw(tag)
        body.end()
        body.localGet(0)
        body.i64Const(1)
        body.emit(.i64Sub)
        body.localGet(1)
        if !isWide { for number in 0..<7 { body.i64Const(Int64(number)) } }
        body.i32Const(other)
        body.returnCallIndirect(type: type)
      }
      Self.place(&builder, place, function)
    }
    return try Pair(makeStore(tier)) { builder in
      let tag = builder.writer.addTag(type: builder.writer.addType(FuncType()))
      bouncer(&builder, isWide: false, at: 0, to: 1, tag: tag)
      for catches in [false, true] {
        let type = builder.writer.addType(FuncType([.i64, .i32], [.i64]))
        builder.function(catches ? "catching" : "main", [.i64, .i32], [.i64]) { body in
          if catches {
            body.beginTry([.all(label: 0)])
          }
          body.localGet(0)
          body.localGet(1)
          body.i32Const(0)
          body.callIndirect(type: type)
          body.pushMark()
          body.addMultiple(10)
          if catches {
            body.return()
            body.end()
            body.end()
            body.pushMark()
            body.i64Const(-1)
            body.emit(.i64Mul)
          }
        }
      }
    } _: { builder in
      let tag = builder.writer.addTag(type: builder.writer.addType(FuncType()))
      bouncer(&builder, isWide: true, at: 1, to: 0, tag: tag)
    }
  }

  @Test(arguments: tiers)
  func tailCallsBetweenInstancesTakeConstantSpace(_ tier: Tier) throws {
    let pair = try makeBouncers(tier)
    for name: WasmName in ["main", "catching"] {
      let main = try #require(pair.one.function(name))
      for count in [Int64(0), 1, 2, 3, 1000, 400_001] { #expect(try main(count, Int32(0), as: Int64.self) == 11 + count % 2) }
    }
  }

  @Test(arguments: tiers)
  func trapsAndExceptionsPassCrossings(_ tier: Tier) throws {
    let pair = try makeBouncers(tier)
    let main = try #require(pair.one.function("main"))
    let catching = try #require(pair.one.function("catching"))
    for _ in 0..<30 {
      for count in [Int64(0), 1, 2, 5] {
        let last = count % 2 == 0 ? "narrow" : "broad"
        let fault = try #require(trap { _ = try main(count, Int32(1), as: Int64.self) })
        #expect(fault.reason == .unreachable)
        #expect(fault.backtrace.map(\.functionName) == [last, "main"])
        let exception = #expect(throws: Exception.self) { try main(count, Int32(2), as: Int64.self) }
        #expect(exception?.backtrace.map(\.functionName) == [last, "main"])
        #expect(try catching(count, Int32(2), as: Int64.self) == -1)
      }
    }
  }

  @Test(arguments: tiers)
  func endlessTailCallsBetweenInstancesAreStopped(_ tier: Tier) throws {
    let pair = try makeBouncers(tier)
    let main = try #require(pair.one.function("main"))
    var whole = 0
    for round in 0..<60 {
      let stop = try #require(
        trap { try pair.store.withTimeLimit(.microseconds(50 + round * 7)) { _ = try main(Int64.max, Int32(0), as: Int64.self) } })
      #expect(stop.reason == .timeLimitExceeded)
      let names = stop.backtrace.map(\.functionName)
      #expect(names.count <= 2 && names.allSatisfy { ["narrow", "broad", "main"].contains($0) }, "\(names)")
      if names.last == "main" { whole += 1 }
    }
    #expect(whole > 0)
  }

  @Test(arguments: tiers)
  func endlessRecursionThroughAnotherInstanceIsATrap(_ tier: Tier) throws {
    func add(_ builder: inout ModuleBuilder, at place: Int32, to other: Int32) {
      let type = builder.writer.addType(Self.wide)
      let function = builder.function("deep", Self.wide.parameters, [.i64]) { body in
        for index in 0..<11 { body.localGet(UInt32(index)) }
        body.i32Const(other)
        body.callIndirect(type: type)
        body.pushMark()
        body.emit(.i64Add)
      }
      Self.place(&builder, place, function)
    }
    let pair = try Pair(makeStore(tier)) { builder in
      add(&builder, at: 0, to: 1)
      let deep = builder.writer.functionCount - 1
      builder.function("main", [], [.i64]) { body in
        Self.pushWideArguments(&body) { $0.i64Const(7) }
        body.call(deep)
      }
    } _: { builder in
      add(&builder, at: 1, to: 0)
    }
    for _ in 0..<3 { #expect(trap { _ = try pair.one.function("main")!(as: Int64.self) }?.reason == .stackOverflow) }
  }

  /// A table moves when it grows, whoever makes it grow; each instance that imports it sees that, in code that has used it before.
  @Test(arguments: tiers)
  func everyInstanceFollowsATableThatGrows(_ tier: Tier) throws {
    func add(_ builder: inout ModuleBuilder) {
      let type = builder.writer.addType(FuncType([], [.i64]))
      let mark = builder.function(nil, [], [.i64]) { $0.pushMark() }
      Self.place(&builder, 0, mark)
      builder.function("grow", [.i32], [.i32]) { body in
        body.refFunc(mark)
        body.localGet(0)
        body.tableGrow(0)
      }
      builder.function("call", [.i32], [.i64]) { body in
        body.localGet(0)
        body.callIndirect(type: type)
      }
      builder.function("growAndCall", [.i32], [.i64]) { body in
        body.i32Const(0)
        body.callIndirect(type: type)
        body.refFunc(mark)
        body.localGet(0)
        body.tableGrow(0)
        body.callIndirect(type: type)
        body.emit(.i64Add)
        body.tableSize(0)
        body.emit(.i64ExtendI32U)
        body.emit(.i64Add)
      }
    }
    let pair = try Pair(makeStore(tier), add, add)
    let host = Function(pair.store) { () -> Int64 in 77 }
    // The element 0 is the second instance's.
    var size = Int32(4)
    for round in 0..<40 {
      for (instance, mark) in [(pair.one, Int64(1)), (pair.two, 2)] {
        let extra = Int32(1 + round * round)
        #expect(try instance.function("growAndCall")!(extra, as: Int64.self) == 2 + mark + Int64(size + extra))
        size += extra
        #expect(try instance.function("grow")!(Int32(1), as: Int32.self) == size)
        size += 1
        pair.table.grow(by: 3)
        try pair.table.set(Int(size), .funcref(host))
        for other in [pair.one, pair.two] {
          let call = try #require(other.function("call"))
          #expect(try call(size - 1, as: Int64.self) == mark)
          #expect(try call(size, as: Int64.self) == 77)
          #expect(trap { _ = try call(size + 1, as: Int64.self) }?.reason == .uninitializedElement)
          #expect(trap { _ = try call(size + 3, as: Int64.self) }?.reason == .undefinedElement)
        }
        size += 3
      }
    }
  }

  /// An element that is a function of another module whose code changes.
  @Test func elementsFollowFunctionsThatAreOptimized() throws {
    var configuration = EngineConfiguration()
    configuration.tier = .auto
    configuration.debug.hotCount = 0
    configuration.debug.waitsForOptimizer = true
    let pair = try Pair(Store(Engine(configuration))) { builder in
      let type = builder.writer.addType(FuncType([.i64], [.i64]))
      builder.function("call", [.i64, .i32], [.i64]) { body in
        body.localGet(0)
        body.localGet(1)
        body.callIndirect(type: type)
        body.pushMark()
        body.emit(.i64Add)
      }
    } _: { builder in
      for element in Int32(0)..<3 {
        let square = builder.function(element == 1 ? "square" : nil, [.i64], [.i64]) { body in
          body.localGet(0)
          body.localGet(0)
          body.emit(.i64Mul)
          body.pushMark()
          body.emit(.i64Add)
        }
        Self.place(&builder, element, square)
      }
    }
    let call = try #require(pair.one.function("call"))
    for element in Int32(0)..<3 {
      for number in Int64(0)..<20 { #expect(try call(number, element, as: Int64.self) == number * number + 3) }
    }
    #expect(pair.store.engine.tierStatistics.optimized.functions >= 4)
    try pair.table.set(3, .funcref(pair.two.function("square")))
    #expect(try call(Int64(9), Int32(3), as: Int64.self) == 84)
  }
}
