// The operators that most code consists of, in their commonest form: immediates of one byte or two, memory 0 with 32-bit indices, operands that are there and
// of the right types. Everything else, errors included, is left to the loop over all operators (FunctionWalk+Run.swift), which would do
// the same for these, only slower.

import Synchronization
import WasmFormat

/// What the fast path needs to know about a one-byte opcode.
struct CommonRow {
  enum Kind: UInt8 {
    case other, localGet, localSet, localTee, i32Const, unary, binary, load, store
  }

  var kind: Kind
  var opcode: Opcode
  /// Of the kinds `unary` and `binary`.
  var operation = NumericOperation.add
  var source: MachineType
  var machineResult: MachineType
  var operand0: ValueType
  var operand1: ValueType
  var result: ValueType
  var alignment: UInt8

  /// - Parameter tracksLocals: for functions with locals that have to be set, which it leaves to the loop over all operators.
  init(_ row: OpcodeRow, _ features: Features, tracksLocals: Bool) {
    opcode = row.opcode
    operand0 = row.operand0
    operand1 = row.operand1
    result = row.result
    source = row.operand0.machineType
    machineResult = row.result.machineType
    alignment = row.alignment
    guard row.exists, features.isSuperset(of: row.needs) else {
      kind = .other
      return
    }
    switch row.opcode {
    case .localGet: kind = tracksLocals ? .other : .localGet
    case .localSet: kind = tracksLocals ? .other : .localSet
    case .localTee: kind = tracksLocals ? .other : .localTee
    case .i32Const: kind = .i32Const
    default:
      switch row.family {
      case .load: kind = .load
      case .store: kind = .store
      case .numeric(let operation):
        kind = row.operandCount == 1 ? .unary : .binary
        self.operation = operation
      case .vector, .atomic, .other: kind = .other
      }
    }
  }

  private struct Table: @unchecked Sendable {
    let features: Features
    let tracksLocals: Bool
    let rows: UnsafePointer<CommonRow>
  }

  private static let tables = Mutex<[Table]>([])

  /// The rows of all one-byte opcodes; kept for ever, as there are few sets of features.
  static func table(_ features: Features, tracksLocals: Bool) -> UnsafePointer<CommonRow> {
    tables.withLock { tables in
      if let table = tables.first(where: { $0.features == features && $0.tracksLocals == tracksLocals }) { return table.rows }
      let table = UnsafeMutablePointer<CommonRow>.allocate(capacity: 256)
      for byte in 0..<256 { (table + byte).initialize(to: CommonRow(OpcodeTable.rows[byte], features, tracksLocals: tracksLocals)) }
      tables.append(Table(features: features, tracksLocals: tracksLocals, rows: UnsafePointer(table)))
      return UnsafePointer(table)
    }
  }
}

extension FunctionWalk where Sink: ~Copyable {
  /// Deals with operators as long as they are common ones.
  mutating func runCommon() {
    // Copies, which the calls of the sink cannot change as far as the optimizer knows.
    let (rows, locals, stack) = (commonRows, locals, stack)
    let (localCount, floor, capacity) = (localCount, floor, capacity)
    let (emits, hasPlainMemory) = (emits, hasPlainMemory)
    var (pc, height) = (cursor.pc, height)
    defer {
      cursor.pc = pc
      self.height = height
    }
    // So many bytes can be read without looking.
    let last = cursor.end - 5
    while pc < last {
      let start = pc
      let row = rows + Int(start.pointee)
      let immediate = start[1]
      let top = stack + height
      switch row.pointee.kind {
      case .localGet:
        guard immediate < 0x80, Int(immediate) < localCount, height < capacity else { return }
        top.pointee = locals[Int(immediate)]
        height += 1
        pc = start + 2
        if emits {
          sink.position(start, next: pc)
          sink.localGet(Int(immediate))
        }
      case .localSet:
        guard immediate < 0x80, Int(immediate) < localCount, height > floor, top[-1] == locals[Int(immediate)] else { return }
        height -= 1
        pc = start + 2
        if emits {
          sink.position(start, next: pc)
          sink.localSet(Int(immediate))
        }
      case .localTee:
        guard immediate < 0x80, Int(immediate) < localCount, height > floor, top[-1] == locals[Int(immediate)] else { return }
        pc = start + 2
        if emits {
          sink.position(start, next: pc)
          sink.localTee(Int(immediate))
        }
      case .i32Const:
        guard height < capacity else { return }
        var value = Int32(Int8(bitPattern: immediate << 1) >> 1)
        var length = 2
        if immediate >= 0x80 {
          guard start[2] < 0x80 else { return }
          value = Int32(Int8(bitPattern: start[2] << 1) >> 1) << 7 | Int32(immediate & 0x7F)
          length = 3
        }
        top.pointee = .i32
        height += 1
        pc = start + length
        if emits {
          sink.position(start, next: pc)
          sink.constant(type: .i32, bits: Int64(UInt32(bitPattern: value)))
        }
      case .unary:
        guard height > floor, top[-1] == row.pointee.operand0 else { return }
        top[-1] = row.pointee.result
        pc = start + 1
        if emits {
          sink.position(start, next: pc)
          sink.unary(row.pointee.operation, row.pointee.source, row.pointee.machineResult)
        }
      case .binary:
        guard height - floor >= 2, top[-1] == row.pointee.operand1, top[-2] == row.pointee.operand0 else { return }
        top[-2] = row.pointee.result
        height -= 1
        pc = start + 1
        if emits {
          sink.position(start, next: pc)
          sink.binary(row.pointee.operation, row.pointee.source, row.pointee.machineResult)
        }
      case .load:
        guard immediate <= row.pointee.alignment, start[2] < 0x80 || start[3] < 0x80, hasPlainMemory, height > floor, top[-1] == .i32
        else { return }
        top[-1] = row.pointee.result
        let offset = Self.memoryOffset(start, &pc)
        if emits {
          sink.position(start, next: pc)
          sink.load(row.pointee.opcode, memory: 0, offset: offset)
        }
      case .store:
        guard immediate <= row.pointee.alignment, start[2] < 0x80 || start[3] < 0x80, hasPlainMemory, height - floor >= 2,
          top[-1] == row.pointee.operand1, top[-2] == .i32
        else { return }
        height -= 2
        let offset = Self.memoryOffset(start, &pc)
        if emits {
          sink.position(start, next: pc)
          sink.store(row.pointee.opcode, memory: 0, offset: offset)
        }
      case .other: return
      }
    }
  }

  /// Reads the offset, of one or two bytes, of the memory access at `start`; `next` becomes what follows it.
  @inline(__always)
  private static func memoryOffset(_ start: UnsafePointer<UInt8>, _ next: inout UnsafePointer<UInt8>) -> UInt64 {
    if start[2] < 0x80 {
      next = start + 3
      return UInt64(start[2])
    }
    next = start + 4
    return UInt64(start[2] & 0x7F) | UInt64(start[3]) << 7
  }
}
