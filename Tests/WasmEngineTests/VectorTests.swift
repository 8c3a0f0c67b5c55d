// Vectors between Swift and wasm, in frames and areas of all kinds, and the last bytes of memory: an instruction that takes a load along must not read more
// than the load does, nor less.

import SampleBodies
import Testing
import WasmEngine

@Suite struct VectorTests {
  private static func engine(_ tier: Tier, _ strategy: MemoryStrategy = .guarded, isBaseline: Bool = false, isDeterministic: Bool = false) -> Engine {
    var configuration = EngineConfiguration()
    configuration.tier = tier
    configuration.memoryStrategy = strategy
    configuration.relaxedIsDeterministic = isDeterministic
    configuration.debug.verifiesOptimizer = true
    if tier == .auto {
      configuration.debug.hotCount = 3
      configuration.debug.waitsForOptimizer = true
    }
    if isBaseline { configuration.debug.disabledProcessorFeatures = ProcessorFeatures(named: "all")! }
    return Engine(configuration)
  }

  private static func vector(_ number: UInt64) -> V128 { V128(low: number &* 0x0123_4567_89AB_CDEF, high: ~number &* 0xFEDC_BA98_7654_3211) }

  // MARK: Between Swift and wasm

  @Test(arguments: Tier.allCases)
  func vectorsCrossTheBoundary(_ tier: Tier) throws {
    let store = Store(Self.engine(tier))
    var builder = ModuleBuilder()
    let type = builder.writer.addType(FuncType([.i32, .v128, .f64], [.v128]))
    let host = builder.writer.importFunction("env", "host", type: type)
    builder.function("call", [.i32, .v128, .f64], [.v128]) { body in
      body.localGet(0)
      body.localGet(1)
      body.localGet(2)
      body.call(host)
      body.localGet(1)
      body.emit(.v128Xor)
    }
    var imports = Imports()
    imports.define("env", "host", Function(store) { (number: Int32, vector: V128, _: Double) -> V128 in V128(low: UInt64(number), high: vector.low) })
    let instance = try builder.instance(store, imports)
    let (function, vector) = (try #require(instance.function("call")), Self.vector(5))
    let result: V128 = try function(Int32(7), vector, 0.5)
    #expect(result == V128(low: 7 ^ vector.low, high: vector.low ^ vector.high))
    // Untyped, with a host function that is, too.
    imports.define("env", "host", Function(store, FuncType([.i32, .v128, .f64], [.v128])) { _, values in [values[1]] })
    let other = try builder.instance(store, imports)
    guard case .v128(.zero) = try #require(other.function("call")).call([.i32(0), .v128(vector), .f64(0)])[0] else {
      Issue.record("another result")
      return
    }
    #expect(V128(vector.bytes) == vector && vector.bytes[1] == UInt8(vector.lane(1, width: 8)))
    #expect(V128(low: 0xA_0000_000B, high: 1).description == "i32x4 0x0000000b 0x0000000a 0x00000001 0x00000000")
  }

  /// More vectors than there are registers, among scalars on the stack, and several results.
  @Test(arguments: Tier.allCases, [true, false])
  func vectorsAreArgumentsOnTheStackAndFurtherResults(_ tier: Tier, _ isTail: Bool) throws {
    let store = Store(Self.engine(tier))
    var builder = ModuleBuilder()
    let parameters: [ValueType] = Array(repeating: .i64, count: 7) + Array(repeating: .v128, count: 9) + [.f32, .v128]
    let results: [ValueType] = [.f32, .v128, .i64, .v128, .v128]
    let type = builder.writer.addType(FuncType(parameters, results))
    let host = builder.writer.importFunction("env", "host", type: type)
    let inner = builder.function(nil, parameters, results) { body in
      for index in parameters.indices { body.localGet(UInt32(index)) }
      body.call(host)
    }
    builder.function("call", parameters, results) { body in
      for index in parameters.indices { body.localGet(UInt32(index)) }
      if isTail { body.returnCall(inner) } else { body.call(inner) }
    }
    var imports = Imports()
    imports.define(
      "env", "host", Function(store, FuncType(parameters, results)) { _, values in [values[16], values[15], values[6], values[17], values[7]] })
    let instance = try builder.instance(store, imports)
    let function = try #require(instance.function("call"))
    var arguments: [Value] = (0..<7).map { .i64($0) }
    arguments += (7..<16).map { .v128(Self.vector($0)) }
    arguments += [.f32(1.5), .v128(Self.vector(17))]
    for _ in 0..<8 {
      let found = try function.call(arguments).map(\.description)
      #expect(found == [arguments[16], arguments[15], arguments[6], arguments[17], arguments[7]].map(\.description))
    }
  }

