// Writes the state of a running program as one ordinary module: the code of an instance and of everything that was linked to it later, what memories, globals
// and tables hold, and nothing that can no longer be reached. The steps are Reachability.swift (what goes in), FrozenIndices.swift (the index of everything in the new module) and
// FrozenWriter.swift (the module).

import WasmEngine
import WasmFormat

/// A module that a program was written to.
public struct FrozenModule: Sendable {
  /// The module in the binary format.
  public let bytes: [UInt8]
  /// How many functions it defines, of how many that the program had.
  public let functions: Int
  public let functionsBefore: Int
  /// Bytes of memory content.
  public let dataBytes: Int
}

/// Where a program has indices of a table's elements, by which it calls functions.
public struct FunctionPointers: Sendable {
  /// Elements whose indices are in memory.
  public var held: Set<Int>
  /// By functions of the instance's module: the elements whose indices are constants in their code.
  public var taken: [Int: [Int]]

  public init(held: Set<Int>, taken: [Int: [Int]]) {
    self.held = held
    self.taken = taken
  }
}

/// Freezes an instance, together with all that was late-linked to it.
///
/// ```swift
/// let instance = try Instance(module, imports: imports, in: store)
/// try instance.function("warm_up")!()
/// let frozen = try Freezer(instance).freeze()
/// // frozen.bytes is a module whose instances start where this one is.
/// ```
///
/// The store must be idle: no function of it active. What cannot be written down is refused: references of the host's, exceptions, functions of the host
/// that no module imports. The new module imports the host's functions that its code still calls, under the names by which the program imported them. Memories, tables,
/// globals and tags that the host made become
/// the module's own.
public struct Freezer {
  let instance: Instance
  /// By import name, what takes a host function's place.
  private(set) var replacements: [ImportName: Function] = [:]
  /// Exports instead of the instance's own.
  private(set) var exports: [(name: WasmName, function: Function)] = []
  /// Which of the instance's own exports stay.
  private var keeps: (ExportDeclaration) -> Bool = { !initializers.contains($0.name) }
  /// Whether functions keep their names.
  public var keepsNames = true
  /// By export name of a table, how many of its first elements never change.
  private var constantElements: [WasmName: Int] = [:]
  /// The table whose unused elements are left out, by its export name, and what is known of pointers to its functions.
  private var pruned: (table: WasmName, pointers: FunctionPointers)?

  struct ImportName: Hashable {
    let module: WasmName
    let name: WasmName
  }

  /// Functions that have done their work once and for all.
  private static let initializers: [WasmName] = ["_initialize", "_start", "__wasm_call_ctors"]

  /// The state of an instance. Its own exports stay, but for those by which programs are started once.
  public init(_ instance: Instance) { self.instance = instance }

  /// Has a function, which belongs to the same store, called instead of the host's under a name.
  public mutating func replaceImport(_ module: WasmName, _ name: WasmName, with function: Function) {
    replacements[ImportName(module: module, name: name)] = function
  }

  /// Adds an export: a function that an instance of the same store defines.
  public mutating func export(_ name: WasmName, _ function: Function) { exports.append((name, function)) }

  /// Leaves out the instance's own exports but for some.
  public mutating func keepExports(_ names: [WasmName]) { keeps = { names.contains($0.name) } }

  /// Says that the first elements of the table that the instance exports under a name stay what they are. Calls of them by constant indices become direct calls, as do
  /// calls through a table that is neither exported nor used otherwise than for calls.
  public mutating func assumeConstant(_ count: Int, elementsOf table: WasmName) { constantElements[table] = count }

  /// Leaves out of the table that the instance exports under a name what no pointer leads to. Calls by constant indices need no pointer if `assumeConstant` has made them direct calls.
  public mutating func prune(_ table: WasmName, _ pointers: FunctionPointers) { pruned = (table, pointers) }

  /// The module. Throws `FreezeError`.
  public func freeze() throws(FreezeError) -> FrozenModule {
    let snapshot: StoreSnapshot
    do { snapshot = try StoreSnapshot(instance.store) } catch { throw FreezeError(error.description) }
    guard let place = snapshot.place(of: instance) else { throw FreezeError("the instance was unlinked") }
    var program = Program(snapshot, hostFunctions: try replaced(in: snapshot))
    let kept = snapshot.instances[place].module.exports.filter { export in
      keeps(export) && !exports.contains { $0.name == export.name }
    }
    var added: [(name: WasmName, entity: StoreSnapshot.Entity)] = []
    for export in exports {
      guard let entity = snapshot.entity(of: export.function) else { throw FreezeError("the export \(export.name) is a function of the host") }
      added.append((export.name, program.resolve(entity)))
    }
    func reach() -> Reached {
      var reachability = Reachability(program)
      for export in kept { reachability.mark(export.kind, Int(export.index), of: place) }
      for export in added { reachability.mark(export.entity) }
      return reachability.finish()
    }
    var reached = reach()
    let state = snapshot.instances[place]
    for export in state.module.exports where export.kind == .table {
      let table = state.tables[Int(export.index)]
      if let count = constantElements[export.name] { program.constantElements[table] = count }
      if let pruned, pruned.table == export.name { program.pruned = Program.Pruned(table: table, instance: place, pointers: pruned.pointers) }
    }
    let exported = Set(kept.filter { $0.kind == .table }.map { state.tables[Int($0.index)] })
    for table in reached.tables where !exported.contains(table) && !reached.changingTables.contains(table) {
      program.constantElements[table] = snapshot.tables[table].elements.count
    }
    if !program.constantElements.isEmpty || program.pruned != nil { reached = reach() }
    if let pruned = program.pruned {
      program.droppedElements = Set(snapshot.tables[pruned.table].elements.indices).subtracting(pruned.pointers.held).subtracting(reached.pointers)
    }
    for number in reached.tables.sorted() {
      let table = snapshot.tables[number]
      guard table.elements.isEmpty, !table.type.element.isDefaultable, table.type.element.referenceKind != .function else { continue }
      throw FreezeError("table \(number) is empty, and there is nothing of type \(table.type.element.name) to declare it with")
    }
    return FrozenWriter(program, reached).write(kept, of: place, added, names: keepsNames)
  }

