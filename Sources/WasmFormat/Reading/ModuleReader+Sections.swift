// The sections that declare: types, imports, functions, tables, memories, tags, globals, exports, start, bodies.

extension ModuleReader {
  mutating func readTypes(_ registry: Registry) throws(ModuleError) {
    let count = try itemCount(limit: limits.types, "types")
    draft.types.reserveCapacity(count)
    draft.canonicalTypeIDs.reserveCapacity(count)
    for index in 0..<count {
      let start = input.position
      let form = input.pc
      if try input.byte() != FuncType.code { throw input.unknownType(form, "malformed function type") }
      let type = FuncType(try readValueTypes(typeCount: index + 1), try readValueTypes(typeCount: index + 1))
      if type.results.count > 1 { try require(.multiValue, "several results", at: start) }
      try check(max(type.parameters.count, type.results.count), limits.parameters, "parameters or results")
      try register(type, registry, at: start)
    }
  }

  /// Adds a type, and its number in the registry.
  private mutating func register(_ type: FuncType, _ registry: Registry, at start: Int) throws(ModuleError) {
    let refersToTypes = draft.features.contains(.functionReferences) && type.hasTypeIndices
    let (known, id) = registry(refersToTypes ? describe(type) : type)
    guard id < ValueType.referableTypes else {
      throw invalid("implementation limit: more than \(ValueType.referableTypes) different types", at: start)
    }
    draft.types.append(refersToTypes ? type : known)
    draft.canonicalTypeIDs.append(id)
  }

  /// What the registry is to know of the next type.
  private func describe(_ type: FuncType) -> FuncType {
    let itself = UInt32(draft.types.count)
    return type.mapTypes { $0.typeIndex == itself ? .recursive(isNullable: $0.isNullable) : $0.canonical(draft.canonicalTypeIDs) }
  }

  private mutating func readValueTypes(typeCount: Int) throws(ModuleError) -> [ValueType] {
    let count = try input.vectorCount()
    var types: [ValueType] = []
    types.reserveCapacity(count)
    for _ in 0..<count { types.append(try readValueType(typeCount: typeCount)) }
    return types
  }

  /// A type that may refer to the first `typeCount` types of the module; nil: to those that have been read.
  private mutating func readValueType(typeCount: Int? = nil) throws(ModuleError) -> ValueType {
    let start = input.position
    return try known(try input.valueType(), typeCount, at: start)
  }

  /// The same for a reference.
  mutating func readReferenceType() throws(ModuleError) -> ValueType {
    let start = input.position
    return try known(try input.referenceType(), nil, at: start)
  }

  /// A type, if the module has what it refers to.
  func known(_ type: ValueType, _ typeCount: Int?, at start: Int) throws(ModuleError) -> ValueType {
    if let index = type.typeIndex, index >= typeCount ?? draft.types.count { throw invalid("unknown type \(index)", at: start) }
    return type
  }

  /// Whether a value of one type may stand where another one is wanted.
  func matches(_ type: ValueType, _ expected: ValueType) -> Bool {
    type.canonical(draft.canonicalTypeIDs).matches(expected.canonical(draft.canonicalTypeIDs))
  }

  /// The index of a function type that exists.
  private mutating func readTypeIndex() throws(ModuleError) -> UInt32 {
    let start = input.position
    let index = try input.u32()
    if index >= draft.types.count { throw invalid("unknown type \(index)", at: start) }
    return index
  }

  mutating func readImports() throws(ModuleError) {
    for _ in 0..<(try itemCount(limit: limits.imports, "imports")) {
      let module = try input.name()
      let name = try input.name()
      let start = input.position
      guard let kind = ExternKind(rawValue: try input.byte()) else { throw malformed("malformed import kind", at: start) }
      let descriptor: ImportDescriptor
      switch kind {
      case .function:
        let type = try readTypeIndex()
        draft.functions.append(type)
        draft.isDeclared.append(false)
        draft.importedFunctionCount += 1
        descriptor = .function(type)
      case .table:
        let type = try readTableType()
        draft.tables.append(type)
        draft.importedTableCount += 1
        descriptor = .table(type)
      case .memory:
        let type = try readMemoryType()
        draft.memories.append(type)
        draft.importedMemoryCount += 1
        descriptor = .memory(type)
      case .global:
        let type = try readGlobalType()
        if type.isMutable { try require(.mutableGlobals, "import of a mutable global", at: start) }
        draft.globals.append(type)
        draft.importedGlobalCount += 1
        descriptor = .global(type)
      case .tag:
        let type = try readTagType()
        draft.tags.append(type)
        draft.importedTagCount += 1
        descriptor = .tag(type)
      }
      draft.imports.append(ImportDeclaration(module: module, name: name, descriptor: descriptor))
    }
    try checkCounts()
  }

