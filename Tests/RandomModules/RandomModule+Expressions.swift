// Expressions of random modules: any operator with fixed types by its row in the opcode table, and the others.

import WasmFormat

extension RandomModule {
  /// The opcodes without immediates, or with lanes, that give a value of a type.
  static let operators: [ValueType: [Opcode]] = {
    var found: [ValueType: [Opcode]] = [:]
    for row in OpcodeTable.all {
      let isDetermined = row.vectorOperation.map { !$0.isRelaxed } ?? (row.operation != nil)
      guard row.exists, isDetermined else { continue }
      found[row.result, default: []].append(row.opcode)
    }
    return found
  }()

  /// Those that show the bits of a float.
  private static let revealing: Set<Opcode> = [
    .i32ReinterpretF32, .i64ReinterpretF64, .f32Copysign, .f64Copysign, .f32x4Splat, .f64x2Splat, .f32x4ReplaceLane, .f64x2ReplaceLane,
  ]

  private static let dividing: Set<Opcode> = [
    .i32DivS, .i32DivU, .i32RemS, .i32RemU, .i64DivS, .i64DivU, .i64RemS, .i64RemU,
  ]

  private static let trapping: Set<Opcode> = [
    .i32TruncF32S, .i32TruncF32U, .i32TruncF64S, .i32TruncF64U, .i64TruncF32S, .i64TruncF32U, .i64TruncF64S, .i64TruncF64U,
  ]

  private static let loads: [ValueType: [Opcode]] = [
    .i32: [.i32Load, .i32Load8S, .i32Load8U, .i32Load16S, .i32Load16U],
    .i64: [.i64Load, .i64Load8S, .i64Load8U, .i64Load16S, .i64Load16U, .i64Load32S, .i64Load32U],
    .f32: [.f32Load], .f64: [.f64Load],
    .v128: [
      .v128Load, .v128Load, .v128Load8x8S, .v128Load8x8U, .v128Load16x4S, .v128Load16x4U, .v128Load32x2S, .v128Load32x2U, .v128Load8Splat,
      .v128Load16Splat, .v128Load32Splat, .v128Load64Splat, .v128Load32Zero, .v128Load64Zero,
    ],
  ]

  func constant(_ type: ValueType, _ value: Int64, _ body: inout FunctionBodyWriter) {
    switch type {
    case .i32: body.i32Const(Int32(truncatingIfNeeded: value))
    case .i64: body.i64Const(value)
    case .f32: body.f32Const(Float(value))
    case .v128: body.v128Const(V128(low: UInt64(bitPattern: value), high: UInt64(bitPattern: value)))
    default: body.f64Const(Double(value))
    }
  }

  /// Small numbers, powers of two and their neighbours, extremes.
  mutating func constant(_ type: ValueType, _ body: inout FunctionBodyWriter) {
    if type.isReference { return constantReference(type, &body) }
    let bits = Int64(bitPattern: random.next())
    let value: Int64
    switch random.below(5) {
    case 0: value = Int64(random.below(20)) - 6
    case 1: value = (1 << Int64(random.below(63))) + Int64(random.below(3)) - 1
    case 2: value = random.pick([.min, .max, Int64(Int32.min), Int64(Int32.max), Int64(UInt32.max), 0, -1])
    case 3: value = Int64(random.below(1 << 16))
    default: value = bits
    }
    switch type {
    case .f32:
      body.f32Const(random.pick([Float(value), 0.5, -0.0, .infinity, 1.5, Float(value % 100) / 8, .nan, 3e9, -2.1e9]))
    case .f64:
      body.f64Const(random.pick([Double(value), 0.5, -0.0, -.infinity, 2.5, Double(value % 1000) / 16, .nan, 3e9, 1e19]))
    case .v128: body.v128Const(vector())
    default: constant(type, value, &body)
    }
  }

  /// Pushes one of two values of a type, which `write` writes, by the condition that has been pushed.
  mutating func either(_ type: ValueType, _ body: inout FunctionBodyWriter, _ write: (inout RandomModule, inout FunctionBodyWriter) -> Void) {
    body.if(.value(type))
    labels.append([type])
    write(&self, &body)
    body.else()
    write(&self, &body)
    _ = labels.removeLast()
    body.end()
  }

