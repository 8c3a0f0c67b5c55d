// Operators on whole memories and tables, and on references.

import CompilerInterface
import WasmFormat

extension FunctionWalk where Sink: ~Copyable {
  private mutating func memoryIndex() throws(ModuleError) -> Int {
    let index = Int(try cursor.memoryIndex())
    guard index < module.memoryCount else { throw invalid("unknown memory \(index)") }
    return index
  }

  private mutating func dataIndex() throws(ModuleError) -> Int {
    let index = try cursor.index()
    guard module.dataCount >= 0 else { throw malformed("data count section required") }
    guard index < module.dataCount else { throw invalid("unknown data segment \(index)") }
    return index
  }

  /// The type of a count of things copied between two index spaces: i32 if either is 32-bit.
  private mutating func smaller(_ first: ValueType, _ second: ValueType) -> ValueType { first == .i64 && second == .i64 ? .i64 : .i32 }

  mutating func memoryOperator(_ opcode: Opcode) throws(ModuleError) {
    var first = 0
    var second = 0
    switch opcode {
    case .memorySize:
      first = try memoryIndex()
      push(module.memories[first].indexType)
      if live() { sink.memorySize(first) }
      return
    case .memoryGrow:
      first = try memoryIndex()
      try pop(module.memories[first].indexType)
      push(module.memories[first].indexType)
    case .memoryInit:
      first = try dataIndex()
      second = try memoryIndex()
      try popThree(module.memories[second].indexType, .i32, .i32)
    case .dataDrop: first = try dataIndex()
    case .memoryCopy:
      first = try memoryIndex()
      second = try memoryIndex()
      let (to, from) = (module.memories[first].indexType, module.memories[second].indexType)
      try popThree(to, from, smaller(to, from))
    default:
      first = try memoryIndex()
      let type = module.memories[first].indexType
      try popThree(type, .i32, type)
    }
    if live() { sink.runtimeOperator(opcode, first: first, second: second) }
  }

  /// Pops operands of these types, given as they were pushed.
  private mutating func popThree(_ first: ValueType, _ second: ValueType, _ third: ValueType) throws(ModuleError) {
    try pop(third)
    try pop(second)
    try pop(first)
  }

  private mutating func tableIndex() throws(ModuleError) -> Int {
    let index = try cursor.index()
    guard index < module.tableCount else { throw invalid("unknown table \(index)") }
    return index
  }

  private mutating func elementIndex() throws(ModuleError) -> Int {
    let index = try cursor.index()
    guard index < module.elementCount else { throw invalid("unknown elem segment \(index)") }
    return index
  }

  mutating func tableOperator(_ opcode: Opcode) throws(ModuleError) {
    var first = 0
    var second = 0
    switch opcode {
    case .tableGet:
      let table = try tableIndex()
      try pop(module.tables[table].indexType)
      push(module.tables[table].element)
      if live() { sink.tableGet(table) }
      return
    case .tableSet:
      let table = try tableIndex()
      module.noteTableWrite(table)
      try pop(module.tables[table].element)
      try pop(module.tables[table].indexType)
      if live() { sink.tableSet(table) }
      return
    case .tableSize:
      let table = try tableIndex()
      push(module.tables[table].indexType)
      if live() { sink.tableSize(table) }
      return
    case .tableGrow:
      first = try tableIndex()
      module.noteTableWrite(first)
      try pop(module.tables[first].indexType)
      try pop(module.tables[first].element)
      push(module.tables[first].indexType)
    case .tableFill:
      first = try tableIndex()
      module.noteTableWrite(first)
      try popThree(module.tables[first].indexType, module.tables[first].element, module.tables[first].indexType)
    case .tableCopy:
      first = try tableIndex()
      module.noteTableWrite(first)
      second = try tableIndex()
      let (to, from) = (module.tables[first], module.tables[second])
      guard from.element.matches(to.element) else { throw mismatch(expected: to.element, found: from.element) }
      try popThree(to.indexType, from.indexType, smaller(to.indexType, from.indexType))
    case .tableInit:
      first = try elementIndex()
      second = try tableIndex()
      module.noteTableWrite(second)
      guard module.elementTypes[first].matches(module.tables[second].element) else {
        throw mismatch(expected: module.tables[second].element, found: module.elementTypes[first])
      }
      try popThree(module.tables[second].indexType, .i32, .i32)
    default: first = try elementIndex()
    }
    if live() { sink.runtimeOperator(opcode, first: first, second: second) }
  }

  mutating func referenceOperator(_ opcode: Opcode) throws(ModuleError) {
    switch opcode {
    case .refNull:
      push(try canonical(try cursor.heapType(isNullable: true)))
      if live() { sink.refNull() }
    case .refIsNull:
      _ = try popReference()
      push(.i32)
      if live() { sink.refIsNull() }
    case .refAsNonNull:
      let type = try popReference()
      push(type.nonNull)
      if live() { sink.refAsNonNull() }
    default:
      let index = try cursor.index()
      guard index < module.functionCount else { throw invalid("unknown function \(index)") }
      guard module.isDeclared[index] else { throw invalid("undeclared function reference") }
      push(module.reference(to: Int(module.functionTypes[index]), isNullable: false))
      if live() { sink.refFunc(index) }
    }
  }

  /// 128-bit numbers are pairs of i64, the low half first.
  mutating func wideOperator(_ opcode: Opcode) throws(ModuleError) {
    let count = opcode == .i64Add128 || opcode == .i64Sub128 ? 4 : 2
    for _ in 0..<count { try pop(.i64) }
    push(.i64)
    push(.i64)
    if live() { sink.wide(opcode) }
  }
}
