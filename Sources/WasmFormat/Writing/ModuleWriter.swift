// Writes a module: each section is collected in its own buffer as things are added, and `finish` puts them in order. Imports of a kind must be
// added before definitions of that kind, since indices are given out at once.
//
// A function is declared with `addFunction`, which gives its index; bodies are added later in the same order.

/// Section ids of the binary format.
public enum SectionID: UInt8, Sendable {
  case custom = 0
  case type = 1
  case `import` = 2
  case function = 3
  case table = 4
  case memory = 5
  case global = 6
  case export = 7
  case start = 8
  case element = 9
  case code = 10
  case data = 11
  case dataCount = 12
  case tag = 13
}

/// A section whose content is a vector.
struct SectionBuffer: ~Copyable {
  var content = ByteWriter()
  var count: UInt32 = 0

  /// Frames the section into `writer` unless it is empty.
  func write(_ id: SectionID, into writer: inout ByteWriter) {
    if count == 0 { return }
    var body = ByteWriter(capacity: content.count + 8)
    body.unsigned(count)
    body.append(content)
    writer.append(id.rawValue)
    writer.sized(body)
  }

  /// The same for a custom section.
  func write(custom name: WasmName, into writer: inout ByteWriter) {
    if count == 0 { return }
    var body = ByteWriter(capacity: content.count + 64)
    body.name(name)
    body.unsigned(count)
    body.append(content)
    writer.append(SectionID.custom.rawValue)
    writer.sized(body)
  }
}

/// A module in the making.
public struct ModuleWriter: ~Copyable {
  var typeSection = SectionBuffer()
  var importSection = SectionBuffer()
  var functionSection = SectionBuffer()
  var tableSection = SectionBuffer()
  var memorySection = SectionBuffer()
  var tagSection = SectionBuffer()
  var globalSection = SectionBuffer()
  var exportSection = SectionBuffer()
  var elementSection = SectionBuffer()
  var codeSection = SectionBuffer()
  var dataSection = SectionBuffer()
  var functionNames = SectionBuffer()
  var prioritySection = SectionBuffer()
  var hintSection = SectionBuffer()
  var customSections = ByteWriter()
  var start: UInt32?
  var needsDataCount = false

  var types: [FuncType] = []
  public private(set) var functionCount: UInt32 = 0
  public private(set) var tableCount: UInt32 = 0
  public private(set) var memoryCount: UInt32 = 0
  public private(set) var tagCount: UInt32 = 0
  public private(set) var globalCount: UInt32 = 0

  public init() {}

  // MARK: Types

  /// How many types it has; the index that a new one will have, by which it may refer to itself.
  public var typeCount: UInt32 { typeSection.count }

  /// The index of a function type, which is added unless it is already there.
  public mutating func addType(_ type: FuncType) -> UInt32 {
    // One that refers to itself is not the one that refers to it.
    for index in 0..<types.count where types[index] == type && !type.refers(to: UInt32(index)) { return UInt32(index) }
    types.append(type)
    typeSection.content.append(FuncType.code)
    ModuleWriter.write(type.parameters, into: &typeSection.content)
    ModuleWriter.write(type.results, into: &typeSection.content)
    typeSection.count += 1
    return typeSection.count - 1
  }

  private static func write(_ types: [ValueType], into writer: inout ByteWriter) {
    writer.unsigned(types.count)
    for type in types { writer.type(type) }
  }

  private static func write(_ limits: Limits, flags: UInt8, into writer: inout ByteWriter) {
    writer.append(flags | (limits.maximum == nil ? 0 : LimitFlags.hasMaximum))
    writer.unsigned(limits.minimum)
    if let maximum = limits.maximum { writer.unsigned(maximum) }
  }

  private static func write(_ type: TableType, into writer: inout ByteWriter) {
    writer.type(type.element)
    write(type.limits, flags: type.is64 ? LimitFlags.is64 : 0, into: &writer)
  }

