// By which names an auxiliary module reaches what it imports. In this order:
//
//   1. what the host gives to auxiliary modules (LateLinkOptions.imports);
//   2. what the guest imports by the same two names: the functions of its own host, a memory that it imports;
//   3. `env.NAME`: what the guest exports as NAME, if it is of that kind;
//   4. `env.memory`, `env.table`, `env.__indirect_function_table`: the guest's first memory and table, exported or not.
//
// These are the names that toolchains use: linkers export the table as `__indirect_function_table` and import it under the same name.

import RuntimeLayout
import Synchronization
import WasmFormat

/// The guest of a linker, and what its modules find in it.
final class GuestNames {
  let storage: InstanceStorage
  private let further: [ImportName: StoredExtern]
  let indices: GuestIndices

  /// Throws if the guest has no memory: there is no place where modules could be.
  init(_ storage: InstanceStorage, _ guestModule: WasmName, _ further: [ImportName: StoredExtern]) throws(LinkError) {
    guard !storage.module.declarations.memories.isEmpty else { throw LinkError("the guest has no memory, in which modules could lie") }
    self.storage = storage
    self.further = further
    indices = GuestIndices(storage, guestModule, given: further.isEmpty ? [] : Set(further.keys))
  }

  func memory(_ store: Store) -> Memory { Memory(storage.memory(0), in: store) }

  /// What an auxiliary module gets for an import.
  func find(_ declaration: ImportDeclaration, _ store: Store) -> Extern? {
    if !further.isEmpty, let extern = further[ImportName(declaration.module, declaration.name)] { return extern.extern(in: store) }
    return indices.place(of: declaration).map { storage.extern($0.kind, $0.index, store) }
  }

  /// What to say of an import that `find` does not find.
  func missing(_ declaration: ImportDeclaration) -> String {
    guard declaration.module == indices.guestModule else { return "unknown import: neither the host nor the guest has such a thing" }
    switch declaration.name {
    case "__stack_pointer": return "unknown import: the guest does not export it (-Wl,--export=__stack_pointer)"
    case "table", "__indirect_function_table": return "unknown import: the guest has no table, or several (-Wl,--export-table)"
    default: return "unknown import: the guest exports nothing of that name"
    }
  }
}

/// By which indices auxiliary modules reach what is the guest's. Knows the guest's module alone, so that any thread can ask.
final class GuestIndices: Sendable {
  let module: Module
  fileprivate let guestModule: WasmName
  /// What the host gives.
  private let given: Set<ImportName>
  /// Where among the guest's imports those two names are, with the index in their kind's index space; made when somebody asks for the first time.
  private let imported = Mutex<[ImportName: (kind: ExternKind, index: Int)]?>(nil)
  private let numbers: JoinedNumbers
  private let layout: GuestLayout
  /// What the last module imported, by kind: the next one's is the same most often, and then takes no memory.
  private let lastPlaces = Mutex(PerKind<[Int]>(repeating: []))

  init(_ guest: InstanceStorage, _ guestModule: WasmName, given: Set<ImportName>) {
    module = guest.module
    numbers = guest.joinedNumbers
    layout = GuestLayout(module.layout, importedFunctionCount: module.importedFunctionCount)
    self.guestModule = guestModule
    self.given = given
  }

  private func placeOfImport(_ name: ImportName) -> (kind: ExternKind, index: Int)? {
    imported.withLock { imported in
      if let imported { return imported[name] }
      var found: [ImportName: (kind: ExternKind, index: Int)] = [:]
      var next = PerKind(repeating: 0)
      for declaration in module.imports {
        let kind = declaration.descriptor.kind
        found[ImportName(declaration.module, declaration.name)] = (kind, next[kind])
        next[kind] += 1
      }
      imported = found
      return found[name]
    }
  }

  /// Which of the guest's things an import is, unless the host gives something else.
  func place(of declaration: ImportDeclaration) -> (kind: ExternKind, index: Int)? {
    let isGuests = declaration.module == guestModule
    if isGuests, isUsual(declaration) { return (declaration.descriptor.kind, 0) }
    if let place = placeOfImport(ImportName(declaration.module, declaration.name)) { return place }
    guard isGuests, let export = module.export(declaration.name) else { return nil }
    return (export.kind, Int(export.index))
  }

