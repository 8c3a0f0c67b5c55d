// Making an instance (core specification, "Instantiation"): check imports, allocate, initialise globals, copy active segments in order,
// run the start function. In two steps, because the instance stays in the store when the second one fails: others may refer to its functions by then.

import FaultHandler
import RuntimeLayout
import WasmFormat

struct Instantiation {
  let module: Module
  let store: Store
  /// For a module that has been compiled to join an instance.
  private let guest: InstanceStorage?
  /// What memories begin with, if that is known.
  private let initial: InitialMemories?

  init(_ module: Module, _ store: Store, joining guest: InstanceStorage? = nil) {
    self.module = module
    self.store = store
    self.guest = guest
    initial = guest == nil ? module.initialMemories() : nil
  }

  /// The instance with its imports and with room for what it defines. `find` says what is imported under two names, and `missing` what to say if there is nothing.
  func allocate(_ find: (ImportDeclaration) -> Extern?, missing: (ImportDeclaration) -> String = { _ in "unknown import" }) throws -> InstanceStorage
  {
    let externs = try resolve(find, missing)
    let instance = try InstanceStorage(module, store, joining: guest, initial?.blocks)
    // The context of a guest has everything.
    if guest == nil {
      link(instance, externs)
      try allocate(instance)
    }
    store.instances.append(instance)
    return instance
  }

  /// Gives it its initial values and starts it.
  func start(_ instance: InstanceStorage) throws {
    initializeGlobals(instance)
    try copyElements(instance)
    try copyData(instance)
    if let start = module.declarations.start {
      let index = Int(start)
      try Function(
        record: instance.functionRecord(index), signature: module.signature(ofFunction: index), in: store
      ).callAsFunction()
    }
  }

  // MARK: Imports

  /// What is imported, in order. Throws a LinkError that names all that is missing or wrong.
  private func resolve(_ find: (ImportDeclaration) -> Extern?, _ missing: (ImportDeclaration) -> String) throws(LinkError) -> [Extern] {
    guard module.engine === store.engine else { throw LinkError("the module belongs to another engine than the store") }
    var externs: [Extern] = []
    externs.reserveCapacity(module.declarations.imports.count)
    var problems: [LinkError.Problem] = []
    for declaration in module.declarations.imports {
      let extern = find(declaration)
      if let message = extern.map({ mismatch($0, declaration.descriptor) }) ?? missing(declaration) {
        problems.append(
          LinkError.Problem(
            module: declaration.module, name: declaration.name, expected: declaration.descriptor.summary(in: module), message: message))
      }
      if let extern { externs.append(extern) }
    }
    if !problems.isEmpty { throw LinkError(problems) }
    return externs
  }

  /// What is wrong with an import, if anything.
  private func mismatch(_ extern: Extern, _ descriptor: ImportDescriptor) -> String? {
    if extern.store !== store { return "the import belongs to another store" }
    let isRight =
      switch (extern, descriptor) {
      case (.function(let function), .function(let type)): function.signature === module.signatures[Int(type)]
      case (.table(let table), .table(let type)):
        table.type.element == module.declarations.canonical(type.element) && table.type.is64 == type.is64
          && fits(UInt64(table.count), table.type.limits.maximum, type.limits)
      case (.memory(let memory), .memory(let type)):
        memory.type.isShared == type.isShared && memory.type.is64 == type.is64 && memory.type.pageSizeLog2 == type.pageSizeLog2
          && fits(UInt64(memory.pageCount), memory.type.limits.maximum, type.limits)
      case (.global(let global), .global(let type)): fits(global.type, module.declarations.canonical(type))
      case (.tag(let tag), .tag(let type)): tag.storage.signature === module.signatures[Int(type)]
      default: false
      }
    return isRight ? nil : "incompatible import type: \(extern.summary)"
  }

  /// What may change must be of the very type; of the rest the values must be.
  private func fits(_ type: GlobalType, _ wanted: GlobalType) -> Bool {
    type.isMutable == wanted.isMutable && (type.isMutable ? type.value == wanted.value : type.value.matches(wanted.value))
  }

