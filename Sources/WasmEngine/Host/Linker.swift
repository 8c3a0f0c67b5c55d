// What modules are linked with, again and again: definitions from which each store gets its own functions and instances.

import WasmFormat

/// Definitions for the imports of modules, for any number of stores: each instance that it makes gets host functions of its own store, and its own instances of the modules
/// that it imports from.
///
/// ```swift
/// var linker = Linker()
/// linker.define("env", "log") { store in .function(Function(store) { (n: Int32) in print(n) }) }
/// linker.define("math", try Module(engine, mathBytes))         // its exports, by the module name "math"
/// linker.define { imports, store in wasi.define(in: &imports, for: store) }
///
/// let module = try Module(engine, bytes)
/// for _ in 0..<10 {
///   let instance = try linker.instantiate(module, in: Store(engine))
///   try instance.function("run")!()
/// }
/// ```
///
/// Later definitions take the place of earlier ones. What a module does not ask for is not made. `Imports` is for one store, and for things that exist already.
///
/// A value type: a copy can get more definitions without changing the original.
public struct Linker {
  private enum Definition {
    case item(ImportName, (Store) throws -> Extern)
    case module(WasmName, Module)
    case recipe((inout Imports, Store) throws -> Void)
  }

  private var definitions: [Definition] = []

  /// Functions that a module imports and that are defined nowhere trap when they are called, with the import's names in the trap's `detail`. Otherwise they are an error, as
  /// imports of other kinds always are.
  public var missingFunctionsTrap = false

  /// No definitions.
  public init() {}

  /// What the import of these two names is in a store.
  ///
  /// - Parameters:
  ///   - module: the import's first name.
  ///   - name: its second.
  ///   - make: called for each instance that needs it; what it throws comes out of `instantiate`.
  public mutating func define(_ module: WasmName, _ name: WasmName, _ make: @escaping (Store) throws -> Extern) {
    definitions.append(.item(ImportName(module, name), make))
  }

  /// All exports of a module, by this module name. When something of it is needed it is instantiated, once for all that one call of `instantiate` makes, with what was defined before
  /// it. Its start function runs; a WASI reactor's `_initialize` is called if it exports one.
  public mutating func define(_ name: WasmName, _ module: Module) { definitions.append(.module(name, module)) }

  /// Definitions in their own words, such as those of `WASIProcess.define`; called for each instance.
  public mutating func define(_ recipe: @escaping (inout Imports, Store) throws -> Void) { definitions.append(.recipe(recipe)) }

  /// An instance of a module with these definitions. Throws `LinkError` with all imports that are missing or of another type, what definitions throw, and what `Instance.init` does.
  public func instantiate(_ module: Module, in store: Store) throws -> Instance {
    var libraries: [Int: Instance] = [:]
    return try Instance(module, imports: imports(of: module, in: store, definitions[...], &libraries), in: store)
  }

  /// - Parameter libraries: instances of modules that were defined, by the definition's index.
  private func imports(
    of module: Module, in store: Store, _ definitions: ArraySlice<Definition>, _ libraries: inout [Int: Instance]
  ) throws -> Imports {
    let wanted = Set(module.imports.map { ImportName($0.module, $0.name) })
    let modules = Set(module.imports.map(\.module))
    var imports = Imports()
    // From the first to the last, so that later ones win; what a later one replaces is not made.
    for (index, definition) in zip(definitions.indices, definitions) {
      let later = definitions[(index + 1)...]
      switch definition {
      case .item(let name, let make):
        guard wanted.contains(name), !later.contains(where: { Self.replaces($0, name) }) else { continue }
        imports[name.module, name.name] = try make(store)
      case .module(let name, let library):
        guard modules.contains(name) else { continue }
        let exports = library.exports.map { ImportName(name, $0.name) }
        guard exports.contains(where: { export in wanted.contains(export) && !later.contains { Self.replaces($0, export) } }) else { continue }
        if libraries[index] == nil {
          let instance = try Instance(library, imports: self.imports(of: library, in: store, definitions[..<index], &libraries), in: store)
          libraries[index] = instance
          if let initialize = instance.function("_initialize"), initialize.type == FuncType([], []) { try initialize() }
        }
        imports.define(name, libraries[index]!)
      case .recipe(let define): try define(&imports, store)
      }
    }
    if missingFunctionsTrap { defineTraps(for: module, in: store, &imports) }
    return imports
  }

  /// Whether a definition surely defines this, too.
  private static func replaces(_ definition: Definition, _ name: ImportName) -> Bool {
    switch definition {
    case .item(let other, _): other == name
    case .module(let module, let library): module == name.module && library.exports.contains { $0.name == name.name }
    case .recipe: false
    }
  }

  private func defineTraps(for module: Module, in store: Store, _ imports: inout Imports) {
    for declaration in module.imports where imports[declaration.module, declaration.name] == nil {
      guard case .function(let index) = declaration.descriptor else { continue }
      let type = module.functionType(index)
      let detail = "the import \(declaration.module).\(declaration.name) is not defined"
      imports.define(
        declaration.module, declaration.name,
        Function(store, type) { (_: borrowing Caller, _: [Value]) throws -> [Value] in throw Trap(.unreachable, detail: detail) })
    }
  }
}
