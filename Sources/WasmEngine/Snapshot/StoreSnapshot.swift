// The state of a store between two calls, in terms of modules: what each import of each instance is, what globals and tables hold, which segments are
// dropped, where the memories lie. All that run-time addresses say is said by numbers of instances and by indices, so that it can be written down.
//
// A snapshot copies everything but the memories' contents and the modules' bytes: it is good until the store is used again.

import RuntimeLayout
import WasmFormat

/// What a store holds, for `Freezer`.
package struct StoreSnapshot {
  /// Something that an instance defines.
  package struct Definition: Hashable, Sendable {
    /// The instance, by its place in `instances`.
    package let instance: Int
    /// The index in the instance's module, imports counted.
    package let index: Int

    package init(instance: Int, index: Int) {
      self.instance = instance
      self.index = index
    }
  }

  /// A function, or a global or tag.
  package enum Entity: Hashable, Sendable {
    case defined(Definition)
    /// Made by the host. Globals and tags: its place in `hostGlobals` or `hostTags`. Functions: see `hostFunctions`.
    case host(Int)
  }

  /// A value that can be written down.
  package enum Content: Equatable, Sendable {
    /// A number's bits.
    case bits(UInt64)
    case vector(V128)
    case null
    case function(Entity)
  }

  package struct InstanceState {
    package let module: Module
    /// What the imports are, in the order of each kind.
    package var functions: [Entity] = []
    package var globals: [Entity] = []
    package var tags: [Entity] = []
    /// All tables and memories, imported and defined, by their places in `tables` and `memories`.
    package var tables: [Int] = []
    package var memories: [Int] = []
    /// The values of the globals that it defines.
    package var values: [Content] = []
    /// The references of passive element segments that are not dropped; those of all other segments are empty.
    package var elements: [[Content]] = []
    package var isDataDropped: [Bool] = []
  }

  package struct TableState {
    package let type: TableType
    package let elements: [Content]
  }

  package struct MemoryState {
    package let type: MemoryType
    package let pageCount: Int
    /// The store's own memory.
    package let bytes: UnsafeRawBufferPointer
  }

  package struct HostGlobal {
    package let type: GlobalType
    package let value: Content
  }

  /// A function of the host, as the first module that imports it calls it.
  package struct HostFunction {
    package let module: WasmName
    package let name: WasmName
    package let type: FuncType
  }

  /// In the order in which they were made.
  package private(set) var instances: [InstanceState] = []
  package private(set) var tables: [TableState] = []
  package private(set) var memories: [MemoryState] = []
  package private(set) var hostGlobals: [HostGlobal] = []
  /// The parameters of each.
  package private(set) var hostTags: [FuncType] = []
  package private(set) var hostFunctions: [HostFunction] = []

  private let store: Store
  private let directory: Directory
  private var hostFunctionPlaces: [UInt: Int] = [:]
  private var hostGlobalPlaces: [UInt: Int] = [:]
  private var hostTagPlaces: [UInt: Int] = [:]

  /// Throws `SnapshotError` when something cannot be written down.
  package init(_ store: Store) throws(SnapshotError) {
    self.store = store
    directory = Directory(store)
    for instance in store.instances { instances.append(try state(of: instance)) }
    // After the instances, which say what the host's functions are called.
    for (place, instance) in store.instances.enumerated() { try addContents(of: instance, at: place) }
    for (number, table) in store.tables.enumerated() { tables.append(try state(of: table, number)) }
    for (number, memory) in store.memories.enumerated() {
      guard !memory.type.isShared else {
        throw SnapshotError("memory \(number) is shared: threads that use it are no part of this program's state, and may change it meanwhile")
      }
      memories.append(
        MemoryState(type: memory.type, pageCount: memory.pageCount, bytes: UnsafeRawBufferPointer(start: memory.base, count: memory.byteCount)))
    }
  }

  /// The function that a handle stands for; nil if it is the host's and nobody imports it.
  package func entity(of function: Function) -> Entity? {
    let address = UInt(bitPattern: function.record)
    return directory.function(address).map { .defined($0) } ?? hostFunctionPlaces[address].map { .host($0) }
  }

  /// The place of an instance.
  package func place(of instance: Instance) -> Int? { store.instances.firstIndex { $0 === instance.storage } }

  // MARK: Instances

  private mutating func state(of instance: InstanceStorage) throws(SnapshotError) -> InstanceState {
    let declarations = instance.module.declarations
    var state = InstanceState(module: instance.module)
    var functions = 0
    var globals = 0
    var tags = 0
    for declaration in declarations.imports {
      switch declaration.descriptor {
      case .function(let type):
        state.functions.append(function(instance.functionRecord(functions), declaration, instance.module.functionType(type)))
        functions += 1
      case .global:
        state.globals.append(try global(instance.globalCell(globals), instance.globalType(globals), declaration))
        globals += 1
      case .tag:
        state.tags.append(tag(instance.tag(tags)))
        tags += 1
      case .table, .memory: break
      }
    }
    for index in declarations.tables.indices {
      let table = instance.table(index)
      guard let place = store.tables.firstIndex(where: { $0 === table }) else { throw SnapshotError("a table belongs to another store") }
      state.tables.append(place)
    }
    for index in declarations.memories.indices {
      let memory = instance.memory(index)
      guard let place = store.memories.firstIndex(where: { $0 === memory }) else { throw SnapshotError("a memory belongs to another store") }
      state.memories.append(place)
    }
    state.isDataDropped = instance.isDataDropped
    return state
  }

  private mutating func addContents(of instance: InstanceStorage, at place: Int) throws(SnapshotError) {
    let declarations = instance.module.declarations
    for (number, global) in declarations.definedGlobals.enumerated() {
      let index = declarations.importedGlobalCount + number
      instances[place].values.append(
        try content(instance.globalCell(index), global.type.value) { "global \(index) of instance \(place)" })
    }
    for (index, segment) in declarations.elements.enumerated() {
      let references = instance.elements(ofSegment: index)
      var contents: [Content] = []
      for reference in references {
        contents.append(try content(UInt64(reference), segment.type) { "an element segment of instance \(place)" })
      }
      instances[place].elements.append(contents)
    }
  }

  private func state(of table: TableStorage, _ number: Int) throws(SnapshotError) -> TableState {
    var elements: [Content] = []
    elements.reserveCapacity(table.count)
    for index in 0..<table.count {
      elements.append(try content(UInt64(table.elements[index]), table.type.element) { "element \(index) of table \(number)" })
    }
    return TableState(type: table.type, elements: elements)
  }

  // MARK: What imports are

  private mutating func function(
    _ record: UnsafeMutablePointer<FunctionRecord>, _ declaration: ImportDeclaration, _ type: FuncType
  ) -> Entity {
    let address = UInt(bitPattern: record)
    if let definition = directory.function(address) { return .defined(definition) }
    if let place = hostFunctionPlaces[address] { return .host(place) }
    hostFunctions.append(HostFunction(module: declaration.module, name: declaration.name, type: type))
    hostFunctionPlaces[address] = hostFunctions.count - 1
    return .host(hostFunctions.count - 1)
  }

  private mutating func global(
    _ cell: UnsafeMutablePointer<UInt64>, _ type: GlobalType, _ declaration: ImportDeclaration
  ) throws(SnapshotError) -> Entity {
    let address = UInt(bitPattern: cell)
    if let definition = directory.global(address) { return .defined(definition) }
    if let place = hostGlobalPlaces[address] { return .host(place) }
    let value = try content(cell, type.value) { "the global \(declaration.module).\(declaration.name)" }
    hostGlobals.append(HostGlobal(type: type, value: value))
    hostGlobalPlaces[address] = hostGlobals.count - 1
    return .host(hostGlobals.count - 1)
  }

  private mutating func tag(_ tag: TagStorage) -> Entity {
    let address = UInt(bitPattern: tag.record)
    if let definition = directory.tag(address) { return .defined(definition) }
    if let place = hostTagPlaces[address] { return .host(place) }
    hostTags.append(tag.signature.type)
    hostTagPlaces[address] = hostTags.count - 1
    return .host(hostTags.count - 1)
  }

  // MARK: Values

  /// Of a global. `place`: what holds the value, for messages.
  private func content(_ cell: UnsafeMutablePointer<UInt64>, _ type: ValueType, _ place: () -> String) throws(SnapshotError) -> Content {
    type == .v128 ? .vector(V128(low: cell[0], high: cell[1])) : try content(cell.pointee, type, place)
  }

  private func content(_ word: UInt64, _ type: ValueType, _ place: () -> String) throws(SnapshotError) -> Content {
    if !type.isReference { return .bits(word) }
    if word == 0 { return .null }
    switch type.referenceKind {
    case .function:
      if let definition = directory.function(UInt(word)) { return .function(.defined(definition)) }
      guard let host = hostFunctionPlaces[UInt(word)] else {
        throw SnapshotError("\(place()) holds a function of the host that no module imports")
      }
      return .function(.host(host))
    case .exception: throw SnapshotError("\(place()) holds an exception")
    default: throw SnapshotError("\(place()) holds a reference of the host's")
    }
  }
}