  @Test(arguments: Tier.allCases)
  func vectorsAreInGlobalsAndExceptions(_ tier: Tier) throws {
    let store = Store(Self.engine(tier))
    var builder = ModuleBuilder()
    let payload: [ValueType] = [.i32, .v128, .i64, .v128]
    let tag = builder.writer.importTag("env", "tag", type: builder.writer.addType(FuncType(payload, [])))
    let imported = builder.writer.importGlobal("env", "global", GlobalType(.v128, mutable: true))
    let own = builder.writer.addGlobal(GlobalType(.v128, mutable: true), .v128(Self.vector(3)))
    let copy = builder.writer.addGlobal(GlobalType(.v128, mutable: false), .v128(Self.vector(4)))
    builder.writer.addExport("own", .global, own)
    builder.writer.addExport("copy", .global, copy)
    let block = builder.writer.addType(FuncType([], payload))
    builder.function("exchange", [], []) { body in
      body.globalGet(imported)
      body.globalGet(own)
      body.globalSet(imported)
      body.globalSet(own)
    }
    let thrower = builder.function("throw", [.v128]) { body in
      body.i32Const(1)
      body.localGet(0)
      body.i64Const(2)
      body.globalGet(own)
      body.throw(tag)
    }
    builder.function("catch", [.v128], payload) { body in
      body.catching(.type(block), [.tag(tag, label: 0)]) { body in
        body.localGet(0)
        body.call(thrower)
      }
    }
    let hostTag = WasmEngine.Tag(store, payload)
    let hostGlobal = try Global(store, .v128(Self.vector(9)), mutable: true)
    var imports = Imports()
    imports.define("env", "tag", hostTag)
    imports.define("env", "global", hostGlobal)
    let instance = try builder.instance(store, imports)
    #expect(instance.global("copy")?.value.description == Value.v128(Self.vector(4)).description)
    try instance.function("exchange")!()
    #expect(hostGlobal.value.description == Value.v128(Self.vector(3)).description)
    #expect(instance.global("own")?.value.description == Value.v128(Self.vector(9)).description)
    let expected: [Value] = [.i32(1), .v128(Self.vector(6)), .i64(2), .v128(Self.vector(9))]
    for _ in 0..<6 {
      #expect(try instance.function("catch")!.call([.v128(Self.vector(6))]).map(\.description) == expected.map(\.description))
      let exception = #expect(throws: Exception.self) { try instance.function("throw")!.call([.v128(Self.vector(6))]) }
      #expect(exception?.values.map(\.description) == expected.map(\.description))
    }
    #expect(try Exception(hostTag, expected).values.map(\.description) == expected.map(\.description))
  }