  private func checkCounts() throws(ModuleError) {
    try check(draft.functions.count, limits.functions, "functions")
    try check(draft.tables.count, limits.tables, "tables")
    try check(draft.memories.count, limits.memories, "memories")
    try check(draft.globals.count, limits.globals, "globals")
    try check(draft.tags.count, limits.tags, "tags")
    if draft.memories.count > 1 { try require(.multiMemory, "multiple memories", at: input.position) }
    if draft.tables.count > 1 { try require(.referenceTypes, "multiple tables", at: input.position) }
  }

  /// A size range, and the flags before it: bit 1 for shared memories, bit 2 for 64-bit indices, bit 3 for a page size at the end.
  private mutating func readLimits(allowed: UInt8) throws(ModuleError) -> (limits: Limits, flags: UInt8) {
    let start = input.position
    let flags = try input.byte()
    if flags & ~allowed != 0 { throw malformed("malformed limits flags", at: start) }
    let is64 = flags & LimitFlags.is64 != 0
    if is64 { try require(.memory64, "64-bit indices", at: start) }
    let minimum = is64 ? try input.u64() : UInt64(try input.u32())
    var maximum: UInt64?
    if flags & LimitFlags.hasMaximum != 0 { maximum = is64 ? try input.u64() : UInt64(try input.u32()) }
    if let maximum, maximum < minimum {
      throw invalid("size minimum must not be greater than maximum", at: start)
    }
    return (Limits(minimum, maximum), flags)
  }

  private mutating func readTableType() throws(ModuleError) -> TableType {
    let element = try readReferenceType()
    if element != .funcref { try require(.referenceTypes, "tables of \(element.name)", at: input.position - 1) }
    let (limits, flags) = try readLimits(allowed: LimitFlags.hasMaximum | LimitFlags.is64)
    return TableType(element, limits, is64: flags & LimitFlags.is64 != 0)
  }

  private mutating func readMemoryType() throws(ModuleError) -> MemoryType {
    let start = input.position
    let (limits, flags) = try readLimits(
      allowed: LimitFlags.hasMaximum | LimitFlags.isShared | LimitFlags.is64 | LimitFlags.hasPageSize)
    var type = MemoryType(limits, is64: flags & LimitFlags.is64 != 0, isShared: flags & LimitFlags.isShared != 0)
    if type.isShared {
      try require(.threads, "shared memory", at: start)
      if limits.maximum == nil { throw invalid("shared memory must have maximum", at: start) }
    }
    if flags & LimitFlags.hasPageSize != 0 {
      try require(.customPageSizes, "custom page sizes", at: start)
      let size = try input.u32()
      if size > 64 { throw malformed("invalid custom page size", at: start) }
      if size != 0 && size != 16 { throw invalid("invalid custom page size", at: start) }
      type.pageSizeLog2 = UInt8(size)
    }
    if max(limits.minimum, limits.maximum ?? 0) > type.maximumPages {
      throw invalid(
        type.is64 ? "memory size must be at most 2^64 bytes" : "memory size must be at most 4 GiB", at: start)
    }
    return type
  }

  /// The type index of a tag: a function type without results.
  private mutating func readTagType() throws(ModuleError) -> UInt32 {
    let start = input.position
    try require(.exceptions, "tags", at: start)
    if try input.byte() != 0 { throw malformed("malformed tag attribute", at: start) }
    let type = try readTypeIndex()
    if !draft.types[Int(type)].results.isEmpty { throw invalid("non-empty tag result type", at: start) }
    return type
  }

  private mutating func readGlobalType() throws(ModuleError) -> GlobalType {
    let value = try readValueType()
    let start = input.position
    let mutability = try input.byte()
    if mutability > 1 { throw malformed("malformed mutability", at: start) }
    return GlobalType(value, mutable: mutability == 1)
  }

