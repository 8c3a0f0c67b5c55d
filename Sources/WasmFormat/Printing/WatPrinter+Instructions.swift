// Printing instructions: the opcode's name from the table, then its immediates.

extension WatPrinter {
  /// Prints up to the end of the reader.
  mutating func printInstructions(_ reader: inout CheckedCursor) throws(ModuleError) {
    var immediates = ImmediatePrinter(self)
    // Labels are numbered by the depth of their block, the function's body being 0.
    var nesting = 0
    let base = depth
    while !reader.isAtEnd {
      let row = try reader.row(OpcodeTable.rows)
      let beginsStructure = Self.beginsStructure(row.pointee.opcode)
      if beginsStructure { nesting += 1 }
      immediates.begin(row, nesting: nesting)
      try reader.immediates(row.pointee.immediates, &immediates)
      if row.pointee.opcode == .end { nesting -= 1 }
      if nesting < 0 { return }
      depth = base + nesting - (beginsStructure || row.pointee.opcode == .else ? 1 : 0)
      line(string(row.pointee.name) + immediates.text + (beginsStructure ? "  ;; @" + String(nesting) : ""))
      depth = base + nesting
    }
  }

  private static func beginsStructure(_ opcode: Opcode) -> Bool {
    opcode == .block || opcode == .loop || opcode == .if || opcode == .tryTable
  }
}

/// The text of one operator's immediates after another's.
private struct ImmediatePrinter: ImmediateVisitor {
  /// For names and types; prints nothing itself.
  private let printer: WatPrinter
  private var row = OpcodeTable.rows
  private var nesting = 0
  private(set) var text = ""

  init(_ printer: WatPrinter) { self.printer = WatPrinter(formatterOf: printer) }

  mutating func begin(_ row: UnsafePointer<OpcodeRow>, nesting: Int) {
    self.row = row
    self.nesting = nesting
    text = ""
  }

  private func labelText(_ relative: UInt32, _ nesting: Int) -> String {
    " " + String(relative) + " (;@" + String(nesting - Int(relative)) + ";)"
  }

  private func signature(ofType type: UInt32) -> String {
    let types = printer.module.types
    return " (type " + String(type) + ")" + (type < types.count ? printer.signature(types[Int(type)]) : "")
  }

  /// An index that is left out if it is 0.
  private func optional(_ index: UInt32) -> String { index == 0 ? "" : " " + String(index) }

  mutating func blockType(_ type: BlockType) {
    switch type {
    case .empty: break
    case .value(let value): text += printer.types("result", [value])
    case .type(let index): text += signature(ofType: index)
    }
  }

  mutating func label(_ depth: UInt32) { text += labelText(depth, nesting) }
  mutating func labelCount(_ count: UInt32) {}

  mutating func index(_ index: UInt32, of space: IndexSpace) {
    switch space {
    case .function: text += " " + printer.functionReference(index)
    case .table, .memory: text += optional(index)
    default: text += " " + String(index)
    }
  }

  mutating func indices(_ first: UInt32, of firstSpace: IndexSpace, _ second: UInt32, of secondSpace: IndexSpace) {
    switch firstSpace {
    case .type: text += optional(second) + signature(ofType: first)
    case .data, .element: text += optional(second) + " " + String(first)
    default: if first != 0 || second != 0 { text += " " + String(first) + " " + String(second) }
    }
  }

  mutating func typeCount(_ count: UInt32) {}

  mutating func type(_ type: ValueType) { text += printer.types("result", [type]) }
  mutating func heapType(_ type: ValueType) { text += " " + type.heapName }

  mutating func memory(_ argument: MemoryArgument) {
    text += optional(argument.memory)
    if argument.offset != 0 { text += " offset=" + String(argument.offset) }
    if argument.alignment != UInt32(row.pointee.alignment) { text += " align=" + String(1 << Int(argument.alignment)) }
  }

  mutating func integer(_ value: Int64) { text += " " + String(value) }
  mutating func f32(_ bits: UInt32) { text += " " + printer.float32(bits) }
  mutating func f64(_ bits: UInt64) { text += " " + printer.float64(bits) }
  mutating func v128(_ value: V128) { text += " " + printer.vector(value) }
  mutating func lane(_ lane: UInt8) { text += " " + String(lane) }
  mutating func fence() {}
  mutating func lanes(_ lanes: V128) { for index in 0..<16 { text += " " + String(lanes.lane(index, width: 8)) } }

  mutating func catchCount(_ count: UInt32) {}

  mutating func catchClause(_ clause: CatchImmediate) {
    text += " (" + printer.string(CatchKind.names[Int(clause.kind)])
    if let tag = clause.tag { text += " " + String(tag) }
    // Labels of clauses count from outside the structure.
    text += labelText(clause.label, nesting - 1) + ")"
  }

  func is64(memory: UInt32) -> Bool {
    let memories = printer.module.memories
    return memory < memories.count && memories[Int(memory)].is64
  }
}