  private static func write(_ type: MemoryType, into writer: inout ByteWriter) {
    let hasPageSize = type.pageSizeLog2 != 16
    let flags = (type.isShared ? LimitFlags.isShared : 0) | (type.is64 ? LimitFlags.is64 : 0) | (hasPageSize ? LimitFlags.hasPageSize : 0)
    write(type.limits, flags: flags, into: &writer)
    if hasPageSize { writer.unsigned(UInt32(type.pageSizeLog2)) }
  }

  private static func write(_ type: GlobalType, into writer: inout ByteWriter) {
    writer.type(type.value)
    writer.append(type.isMutable ? 1 : 0)
  }

  /// Writes a constant expression and its `end`.
  static func write(_ expression: ConstExpression, into writer: inout ByteWriter) {
    for instruction in expression.instructions {
      switch instruction {
      case .i32Const(let value):
        writer.opcode(.i32Const)
        writer.signed(value)
      case .i64Const(let value):
        writer.opcode(.i64Const)
        writer.signed(value)
      case .f32Const(let bits):
        writer.opcode(.f32Const)
        writer.fixed32(bits)
      case .f64Const(let bits):
        writer.opcode(.f64Const)
        writer.fixed64(bits)
      case .v128Const(let value):
        writer.opcode(.v128Const)
        writer.fixed128(value)
      case .globalGet(let index):
        writer.opcode(.globalGet)
        writer.unsigned(index)
      case .refNull(let type):
        writer.opcode(.refNull)
        writer.heapType(type)
      case .refFunc(let index):
        writer.opcode(.refFunc)
        writer.unsigned(index)
      case .arithmetic(let opcode):
        writer.opcode(opcode)
      }
    }
    writer.opcode(.end)
  }

  // MARK: Imports

  private mutating func beginImport(_ module: WasmName, _ name: WasmName, _ kind: ExternKind) {
    importSection.content.name(module)
    importSection.content.name(name)
    importSection.content.append(kind.rawValue)
    importSection.count += 1
  }

  public mutating func importFunction(_ module: WasmName, _ name: WasmName, type: UInt32) -> UInt32 {
    precondition(functionSection.count == 0, "imports come before definitions")
    beginImport(module, name, .function)
    importSection.content.unsigned(type)
    functionCount += 1
    return functionCount - 1
  }

  public mutating func importTable(_ module: WasmName, _ name: WasmName, _ type: TableType) -> UInt32 {
    precondition(tableSection.count == 0, "imports come before definitions")
    beginImport(module, name, .table)
    ModuleWriter.write(type, into: &importSection.content)
    tableCount += 1
    return tableCount - 1
  }

  public mutating func importMemory(_ module: WasmName, _ name: WasmName, _ type: MemoryType) -> UInt32 {
    precondition(memorySection.count == 0, "imports come before definitions")
    beginImport(module, name, .memory)
    ModuleWriter.write(type, into: &importSection.content)
    memoryCount += 1
    return memoryCount - 1
  }

  public mutating func importGlobal(_ module: WasmName, _ name: WasmName, _ type: GlobalType) -> UInt32 {
    precondition(globalSection.count == 0, "imports come before definitions")
    beginImport(module, name, .global)
    ModuleWriter.write(type, into: &importSection.content)
    globalCount += 1
    return globalCount - 1
  }

  /// `type`: the index of a function type without results.
  public mutating func importTag(_ module: WasmName, _ name: WasmName, type: UInt32) -> UInt32 {
    precondition(tagSection.count == 0, "imports come before definitions")
    beginImport(module, name, .tag)
    importSection.content.append(0)
    importSection.content.unsigned(type)
    tagCount += 1
    return tagCount - 1
  }

  // MARK: Definitions

  /// Declares a function and returns its index. Its body is given by `addBody`, in the order of the declarations.
  public mutating func addFunction(type: UInt32) -> UInt32 {
    functionSection.content.unsigned(type)
    functionSection.count += 1
    functionCount += 1
    return functionCount - 1
  }