  /// Whether an import is the first memory or table, exported or not.
  private func isUsual(_ declaration: ImportDeclaration) -> Bool {
    switch declaration.descriptor {
    case .memory: return declaration.name == "memory" && module.declarations.memories.count == 1
    case .table: return Self.tables.contains(declaration.name) && module.declarations.tables.count == 1
    default: return false
    }
  }

  private static let tables: [WasmName] = ["table", "__indirect_function_table"]

  // MARK: Joining

  /// What the code of an auxiliary module goes by that joins the guest; nil if it must have a context of its own: because it has a memory, table, global or tag of its
  /// own, or because something that it imports is not the guest's. Types are compared when it is instantiated.
  func layout(forJoining auxiliary: ModuleDeclarations) -> JoinedLayout? {
    let isBare =
      auxiliary.memories.count == auxiliary.importedMemoryCount && auxiliary.tables.count == auxiliary.importedTableCount
      && auxiliary.globals.count == auxiliary.importedGlobalCount && auxiliary.tags.count == auxiliary.importedTagCount
    guard isBare, module.joined == nil else { return nil }
    var places = PerKind<[Int]>(repeating: [])
    for declaration in auxiliary.imports {
      guard !given.contains(ImportName(declaration.module, declaration.name)), let place = place(of: declaration),
        place.kind == declaration.descriptor.kind
      else { return nil }
      places[place.kind].append(place.index)
    }
    // The base of memory 0 is in a register.
    if let memory = places[.memory].first, memory != 0 { return nil }
    let shared = lastPlaces.withLock { [places] last in
      for kind in ExternKind.allCases where last[kind] != places[kind] { last[kind] = places[kind] }
      return last
    }
    guard let first = numbers.take(auxiliary.bodies.count) else { return nil }
    return JoinedLayout(
      layout, functions: shared[.function], tables: shared[.table], memories: shared[.memory], globals: shared[.global], tags: shared[.tag],
      firstNumber: first, functionCount: auxiliary.bodies.count)
  }
}

/// A value for each kind of what can be imported.
private struct PerKind<Value> {
  private var values: [Value]

  init(repeating value: Value) { values = Array(repeating: value, count: ExternKind.allCases.count) }

  subscript(kind: ExternKind) -> Value {
    get { values[Int(kind.rawValue)] }
    _modify { yield &values[Int(kind.rawValue)] }
  }
}

/// Numbers for the functions of modules that join one instance.
final class JoinedNumbers: Sendable {
  private let next = Atomic<UInt32>(JoinedLayout.leastNumber)

  /// The first of so many; nil when they have run out. A module without functions takes one, too: its segments go by that.
  func take(_ count: Int) -> UInt32? {
    let last = UInt32(Int32.max) - (1 << 24)
    let first = next.add(UInt32(count + 1), ordering: .relaxed).oldValue
    if first > last { next.store(last + 1, ordering: .relaxed) }
    return first > last ? nil : first
  }
}

/// The two names of an import.
struct ImportName: Hashable {
  let module: WasmName
  let name: WasmName

  init(_ module: WasmName, _ name: WasmName) {
    self.module = module
    self.name = name
  }
}

/// Something that can be imported, without a hold on the store: for what the store itself holds.
enum StoredExtern {
  case function(UnsafeMutablePointer<FunctionRecord>, Signature, InstanceStorage?)
  case table(TableStorage)
  case memory(MemoryStorage)
  case global(UnsafeMutablePointer<UInt64>, GlobalType, InstanceStorage?)
  case tag(TagStorage)

  init(_ extern: Extern) {
    switch extern {
    case .function(let function): self = .function(function.record, function.signature, function.owner)
    case .table(let table): self = .table(table.storage)
    case .memory(let memory): self = .memory(memory.storage)
    case .global(let global): self = .global(global.cell, global.type, global.owner)
    case .tag(let tag): self = .tag(tag.storage)
    }
  }

  func extern(in store: Store) -> Extern {
    switch self {
    case .function(let record, let signature, _): .function(Function(record: record, signature: signature, in: store))
    case .table(let table): .table(Table(table, in: store))
    case .memory(let memory): .memory(Memory(memory, in: store))
    case .global(let cell, let type, let owner): .global(Global(cell: cell, type, in: store, owner: owner))
    case .tag(let tag): .tag(Tag(tag, in: store))
    }
  }
}
