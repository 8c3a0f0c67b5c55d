// Operators on whole memories and tables, and on references.

import WasmFormat

extension FunctionWalk where Sink: ~Copyable {
  private mutating func memoryIndex() throws(ModuleError) -> Int {
    guard try byte() == 0 else { throw malformed("zero byte expected") }
    guard view.memoryCount > 0 else { throw invalid("unknown memory 0") }
    return 0
  }

  private mutating func dataIndex() throws(ModuleError) -> Int {
    let index = Int(try u32())
    guard view.dataCount >= 0 else { throw malformed("data count section required") }
    guard index < view.dataCount else { throw invalid("unknown data segment \(index)") }
    return index
  }

  mutating func memoryOperator(_ opcode: Opcode) throws(ModuleError) {
    var first = 0
    var second = 0
    switch opcode {
    case .memorySize:
      _ = try memoryIndex()
      push(0x7F)
      if live() { sink.memorySize() }
      return
    case .memoryGrow:
      first = try memoryIndex()
      try pop(0x7F)
      push(0x7F)
    case .memoryInit:
      first = Int(try u32())
      let segment = first
      second = try memoryIndex()
      guard view.dataCount >= 0 else { throw malformed("data count section required") }
      guard segment < view.dataCount else { throw invalid("unknown data segment \(segment)") }
      try popThree()
    case .dataDrop: first = try dataIndex()
    case .memoryCopy:
      first = try memoryIndex()
      second = try memoryIndex()
      try popThree()
    default:
      first = try memoryIndex()
      try popThree()
    }
    if live() { sink.runtimeOperator(opcode, first: first, second: second) }
  }

  private mutating func popThree() throws(ModuleError) {
    try pop(0x7F)
    try pop(0x7F)
    try pop(0x7F)
  }

  private mutating func tableIndex() throws(ModuleError) -> Int {
    let index = Int(try u32())
    guard index < view.tableCount else { throw invalid("unknown table \(index)") }
    return index
  }

  private mutating func elementIndex() throws(ModuleError) -> Int {
    let index = Int(try u32())
    guard index < view.elementCount else { throw invalid("unknown elem segment \(index)") }
    return index
  }

  mutating func tableOperator(_ opcode: Opcode) throws(ModuleError) {
    var first = 0
    var second = 0
    switch opcode {
    case .tableGet:
      let table = try tableIndex()
      try pop(0x7F)
      push(view.tableTypes[table])
      if live() { sink.tableGet(table) }
      return
    case .tableSet:
      let table = try tableIndex()
      try pop(view.tableTypes[table])
      try pop(0x7F)
      if live() { sink.tableSet(table) }
      return
    case .tableSize:
      let table = try tableIndex()
      push(0x7F)
      if live() { sink.tableSize(table) }
      return
    case .tableGrow:
      first = try tableIndex()
      try pop(0x7F)
      try pop(view.tableTypes[first])
      push(0x7F)
    case .tableFill:
      first = try tableIndex()
      try pop(0x7F)
      try pop(view.tableTypes[first])
      try pop(0x7F)
    case .tableCopy:
      first = try tableIndex()
      second = try tableIndex()
      guard view.tableTypes[first] == view.tableTypes[second] else {
        throw mismatch(expected: view.tableTypes[first], found: view.tableTypes[second])
      }
      try popThree()
    case .tableInit:
      first = try elementIndex()
      second = try tableIndex()
      guard view.elementTypes[first] == view.tableTypes[second] else {
        throw mismatch(expected: view.tableTypes[second], found: view.elementTypes[first])
      }
      try popThree()
    default: first = try elementIndex()
    }
    if live() { sink.runtimeOperator(opcode, first: first, second: second) }
  }

  mutating func referenceOperator(_ opcode: Opcode) throws(ModuleError) {
    switch opcode {
    case .refNull:
      let type = try byte()
      guard type == 0x70 || type == 0x6F else { throw malformed("malformed reference type") }
      push(type)
      if live() { sink.refNull(type: type) }
    case .refIsNull:
      let type = try popAny()
      guard type == 0 || type == 0x70 || type == 0x6F else { throw mismatch(expected: 0x70, found: type) }
      push(0x7F)
      if live() { sink.refIsNull() }
    default:
      let index = Int(try u32())
      guard index < view.functionCount else { throw invalid("unknown function \(index)") }
      guard view.isDeclared[index] else { throw invalid("undeclared function reference") }
      push(0x70)
      if live() { sink.refFunc(index) }
    }
  }
}
