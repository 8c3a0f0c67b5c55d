// What each operator with fixed types and no immediates is in the IR: one row each.

import WasmFormat

/// An operator's form.
struct SimpleForm {
  enum Shape: UInt8 {
    case none, unary, binary
    /// `eqz`: a comparison with 0.
    case compareWithZero
  }

  var shape = Shape.none
  var operation = Operation.identity
  var type = ValueKind.none
}

enum SimpleForms {
  /// By index in the opcode table.
  nonisolated(unsafe) static let table: UnsafePointer<SimpleForm> = {
    let table = UnsafeMutablePointer<SimpleForm>.allocate(capacity: OpcodeTable.count)
    table.initialize(repeating: SimpleForm(), count: OpcodeTable.count)
    for index in 0..<OpcodeTable.count {
      let row = OpcodeTable.rows[index]
      guard row.exists, row.isSimple, row.immediates == .none, row.hasResult else { continue }
      guard let operation = operation(row.opcode) else {
        if row.opcode == .i32Eqz || row.opcode == .i64Eqz {
          table[index] = SimpleForm(shape: .compareWithZero, operation: .equal, type: .i32)
        }
        continue
      }
      table[index] = SimpleForm(
        shape: row.operandCount == 1 ? .unary : .binary, operation: operation, type: ValueKind(row.result))
    }
    return UnsafePointer(table)
  }()

  private static func operation(_ opcode: Opcode) -> Operation? {
    switch opcode {
    case .i32Eq, .i64Eq: .equal
    case .i32Ne, .i64Ne: .notEqual
    case .i32LtS, .i64LtS: .lessSigned
    case .i32LtU, .i64LtU: .lessUnsigned
    case .i32GtS, .i64GtS: .greaterSigned
    case .i32GtU, .i64GtU: .greaterUnsigned
    case .i32LeS, .i64LeS: .lessEqualSigned
    case .i32LeU, .i64LeU: .lessEqualUnsigned
    case .i32GeS, .i64GeS: .greaterEqualSigned
    case .i32GeU, .i64GeU: .greaterEqualUnsigned
    case .f32Eq, .f64Eq: .floatEqual
    case .f32Ne, .f64Ne: .floatNotEqual
    case .f32Lt, .f64Lt: .floatLess
    case .f32Gt, .f64Gt: .floatGreater
    case .f32Le, .f64Le: .floatLessEqual
    case .f32Ge, .f64Ge: .floatGreaterEqual

    case .i32Clz, .i64Clz: .countLeadingZeros
    case .i32Ctz, .i64Ctz: .countTrailingZeros
    case .i32Popcnt, .i64Popcnt: .populationCount
    case .i32Add, .i64Add: .add
    case .i32Sub, .i64Sub: .subtract
    case .i32Mul, .i64Mul: .multiply
    case .i32DivS, .i64DivS: .divideSigned
    case .i32DivU, .i64DivU: .divideUnsigned
    case .i32RemS, .i64RemS: .remainderSigned
    case .i32RemU, .i64RemU: .remainderUnsigned
    case .i32And, .i64And: .and
    case .i32Or, .i64Or: .or
    case .i32Xor, .i64Xor: .xor
    case .i32Shl, .i64Shl: .shiftLeft
    case .i32ShrS, .i64ShrS: .shiftRightSigned
    case .i32ShrU, .i64ShrU: .shiftRightUnsigned
    case .i32Rotl, .i64Rotl: .rotateLeft
    case .i32Rotr, .i64Rotr: .rotateRight
    case .i32Extend8S, .i64Extend8S: .signExtend8
    case .i32Extend16S, .i64Extend16S: .signExtend16
    case .i64Extend32S: .signExtend32

    case .f32Abs, .f64Abs: .floatAbsolute
    case .f32Neg, .f64Neg: .floatNegate
    case .f32Ceil, .f64Ceil: .ceiling
    case .f32Floor, .f64Floor: .floor
    case .f32Trunc, .f64Trunc: .truncate
    case .f32Nearest, .f64Nearest: .nearest
    case .f32Sqrt, .f64Sqrt: .squareRoot
    case .f32Add, .f64Add: .floatAdd
    case .f32Sub, .f64Sub: .floatSubtract
    case .f32Mul, .f64Mul: .floatMultiply
    case .f32Div, .f64Div: .floatDivide
    case .f32Min, .f64Min: .floatMinimum
    case .f32Max, .f64Max: .floatMaximum
    case .f32Copysign, .f64Copysign: .copySign

    case .i32WrapI64: .wrap
    case .i64ExtendI32S: .extendSigned
    case .i64ExtendI32U: .extendUnsigned
    case .i32TruncF32S, .i32TruncF64S, .i64TruncF32S, .i64TruncF64S: .floatToSigned
    case .i32TruncF32U, .i32TruncF64U, .i64TruncF32U, .i64TruncF64U: .floatToUnsigned
    case .i32TruncSatF32S, .i32TruncSatF64S, .i64TruncSatF32S, .i64TruncSatF64S: .floatToSignedSaturating
    case .i32TruncSatF32U, .i32TruncSatF64U, .i64TruncSatF32U, .i64TruncSatF64U: .floatToUnsignedSaturating
    case .f32ConvertI32S, .f32ConvertI64S, .f64ConvertI32S, .f64ConvertI64S: .convertSigned
    case .f32ConvertI32U, .f32ConvertI64U, .f64ConvertI32U, .f64ConvertI64U: .convertUnsigned
    case .f32DemoteF64: .demote
    case .f64PromoteF32: .promote
    case .i32ReinterpretF32, .i64ReinterpretF64, .f32ReinterpretI32, .f64ReinterpretI64: .reinterpret
    default: nil
    }
  }
}
