// Decodes and validates a module up to its function bodies: preamble, sections in their order, and each section's content (in
// ModuleReader+Sections.swift and ModuleReader+Segments.swift). Since sections only refer to earlier ones, one pass does both.
//
// Bodies are only located here. Whoever compiles them validates them.

/// The reading of one module.
public struct ModuleReader {
  var input: CheckedCursor
  var draft: ModuleDraft
  let limits: ModuleLimits
  /// Where the bodies are, if that is known: then the code section is not looked at.
  let knownBodies: BodyRanges?

  /// Gives a type its canonical number, and an equal one that may take no memory of its own. References in it are to canonical types, or `recursive`.
  public typealias Registry = (FuncType) -> (type: FuncType, id: UInt32)

  /// Reads the declarations of the module in `bytes`. `registry` is called with the types, one after the other; without one, numbers are good for this module
  /// alone.
  public static func read(
    _ bytes: UnsafeRawBufferPointer, features: Features = .standard, limits: ModuleLimits = ModuleLimits()
  ) throws(ModuleError) -> ModuleDeclarations {
    var ids: [FuncType: UInt32] = [:]
    return try read(bytes, features: features, limits: limits) { type in
      let id = ids[type] ?? UInt32(ids.count)
      ids[type] = id
      return (type, id)
    }
  }

  /// The same. `bodies`: where the bodies are, if the module has been read before.
  public static func read(
    _ bytes: UnsafeRawBufferPointer, features: Features = .standard, limits: ModuleLimits = ModuleLimits(), bodies: BodyRanges? = nil,
    registry: Registry
  ) throws(ModuleError) -> ModuleDeclarations {
    let features = features.intersection([.standard, .lacksVectorProcessor])
    var reader = ModuleReader(
      input: CheckedCursor(bytes, features: features), draft: ModuleDraft(features: features), limits: limits, knownBodies: bodies)
    try reader.check(bytes.count, limits.moduleSize, "bytes")
    try reader.readPreamble()
    try reader.readSections(registry)
    return ModuleDeclarations(reader.draft)
  }

  func malformed(_ message: String, at offset: Int) -> ModuleError {
    .malformed(DecodingError(message, offset: offset))
  }

  func invalid(_ message: String, at offset: Int) -> ModuleError {
    .invalid(ValidationError(message, offset: offset))
  }

  func require(_ feature: Features, _ what: String, at offset: Int) throws(ModuleError) {
    if !draft.features.isSuperset(of: feature) { throw input.unsupported(what, feature, at: offset) }
  }

  private mutating func readPreamble() throws(ModuleError) {
    if input.remaining < 4 { throw malformed("unexpected end", at: 0) }
    if try input.fixed32() != 0x6D73_6100 { throw malformed("magic header not detected", at: 0) }
    if input.remaining < 4 { throw malformed("unexpected end", at: 4) }
    if try input.fixed32() != 1 { throw malformed("unknown binary version", at: 4) }
  }

  /// Where a section stands in the required order; 0 for custom sections, which may stand anywhere.
  private func rank(_ id: SectionID) -> Int {
    switch id {
    case .custom: 0
    case .dataCount: 95
    case .tag: 55
    default: Int(id.rawValue) * 10
    }
  }

  private mutating func readSections(_ registry: Registry) throws(ModuleError) {
    let moduleEnd = input.end
    var lastRank = 0
    while input.pc < moduleEnd {
      let start = input.position
      guard let id = SectionID(rawValue: try input.byte()) else { throw malformed("malformed section id", at: start) }
      let size = Int(try input.u32())
      if size > input.remaining { throw malformed("unexpected end: length out of bounds", at: start + 1) }
      let sectionRank = rank(id)
      if sectionRank != 0 {
        if sectionRank <= lastRank { throw malformed("unexpected content after last section", at: start) }
        lastRank = sectionRank
      }
      input.end = input.pc + size
      try readSection(id, registry)
      if !input.isAtEnd { throw malformed("section size mismatch", at: input.position) }
      input.end = moduleEnd
    }
    if draft.bodies.count != draft.functions.count - draft.importedFunctionCount {
      throw malformed("function and code section have inconsistent lengths", at: input.position)
    }
    if let count = draft.dataCount, Int(count) != draft.data.count {
      throw malformed("data count and data section have inconsistent lengths", at: input.position)
    }
  }

  private mutating func readSection(_ id: SectionID, _ registry: Registry) throws(ModuleError) {
    switch id {
    case .custom: try readCustomSection()
    case .type: try readTypes(registry)
    case .import: try readImports()
    case .function: try readFunctions()
    case .table: try readTables()
    case .memory: try readMemories()
    case .tag: try readTags()
    case .global: try readGlobals()
    case .export: try readExports()
    case .start: try readStart()
    case .element: try readElements()
    case .dataCount:
      try require(.bulkMemory, "data count section", at: input.position)
      draft.dataCount = try input.u32()
    case .code: try readBodies()
    case .data: try readData()
    }
  }

  private mutating func readCustomSection() throws(ModuleError) {
    let name = try input.name()
    let range = input.position..<input.position + input.remaining
    draft.customSections.append(CustomSection(name: name, bytes: range))
    input.pc = input.end
  }
}
