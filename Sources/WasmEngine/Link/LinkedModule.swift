// What a host can know of a module that was linked: its bytes and where its imports lead. For those who take a guest and its modules apart and make one
// module of them.

import WasmFormat

/// A module that was linked to a guest.
///
/// ```swift
/// for module in linker.modules { print(module.handle, module.targets.count, "imports") }
/// ```
public struct LinkedModule {
  /// Where an import leads.
  public enum Target {
    /// To this index of the guest's index space of that kind.
    case guest(UInt32)
    /// Elsewhere.
    case other(Extern)
  }

  /// The number by which the guest knows it.
  public let handle: Int32
  /// Its instance, in the guest's store.
  public let instance: Instance
  /// In the order of its imports.
  public let targets: [Target]
  /// Orders modules as they were started.
  let order: Int

  /// Bytes of the module.
  public var byteCount: Int { instance.module.byteCount }
  /// The module as it was linked.
  public var bytes: [UInt8] { instance.module.withBytes { [UInt8]($0) } }
}

extension InstanceStorage {
  /// What each import is, in order.
  func importedExterns(_ store: Store) -> [Extern] {
    var next: [ExternKind: Int] = [:]
    return module.imports.map { declaration in
      let kind = declaration.descriptor.kind
      defer { next[kind, default: 0] += 1 }
      return extern(kind, next[kind] ?? 0, store)
    }
  }

  /// The thing with this index.
  func extern(_ kind: ExternKind, _ index: Int, _ store: Store) -> Extern {
    switch kind {
    case .function: .function(Function(record: functionRecord(index), signature: module.signature(ofFunction: index), in: store))
    case .table: .table(Table(table(index), in: store))
    case .memory: .memory(Memory(memory(index), in: store))
    case .global: .global(Global(cell: globalCell(index), globalType(index), in: store, owner: self))
    case .tag: .tag(Tag(tag(index), in: store))
    }
  }

  /// The index of something; nil if the instance has it not.
  func index(of extern: Extern) -> UInt32? {
    let declarations = module.declarations
    let index: Int? =
      switch extern {
      case .function(let function): declarations.functions.indices.first { functionRecord($0) == function.record }
      case .table(let other): declarations.tables.indices.first { table($0) === other.storage }
      case .memory(let other): declarations.memories.indices.first { memory($0) === other.storage }
      case .global(let global): declarations.globals.indices.first { globalCell($0) == global.cell }
      case .tag(let other): declarations.tags.indices.first { tag($0) === other.storage }
      }
    return index.map { UInt32($0) }
  }
}