  mutating func readFunctions() throws(ModuleError) {
    let count = try itemCount(after: draft.functions.count, limit: limits.functions, "functions")
    draft.functions.reserveCapacity(draft.functions.count + count)
    for _ in 0..<count {
      draft.functions.append(try readTypeIndex())
      draft.isDeclared.append(false)
    }
  }

  mutating func readTables() throws(ModuleError) {
    for _ in 0..<(try itemCount(after: draft.tables.count, limit: limits.tables, "tables")) { try readTable() }
    try checkCounts()
  }

  /// A table with what its elements are at first.
  private mutating func readTable() throws(ModuleError) {
    let start = input.position
    var hasInitial = false
    if draft.features.contains(.functionReferences), input.remaining > 0, input.pc.pointee == TableType.initialPrefix[0] {
      for expected in TableType.initialPrefix where try input.byte() != expected { throw malformed("malformed table", at: start) }
      hasInitial = true
    }
    let type = try readTableType()
    if !hasInitial, !type.element.isDefaultable {
      throw invalid("type mismatch: a table of \(type.element.name) needs an expression for its elements", at: start)
    }
    draft.tableInitials.append(hasInitial ? try readConstExpression(type.element) : nil)
    draft.tables.append(type)
  }

  mutating func readMemories() throws(ModuleError) {
    for _ in 0..<(try itemCount(after: draft.memories.count, limit: limits.memories, "memories")) { draft.memories.append(try readMemoryType()) }
    try checkCounts()
  }

  mutating func readTags() throws(ModuleError) {
    for _ in 0..<(try itemCount(after: draft.tags.count, limit: limits.tags, "tags")) { draft.tags.append(try readTagType()) }
  }

  mutating func readGlobals() throws(ModuleError) {
    for _ in 0..<(try itemCount(after: draft.globals.count, limit: limits.globals, "globals")) {
      let type = try readGlobalType()
      let initial = try readConstExpression(type.value)
      draft.globals.append(type)
      draft.definedGlobals.append(GlobalDefinition(type: type, initial: initial))
    }
  }

  mutating func readExports() throws(ModuleError) {
    var starts: [Int] = []
    for _ in 0..<(try itemCount(limit: limits.exports, "exports")) {
      let start = input.position
      let name = try input.name()
      let kindStart = input.position
      guard let kind = ExternKind(rawValue: try input.byte()) else {
        throw malformed("malformed export kind", at: kindStart)
      }
      let index = try input.u32()
      let count =
        switch kind {
        case .function: draft.functions.count
        case .table: draft.tables.count
        case .memory: draft.memories.count
        case .global: draft.globals.count
        case .tag: draft.tags.count
        }
      if index >= count { throw invalid("unknown \(kind == .function ? "function" : kind.name) \(index)", at: kindStart) }
      if kind == .function { draft.isDeclared[Int(index)] = true }
      if kind == .global && draft.globals[Int(index)].isMutable {
        try require(.mutableGlobals, "export of a mutable global", at: start)
      }
      draft.exports.append(ExportDeclaration(name: name, kind: kind, index: index))
      starts.append(start)
    }
    draft.exportOrder = draft.exports.indices.sorted { draft.exports[$0].name.precedes(draft.exports[$1].name) }
    for (one, other) in zip(draft.exportOrder, draft.exportOrder.dropFirst()) where draft.exports[one].name == draft.exports[other].name {
      throw invalid("duplicate export name", at: starts[max(one, other)])
    }
  }

  mutating func readStart() throws(ModuleError) {
    let start = input.position
    let index = try input.u32()
    if index >= draft.functions.count { throw invalid("unknown function \(index)", at: start) }
    if draft.types[Int(draft.functions[Int(index)])] != FuncType() { throw invalid("start function", at: start) }
    draft.start = index
  }

  mutating func readBodies() throws(ModuleError) {
    let start = input.position
    let count = try input.vectorCount()
    if count != draft.functions.count - draft.importedFunctionCount {
      throw malformed("function and code section have inconsistent lengths", at: start)
    }
    if let knownBodies, knownBodies.count == count {
      for body in knownBodies { try check(body.count, limits.bodySize, "bytes in a function") }
      draft.bodies = knownBodies
      input.pc = input.end
      return
    }
    draft.bodies = BodyRanges(capacity: count)
    for _ in 0..<count {
      let body = try input.byteVector()
      try check(body.count, limits.bodySize, "bytes in a function")
      draft.bodies.append(BodyRange(body))
    }
  }
}