  /// Writes an expression of a type. `canonical`: its bits are seen, so all NaNs become one.
  mutating func expression(_ type: ValueType, _ body: inout FunctionBodyWriter, depth: Int, canonical: Bool = false) {
    if type.isReference { return referenceExpression(type, &body, depth: depth) }
    room -= 1
    let isLeaf = room < 0 || depth > 9
    switch isLeaf ? random.below(6) : random.below(24) {
    case 0, 1: constant(type, &body)
    case 2, 3, 4, 5:
      let candidates = locals.indices.filter { locals[$0] == type }
      if candidates.isEmpty { constant(type, &body) } else { body.localGet(UInt32(random.pick(Array(candidates)))) }
    case 6, 7:
      address(&body, depth: depth)
      body.load(random.pick(Self.loads[type]!), offset: offset())
    case 8:
      let candidates = globals.indices.filter { globals[$0] == type }
      if candidates.isEmpty { constant(type, &body) } else { body.globalGet(UInt32(random.pick(Array(candidates)))) }
    case 9:
      expression(type, &body, depth: depth + 1)
      expression(type, &body, depth: depth + 1)
      expression(.i32, &body, depth: depth + 1)
      body.select()
    case 10:
      expression(.i32, &body, depth: depth + 1)
      hint(&body)
      either(type, &body) { $0.expression(type, &$1, depth: depth + 1) }
    case 11:
      body.block(.value(type))
      labels.append([type])
      statements(&body, depth: depth + 2)
      expression(type, &body, depth: depth + 1)
      if random.once(in: 2) {
        expression(.i32, &body, depth: depth + 1)
        hint(&body)
        body.brIf(0)
      }
      _ = labels.removeLast()
      body.end()
    case 12: call(type, &body, depth: depth)
    case 13:
      let candidates = locals.indices.filter { locals[$0] == type }
      expression(type, &body, depth: depth + 1)
      if !candidates.isEmpty { body.localTee(UInt32(random.pick(Array(candidates)))) }
    case 14 where type == .v128: loadLane(&body, depth: depth)
    case 14 where type == .i64 && random.once(in: 2): wide(&body, depth: depth)
    case 15 where type == .i32 || type == .i64: atomic(type, &body, depth: depth)
    default: simple(random.pick(Self.operators[type]!), &body, depth: depth)
    }
    if canonical, type == .f32 || type == .f64 { canonicalize(type, &body) }
  }

  private mutating func simple(_ opcode: Opcode, _ body: inout FunctionBodyWriter, depth: Int) {
    let row = OpcodeTable.row(opcode)
    let reveals = Self.revealing.contains(opcode)
    let operands = [row.operand0, row.operand1, row.operand2]
    for index in 0..<Int(row.operandCount) { expression(operands[index], &body, depth: depth + 1, canonical: reveals) }
    // Most divisions do not trap.
    if Self.dividing.contains(opcode), !random.once(in: 6) {
      constant(row.operand1, 1 + Int64(random.below(100)), &body)
      body.emit(row.operand1 == .i32 ? .i32Or : .i64Or)
    }
    if Self.trapping.contains(opcode), !random.once(in: 6) {
      // Nor do most conversions of floats to integers.
      if row.operand0 == .f32 {
        body.f32Const(100)
        body.emit(.f32Min)
        body.f32Const(0)
        body.emit(.f32Max)
      } else {
        body.f64Const(1000)
        body.emit(.f64Min)
        body.f64Const(0)
        body.emit(.f64Max)
      }
      canonicalize(row.operand0, &body, to: 7)
    }
    emit(row, &body)
  }

  private mutating func wide(_ body: inout FunctionBodyWriter, depth: Int) {
    let opcode: Opcode = random.pick([.i64Add128, .i64Sub128, .i64MulWideS, .i64MulWideU])
    for _ in 0..<(opcode == .i64Add128 || opcode == .i64Sub128 ? 4 : 2) { expression(.i64, &body, depth: depth + 2) }
    body.emit(opcode)
    body.emit(random.pick([.i64Add, .i64Xor, .i64Sub]))
  }

  /// Replaces a NaN by a number, or by the NaN with the fewest bits.
  private mutating func canonicalize(_ type: ValueType, _ body: inout FunctionBodyWriter, to number: Float = .nan) {
    let place = body.addLocal(type)
    body.localTee(place)
    if type == .f32 { body.f32Const(number) } else { body.f64Const(number.isNaN ? .nan : Double(number)) }
    body.localGet(place)
    body.localGet(place)
    body.emit(type == .f32 ? .f32Eq : .f64Eq)
    body.select()
  }
}