  /// The body of the first function that has none yet.
  public mutating func addBody(_ body: consuming FunctionBodyWriter) {
    var content = ByteWriter(capacity: body.codeSize + 32)
    body.write(into: &content)
    addHints(
      body.hints, function: functionCount - functionSection.count + codeSection.count, codeOffset: content.count - body.codeSize)
    codeSection.content.sized(content)
    codeSection.count += 1
  }

  /// The same for a body that is written already, as it stands in the code section but without its size; offsets of hints are in it.
  public mutating func addBody(encoded body: borrowing ByteWriter, hints: [BranchHint] = []) {
    addHints(hints, function: functionCount - functionSection.count + codeSection.count, codeOffset: 0)
    codeSection.content.sized(body)
    codeSection.count += 1
  }

  /// - Parameter initial: what its elements are at first, instead of null.
  public mutating func addTable(_ type: TableType, initial: ConstExpression? = nil) -> UInt32 {
    if initial != nil { for byte in TableType.initialPrefix { tableSection.content.append(byte) } }
    ModuleWriter.write(type, into: &tableSection.content)
    if let initial { ModuleWriter.write(initial, into: &tableSection.content) }
    tableSection.count += 1
    tableCount += 1
    return tableCount - 1
  }

  public mutating func addMemory(_ type: MemoryType) -> UInt32 {
    ModuleWriter.write(type, into: &memorySection.content)
    memorySection.count += 1
    memoryCount += 1
    return memoryCount - 1
  }

  /// `type`: the index of a function type without results.
  public mutating func addTag(type: UInt32) -> UInt32 {
    tagSection.content.append(0)
    tagSection.content.unsigned(type)
    tagSection.count += 1
    tagCount += 1
    return tagCount - 1
  }

  public mutating func addGlobal(_ type: GlobalType, _ value: ConstExpression) -> UInt32 {
    ModuleWriter.write(type, into: &globalSection.content)
    ModuleWriter.write(value, into: &globalSection.content)
    globalSection.count += 1
    globalCount += 1
    return globalCount - 1
  }

  public mutating func addExport(_ name: WasmName, _ kind: ExternKind, _ index: UInt32) {
    exportSection.content.name(name)
    exportSection.content.append(kind.rawValue)
    exportSection.content.unsigned(index)
    exportSection.count += 1
  }

  public mutating func setStart(_ function: UInt32) { start = function }

  // MARK: Segments

  /// An element segment that is copied into a table at instantiation. Returns the segment's index.
  @discardableResult
  public mutating func addActiveElements(
    table: UInt32 = 0, offset: ConstExpression, functions: [UInt32]
  ) -> UInt32 {
    if table == 0 {
      elementSection.content.append(0)
      ModuleWriter.write(offset, into: &elementSection.content)
    } else {
      elementSection.content.append(2)
      elementSection.content.unsigned(table)
      ModuleWriter.write(offset, into: &elementSection.content)
      elementSection.content.append(0)
    }
    return endElements(functions)
  }

  /// The same for references of any kind.
  @discardableResult
  public mutating func addActiveElements(table: UInt32, offset: ConstExpression, _ type: ValueType, _ references: [ConstExpression]) -> UInt32 {
    elementSection.content.append(6)
    elementSection.content.unsigned(table)
    ModuleWriter.write(offset, into: &elementSection.content)
    return endElements(type, references)
  }

  /// An element segment for `table.init`.
  @discardableResult
  public mutating func addPassiveElements(functions: [UInt32]) -> UInt32 {
    elementSection.content.append(1)
    elementSection.content.append(0)
    return endElements(functions)
  }

  /// The same for references of any kind.
  @discardableResult
  public mutating func addPassiveElements(_ type: ValueType, _ references: [ConstExpression]) -> UInt32 {
    elementSection.content.append(5)
    return endElements(type, references)
  }

  private mutating func endElements(_ type: ValueType, _ references: [ConstExpression]) -> UInt32 {
    elementSection.content.type(type)
    elementSection.content.unsigned(references.count)
    for reference in references { ModuleWriter.write(reference, into: &elementSection.content) }
    elementSection.count += 1
    return elementSection.count - 1
  }

