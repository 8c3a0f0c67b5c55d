// Floats and conversions.

import MachineCode
import RuntimeLayout

extension LowerToX64 {
  private static func floatWidth(_ type: ValueKind) -> FloatWidth { type == .f32 ? .f32 : .f64 }

  private mutating func floatWidth(_ value: Value) -> FloatWidth { Self.floatWidth(at(graph.pointee.resolve(value)).pointee.type) }

  mutating func floatArithmetic(_ value: Value, _ op: FloatOp) {
    let width = floatWidth(value)
    var a = at(value).pointee.a
    var b = at(value).pointee.b
    // Of two NaNs any may be the result, so sums and products commute.
    if op == .add || op == .multiply, isBetterSecond(a, b) { swap(&a, &b) }
    let right = source(b, float: width)
    let left = register(a)
    begin()
    redefine(definition(value))
    use(left)
    use(right)
    end(.floatArithmetic, X64Variant(float: width, operation: op.rawValue).raw, right)
  }

  /// d = a ← a with b.
  mutating func floatPair(_ value: Value, _ opcode: X64Opcode, operation: UInt8) {
    let left = register(at(value).pointee.a)
    let right = register(at(value).pointee.b)
    begin()
    redefine(definition(value))
    use(left)
    use(right)
    end(opcode, X64Variant(float: floatWidth(value), operation: operation).raw)
  }

  mutating func floatSign(_ value: Value, _ opcode: X64Opcode) {
    let source = register(at(value).pointee.a)
    begin()
    redefine(definition(value))
    use(source)
    end(opcode, X64Variant(float: floatWidth(value)).raw)
  }

  /// d ← rm; the width is the operand's.
  mutating func floatUnary(_ value: Value, _ opcode: X64Opcode, operation: UInt8) {
    let width = floatWidth(at(value).pointee.a)
    // The rounding mode follows the address.
    let operand = at(value).pointee.a
    let isConstant = at(strip(operand)).pointee.operation == .constant
    let source = isConstant ? X64Source(register(operand)) : source(operand, float: width)
    begin()
    define(definition(value))
    use(source)
    end(opcode, X64Variant(float: width, operation: operation).raw, source)
  }

  // MARK: Conversions

  mutating func integerToFloat(_ value: Value, signed: Bool) {
    let a = at(value).pointee.a
    let isWide = at(graph.pointee.resolve(a)).pointee.type == .i64
    let width = floatWidth(value)
    if !signed && isWide {
      let source = register(a)
      begin()
      define(definition(value))
      use(source)
      return end(.unsignedToFloat, X64Variant(.w64, float: width).raw)
    }
    // An unsigned i32 is a positive i64.
    let source = signed ? source(a, isWide ? .w64 : .w32) : X64Source(register(a))
    begin()
    define(definition(value))
    use(source)
    end(.integerToFloat, X64Variant(isWide || !signed ? .w64 : .w32, float: width).raw, source)
  }

  mutating func floatToInteger(_ value: Value, _ kind: X64Truncation) {
    if !kind.contains(.saturating) { frame.mayTrap = true }
    let a = at(value).pointee.a
    let source = register(a)
    begin()
    define(definition(value))
    use(source)
    end(.floatToInteger, X64Variant(at(value).pointee.type == .i64 ? .w64 : .w32, float: floatWidth(a), operation: kind.rawValue).raw)
  }

  mutating func reinterpret(_ value: Value) {
    let a = at(value).pointee.a
    let type = at(value).pointee.type
    let is64 = type.bits == 64
    if type.isFloat {
      if let address = foldedLoad(a, is64 ? .word64 : .word32) { return load(value, address, is64 ? .f64 : .f32) }
      let source = register(a, is64 ? .w64 : .w32)
      begin()
      define(definition(value))
      use(source)
      return end(.integerBits, X64Variant(is64 ? .w64 : .w32).raw)
    }
    if let address = foldedLoad(a, is64 ? .f64 : .f32) { return load(value, address, is64 ? .word64 : .word32) }
    let source = register(a)
    begin()
    define(definition(value))
    use(source)
    end(.floatBits, X64Variant(is64 ? .w64 : .w32).raw)
  }
}
