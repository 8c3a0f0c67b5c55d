// Printing instructions: the opcode's name from the table, and its immediates by their kind.

extension WatPrinter {
  /// Prints up to the end of the reader.
  mutating func printInstructions(_ reader: inout ByteReader) throws(ModuleError) {
    // Labels are numbered by the depth of their block, the function's body being 0.
    var nesting = 0
    let base = depth
    while !reader.isAtEnd {
      var index = Int(try reader.byte())
      if index == Int(OpcodeTable.prefixFC) {
        let number = Int(try reader.u32())
        if number >= OpcodeTable.prefixFCCount { throw reader.malformed("illegal opcode", at: reader.position) }
        index = OpcodeTable.prefixFCBase + number
      }
      let row = OpcodeTable.rows[index]
      if !row.exists { throw reader.malformed("illegal opcode", at: reader.position) }
      switch row.opcode {
      case .end:
        nesting -= 1
        if nesting < 0 { return }
        depth = base + nesting
        line("end")
      case .else:
        depth = base + nesting - 1
        line("else")
        depth += 1
      case .block, .loop, .if, .tryTable:
        nesting += 1
        line(string(row.name) + (try immediates(row, &reader, nesting)) + "  ;; @" + String(nesting))
        depth += 1
      default:
        line(string(row.name) + (try immediates(row, &reader, nesting)))
      }
    }
  }

  private func label(_ relative: UInt32, _ nesting: Int) -> String {
    " " + String(relative) + " (;@" + String(nesting - Int(relative)) + ";)"
  }

  private func immediates(
    _ row: OpcodeRow, _ reader: inout ByteReader, _ nesting: Int
  ) throws(ModuleError) -> String {
    switch row.immediates {
    case .none: return ""
    case .blockType: return try blockType(&reader)
    case .label: return label(try reader.u32(), nesting)
    case .labelTable:
      var result = ""
      let count = try reader.vectorCount()
      for _ in 0...count { result += label(try reader.u32(), nesting) }
      return result
    case .function: return " " + functionReference(try reader.u32())
    case .typeAndTable:
      let type = Int(try reader.u32())
      let table = try reader.u32()
      let shape = type < module.types.count ? signature(module.types[type]) : ""
      return (table == 0 ? "" : " " + String(table)) + " (type " + String(type) + ")" + shape
    case .types:
      var result: [ValueType] = []
      for _ in 0..<(try reader.vectorCount()) { result.append(try reader.valueType(module.features)) }
      return types("result", result)
    case .local, .global, .data, .element, .tag: return " " + String(try reader.u32())
    case .table, .memory:
      let index = try reader.u32()
      return index == 0 ? "" : " " + String(index)
    case .memoryArgument:
      var alignment = try reader.u32()
      var result = ""
      var is64 = module.memories.first?.is64 ?? false
      if alignment & MemoryArgument.hasMemory != 0 {
        alignment &= ~MemoryArgument.hasMemory
        let memory = try reader.u32()
        result = " " + String(memory)
        is64 = memory < module.memories.count && module.memories[Int(memory)].is64
      }
      let offset = is64 ? try reader.u64() : UInt64(try reader.u32())
      result += offset == 0 ? "" : " offset=" + String(offset)
      if alignment != UInt32(row.alignment) && alignment < 32 { result += " align=" + String(1 << Int(alignment)) }
      return result
    case .tryTable:
      var result = try blockType(&reader)
      for _ in 0..<(try reader.vectorCount()) {
        let kind = try reader.byte()
        if kind > 3 { throw reader.malformed("malformed catch clause", at: reader.position - 1) }
        result += " (" + string(CatchKind.names[Int(kind)])
        if kind < 2 { result += " " + String(try reader.u32()) }
        result += label(try reader.u32(), nesting - 1) + ")"
      }
      return result
    case .i32: return " " + String(try reader.signed(bits: 32))
    case .i64: return " " + String(try reader.signed(bits: 64))
    case .f32: return " " + float32(try reader.fixed32())
    case .f64: return " " + float64(try reader.fixed64())
    case .referenceType:
      return heapType(try reader.referenceType(module.features))
    case .dataAndMemory, .elementAndTable:
      let segment = try reader.u32()
      let target = try reader.u32()
      return (target == 0 ? "" : " " + String(target)) + " " + String(segment)
    case .memoryAndMemory, .tableAndTable:
      let destination = try reader.u32()
      let source = try reader.u32()
      return destination == 0 && source == 0 ? "" : " " + String(destination) + " " + String(source)
    }
  }

  private func blockType(_ reader: inout ByteReader) throws(ModuleError) -> String {
    let code = try reader.signed(bits: 33)
    if code >= 0 {
      let shape = Int(code) < module.types.count ? signature(module.types[Int(code)]) : ""
      return " (type " + String(code) + ")" + shape
    }
    // Negative numbers are value types, seen as one-byte signed LEB128.
    guard let type = ValueType(code: UInt8(truncatingIfNeeded: code) & 0x7F) else { return "" }
    return types("result", [type])
  }
}
