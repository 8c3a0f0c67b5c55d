// Instances as the host sees them.

import RuntimeLayout
import WasmFormat

/// A module at run time, with its memories, tables and globals.
///
/// ```swift
/// let instance = try Instance(module, imports: imports, in: store)
/// let sum: Int32 = try instance.function("add")!(Int32(1), Int32(2))
/// ```
///
/// An instance belongs to its store and lives as long as that.
public struct Instance: Equatable {
  /// The store that it belongs to.
  public let store: Store
  let storage: InstanceStorage

  init(_ storage: InstanceStorage, in store: Store) {
    self.storage = storage
    self.store = store
  }

  /// Instantiates a module: links its imports, initialises what it defines, runs its start function.
  ///
  /// Throws `LinkError`, which names every import that is missing or wrong, before anything has happened; `ResourceError`; or a `Trap` or a host function's error from segments or the
  /// start function, whose effects on imported tables and memories then stay, as the specification says.
  public init(_ module: Module, imports: Imports = Imports(), in store: Store) throws {
    // The code of one that has joined an instance is good for that alone.
    let module = module.joined == nil ? module : try Module(module.engine, copying: module.buffer)
    let instantiation = Instantiation(module, store)
    let storage = try instantiation.allocate { imports[$0.module, $0.name] }
    try instantiation.start(storage)
    self.init(storage, in: store)
  }

  /// The same with the imports in the module's order, for who makes many instances and has looked for them once.
  package init(_ module: Module, externs: [Extern], in store: Store) throws {
    let instantiation = Instantiation(module, store)
    var next = externs.makeIterator()
    let storage = try instantiation.allocate { _ in next.next() }
    try instantiation.start(storage)
    self.init(storage, in: store)
  }

  /// Whether both are the same instance.
  public static func == (left: Instance, right: Instance) -> Bool { left.storage === right.storage }

  /// What it is an instance of.
  public var module: Module { storage.module }

  /// Whether it has no context of its own, but that of the guest that it was late-linked to.
  package var hasJoined: Bool { storage.hasJoined }

  /// An export by its name, compared as UTF-8.
  public func export(_ name: WasmName) -> Extern? {
    guard let export = module.export(name) else { return nil }
    return storage.extern(export.kind, Int(export.index), store)
  }

  /// The function that is exported by this name; nil if there is none.
  public func function(_ name: WasmName) -> Function? {
    guard case .function(let function)? = export(name) else { return nil }
    return function
  }

  /// The index of the function that is exported by this name; nil if there is none.
  package func functionIndex(_ name: WasmName) -> Int? {
    guard let export = module.export(name), export.kind == .function else { return nil }
    return Int(export.index)
  }

  /// The function with this index.
  package func function(at index: Int) -> Function {
    Function(record: storage.functionRecord(index), signature: storage.module.signature(ofFunction: index), in: store)
  }

  /// The table that is exported by this name; nil if there is none.
  public func table(_ name: WasmName) -> Table? {
    guard case .table(let table)? = export(name) else { return nil }
    return table
  }

  /// The memory that is exported by this name; nil if there is none.
  public func memory(_ name: WasmName) -> Memory? {
    guard case .memory(let memory)? = export(name) else { return nil }
    return memory
  }

  /// The tag that is exported by this name; nil if there is none.
  public func tag(_ name: WasmName) -> Tag? {
    guard case .tag(let tag)? = export(name) else { return nil }
    return tag
  }

  /// The global variable that is exported by this name; nil if there is none.
  public func global(_ name: WasmName) -> Global? {
    guard case .global(let global)? = export(name) else { return nil }
    return global
  }
}