  /// An element segment that only declares functions for `ref.func`.
  @discardableResult
  public mutating func addDeclarativeElements(functions: [UInt32]) -> UInt32 {
    elementSection.content.append(3)
    elementSection.content.append(0)
    return endElements(functions)
  }

  private mutating func endElements(_ functions: [UInt32]) -> UInt32 {
    elementSection.content.unsigned(functions.count)
    for function in functions { elementSection.content.unsigned(function) }
    elementSection.count += 1
    return elementSection.count - 1
  }

  /// A data segment that is copied into a memory at instantiation.
  @discardableResult
  public mutating func addActiveData(memory: UInt32 = 0, offset: ConstExpression, bytes: [UInt8]) -> UInt32 {
    bytes.withUnsafeBytes { addActiveData(memory: memory, offset: offset, copying: $0) }
  }

  /// As above, for bytes anywhere.
  @discardableResult
  public mutating func addActiveData(memory: UInt32 = 0, offset: ConstExpression, copying bytes: UnsafeRawBufferPointer) -> UInt32 {
    dataSection.content.append(memory == 0 ? 0 : 2)
    if memory != 0 { dataSection.content.unsigned(memory) }
    ModuleWriter.write(offset, into: &dataSection.content)
    return endData(bytes)
  }

  /// A data segment for `memory.init`.
  @discardableResult
  public mutating func addPassiveData(bytes: [UInt8]) -> UInt32 {
    needsDataCount = true
    dataSection.content.append(1)
    return bytes.withUnsafeBytes { endData($0) }
  }

  private mutating func endData(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    dataSection.content.unsigned(bytes.count)
    dataSection.content.append(bytes)
    dataSection.count += 1
    return dataSection.count - 1
  }

  // MARK: Custom sections

  /// Gives a function a name for printers and backtraces. Call it in ascending order of indices.
  public mutating func nameFunction(_ function: UInt32, _ name: WasmName) {
    functionNames.content.unsigned(function)
    functionNames.content.name(name)
    functionNames.count += 1
  }

  public mutating func addCustomSection(_ name: WasmName, _ bytes: [UInt8]) {
    var body = ByteWriter(capacity: bytes.count + 16)
    body.name(name)
    body.append(bytes)
    customSections.append(SectionID.custom.rawValue)
    customSections.sized(body)
  }

  // MARK: The module

  /// The module's bytes.
  public func finish() -> ByteWriter {
    var out = ByteWriter(capacity: codeSection.content.count + dataSection.content.count + 512)
    out.fixed32(0x6D73_6100)
    out.fixed32(1)
    typeSection.write(.type, into: &out)
    importSection.write(.import, into: &out)
    functionSection.write(.function, into: &out)
    tableSection.write(.table, into: &out)
    memorySection.write(.memory, into: &out)
    tagSection.write(.tag, into: &out)
    globalSection.write(.global, into: &out)
    exportSection.write(.export, into: &out)
    if let start {
      var body = ByteWriter()
      body.unsigned(start)
      out.append(SectionID.start.rawValue)
      out.sized(body)
    }
    elementSection.write(.element, into: &out)
    if needsDataCount {
      var body = ByteWriter()
      body.unsigned(dataSection.count)
      out.append(SectionID.dataCount.rawValue)
      out.sized(body)
    }
    prioritySection.write(custom: CompilationPriority.sectionName, into: &out)
    hintSection.write(custom: BranchHint.sectionName, into: &out)
    codeSection.write(.code, into: &out)
    dataSection.write(.data, into: &out)
    writeNames(into: &out)
    out.append(customSections)
    return out
  }

  private func writeNames(into out: inout ByteWriter) {
    if functionNames.count == 0 { return }
    var names = ByteWriter()
    names.unsigned(functionNames.count)
    names.append(functionNames.content)
    var body = ByteWriter()
    body.name("name")
    body.append(1)
    body.sized(names)
    out.append(SectionID.custom.rawValue)
    out.sized(body)
  }
}
