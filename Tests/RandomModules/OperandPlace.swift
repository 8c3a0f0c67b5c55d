// Where operators find their operands, and the code that puts them there.

import SampleBodies
import WasmFormat

/// Where an operand is when the operator is reached.
public enum OperandPlace: CaseIterable, Sendable {
  /// In the body, as a number.
  case constant
  /// A parameter that has not moved.
  case register
  /// A value of the operand stack during a call.
  case slot
  /// A local that is assigned in a loop, and used after a call.
  case local
  /// Just loaded from memory.
  case memory
}

/// An operand of a function: a parameter, if it is no constant, a local of its type, and 16 bytes of memory, at no multiple of anything.
struct PlacedOperand {
  let place: OperandPlace
  let type: ValueType
  let parameter: UInt32
  let local: UInt32
  let address: Int64
  let hasWideAddress: Bool
}

extension FunctionBodyWriter {
  /// Adds the locals of operands, which are the function's parameters from one on, as far as they are no constants.
  mutating func addOperands(
    _ types: some Sequence<ValueType>, _ places: [OperandPlace], from first: UInt32, hasWideAddresses: Bool = false
  ) -> [PlacedOperand] {
    var next = first
    return zip(types, places).enumerated().map { number, operand in
      defer { if operand.1 != .constant { next += 1 } }
      return PlacedOperand(
        place: operand.1, type: operand.0, parameter: next, local: addLocal(operand.0), address: 259 + 64 * Int64(number),
        hasWideAddress: hasWideAddresses)
    }
  }

  /// Stores operands in memory or assigns them to their locals, as their places ask for. `nothing` is a function that is called.
  mutating func prepare(_ operands: [PlacedOperand], _ nothing: UInt32) {
    for operand in operands {
      switch operand.place {
      case .memory:
        pushAddress(operand)
        localGet(operand.parameter)
        store(operand.type.memoryOpcodes.store)
      case .local:
        loop()
        localGet(operand.parameter)
        localSet(operand.local)
        end()
        call(nothing)
      case .constant, .register, .slot: break
      }
    }
  }

  /// Pushes operands; `constants` has a value for each of them, or for more.
  mutating func push(_ operands: [PlacedOperand], _ constants: [V128], _ nothing: UInt32) {
    for (operand, constant) in zip(operands, constants) {
      switch operand.place {
      case .constant: number(operand.type, constant)
      case .register: localGet(operand.parameter)
      case .slot:
        localGet(operand.parameter)
        call(nothing)
      case .local: localGet(operand.local)
      case .memory:
        pushAddress(operand)
        load(operand.type.memoryOpcodes.load)
      }
    }
  }

  private mutating func pushAddress(_ operand: PlacedOperand) {
    if operand.hasWideAddress { i64Const(operand.address) } else { i32Const(Int32(operand.address)) }
  }

  /// A constant of a type by its bits.
  mutating func number(_ type: ValueType, _ bits: UInt64) { number(type, V128(low: bits, high: 0)) }

  mutating func number(_ type: ValueType, _ value: V128) {
    switch type {
    case .i32: i32Const(Int32(truncatingIfNeeded: value.low))
    case .i64: i64Const(Int64(bitPattern: value.low))
    case .f32: f32Const(Float(bitPattern: UInt32(truncatingIfNeeded: value.low)))
    case .f64: f64Const(Double(bitPattern: value.low))
    default: v128Const(value)
    }
  }
}

extension ValueType {
  fileprivate var memoryOpcodes: (load: Opcode, store: Opcode) {
    switch self {
    case .i32: (.i32Load, .i32Store)
    case .i64: (.i64Load, .i64Store)
    case .f32: (.f32Load, .f32Store)
    case .f64: (.f64Load, .f64Store)
    default: (.v128Load, .v128Store)
    }
  }
}
