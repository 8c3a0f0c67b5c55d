// Making an instance (core specification, "Instantiation"): check imports, allocate, initialise globals, copy active segments in order,
// run the start function.

import FaultHandler
import RuntimeLayout
import WasmFormat

struct Instantiation {
  let module: Module
  let imports: Imports
  let store: Store

  init(_ module: Module, _ imports: Imports, _ store: Store) {
    self.module = module
    self.imports = imports
    self.store = store
  }

  func run() throws -> InstanceStorage {
    let externs = try resolve()
    let instance = InstanceStorage(module, store)
    link(instance, externs)
    try allocate(instance)
    // From here on others may refer to its functions, even if instantiation fails.
    store.instances.append(instance)
    initializeGlobals(instance)
    try copyElements(instance)
    try copyData(instance)
    if let start = module.declarations.start {
      let index = Int(start)
      try Function(
        record: instance.functionRecord(index), signature: module.signature(ofFunction: index), in: store
      ).callAsFunction()
    }
    return instance
  }

  // MARK: Imports

  private func resolve() throws(LinkError) -> [Extern] {
    var externs: [Extern] = []
    externs.reserveCapacity(module.declarations.imports.count)
    for declaration in module.declarations.imports {
      guard let extern = imports[declaration.module, declaration.name] else {
        throw LinkError(declaration, "unknown import")
      }
      guard extern.store === store else { throw LinkError(declaration, "the import belongs to another store") }
      if let mismatch = mismatch(extern, declaration.descriptor) {
        throw LinkError(declaration, "incompatible import type: \(mismatch)")
      }
      externs.append(extern)
    }
    return externs
  }

  /// What is wrong with an import, if anything.
  private func mismatch(_ extern: Extern, _ descriptor: ImportDescriptor) -> String? {
    switch (extern, descriptor) {
    case (.function(let function), .function(let type)):
      return function.signature === module.signatures[Int(type)] ? nil : "a function of another type"
    case (.table(let table), .table(let type)):
      if table.type.element != type.element { return "a table of another element type" }
      if table.type.is64 != type.is64 { return "a table with indices of another type" }
      return mismatch(UInt64(table.count), table.type.limits.maximum, type.limits)
    case (.memory(let memory), .memory(let type)):
      if memory.type.is64 != type.is64 { return "a memory with addresses of another type" }
      if memory.type.pageSizeLog2 != type.pageSizeLog2 { return "a memory with pages of another size" }
      return mismatch(UInt64(memory.pageCount), memory.type.limits.maximum, type.limits)
    case (.global(let global), .global(let type)):
      let matches = type.isMutable ? global.type.value == type.value : global.type.value.matches(type.value)
      return matches && global.type.isMutable == type.isMutable ? nil : "a global of another type"
    case (.tag(let tag), .tag(let type)):
      return tag.storage.signature === module.signatures[Int(type)] ? nil : "a tag of another type"
    default:
      return "a \(extern.kind.name) where a \(descriptor.kind.name) is needed"
    }
  }

  private func mismatch(_ size: UInt64, _ maximum: UInt64?, _ wanted: Limits) -> String? {
    if size < wanted.minimum { return "size \(size) is below \(wanted.minimum)" }
    guard let wantedMaximum = wanted.maximum else { return nil }
    guard let maximum, maximum <= wantedMaximum else { return "its maximum is above \(wantedMaximum)" }
    return nil
  }

  private func link(_ instance: InstanceStorage, _ externs: [Extern]) {
    var functions = 0
    var tables = 0
    var memories = 0
    var globals = 0
    var tags = 0
    for extern in externs {
      switch extern {
      case .function(let function):
        instance.setImportedFunction(functions, function.record)
        functions += 1
      case .table(let table):
        instance.setTable(tables, table.storage)
        tables += 1
      case .memory(let memory):
        instance.setMemory(memories, memory.storage)
        memories += 1
      case .global(let global):
        instance.setImportedGlobal(globals, global.cell)
        globals += 1
      case .tag(let tag):
        instance.setTag(tags, tag.storage)
        tags += 1
      }
    }
  }

  // MARK: Definitions

  private func allocate(_ instance: InstanceStorage) throws(ResourceError) {
    let declarations = module.declarations
    let configuration = store.engine.configuration
    for index in declarations.importedTableCount..<declarations.tables.count {
      guard let table = TableStorage(declarations.tables[index], configuration) else {
        throw ResourceError("a table of \(declarations.tables[index].limits.minimum) elements is too large")
      }
      store.tables.append(table)
      instance.setTable(index, table)
    }
    for index in declarations.importedMemoryCount..<declarations.memories.count {
      guard let memory = MemoryStorage(declarations.memories[index], configuration) else {
        throw ResourceError("no address space for a memory of \(declarations.memories[index].limits.minimum) pages")
      }
      store.memories.append(memory)
      instance.setMemory(index, memory)
    }
    for index in declarations.importedTagCount..<declarations.tags.count {
      let tag = TagStorage(module.signatures[Int(declarations.tags[index])])
      store.tags.append(tag)
      instance.setTag(index, tag)
    }
  }

  private func initializeGlobals(_ instance: InstanceStorage) {
    for (index, global) in module.declarations.definedGlobals.enumerated() {
      instance.globalCell(module.declarations.importedGlobalCount + index).pointee = instance.evaluate(global.initial)
    }
  }

  // MARK: Segments

  private func copyElements(_ instance: InstanceStorage) throws(Trap) {
    let segments = module.declarations.elements
    // Passive segments first: an active one that fails must not leave them undefined for functions that escaped.
    for (index, segment) in segments.enumerated() where segment.mode == .passive {
      instance.elements[index] = instance.references(segment)
    }
    for segment in segments {
      guard case .active(let table, let offset) = segment.mode else { continue }
      let storage = instance.table(Int(table))
      let start = instance.evaluate(offset)
      let count = segment.items.count
      guard storage.contains(start, UInt64(count)) else { throw Trap(.tableOutOfBounds) }
      let target = storage.elements + Int(start)
      switch segment.items {
      case .functions(let functions):
        for (position, function) in functions.enumerated() {
          target[position] = UInt(bitPattern: instance.functionRecord(Int(function)))
        }
      case .expressions(let expressions):
        for (position, expression) in expressions.enumerated() { target[position] = UInt(instance.evaluate(expression)) }
      }
    }
  }

  private func copyData(_ instance: InstanceStorage) throws(Trap) {
    let segments = module.declarations.data
    for (index, segment) in segments.enumerated() {
      guard case .active(let memory, let offset) = segment.mode else { continue }
      let storage = instance.memory(Int(memory))
      let start = instance.evaluate(offset)
      guard storage.contains(start, UInt64(segment.bytes.count)) else { throw Trap(.memoryOutOfBounds) }
      (storage.base + Int(start)).copyMemory(from: module.bytes + segment.bytes.lowerBound, byteCount: segment.bytes.count)
      instance.isDataDropped[index] = true
    }
  }
}