/// Why a store's state cannot be written down.
package struct SnapshotError: Error, CustomStringConvertible {
  package let description: String

  init(_ description: String) { self.description = description }
}

/// What is at an address: the definitions of all instances.
private struct Directory {
  private struct Run {
    let start: UInt
    let end: UInt
    let instance: Int
    let firstIndex: Int
  }
  /// The function records, in ascending order of addresses.
  private var records: [Run] = []
  private var globals: [UInt: StoreSnapshot.Definition] = [:]
  private var tags: [UInt: StoreSnapshot.Definition] = [:]

  init(_ store: Store) {
    for (place, instance) in store.instances.enumerated() {
      let declarations = instance.module.declarations
      let start = UInt(bitPattern: instance.records)
      records.append(
        Run(
          start: start, end: start + UInt(instance.recordCount * FunctionRecord.size), instance: place,
          firstIndex: declarations.importedFunctionCount))
      for index in declarations.importedGlobalCount..<declarations.globals.count {
        globals[UInt(bitPattern: instance.globalCell(index))] = StoreSnapshot.Definition(instance: place, index: index)
      }
      for index in declarations.importedTagCount..<declarations.tags.count {
        tags[UInt(bitPattern: instance.tag(index).record)] = StoreSnapshot.Definition(instance: place, index: index)
      }
    }
    records.sort { $0.start < $1.start }
  }

  func function(_ address: UInt) -> StoreSnapshot.Definition? {
    var low = 0
    var high = records.count
    while low < high {
      let middle = (low + high) / 2
      if records[middle].end <= address { low = middle + 1 } else { high = middle }
    }
    guard low < records.count, records[low].start <= address else { return nil }
    let run = records[low]
    return StoreSnapshot.Definition(instance: run.instance, index: run.firstIndex + Int(address - run.start) / FunctionRecord.size)
  }

  func global(_ address: UInt) -> StoreSnapshot.Definition? { globals[address] }
  func tag(_ address: UInt) -> StoreSnapshot.Definition? { tags[address] }
}
