// Late linking: adding an auxiliary module to a live instance. The module's bytes lie in the instance's own memory; it gets that memory and a table
// of the instance as imports, and its start function makes its functions known, typically by growing the table and storing the
// new indices where the instance's code finds them. This may happen at any time, also inside a host function that the
// instance has called.
//
// The auxiliary instance belongs to the same store and lives as long, unless it is unlinked. Its functions are compiled at once: they were sent because
// they are hot; for the same reason the optimizing compiler gets them sooner than others, and at once those that the module marks as hot
// (WasmFormat's CompilationPriority).

import RuntimeLayout
import WasmFormat

/// The names that late linking goes by.
public struct LateLinkNames: Sendable {
  /// What the instance exports.
  public var memoryExport: WasmName = "memory"
  public var tableExport: WasmName = "__indirect_function_table"
  /// What the auxiliary module imports.
  public var importModule: WasmName = "env"
  public var memoryImport: WasmName = "memory"
  public var tableImport: WasmName = "table"

  public init() {}
}

/// Links auxiliary modules to one instance.
///
/// ```swift
/// let linker = try LateLinker(instance)
/// try linker.link(moduleAt: pointer, length: length)   // a module in the instance's own memory
/// ```
public struct LateLinker {
  /// The instance that modules are linked to.
  public let instance: Instance
  private let memory: Memory
  private let imports: Imports

  /// Throws `LinkError` if the instance does not export the memory and the table.
  public init(_ instance: Instance, names: LateLinkNames = LateLinkNames()) throws(LinkError) {
    guard let memory = instance.memory(names.memoryExport) else {
      throw LinkError(name: names.memoryExport, "the instance exports no such memory")
    }
    guard let table = instance.table(names.tableExport) else {
      throw LinkError(name: names.tableExport, "the instance exports no such table")
    }
    self.instance = instance
    self.memory = memory
    var imports = Imports()
    imports.define(names.importModule, names.memoryImport, memory)
    imports.define(names.importModule, names.tableImport, table)
    self.imports = imports
  }

  /// Compiles, links and starts the module at `pointer ..< pointer + length` of the instance's memory.
  ///
  /// Throws `MemoryAccessError`, `DecodingError`, `ValidationError`, `LinkError`, `Trap` or `ResourceError`.
  @discardableResult
  public func link(moduleAt pointer: Int, length: Int) throws -> Instance {
    let start = try memory.address(of: pointer, count: length)
    let module = try Module(
      instance.store.engine, late: UnsafeRawBufferPointer(start: start, count: length))
    return try Instance(module, imports: imports, in: instance.store)
  }

  /// Drops an instance that `link` made, with its code.
  ///
  /// Throws `LinkError`, and leaves it alone, when a table still has a function of it. That none of its functions is active and no global or other segment
  /// refers to one is the caller's promise; `auxiliary` itself, which keeps it alive, should be let go of.
  public func unlink(_ auxiliary: Instance) throws(LinkError) {
    let store = instance.store
    guard auxiliary.store === store else { throw LinkError("the instance to unlink belongs to another store") }
    guard auxiliary != instance else { throw LinkError("the instance that others are linked to cannot be unlinked") }
    let records = UInt(bitPattern: auxiliary.storage.records)
    let end = records + UInt(auxiliary.storage.recordCount * MemoryLayout<FunctionRecord>.stride)
    for table in store.tables where table.type.element == .funcref {
      for index in 0..<table.count where table.elements[index] >= records && table.elements[index] < end {
        throw LinkError("a table refers to a function of the instance")
      }
    }
    store.instances.removeAll { $0 === auxiliary.storage }
  }
}
