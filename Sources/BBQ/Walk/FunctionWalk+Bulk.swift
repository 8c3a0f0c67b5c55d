// Operators on whole memories and tables, and on references.

import CompilerInterface
import WasmFormat

extension FunctionWalk where Sink: ~Copyable {
  private mutating func memoryIndex() throws(ModuleError) -> Int {
    let index = Int(try cursor.memoryIndex())
    guard index < view.memoryCount else { throw invalid("unknown memory \(index)") }
    return index
  }

  private mutating func dataIndex() throws(ModuleError) -> Int {
    let index = try cursor.index()
    guard view.dataCount >= 0 else { throw malformed("data count section required") }
    guard index < view.dataCount else { throw invalid("unknown data segment \(index)") }
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
      push(view.memories[first].indexType)
      if live() { sink.memorySize(first) }
      return
    case .memoryGrow:
      first = try memoryIndex()
      try pop(view.memories[first].indexType)
      push(view.memories[first].indexType)
    case .memoryInit:
      first = try dataIndex()
      second = try memoryIndex()
      try popThree(view.memories[second].indexType, .i32, .i32)
    case .dataDrop: first = try dataIndex()
    case .memoryCopy:
      first = try memoryIndex()
      second = try memoryIndex()
      let (to, from) = (view.memories[first].indexType, view.memories[second].indexType)
      try popThree(to, from, smaller(to, from))
    default:
      first = try memoryIndex()
      let type = view.memories[first].indexType
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
    guard index < view.tableCount else { throw invalid("unknown table \(index)") }
    return index
  }

  private mutating func elementIndex() throws(ModuleError) -> Int {
    let index = try cursor.index()
    guard index < view.elementCount else { throw invalid("unknown elem segment \(index)") }
    return index
  }

  mutating func tableOperator(_ opcode: Opcode) throws(ModuleError) {
    var first = 0
    var second = 0
    switch opcode {
    case .tableGet:
      let table = try tableIndex()
      try pop(view.tables[table].indexType)
      push(view.tables[table].element)
      if live() { sink.tableGet(table) }
      return
    case .tableSet:
      let table = try tableIndex()
      view.noteTableWrite(table)
      try pop(view.tables[table].element)
      try pop(view.tables[table].indexType)
      if live() { sink.tableSet(table) }
      return
    case .tableSize:
      let table = try tableIndex()
      push(view.tables[table].indexType)
      if live() { sink.tableSize(table) }
      return
    case .tableGrow:
      first = try tableIndex()
      view.noteTableWrite(first)
      try pop(view.tables[first].indexType)
      try pop(view.tables[first].element)
      push(view.tables[first].indexType)
    case .tableFill:
      first = try tableIndex()
      view.noteTableWrite(first)
      try popThree(view.tables[first].indexType, view.tables[first].element, view.tables[first].indexType)
    case .tableCopy:
      first = try tableIndex()
      view.noteTableWrite(first)
      second = try tableIndex()
      let (to, from) = (view.tables[first], view.tables[second])
      guard from.element.matches(to.element) else { throw mismatch(expected: to.element, found: from.element) }
      try popThree(to.indexType, from.indexType, smaller(to.indexType, from.indexType))
    case .tableInit:
      first = try elementIndex()
      second = try tableIndex()
      view.noteTableWrite(second)
      guard view.elementTypes[first].matches(view.tables[second].element) else {
        throw mismatch(expected: view.tables[second].element, found: view.elementTypes[first])
      }
      try popThree(view.tables[second].indexType, .i32, .i32)
    default: first = try elementIndex()
    }
    if live() { sink.runtimeOperator(opcode, first: first, second: second) }
  }

  mutating func referenceOperator(_ opcode: Opcode) throws(ModuleError) {
    switch opcode {
    case .refNull:
      push(try cursor.referenceType())
      if live() { sink.refNull() }
    case .refIsNull:
      let type = try popAny()
      guard type.isReference || type == .unknown else { throw mismatch(expected: .funcref, found: type) }
      push(.i32)
      if live() { sink.refIsNull() }
    default:
      let index = try cursor.index()
      guard index < view.functionCount else { throw invalid("unknown function \(index)") }
      guard view.isDeclared[index] else { throw invalid("undeclared function reference") }
      push(.funcref)
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