  /// The state as a module of the same engine, to make copies of the instance in this process: an instance of it begins where this one is. Its memories are
  /// mapped copy-on-write; code is shared by all. Functions of the host are imported under the names by which the program imported them.
  ///
  /// With `compiled`, machine code of all functions is made now (`Module.serialized`), otherwise as in any module.
  ///
  /// Throws `FreezeError`, or `ResourceError`.
  public func module(compiled: Bool = true) throws -> Module {
    let module = try Module(instance.store.engine, freeze().bytes)
    return compiled ? try Module(module.engine, serialized: module.serialized()) : module
  }

  /// For each of the host's functions what is called in its place.
  private func replaced(in snapshot: StoreSnapshot) throws(FreezeError) -> [StoreSnapshot.Entity] {
    var result: [StoreSnapshot.Entity] = []
    for (number, function) in snapshot.hostFunctions.enumerated() {
      guard let replacement = replacements[ImportName(module: function.module, name: function.name)] else {
        result.append(.host(number))
        continue
      }
      guard let entity = snapshot.entity(of: replacement), replacement.type == function.type else {
        throw FreezeError("what takes the place of \(function.module).\(function.name) is no function of the program of type \(function.type)")
      }
      result.append(entity)
    }
    return result
  }
}

/// A snapshot in which functions of the host have been replaced.
struct Program {
  let snapshot: StoreSnapshot
  /// For each of the host's functions what is called.
  private let hostFunctions: [StoreSnapshot.Entity]
  /// By tables: how many of their first elements never change.
  var constantElements: [Int: Int] = [:]
  var pruned: Pruned?
  /// Elements of the pruned table.
  var droppedElements: Set<Int> = []

  struct Pruned {
    let table: Int
    /// The instance whose code has pointers.
    let instance: Int
    let pointers: FunctionPointers
  }

  init(_ snapshot: StoreSnapshot, hostFunctions: [StoreSnapshot.Entity]) {
    self.snapshot = snapshot
    self.hostFunctions = hostFunctions
  }

  func resolve(_ function: StoreSnapshot.Entity) -> StoreSnapshot.Entity {
    if case .host(let number) = function { return hostFunctions[number] }
    return function
  }

  /// The function with an index of an instance's module.
  func function(_ index: Int, of instance: Int) -> StoreSnapshot.Entity {
    let state = snapshot.instances[instance]
    if index < state.functions.count { return resolve(state.functions[index]) }
    return .defined(StoreSnapshot.Definition(instance: instance, index: index))
  }

  /// What a table holds in the new module.
  func elements(of table: Int) -> [StoreSnapshot.Content] {
    var elements = snapshot.tables[table].elements
    if pruned?.table == table { for index in droppedElements { elements[index] = .null } }
    return elements
  }

  /// The function that a call of an element of a table, with a type of an instance's module, always reaches; nil if that may change, or the call traps.
  func callee(element: Int, of table: Int, type: UInt32, in instance: Int) -> StoreSnapshot.Entity? {
    let state = snapshot.instances[instance]
    let number = state.tables[table]
    guard element < constantElements[number] ?? 0, element < snapshot.tables[number].elements.count,
      case .function(let function) = snapshot.tables[number].elements[element]
    else { return nil }
    let callee = resolve(function)
    return self.type(of: callee) == state.module.functionType(type) ? callee : nil
  }

  private func type(of function: StoreSnapshot.Entity) -> FuncType {
    switch function {
    case .host(let number): return snapshot.hostFunctions[number].type
    case .defined(let definition):
      let module = snapshot.instances[definition.instance].module
      return module.functionType(module.declarations.functions[definition.index])
    }
  }

  func global(_ index: Int, of instance: Int) -> StoreSnapshot.Entity {
    let state = snapshot.instances[instance]
    return index < state.globals.count ? state.globals[index] : .defined(StoreSnapshot.Definition(instance: instance, index: index))
  }

  func tag(_ index: Int, of instance: Int) -> StoreSnapshot.Entity {
    let state = snapshot.instances[instance]
    return index < state.tags.count ? state.tags[index] : .defined(StoreSnapshot.Definition(instance: instance, index: index))
  }

  /// The type and the value of a global.
  func global(_ entity: StoreSnapshot.Entity) -> (type: GlobalType, value: StoreSnapshot.Content) {
    switch entity {
    case .host(let number): return (snapshot.hostGlobals[number].type, snapshot.hostGlobals[number].value)
    case .defined(let definition):
      let state = snapshot.instances[definition.instance]
      let declarations = state.module.declarations
      return (declarations.canonical(declarations.globals[definition.index]), state.values[definition.index - state.globals.count])
    }
  }

  /// The type of a tag's exceptions.
  func type(ofTag entity: StoreSnapshot.Entity) -> FuncType {
    switch entity {
    case .host(let number): return snapshot.hostTags[number]
    case .defined(let definition):
      let module = snapshot.instances[definition.instance].module
      return module.functionType(module.declarations.tags[definition.index])
    }
  }
}
