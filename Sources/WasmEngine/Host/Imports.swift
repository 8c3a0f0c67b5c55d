// What instances can be given and can give: the five kinds of external values, and imports by name.

import WasmFormat

/// Something that can be imported and exported.
///
/// ```swift
/// switch instance.export("thing") {
/// case .function(let function)?: try function()
/// case .memory(let memory)?: print(memory.byteCount)
/// default: print("nothing to use")
/// }
/// ```
public enum Extern {
  /// A function, of an instance or of the host.
  case function(Function)
  /// A table.
  case table(Table)
  /// A memory.
  case memory(Memory)
  /// A global variable.
  case global(Global)
  /// A tag of exceptions.
  case tag(Tag)

  /// Which of the five it is.
  public var kind: ExternKind {
    switch self {
    case .function: .function
    case .table: .table
    case .memory: .memory
    case .global: .global
    case .tag: .tag
    }
  }

  var store: Store {
    switch self {
    case .function(let function): function.store
    case .table(let table): table.store
    case .memory(let memory): memory.store
    case .global(let global): global.store
    case .tag(let tag): tag.store
    }
  }
}

/// What a module's imports are resolved from.
///
/// ```swift
/// var imports = Imports()
/// imports.define("env", "log", Function(store) { (n: Int32) in print(n) })
/// imports.define("env", "memory", try Memory(store, MemoryType(Limits(1))))
/// imports.define("math", mathInstance)          // all of its exports
/// let instance = try Instance(module, imports: imports, in: store)
/// ```
///
/// What a module doesn't ask for is no error. Names are compared as UTF-8 bytes.
public struct Imports {
  private var externs: [ImportName: Extern] = [:]

  /// All of it, without a hold on the store.
  var stored: [ImportName: StoredExtern] { externs.isEmpty ? [:] : externs.mapValues { StoredExtern($0) } }

  /// Nothing: every import is missing.
  public init() {}

  /// What an import of these two names gets; nil: nothing.
  public subscript(module: WasmName, name: WasmName) -> Extern? {
    get { externs[ImportName(module, name)] }
    set { externs[ImportName(module, name)] = newValue }
  }

  /// A function for the import of these two names.
  public mutating func define(_ module: WasmName, _ name: WasmName, _ function: Function) {
    self[module, name] = .function(function)
  }

  /// A table for the import of these two names.
  public mutating func define(_ module: WasmName, _ name: WasmName, _ table: Table) { self[module, name] = .table(table) }

  /// A memory for the import of these two names.
  public mutating func define(_ module: WasmName, _ name: WasmName, _ memory: Memory) {
    self[module, name] = .memory(memory)
  }

  /// A global variable for the import of these two names.
  public mutating func define(_ module: WasmName, _ name: WasmName, _ global: Global) {
    self[module, name] = .global(global)
  }

  /// A tag for the import of these two names.
  public mutating func define(_ module: WasmName, _ name: WasmName, _ tag: Tag) { self[module, name] = .tag(tag) }

  /// All exports of an instance, under their names.
  public mutating func define(_ module: WasmName, _ instance: Instance) {
    for export in instance.module.exports { self[module, export.name] = instance.export(export.name) }
  }
}
