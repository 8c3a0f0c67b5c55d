// The loop over the operators.

import CompilerInterface
import WasmFormat

extension FunctionWalk where Sink: ~Copyable {
  mutating func run() throws(ModuleError) {
    enterFunction()
    while true {
      if !cursor.isAtEnd, commonRows[Int(cursor.pc.pointee)].kind != .other { runCommon() }
      operatorStart = cursor.pc
      let row = try cursor.row(rows)
      switch row.pointee.opcode {
      case .unreachable:
        if live() { sink.unreachable() }
        becomeUnreachable()
      case .nop: break
      case .block: try enter(.block)
      case .loop: try enter(.loop)
      case .if: try enter(.if)
      case .else: try otherwise()
      case .end: if try endOperator() { return }
      case .br: try branch()
      case .brIf: try branchIf()
      case .brTable: try branchTable()
      case .return: try returnOperator()
      case .call: try call(isTail: false)
      case .returnCall: try call(isTail: true)
      case .callIndirect: try callIndirect(isTail: false)
      case .returnCallIndirect: try callIndirect(isTail: true)
      case .callRef: try callReference(isTail: false)
      case .returnCallRef: try callReference(isTail: true)
      case .brOnNull: try branchOnNull()
      case .brOnNonNull: try branchOnNonNull()

      case .drop:
        _ = try popAny()
        if live() { sink.drop() }
      case .select, .selectTyped: try select(isTyped: row.pointee.opcode == .selectTyped)
      case .localGet:
        let local = try localIndex()
        if setLocals.isActive, !setLocals.contains(local) { throw invalid("uninitialized local: local \(local) is read before it is set") }
        push(locals[local])
        if live() { sink.localGet(local) }
      case .localSet:
        let local = try localIndex()
        try pop(locals[local])
        if setLocals.isActive { setLocals.insert(local) }
        if live() { sink.localSet(local) }
      case .localTee:
        let local = try localIndex()
        try pop(locals[local])
        push(locals[local])
        if setLocals.isActive { setLocals.insert(local) }
        if live() { sink.localTee(local) }
      case .globalGet:
        let global = try globalIndex()
        push(module.globals[global].type)
        if live() { sink.globalGet(global) }
      case .globalSet:
        let global = try globalIndex()
        guard module.globals[global].isMutable else { throw invalid("global is immutable") }
        try pop(module.globals[global].type)
        if live() { sink.globalSet(global) }

      case .i32Const:
        let value = try cursor.signed(bits: 32)
        push(.i32)
        if live() { sink.constant(type: .i32, bits: Int64(UInt32(truncatingIfNeeded: value))) }
      case .i64Const:
        let value = try cursor.signed(bits: 64)
        push(.i64)
        if live() { sink.constant(type: .i64, bits: value) }
      case .f32Const:
        let bits = try cursor.fixed32()
        push(.f32)
        if live() { sink.constant(type: .f32, bits: Int64(bits)) }
      case .f64Const:
        let bits = Int64(bitPattern: try cursor.fixed64())
        push(.f64)
        if live() { sink.constant(type: .f64, bits: bits) }

      case .i32Load, .i64Load, .f32Load, .f64Load, .i32Load8S, .i32Load8U, .i32Load16S, .i32Load16U, .i64Load8S,
        .i64Load8U, .i64Load16S, .i64Load16U, .i64Load32S, .i64Load32U, .v128Load, .v128Load8x8S, .v128Load8x8U, .v128Load16x4S, .v128Load16x4U,
        .v128Load32x2S, .v128Load32x2U, .v128Load8Splat, .v128Load16Splat, .v128Load32Splat, .v128Load64Splat, .v128Load32Zero, .v128Load64Zero:
        let (memory, offset) = try memoryArgument(row)
        try pop(module.memories[memory].indexType)
        push(row.pointee.result)
        if live() { sink.load(row.pointee.opcode, memory: memory, offset: offset) }
      case .i32Store, .i64Store, .f32Store, .f64Store, .i32Store8, .i32Store16, .i64Store8, .i64Store16, .i64Store32,
        .v128Store:
        let (memory, offset) = try memoryArgument(row)
        try pop(row.pointee.operand1)
        try pop(module.memories[memory].indexType)
        if live() { sink.store(row.pointee.opcode, memory: memory, offset: offset) }

      case .memorySize, .memoryGrow, .memoryInit, .dataDrop, .memoryCopy, .memoryFill: try memoryOperator(row.pointee.opcode)
      case .tableGet, .tableSet, .tableInit, .elemDrop, .tableCopy, .tableGrow, .tableSize, .tableFill:
        try tableOperator(row.pointee.opcode)
      case .refNull, .refIsNull, .refFunc, .refAsNonNull: try referenceOperator(row.pointee.opcode)
      case .i64Add128, .i64Sub128, .i64MulWideS, .i64MulWideU: try wideOperator(row.pointee.opcode)
      case .throw: try throwTag()
      case .throwRef: try throwReference()
      case .tryTable: try enterTry()

      default: try numeric(row)
      }
    }
  }

  @inline(__always)
  private mutating func numeric(_ row: UnsafePointer<OpcodeRow>) throws(ModuleError) {
    guard let operation = row.pointee.operation else { return try prefixedOperator(row) }
    let isBinary = row.pointee.operandCount == 2
    if isBinary { try pop(row.pointee.operand1) }
    try pop(row.pointee.operand0)
    push(row.pointee.result)
    guard live() else { return }
    let (source, result) = (row.pointee.operand0.machineType, row.pointee.result.machineType)
    if isBinary { sink.binary(operation, source, result) } else { sink.unary(operation, source, result) }
  }

  @inline(__always)
  private mutating func localIndex() throws(ModuleError) -> Int {
    let index = try cursor.index()
    guard index < localCount else { throw invalid("unknown local \(index)") }
    return index
  }

  @inline(__always)
  private mutating func globalIndex() throws(ModuleError) -> Int {
    let index = try cursor.index()
    guard index < module.globalCount else { throw invalid("unknown global \(index)") }
    return index
  }

  @inline(__always)
  mutating func memoryArgument(_ row: UnsafePointer<OpcodeRow>) throws(ModuleError) -> (memory: Int, offset: UInt64) {
    let (alignment, index) = try cursor.memoryFlags()
    let memory = Int(index)
    let exists = memory < module.memoryCount
    let offset = exists && module.memories[memory].is64 ? try cursor.u64() : UInt64(try cursor.u32())
    guard exists else { throw invalid("unknown memory \(memory)") }
    guard alignment <= UInt32(row.pointee.alignment) else { throw invalid("alignment must not be larger than natural") }
    return (memory, offset)
  }

  private mutating func select(isTyped: Bool) throws(ModuleError) {
    var type = ValueType.unknown
    if isTyped {
      guard try cursor.u32() == 1 else { throw invalid("invalid result arity") }
      type = try canonical(try cursor.valueType())
      try pop(.i32)
      try pop(type)
      try pop(type)
    } else {
      try pop(.i32)
      let second = try popAny()
      let first = try popAny()
      guard !first.isReference, !second.isReference else { throw invalid("type mismatch: select without type on references") }
      guard first.matches(second) || second.matches(first) else { throw mismatch(expected: first, found: second) }
      type = first == .unknown ? second : first
    }
    push(type)
    if live() { sink.select() }
  }
}