  private func fits(_ size: UInt64, _ maximum: UInt64?, _ wanted: Limits) -> Bool {
    guard size >= wanted.minimum, let wantedMaximum = wanted.maximum else { return size >= wanted.minimum }
    return maximum.map { $0 <= wantedMaximum } ?? false
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
        instance.setImportedGlobal(globals, global)
        globals += 1
      case .tag(let tag):
        instance.setTag(tags, tag.storage)
        tags += 1
      }
    }
  }

  // MARK: Definitions

  /// Makes what the module defines; if that fails, nothing stays in the store.
  private func allocate(_ instance: InstanceStorage) throws(ResourceError) {
    let declarations = module.declarations
    let configuration = store.engine.configuration
    var tables: [TableStorage] = []
    for index in declarations.importedTableCount..<declarations.tables.count {
      let initial = declarations.tableInitials[index - declarations.importedTableCount].map { UInt(instance.evaluate($0)) } ?? 0
      let table = try TableStorage(declarations.canonical(declarations.tables[index]), initial: initial, configuration.limits, store.budget)
      tables.append(table)
      instance.setTable(index, table)
    }
    var memories: [MemoryStorage] = []
    for index in declarations.importedMemoryCount..<declarations.memories.count {
      let slots = initial.flatMap { $0.slots.isEmpty ? nil : $0.slots[index - declarations.importedMemoryCount] }
      let memory = try MemoryStorage(declarations.memories[index], configuration, store.budget, slots)
      memories.append(memory)
      instance.setMemory(index, memory)
    }
    for index in declarations.importedTagCount..<declarations.tags.count {
      let name = declarations.exports.first { $0.kind == .tag && $0.index == index }?.name
      let tag = TagStorage(module.signatures[Int(declarations.tags[index])], name: name)
      store.tags.append(tag)
      instance.setTag(index, tag)
    }
    store.tables += tables
    store.memories += memories
  }

  private func initializeGlobals(_ instance: InstanceStorage) {
    for (index, global) in module.declarations.definedGlobals.enumerated() {
      let cell = instance.globalCell(module.declarations.importedGlobalCount + index)
      if global.type.value == .v128 {
        let value = instance.evaluateVector(global.initial)
        (cell[0], cell[1]) = (value.low, value.high)
      } else {
        cell.pointee = instance.evaluate(global.initial)
      }
    }
  }

  // MARK: Segments

  private func copyElements(_ instance: InstanceStorage) throws(Trap) {
    let segments = module.declarations.elements
    // Passive segments first: an active one that fails must not leave them undefined for functions that escaped.
    for (index, segment) in segments.enumerated() where segment.mode == .passive {
      instance.setElements(ofSegment: index, instance.references(segment))
    }
    for (number, segment) in segments.enumerated() {
      guard case .active(let table, let offset) = segment.mode else { continue }
      let storage = instance.table(Int(table))
      let start = instance.evaluate(offset)
      let count = segment.items.count
      guard storage.contains(start, UInt64(count)) else {
        throw Trap(.tableOutOfBounds, detail: "element segment \(number): \(count) elements at \(start), but table \(table) has \(storage.count)")
      }
      instance.copy(segment.items, to: storage.elements + Int(start))
    }
  }

  private func copyData(_ instance: InstanceStorage) throws {
    let segments = module.declarations.data
    if let initial {
      if initial.slots.isEmpty {
        for (memory, image) in initial.images {
          guard image.map(at: instance.memory(memory).base) else { throw ResourceError("no room for the contents of memory \(memory)") }
        }
      }
      instance.isDataDropped = initial.isDropped
      return
    }
    prepareMemories(instance, segments)
    // Of thousands of segments, each takes little more than its copy.
    var isDropped = instance.isDataDropped
    defer { instance.isDataDropped = isDropped }
    var last: (index: UInt32, storage: MemoryStorage)?
    for (index, segment) in segments.enumerated() {
      guard case .active(let memory, let offset) = segment.mode else { continue }
      let storage = last.flatMap { $0.index == memory ? $0.storage : nil } ?? instance.memory(Int(memory))
      last = (memory, storage)
      let start = instance.evaluate(offset)
      guard storage.contains(start, UInt64(segment.bytes.count)) else {
        let count = segment.bytes.count
        throw Trap(.memoryOutOfBounds, detail: "data segment \(index): \(count) bytes at \(start), but memory \(memory) has \(storage.byteCount)")
      }
      (storage.base + Int(start)).copyMemory(from: module.bytes + segment.bytes.lowerBound, byteCount: segment.bytes.count)
      isDropped[index] = true
    }
  }

  /// Has the system find the pages of a memory that the module fills from one end of its data to the other: many at once, rather than with a fault for each.
  private func prepareMemories(_ instance: InstanceStorage, _ segments: [DataSegment]) {
    var range = Int.max..<Int.max
    var count = 0
    for segment in segments {
      guard case .active(0, let offset) = segment.mode, let start = offset.integerConstant else { continue }
      let place = Int(truncatingIfNeeded: start)
      guard place >= 0, place <= Int.max - segment.bytes.count else { return }
      range = min(range.lowerBound, place)..<(count == 0 ? place + segment.bytes.count : max(range.upperBound, place + segment.bytes.count))
      count += segment.bytes.count
    }
    guard count >= Tuning.smallestMemoryImage, count >= range.count / 2 else { return }
    let storage = instance.memory(0)
    guard module.declarations.importedMemoryCount == 0, range.upperBound <= storage.byteCount else { return }
    VirtualMemory.populate(storage.base + range.lowerBound, range.count)
  }
}
