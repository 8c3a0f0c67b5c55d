// Reads the operators of a function body that is known to be valid: nothing is checked.

import WasmFormat

struct BytecodeCursor {
  var pc: UnsafePointer<UInt8>

  @inline(__always)
  mutating func byte() -> UInt8 {
    let value = pc.pointee
    pc += 1
    return value
  }

  @inline(__always)
  mutating func u32() -> Int {
    if pc.pointee < 0x80 { return Int(byte()) }
    return Int(truncatingIfNeeded: u64())
  }

  mutating func u64() -> UInt64 {
    var result: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      let next = byte()
      result |= UInt64(next & 0x7F) &<< shift
      if next < 0x80 { return result }
      shift += 7
    }
  }

  mutating func signed() -> Int64 {
    var result: Int64 = 0
    var shift: Int64 = 0
    while true {
      let next = byte()
      result |= Int64(next & 0x7F) &<< shift
      shift += 7
      if next < 0x80 { return shift < 64 && next & 0x40 != 0 ? result | -1 &<< shift : result }
    }
  }

  mutating func word32() -> UInt32 {
    let value = UnsafeRawPointer(pc).loadUnaligned(as: UInt32.self).littleEndian
    pc += 4
    return value
  }

  mutating func word64() -> UInt64 {
    let value = UnsafeRawPointer(pc).loadUnaligned(as: UInt64.self).littleEndian
    pc += 8
    return value
  }

  /// An operator's row.
  @inline(__always)
  mutating func row(_ rows: UnsafePointer<OpcodeRow>) -> UnsafePointer<OpcodeRow> {
    let first = byte()
    return first == OpcodeTable.prefixFC ? rows + OpcodeTable.prefixFCBase + u32() : rows + Int(first)
  }

  /// A memory access's memory and offset.
  @inline(__always)
  mutating func memoryArgument() -> (memory: Int, offset: UInt64) {
    let alignment = u32()
    let memory = alignment & 0x40 != 0 ? u32() : 0
    return (memory, u64())
  }

  /// Skips an operator's immediates.
  mutating func skip(_ immediates: OpcodeImmediates) {
    switch immediates {
    case .none: break
    case .blockType, .i32, .i64: _ = signed()
    case .label, .function, .local, .global, .table, .memory, .data, .element, .tag: _ = u64()
    case .typeAndTable, .dataAndMemory, .memoryAndMemory, .elementAndTable, .tableAndTable:
      _ = u64()
      _ = u64()
    case .memoryArgument: _ = memoryArgument()
    case .labelTable: for _ in 0...u32() { _ = u64() }
    case .types: for _ in 0..<u32() { _ = byte() }
    case .referenceType: _ = signed()
    case .f32: pc += 4
    case .f64: pc += 8
    case .tryTable:
      _ = signed()
      for _ in 0..<u32() {
        let kind = byte()
        if kind < 2 { _ = u64() }
        _ = u64()
      }
    }
  }
}
