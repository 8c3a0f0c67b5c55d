// Loads, stores, and the operators that call the engine.

import CompilerInterface
import RuntimeLayout
import WasmFormat

extension GraphBuilder {
  /// No memory reaches so far: an access with such an offset traps.
  static var unreachableOffset: UInt64 { 1 << 48 }

  mutating func access(_ row: UnsafePointer<OpcodeRow>) {
    let (memory, offset) = memoryArgument()
    let isStore = !row.pointee.hasResult
    let type = ValueKind(isStore ? row.pointee.operand1 : row.pointee.result)
    let value = isStore ? pop() : Value.none
    let address = pop()
    guard let result = access(Self.access(row.pointee.opcode), type, memory, offset, address, storing: value) else { return }
    if !isStore { push(result) }
  }

  /// A load into a lane, or a store of one: an access of a scalar.
  mutating func accessLane(_ row: UnsafePointer<OpcodeRow>) {
    let (memory, offset) = memoryArgument()
    let lane = cursor.byte()
    let width = 8 << Int(row.pointee.alignment)
    let shape = LaneShape.integers(width)
    let type = ValueKind(shape.laneType)
    let kind: MemoryAccess = width == 8 ? .unsigned8 : width == 16 ? .unsigned16 : .whole
    let vector = pop()
    let address = pop()
    if row.pointee.hasResult {
      guard let scalar = access(kind, type, memory, offset, address) else { return }
      push(emit(Instruction(.replace, shape, lane: lane, vector, scalar)))
    } else {
      _ = access(kind, type, memory, offset, address, storing: emit(Instruction(.extract, shape, lane: lane, vector)))
    }
  }

  mutating func memoryArgument() -> (memory: Int, offset: UInt64) {
    let memory = memoryIndex(Int(cursor.memoryFlags().memory))
    return (memory, cursor.u64())
  }

  /// A load, or a store if there is a value. nil: it traps, and the block has ended.
  private mutating func access(
    _ kind: MemoryAccess, _ type: ValueKind, _ memory: Int, _ offset: UInt64, _ address: Value, storing value: Value = .none
  ) -> Value? {
    guard offset < Self.unreachableOffset else {
      trap(.memoryOutOfBounds)
      return nil
    }
    checkBounds(memory, address, end: offset + UInt64(kind.byteCount(type)))
    var instruction = Instruction(value.exists ? .store : .load, value.exists ? .none : type, address, value)
    instruction.access = kind
    instruction.index = UInt32(memory)
    instruction.immediate = Int64(offset)
    return emit(instruction)
  }

  /// `end`: the offset after the last byte.
  mutating func checkBounds(_ memory: Int, _ address: Value, end: UInt64) {
    if module.memories[memory].isGuarded { return }
    var check = Instruction(.boundsCheck, .none, address)
    check.index = UInt32(memory)
    check.immediate = Int64(end)
    _ = emit(check)
  }

  private static func access(_ opcode: Opcode) -> MemoryAccess {
    switch opcode {
    case .i32Load8S, .i64Load8S: .signed8
    case .i32Load8U, .i64Load8U, .i32Store8, .i64Store8: .unsigned8
    case .i32Load16S, .i64Load16S: .signed16
    case .i32Load16U, .i64Load16U, .i32Store16, .i64Store16: .unsigned16
    case .i64Load32S: .signed32
    case .i64Load32U, .i64Store32: .unsigned32
    case .v128Load8Splat: .splat8
    case .v128Load16Splat: .splat16
    case .v128Load32Splat: .splat32
    case .v128Load64Splat: .splat64
    case .v128Load32Zero: .zero32
    case .v128Load64Zero: .zero64
    case .v128Load8x8S: .extend8Signed
    case .v128Load8x8U: .extend8Unsigned
    case .v128Load16x4S: .extend16Signed
    case .v128Load16x4U: .extend16Unsigned
    case .v128Load32x2S: .extend32Signed
    case .v128Load32x2U: .extend32Unsigned
    default: .whole
    }
  }

  /// An operator that is a call of the engine.
  mutating func helper(_ opcode: Opcode) {
    switch opcode {
    case .memoryGrow:
      let memory = memoryIndex()
      helper(.memoryGrow, 1, 1, module.layout.memoryIndex(memory), result: ValueKind(module.memories[memory].indexType))
    case .tableGrow:
      let table = tableIndex()
      helper(.tableGrow, 1, 2, module.layout.tableIndex(table), result: ValueKind(module.tables[table].indexType))
    case .memoryFill: helper(.memoryFill, 1, 3, memoryNumber(), trap: .memoryOutOfBounds)
    case .tableFill: helper(.tableFill, 1, 3, tableNumber(), trap: .tableOutOfBounds)
    // Of two immediates the first is read first.
    case .memoryCopy: helper(.memoryCopy, 2, 3, memoryNumber(), memoryNumber(), trap: .memoryOutOfBounds)
    case .tableCopy: helper(.tableCopy, 2, 3, tableNumber(), tableNumber(), trap: .tableOutOfBounds)
    case .memoryInit, .tableInit:
      let segment = segmentNumber(cursor.index())
      if opcode == .memoryInit {
        helper(.memoryInit, 2, 3, memoryNumber(), segment, trap: .memoryOutOfBounds)
      } else {
        helper(.tableInit, 2, 3, tableNumber(), segment, trap: .tableOutOfBounds)
      }
    case .dataDrop: helper(.dataDrop, 1, 0, segmentNumber(cursor.index()))
    case .elemDrop: helper(.elementDrop, 1, 0, segmentNumber(cursor.index()))
    default: preconditionFailure("not a call of the engine")
    }
  }

  /// `constants` constants (`first`, `second`) and then the topmost `operands` operands are the arguments.
  mutating func helper(
    _ helper: RuntimeHelper, _ constants: Int, _ operands: Int, _ first: Int, _ second: Int = 0, trap: TrapReason? = nil,
    result: ValueKind = .none
  ) {
    takeArguments(operands)
    let one = constant(.i64, Int64(first))
    let other = constants > 1 ? constant(.i64, Int64(second)) : one
    let call = emit(
      Instruction(.callHelper, result, index: UInt32(helper.rawValue), immediate: trap.map { Int64($0.rawValue) } ?? -1))
    graph.appendArgument(call, one)
    if constants > 1 { graph.appendArgument(call, other) }
    for index in 0..<arguments.count { graph.appendArgument(call, arguments[index]) }
    arguments.removeAll()
    if result != .none { push(call) }
  }
}
