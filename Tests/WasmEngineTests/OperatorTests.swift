// Every numeric operator gives in both tiers what its row in the table says (OpcodeRow.evaluate), wherever its operands are.

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
