// Every numeric operator, and every one on vectors, gives in both tiers what its row in the table says (OpcodeRow.evaluate), wherever its operands are.

import RandomModules
import Testing
import WasmEngine
import WasmFormat

@Suite struct OperatorTests {
  @Test(arguments: [Tier.bbq, .omg], [MemoryStrategy.guarded, .checked])
  func numericOperatorsGiveWhatTheTableSays(_ tier: Tier, _ strategy: MemoryStrategy) throws {
    var configuration = EngineConfiguration()
    configuration.tier = tier
    configuration.memoryStrategy = strategy
    let engine = Engine(configuration)
    for row in OperatorModule.rows {
      let module = OperatorModule(row)
      let instance = try Instance(Module(engine, module.bytes), imports: Imports(), in: Store(engine))
      var wrong: [String] = []
      for (number, one) in module.cases.enumerated() {
        let expected = try #require(row.evaluate(one.x, one.y))
        let actual = Self.outcome(try #require(instance.function(WasmName("\(number)"))))
        let isRight =
          switch expected {
          case .value(let bits) where one.isBranch: actual == .value(bits == 0 ? 0 : 1)
          case .nan: actual == .nan || row.result.isNaN(actual.value)
          default: actual == expected
          }
        if !isRight { wrong.append("\(one.description): \(actual), not \(expected)") }
      }
      #expect(wrong.isEmpty, "\(wrong.count) of \(module.cases.count): \(wrong.prefix(5).joined(separator: "; "))")
    }
  }

  @Test(arguments: [Tier.bbq, .omg], [MemoryStrategy.guarded, .checked])
  func atomicOperatorsGiveWhatTheTableSays(_ tier: Tier, _ strategy: MemoryStrategy) throws {
    var configuration = EngineConfiguration()
    configuration.tier = tier
    configuration.memoryStrategy = strategy
    configuration.debug.verifiesOptimizer = true
    let engine = Engine(configuration)
    for row in AtomicOperatorModule.rows {
      for is64 in [false, true] {
        let module = AtomicOperatorModule(row, is64: is64)
        let instance = try Instance(Module(engine, module.bytes), imports: Imports(), in: Store(engine))
        var wrong: [String] = []
        for (number, one) in module.cases.enumerated() {
          let actual = try #require(instance.function(WasmName("\(number)"))).call([]).map { UInt64($0.bits) }
          if actual != one.expected { wrong.append("\(one.description): \(actual), not \(one.expected)") }
        }
        #expect(wrong.isEmpty, "\(wrong.count) of \(module.cases.count): \(wrong.prefix(3).joined(separator: "; "))")
      }
    }
  }

  @Test(arguments: [Tier.bbq, .omg], [true, false])
  func operatorsOnVectorsGiveWhatTheTableSays(_ tier: Tier, _ isBaseline: Bool) throws {
    var configuration = EngineConfiguration()
    configuration.tier = tier
    if isBaseline { configuration.debug.disabledProcessorFeatures = ProcessorFeatures(named: "all")! }
    let engine = Engine(configuration)
    for row in VectorOperatorModule.rows {
      let module = VectorOperatorModule(row)
      let instance = try Instance(Module(engine, module.bytes), imports: Imports(), in: Store(engine))
      let operation = try #require(row.vectorOperation)
      var wrong: [String] = []
      for one in module.cases {
        let function = try #require(instance.function(WasmName("\(one.function)")))
        let operands = one.operands + Array(repeating: .zero, count: 3 - one.operands.count)
        let expected = operation.evaluate(row.shape, operands[0], operands[1], operands[2], lanes: one.lanes)
        let arguments = zip(one.arguments, function.type.parameters).map { Self.value($0, $1) }
        let actual = Self.bits(try function.call(arguments)[0])
        if !Self.matches(actual, expected, row) { wrong.append("\(one.description): \(actual), not \(expected.value)") }
      }
      #expect(wrong.isEmpty, "\(wrong.count) of \(module.cases.count): \(wrong.prefix(3).joined(separator: "; "))")
    }
  }

  private static func value(_ bits: V128, _ type: ValueType) -> Value {
    switch type {
    case .i32: .i32(Int32(truncatingIfNeeded: bits.low))
    case .i64: .i64(Int64(bitPattern: bits.low))
    case .f32: .f32(Float(bitPattern: UInt32(truncatingIfNeeded: bits.low)))
    case .f64: .f64(Double(bitPattern: bits.low))
    default: .v128(bits)
    }
  }

  private static func bits(_ value: Value) -> V128 {
    if case .v128(let vector) = value { vector } else { V128(low: value.bits, high: 0) }
  }

  /// Lanes that are some NaN may be any.
  private static func matches(_ actual: V128, _ expected: VectorResult, _ row: OpcodeRow) -> Bool {
    if actual == expected.value { return true }
    let width = row.shape.width
    return expected.nan != .zero
      && (0..<row.shape.count).allSatisfy { index in
        let bits = actual.lane(index, width: width)
        if expected.nan.lane(index, width: width) == 0 { return bits == expected.value.lane(index, width: width) }
        return width == 32 ? Float(bitPattern: UInt32(bits)).isNaN : Double(bitPattern: bits).isNaN
      }
  }

  private static func outcome(_ function: Function) -> Evaluation {
    do {
      switch try function.call().first {
      case .i32(let value): return .value(UInt64(UInt32(bitPattern: value)))
      case .i64(let value): return .value(UInt64(bitPattern: value))
      case .f32(let value): return .value(UInt64(value.bitPattern))
      case .f64(let value): return .value(value.bitPattern)
      case let other: preconditionFailure("a result \(String(describing: other))")
      }
    } catch let trap as Trap {
      switch trap.reason {
      case .integerDivideByZero: return .trap(.divisionByZero)
      case .integerOverflow: return .trap(.overflow)
      case .invalidConversionToInteger: return .trap(.notANumber)
      default: preconditionFailure("the trap \(trap)")
      }
    } catch {
      preconditionFailure("\(error)")
    }
  }
}

extension ValueType {
  fileprivate func isNaN(_ bits: UInt64?) -> Bool {
    guard let bits else { return false }
    return self == .f32 ? Float(bitPattern: UInt32(truncatingIfNeeded: bits)).isNaN : self == .f64 && Double(bitPattern: bits).isNaN
  }
}
