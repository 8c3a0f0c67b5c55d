// One line per operator with fixed types and no immediates; constants, and references.

import CompilerInterface
import MachineCode
import RuntimeLayout
import WasmFormat

extension X64Emitter {
  mutating func constant(type: MachineType, bits: Int64) { push(.constant(bits, type: type)) }

  mutating func drop() { release(pop()) }

  mutating func simple(_ opcode: Opcode) {
    switch opcode {
    case .i32Eqz: equalsZero(.w32)
    case .i32Eq: compare(.equal, .w32)
    case .i32Ne: compare(.notEqual, .w32)
    case .i32LtS: compare(.less, .w32)
    case .i32LtU: compare(.below, .w32)
    case .i32GtS: compare(.greater, .w32)
    case .i32GtU: compare(.above, .w32)
    case .i32LeS: compare(.lessOrEqual, .w32)
    case .i32LeU: compare(.belowOrEqual, .w32)
    case .i32GeS: compare(.greaterOrEqual, .w32)
    case .i32GeU: compare(.aboveOrEqual, .w32)
    case .i64Eqz: equalsZero(.w64)
    case .i64Eq: compare(.equal, .w64)
    case .i64Ne: compare(.notEqual, .w64)
    case .i64LtS: compare(.less, .w64)
    case .i64LtU: compare(.below, .w64)
    case .i64GtS: compare(.greater, .w64)
    case .i64GtU: compare(.above, .w64)
    case .i64LeS: compare(.lessOrEqual, .w64)
    case .i64LeU: compare(.belowOrEqual, .w64)
    case .i64GeS: compare(.greaterOrEqual, .w64)
    case .i64GeU: compare(.aboveOrEqual, .w64)
    case .f32Eq: compareFloat(0, .f32)
    case .f32Ne: compareFloat(1, .f32)
    case .f32Lt: compareFloat(2, .f32)
    case .f32Gt: compareFloat(3, .f32)
    case .f32Le: compareFloat(4, .f32)
    case .f32Ge: compareFloat(5, .f32)
    case .f64Eq: compareFloat(0, .f64)
    case .f64Ne: compareFloat(1, .f64)
    case .f64Lt: compareFloat(2, .f64)
    case .f64Gt: compareFloat(3, .f64)
    case .f64Le: compareFloat(4, .f64)
    case .f64Ge: compareFloat(5, .f64)

    case .i32Clz: countLeadingZeros(.w32)
    case .i32Ctz: countTrailingZeros(.w32)
    case .i32Popcnt: populationCount(.w32)
    case .i32Add: arithmetic(.add, .w32)
    case .i32Sub: arithmetic(.sub, .w32)
    case .i32Mul: multiply(.w32)
    case .i32DivS: divide(.w32, signed: true, remainder: false)
    case .i32DivU: divide(.w32, signed: false, remainder: false)
    case .i32RemS: divide(.w32, signed: true, remainder: true)
    case .i32RemU: divide(.w32, signed: false, remainder: true)
    case .i32And: arithmetic(.and, .w32)
    case .i32Or: arithmetic(.or, .w32)
    case .i32Xor: arithmetic(.xor, .w32)
    case .i32Shl: shift(.shl, .w32)
    case .i32ShrS: shift(.sar, .w32)
    case .i32ShrU: shift(.shr, .w32)
    case .i32Rotl: shift(.rol, .w32)
    case .i32Rotr: shift(.ror, .w32)
    case .i64Clz: countLeadingZeros(.w64)
    case .i64Ctz: countTrailingZeros(.w64)
    case .i64Popcnt: populationCount(.w64)
    case .i64Add: arithmetic(.add, .w64)
    case .i64Sub: arithmetic(.sub, .w64)
    case .i64Mul: multiply(.w64)
    case .i64DivS: divide(.w64, signed: true, remainder: false)
    case .i64DivU: divide(.w64, signed: false, remainder: false)
    case .i64RemS: divide(.w64, signed: true, remainder: true)
    case .i64RemU: divide(.w64, signed: false, remainder: true)
    case .i64And: arithmetic(.and, .w64)
    case .i64Or: arithmetic(.or, .w64)
    case .i64Xor: arithmetic(.xor, .w64)
    case .i64Shl: shift(.shl, .w64)
    case .i64ShrS: shift(.sar, .w64)
    case .i64ShrU: shift(.shr, .w64)
    case .i64Rotl: shift(.rol, .w64)
    case .i64Rotr: shift(.ror, .w64)

    case .f32Abs: floatAbsolute(.f32)
    case .f32Neg: floatNegate(.f32)
    case .f32Ceil: floatRound(.ceil, .f32)
    case .f32Floor: floatRound(.floor, .f32)
    case .f32Trunc: floatRound(.truncate, .f32)
    case .f32Nearest: floatRound(.nearest, .f32)
    case .f32Sqrt: floatSquareRoot(.f32)
    case .f32Add: floatBinary(.add, .f32)
    case .f32Sub: floatBinary(.subtract, .f32)
    case .f32Mul: floatBinary(.multiply, .f32)
    case .f32Div: floatBinary(.divide, .f32)
    case .f32Min: floatExtreme(.minimum, .f32)
    case .f32Max: floatExtreme(.maximum, .f32)
    case .f32Copysign: floatCopySign(.f32)
    case .f64Abs: floatAbsolute(.f64)
    case .f64Neg: floatNegate(.f64)
    case .f64Ceil: floatRound(.ceil, .f64)
    case .f64Floor: floatRound(.floor, .f64)
    case .f64Trunc: floatRound(.truncate, .f64)
    case .f64Nearest: floatRound(.nearest, .f64)
    case .f64Sqrt: floatSquareRoot(.f64)
    case .f64Add: floatBinary(.add, .f64)
    case .f64Sub: floatBinary(.subtract, .f64)
    case .f64Mul: floatBinary(.multiply, .f64)
    case .f64Div: floatBinary(.divide, .f64)
    case .f64Min: floatExtreme(.minimum, .f64)
    case .f64Max: floatExtreme(.maximum, .f64)
    case .f64Copysign: floatCopySign(.f64)

    case .i32WrapI64: wrap()
    case .i32TruncF32S: truncate(.w32, from: .f32, signed: true)
    case .i32TruncF32U: truncate(.w32, from: .f32, signed: false)
    case .i32TruncF64S: truncate(.w32, from: .f64, signed: true)
    case .i32TruncF64U: truncate(.w32, from: .f64, signed: false)
    case .i64ExtendI32S: extendSigned(.w64, from: 32)
    case .i64ExtendI32U: extendUnsigned()
    case .i64TruncF32S: truncate(.w64, from: .f32, signed: true)
    case .i64TruncF32U: truncate(.w64, from: .f32, signed: false)
    case .i64TruncF64S: truncate(.w64, from: .f64, signed: true)
    case .i64TruncF64U: truncate(.w64, from: .f64, signed: false)
    case .f32ConvertI32S: convertToFloat(.f32, from: .w32, signed: true)
    case .f32ConvertI32U: convertToFloat(.f32, from: .w32, signed: false)
    case .f32ConvertI64S: convertToFloat(.f32, from: .w64, signed: true)
    case .f32ConvertI64U: convertToFloat(.f32, from: .w64, signed: false)
    case .f32DemoteF64: floatConvert(from: .f64)
    case .f64ConvertI32S: convertToFloat(.f64, from: .w32, signed: true)
    case .f64ConvertI32U: convertToFloat(.f64, from: .w32, signed: false)
    case .f64ConvertI64S: convertToFloat(.f64, from: .w64, signed: true)
    case .f64ConvertI64U: convertToFloat(.f64, from: .w64, signed: false)
    case .f64PromoteF32: floatConvert(from: .f32)
    case .i32ReinterpretF32: reinterpretToInteger(.w32)
    case .i64ReinterpretF64: reinterpretToInteger(.w64)
    case .f32ReinterpretI32: reinterpretToFloat(.w32)
    case .f64ReinterpretI64: reinterpretToFloat(.w64)
    case .i32Extend8S: extendSigned(.w32, from: 8)
    case .i32Extend16S: extendSigned(.w32, from: 16)
    case .i64Extend8S: extendSigned(.w64, from: 8)
    case .i64Extend16S: extendSigned(.w64, from: 16)
    case .i64Extend32S: extendSigned(.w64, from: 32)
    case .i32TruncSatF32S: truncateSaturating(.w32, from: .f32, signed: true)
    case .i32TruncSatF32U: truncateSaturating(.w32, from: .f32, signed: false)
    case .i32TruncSatF64S: truncateSaturating(.w32, from: .f64, signed: true)
    case .i32TruncSatF64U: truncateSaturating(.w32, from: .f64, signed: false)
    case .i64TruncSatF32S: truncateSaturating(.w64, from: .f32, signed: true)
    case .i64TruncSatF32U: truncateSaturating(.w64, from: .f32, signed: false)
    case .i64TruncSatF64S: truncateSaturating(.w64, from: .f64, signed: true)
    case .i64TruncSatF64U: truncateSaturating(.w64, from: .f64, signed: false)
    default: preconditionFailure("the walk reports this operator by its own method")
    }
  }

