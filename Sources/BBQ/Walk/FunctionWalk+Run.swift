// The loop over the operators.

import CompilerInterface
import WasmFormat

extension FunctionWalk where Sink: ~Copyable {
  mutating func run() throws(ModuleError) {
    enterFunction()
    while true {
      if pc < end, commonRows[Int(pc.pointee)].kind != .other { runCommon() }
      operatorStart = pc
      let first = try byte()
      var index = Int(first)
      if first == OpcodeTable.prefixFC {
        let number = Int(try u32())
        guard number < OpcodeTable.prefixFCCount else { throw malformed("illegal opcode 0xfc \(number)") }
        index = OpcodeTable.prefixFCBase + number
      }
      let row = rows + index
      guard row.pointee.exists else { throw malformed("illegal opcode \(first)") }
      guard view.features.isSuperset(of: row.pointee.needs) else {
        throw invalid("feature not supported: \(row.pointee.name)")
      }
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

      case .drop:
        _ = try popAny()
        if live() { sink.drop() }
      case .select, .selectTyped: try select(isTyped: row.pointee.opcode == .selectTyped)
      case .localGet:
        let local = try localIndex()
        push(locals[local])
        if live() { sink.localGet(local) }
      case .localSet:
        let local = try localIndex()
        try pop(locals[local])
        if live() { sink.localSet(local) }
      case .localTee:
        let local = try localIndex()
        try pop(locals[local])
        push(locals[local])
        if live() { sink.localTee(local) }
      case .globalGet:
        let global = try globalIndex()
        push(view.globals[global].type)
        if live() { sink.globalGet(global) }
      case .globalSet:
        let global = try globalIndex()
        guard view.globals[global].isMutable else { throw invalid("global is immutable") }
        try pop(view.globals[global].type)
        if live() { sink.globalSet(global) }

      case .i32Const:
        let value = try signed(bits: 32)
        push(.i32)
        if live() { sink.constant(type: .i32, bits: Int64(UInt32(truncatingIfNeeded: value))) }
      case .i64Const:
        let value = try signed(bits: 64)
        push(.i64)
        if live() { sink.constant(type: .i64, bits: value) }
      case .f32Const:
        guard end - pc >= 4 else { throw malformed("unexpected end") }
        let bits = UInt32(littleEndian: UnsafeRawPointer(pc).loadUnaligned(as: UInt32.self))
        pc += 4
        push(.f32)
        if live() { sink.constant(type: .f32, bits: Int64(bits)) }
      case .f64Const:
        guard end - pc >= 8 else { throw malformed("unexpected end") }
        let bits = Int64(littleEndian: UnsafeRawPointer(pc).loadUnaligned(as: Int64.self))
        pc += 8
        push(.f64)
        if live() { sink.constant(type: .f64, bits: bits) }

      case .i32Load, .i64Load, .f32Load, .f64Load, .i32Load8S, .i32Load8U, .i32Load16S, .i32Load16U, .i64Load8S,
        .i64Load8U, .i64Load16S, .i64Load16U, .i64Load32S, .i64Load32U:
        let (memory, offset) = try memoryArgument(row)
        try pop(view.memories[memory].indexType)
        push(row.pointee.result)
        if live() { sink.load(row.pointee.opcode, memory: memory, offset: offset) }
      case .i32Store, .i64Store, .f32Store, .f64Store, .i32Store8, .i32Store16, .i64Store8, .i64Store16, .i64Store32:
        let (memory, offset) = try memoryArgument(row)
        try pop(row.pointee.operand1)
        try pop(view.memories[memory].indexType)
        if live() { sink.store(row.pointee.opcode, memory: memory, offset: offset) }

      case .memorySize, .memoryGrow, .memoryInit, .dataDrop, .memoryCopy, .memoryFill: try memoryOperator(row.pointee.opcode)
      case .tableGet, .tableSet, .tableInit, .elemDrop, .tableCopy, .tableGrow, .tableSize, .tableFill:
        try tableOperator(row.pointee.opcode)
      case .refNull, .refIsNull, .refFunc: try referenceOperator(row.pointee.opcode)
      case .i64Add128, .i64Sub128, .i64MulWideS, .i64MulWideU: try wideOperator(row.pointee.opcode)
      case .throw: try throwTag()
      case .throwRef: try throwReference()
      case .tryTable: try enterTry()

      default: try simple(row)
      }
    }
  }

  /// Operators with fixed types and no immediates.
  @inline(__always)
  private mutating func simple(_ row: UnsafePointer<OpcodeRow>) throws(ModuleError) {
    switch row.pointee.operandCount {
    case 1: try pop(row.pointee.operand0)
    case 2:
      try pop(row.pointee.operand1)
      try pop(row.pointee.operand0)
    default: throw malformed("illegal opcode")
    }
    push(row.pointee.result)
    if live() { sink.simple(row.pointee.opcode) }
  }

  @inline(__always)
  private mutating func localIndex() throws(ModuleError) -> Int {
    let index = Int(try u32())
    guard index < localCount else { throw invalid("unknown local \(index)") }
    return index
  }

  @inline(__always)
  private mutating func globalIndex() throws(ModuleError) -> Int {
    let index = Int(try u32())
    guard index < view.globalCount else { throw invalid("unknown global \(index)") }
    return index
  }

  @inline(__always)
  private mutating func memoryArgument(_ row: UnsafePointer<OpcodeRow>) throws(ModuleError) -> (memory: Int, offset: UInt64) {
    let alignment = try u32()
    if alignment <= UInt32(row.pointee.alignment), view.memoryCount > 0, !view.memories[0].is64 {
      return (0, UInt64(try u32()))
    }
    return try longMemoryArgument(alignment, row)
  }

  /// With another memory than the first, in a 64-bit memory, or wrong.
  @inline(never)
  private mutating func longMemoryArgument(
    _ flags: UInt32, _ row: UnsafePointer<OpcodeRow>
  ) throws(ModuleError) -> (memory: Int, offset: UInt64) {
    var alignment = flags
    var memory = 0
    if flags & MemoryArgument.hasMemory != 0, view.features.contains(.multiMemory) {
      alignment &= ~MemoryArgument.hasMemory
      memory = Int(try u32())
    }
    guard alignment < 32 else { throw malformed("malformed memop flags") }
    let exists = memory < view.memoryCount
    let offset = exists && view.memories[memory].is64 ? try u64() : UInt64(try u32())
    guard exists else { throw invalid("unknown memory \(memory)") }
    guard alignment <= UInt32(row.pointee.alignment) else { throw invalid("alignment must not be larger than natural") }
    return (memory, offset)
  }

  private mutating func select(isTyped: Bool) throws(ModuleError) {
    var type = ValueType.unknown
    if isTyped {
      let count = try u32()
      guard count == 1 else { throw invalid("invalid result arity") }
      guard let given = ValueType(code: try byte()) else { throw malformed("malformed value type") }
      guard given.isSupported(view.features) else { throw invalid("feature not supported: \(given.name)") }
      type = given
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