  /// A loop with vectors in locals, parameters and on the operand stack, which optimized code enters in the middle.
  @Test func loopsWithVectorsAreEnteredInTheMiddle() throws {
    let store = Store(Self.engine(.auto))
    var builder = ModuleBuilder()
    builder.function("run", [.i32, .v128, .i64], [.v128]) { body in
      let (sum, step) = (body.addLocal(.v128), body.addLocal(.v128))
      body.localGet(1)
      body.localSet(step)
      body.v128Const(V128(low: 7, high: 9))
      body.localGet(1)
      body.localGet(2)
      body.countDown { body in
        body.localGet(sum)
        body.localGet(step)
        body.emit(.i64x2Add)
        body.localSet(sum)
      }
      body.emit(.i64x2Splat)
      body.emit(.i64x2Add)
      body.emit(.v128Xor)
      body.localGet(sum)
      body.emit(.i64x2Add)
    }
    let instance = try builder.instance(store)
    let (function, vector) = (try #require(instance.function("run")), Self.vector(11))
    for rounds in [1, 5, 100] as [UInt64] {
      func lane(_ lane: UInt64, _ constant: UInt64) -> UInt64 { (constant ^ (lane &+ 3)) &+ lane &* rounds }
      let expected = V128(low: lane(vector.low, 7), high: lane(vector.high, 9))
      let found: V128 = try function(Int32(rounds), vector, Int64(3))
      #expect(found == expected, "\(rounds) rounds")
    }
  }

  @Test(arguments: Tier.allCases)
  func relaxedOperatorsAreTheSameEverywhereIfThatIsAskedFor(_ tier: Tier) throws {
    var found: Set<String> = []
    for isBaseline in [false, true] {
      let store = Store(Self.engine(tier, isBaseline: isBaseline, isDeterministic: true))
      var builder = ModuleBuilder()
      let rows = OpcodeTable.all.filter { $0.needs == .relaxedSIMD }
      for row in rows {
        builder.function(WasmName(row.name.description), [.v128, .v128, .v128], [.v128]) { body in
          for index in 0..<row.operandCount { body.localGet(UInt32(index)) }
          body.emit(row.opcode)
        }
      }
      let instance = try builder.instance(store)
      var lines = ""
      for row in rows {
        let function = try #require(instance.function(WasmName(row.name.description)))
        for seed in 1..<20 as Range<UInt64> {
          let result: V128 = try function(Self.vector(seed), Self.vector(seed &* 77), Self.vector(seed &* 1231))
          lines += "\(row.name) \(result)\n"
        }
      }
      found.insert(lines)
    }
    #expect(found.count == 1)
  }

  // MARK: The last bytes of memory

  /// What reads or writes so many bytes at address 0 of the operand stack.
  private struct Access: Sendable {
    var name: String
    var bytes: Int
    var write: @Sendable (inout FunctionBodyWriter) -> Void
  }

  private static let accesses: [Access] = {
    var accesses: [Access] = []
    for opcode in Opcode.allCases where opcode.prefix == 0xFD {
      let row = OpcodeTable.row(opcode)
      let bytes = 1 << Int(row.alignment)
      switch row.immediates {
      case .memoryArgument:
        accesses.append(
          Access(name: row.name.description, bytes: bytes) { body in
            if !row.hasResult { body.localGet(1) }
            body.load(opcode, offset: 0)
            if row.hasResult { body.localSet(1) }
          })
      case .memoryArgumentAndLane:
        accesses.append(
          Access(name: row.name.description, bytes: bytes) { body in
            body.localGet(1)
            body.access(opcode, lane: 1)
            if row.hasResult { body.localSet(1) }
          })
      default: break
      }
    }
    // Loads that become part of what uses them.
    for row in VectorTests.rows where row.operandCount <= 2 {
      for (load, bytes) in loads(of: row.operand0) {
        accesses.append(
          Access(name: "\(row.name) of \(load)", bytes: bytes) { body in
            body.load(load)
            if row.operandCount == 2 { VectorTests.push(row.operand1, &body) }
            VectorTests.emit(row, &body)
            if row.result == .v128 { body.localSet(1) } else { body.drop() }
          })
      }
      guard row.operandCount == 2 else { continue }
      for (load, bytes) in loads(of: row.operand1) {
        accesses.append(
          Access(name: "\(row.name), second operand \(load)", bytes: bytes) { body in
            body.localSet(2)
            body.localGet(1)
            body.localGet(2)
            body.load(load)
            VectorTests.emit(row, &body)
            if row.result == .v128 { body.localSet(1) } else { body.drop() }
          })
      }
    }
    return accesses
  }()

  private static var rows: [OpcodeRow] { OpcodeTable.all.filter { $0.vectorOperation != nil } }

  private static func loads(of type: ValueType) -> [(Opcode, Int)] {
    switch type {
    case .i32: [(.i32Load, 4), (.i32Load8U, 1), (.i32Load16U, 2), (.i32Load8S, 1)]
    case .i64: [(.i64Load, 8), (.i64Load32U, 4)]
    case .f32: [(.f32Load, 4)]
    case .f64: [(.f64Load, 8)]
    default: [(.v128Load, 16), (.v128Load64Zero, 8), (.v128Load32Zero, 4), (.v128Load32Splat, 4), (.v128Load8x8U, 8)]
    }
  }

  private static func push(_ type: ValueType, _ body: inout FunctionBodyWriter) {
    if type == .v128 { body.localGet(1) } else { body.constant(type, 3) }
  }

  private static func emit(_ row: OpcodeRow, _ body: inout FunctionBodyWriter) {
    switch row.immediates {
    case .lane: body.emit(row.opcode, lane: 1)
    case .lanes: body.shuffle(V128(low: 0x0706_0504_1312_1110, high: 0x0F0E_0D0C_1B1A_1918))
    default: body.emit(row.opcode)
    }
  }

  @Test(arguments: [Tier.bbq, .omg], [MemoryStrategy.guarded, .checked])
  func accessesOfTheLastBytesTrapExactlyWhereTheyLeaveMemory(_ tier: Tier, _ strategy: MemoryStrategy) throws {
    for isBaseline in [true, false] { try checkLastBytes(tier, strategy, isBaseline: isBaseline) }
  }

  private func checkLastBytes(_ tier: Tier, _ strategy: MemoryStrategy, isBaseline: Bool) throws {
    let store = Store(Self.engine(tier, strategy, isBaseline: isBaseline))
    var builder = ModuleBuilder()
    _ = builder.writer.addMemory(MemoryType(Limits(1)))
    for (number, access) in Self.accesses.enumerated() {
      builder.function(WasmName("\(number)"), [.i32], [.v128]) { body in
        _ = body.addLocal(.v128)
        _ = body.addLocal(.i32)
        body.localGet(0)
        access.write(&body)
        body.localGet(1)
      }
    }
    let instance = try builder.instance(store)
    for (number, access) in Self.accesses.enumerated() {
      let function = try #require(instance.function(WasmName("\(number)")))
      let last = Int32(65536 - access.bytes)
      #expect(throws: Never.self, "\(access.name) at the end") { try function.call([.i32(last)]) }
      for distance in 1...Int32(access.bytes) {
        let reason = trap { try function.call([.i32(last + distance)]) }?.reason
        #expect(reason == .memoryOutOfBounds, "\(access.name), \(distance) beyond the end")
      }
    }
  }

  // MARK: Processors without vectors

  @Test func processorsWithoutVectorsRefuseModulesThatUseThem() throws {
    func message(_ configuration: EngineConfiguration, _ fill: (inout ModuleBuilder) -> Void) -> String {
      var builder = ModuleBuilder()
      fill(&builder)
      do {
        _ = try builder.instance(Store(Engine(configuration)))
        return ""
      } catch {
        return "\(error)"
      }
    }
    var configuration = EngineConfiguration()
    configuration.debug.disabledProcessorFeatures = .sse41
    let reason = "for which this processor would need SSE4.1)"
    let uses: [(String, (inout ModuleBuilder) -> Void)] = [
      ("i32x4.splat (SIMD, ", { $0.function("f", [], []) { $0.emit(.i32x4Splat) } }),
      ("values of type v128 (SIMD, ", { $0.function("f", [.v128], []) { _ in } }),
      ("values of type v128 (SIMD, ", { $0.function("f", [], []) { _ = $0.addLocal(.v128) } }),
    ]
    for (what, fill) in uses {
      let text = message(configuration, fill)
      #expect(text.contains(what) && text.contains(reason), "\(text)")
    }
    let relaxed = message(configuration) { $0.function("f", [], []) { $0.emit(.i8x16RelaxedSwizzle) } }
    #expect(relaxed.contains("i8x16.relaxed_swizzle (") && relaxed.contains(reason), "\(relaxed)")
    // All else runs, and what is missing for another reason has that reason alone.
    #expect(message(configuration) { $0.function("f", [.f64], [.f64]) { $0.localGet(0) } } == "")
    configuration.features.subtract([.tailCall, .simd, .relaxedSIMD])
    for (_, fill) in uses { #expect(!message(configuration, fill).contains("SSE4.1")) }
    #expect(!message(configuration) { $0.function("f", [], []) { $0.returnCall(0) } }.contains("SSE4.1"))
  }
}