  // MARK: References

  mutating func refNull() { push(.constant(0, type: .reference)) }

  mutating func refIsNull() { equalsZero(.w64) }

  mutating func refFunc(_ index: Int) {
    let register = allocateGPR()
    if index < view.importedFunctionCount {
      asm.load(.w64, register, Address(.r14, Int32(truncatingIfNeeded: view.layout.importedFunction(index))))
    } else {
      asm.load(.w64, register, Address(.r14, Int32(InstanceContext.functionRecords)))
      let offset = (index - view.importedFunctionCount) * FunctionRecord.size
      if offset != 0 { asm.arithmetic(.add, .w64, register, constant: Int32(truncatingIfNeeded: offset)) }
    }
    push(.gpr(register.code, type: .reference))
  }

  // MARK: Tables

  /// Checks a popped index against a table's size; leaves the table's record in r11.
  private mutating func tableRecord(_ table: Int, checking index: inout Value, position: Int) -> GPR {
    let register = use(&index, position: position)
    asm.load(.w64, .r11, Address(.r14, Int32(truncatingIfNeeded: view.layout.table(table))))
    asm.arithmetic(.cmp, .w64, register, Address(.r11, Int32(TableRecord.countOffset)))
    asm.jump(.aboveOrEqual, trapLabel(.tableOutOfBounds))
    asm.load(.w64, .r11, Address(.r11, Int32(TableRecord.baseOffset)))
    return register
  }

  mutating func tableGet(_ table: Int) {
    var index = pop()
    let register = tableRecord(table, checking: &index, position: values.count)
    release(index)
    let result = allocateGPR()
    asm.load(.w64, result, Address(.r11, index: register, scale: 3))
    push(.gpr(result.code, type: view.tables[table].element.machineType))
  }

  mutating func tableSet(_ table: Int) {
    var value = pop()
    var index = pop()
    let positionIndex = values.count
    let source = use(&value, position: values.count + 1)
    let register = tableRecord(table, checking: &index, position: positionIndex)
    asm.store(.w64, Address(.r11, index: register, scale: 3), source)
    release(value)
    release(index)
  }

  mutating func tableSize(_ table: Int) {
    let register = allocateGPR()
    asm.load(.w64, register, Address(.r14, Int32(truncatingIfNeeded: view.layout.table(table))))
    asm.load(.w64, register, Address(register, Int32(TableRecord.countOffset)))
    push(.gpr(register.code, type: view.tables[table].indexType.machineType))
  }
}
