// By which names an auxiliary module reaches what it imports. In this order:
//
//   1. what the host gives to auxiliary modules (LateLinkOptions.imports);
//   2. what the guest imports by the same two names: the functions of its own host, a memory that it imports;
//   3. `env.NAME`: what the guest exports as NAME, if it is of that kind;
//   4. `env.memory`, `env.table`, `env.__indirect_function_table`: the guest's first memory and table, exported or not.
//
// These are the names that toolchains use: linkers export the table as `__indirect_function_table` and import it under the same name.

import RuntimeLayout
import WasmFormat

/// The guest of a linker, and what its modules find in it.
final class GuestNames {
  let storage: InstanceStorage
  private let guestModule: WasmName
  private let further: [ImportName: StoredExtern]
  /// Where among the guest's imports those two names are, with the index in their kind's index space.
  private let imported: [ImportName: (kind: ExternKind, index: Int)]

  /// Throws if the guest has no memory: there is no place where modules could be.
  init(_ storage: InstanceStorage, _ guestModule: WasmName, _ further: [ImportName: StoredExtern]) throws(LinkError) {
    guard !storage.module.declarations.memories.isEmpty else { throw LinkError("the guest has no memory, in which modules could lie") }
    self.storage = storage
    self.guestModule = guestModule
    self.further = further
    var imported: [ImportName: (kind: ExternKind, index: Int)] = [:]
    var next: [ExternKind: Int] = [:]
    for declaration in storage.module.imports {
      let kind = declaration.descriptor.kind
      imported[ImportName(declaration.module, declaration.name)] = (kind, next[kind] ?? 0)
      next[kind, default: 0] += 1
    }
    self.imported = imported
  }

  func memory(_ store: Store) -> Memory { Memory(storage.memory(0), in: store) }

  /// What an auxiliary module gets for an import.
  func find(_ declaration: ImportDeclaration, _ store: Store) -> Extern? {
    if !further.isEmpty, let extern = further[ImportName(declaration.module, declaration.name)] { return extern.extern(in: store) }
    let isGuests = declaration.module == guestModule
    if isGuests, let extern = usual(declaration, store) { return extern }
    if let place = imported[ImportName(declaration.module, declaration.name)] { return storage.extern(place.kind, place.index, store) }
    guard isGuests, let export = storage.module.export(declaration.name) else { return nil }
    return storage.extern(export.kind, Int(export.index), store)
  }

  /// The first memory and table, unless something else has been given that name.
  private func usual(_ declaration: ImportDeclaration, _ store: Store) -> Extern? {
    let declarations = storage.module.declarations
    switch declaration.descriptor {
    case .memory where declaration.name == "memory" && declarations.memories.count == 1: return .memory(memory(store))
    case .table where GuestNames.tables.contains(declaration.name) && declarations.tables.count == 1:
      return .table(Table(storage.table(0), in: store))
    default: return nil
    }
  }

  private static let tables: [WasmName] = ["table", "__indirect_function_table"]

  /// What to say of an import that `find` does not find.
  func missing(_ declaration: ImportDeclaration) -> String {
    guard declaration.module == guestModule else { return "unknown import: neither the host nor the guest has such a thing" }
    switch declaration.name {
    case "__stack_pointer": return "unknown import: the guest does not export it (-Wl,--export=__stack_pointer)"
    case "table", "__indirect_function_table": return "unknown import: the guest has no table, or several (-Wl,--export-table)"
    default: return "unknown import: the guest exports nothing of that name"
    }
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
