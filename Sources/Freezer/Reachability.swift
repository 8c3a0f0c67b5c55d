// What a frozen module has to contain: from its exports on, whatever code names and whatever the tables and globals hold that such code uses.

import WasmEngine
import WasmFormat

/// What has been reached.
struct Reached {
  var functions: Set<StoreSnapshot.Entity> = []
  var globals: Set<StoreSnapshot.Entity> = []
  var tags: Set<StoreSnapshot.Entity> = []
  var tables: Set<Int> = []
  var memories: Set<Int> = []
  /// Segments that code names.
  var elements: Set<StoreSnapshot.Definition> = []
  var data: Set<StoreSnapshot.Definition> = []
  /// Elements of the pruned table whose indices the code has that is reached.
  var pointers: Set<Int> = []
  /// Tables that code uses otherwise than by calling their elements: their elements may change.
  var changingTables: Set<Int> = []
  /// Types that functions have, and those that code names.
  var types: Set<StoreSnapshot.Definition> = []
  /// Tables that code grows.
  var growingTables: Set<Int> = []
}

struct Reachability {
  private let program: Program
  private var reached = Reached()
  /// Functions whose code has not been looked at.
  private var pending: [StoreSnapshot.Definition] = []

  init(_ program: Program) { self.program = program }

  mutating func mark(_ kind: ExternKind, _ index: Int, of instance: Int) {
    let state = program.snapshot.instances[instance]
    switch kind {
    case .function: mark(program.function(index, of: instance))
    case .table: markTable(state.tables[index])
    case .memory: reached.memories.insert(state.memories[index])
    case .global: markGlobal(program.global(index, of: instance))
    case .tag: reached.tags.insert(program.tag(index, of: instance))
    }
  }

  mutating func mark(_ function: StoreSnapshot.Entity) {
    guard reached.functions.insert(function).inserted, case .defined(let definition) = function else { return }
    let type = program.snapshot.instances[definition.instance].module.declarations.functions[definition.index]
    reached.types.insert(StoreSnapshot.Definition(instance: definition.instance, index: Int(type)))
    pending.append(definition)
  }

  /// Looks at all code that is reached.
  mutating func finish() -> Reached {
    while let function = pending.popLast() { scan(function) }
    return reached
  }

  private mutating func markTable(_ table: Int) {
    guard reached.tables.insert(table).inserted else { return }
    let elements = program.snapshot.tables[table].elements
    guard let pruned = program.pruned, pruned.table == table else { return elements.forEach { mark($0) } }
    for index in pruned.pointers.held where elements.indices.contains(index) { mark(elements[index]) }
  }

  private mutating func markGlobal(_ global: StoreSnapshot.Entity) {
    guard reached.globals.insert(global).inserted else { return }
    mark(program.global(global).value)
  }

  /// Marks the elements of the pruned table whose indices a function has.
  private mutating func markPointers(in function: StoreSnapshot.Definition) {
    guard let pruned = program.pruned, pruned.instance == function.instance, let taken = pruned.pointers.taken[function.index] else { return }
    let elements = program.snapshot.tables[pruned.table].elements
    for index in taken where elements.indices.contains(index) && reached.pointers.insert(index).inserted { mark(elements[index]) }
  }

  private mutating func mark(_ content: StoreSnapshot.Content) {
    if case .function(let function) = content { mark(program.resolve(function)) }
  }

  private mutating func scan(_ function: StoreSnapshot.Definition) {
    let state = program.snapshot.instances[function.instance]
    let declarations = state.module.declarations
    let range = declarations.bodies[function.index - declarations.importedFunctionCount]
    let body = UnsafeRawBufferPointer(rebasing: state.module.buffer[range])
    var walker = BodyWalker(IndexCollector(program, function.instance))
    _ = walker.rewrite(body, hints: [])
    let collected = walker.finish()
    for callee in collected.callees { mark(callee) }
    markPointers(in: function)
    for table in collected.calledTables { markTable(state.tables[Int(table)]) }
    for table in collected.grownTables { reached.growingTables.insert(state.tables[Int(table)]) }
    for use in collected.found {
      switch use.space {
      case .function: mark(.function, Int(use.index), of: function.instance)
      case .table:
        reached.changingTables.insert(state.tables[Int(use.index)])
        mark(.table, Int(use.index), of: function.instance)
      case .memory: mark(.memory, Int(use.index), of: function.instance)
      case .global: mark(.global, Int(use.index), of: function.instance)
      case .tag: mark(.tag, Int(use.index), of: function.instance)
      case .element:
        let segment = StoreSnapshot.Definition(instance: function.instance, index: Int(use.index))
        guard reached.elements.insert(segment).inserted else { break }
        for element in state.elements[segment.index] { mark(element) }
      case .data: reached.data.insert(StoreSnapshot.Definition(instance: function.instance, index: Int(use.index)))
      case .type: reached.types.insert(StoreSnapshot.Definition(instance: function.instance, index: Int(use.index)))
      case .local: break
      }
    }
  }
}

/// Notes what a body names.
private struct IndexCollector: IndexMap, ~Copyable {
  struct Use: Hashable {
    let space: IndexSpace
    let index: UInt32
  }
  private(set) var found: Set<Use> = []
  /// The tables of calls that may reach any of their elements.
  private(set) var calledTables: Set<UInt32> = []
  private(set) var grownTables: Set<UInt32> = []
  /// The functions that calls through tables always reach.
  private(set) var callees: Set<StoreSnapshot.Entity> = []
  private let program: Program
  private let instance: Int

  init(_ program: Program, _ instance: Int) {
    self.program = program
    self.instance = instance
  }

  mutating func map(_ index: UInt32, of space: IndexSpace) -> UInt32 {
    found.insert(Use(space: space, index: index))
    return index
  }

  mutating func mapCalled(table: UInt32) -> UInt32 {
    calledTables.insert(table)
    return table
  }

  mutating func noteGrowth(of table: UInt32) { grownTables.insert(table) }

  mutating func callee(element: UInt32, of table: UInt32, type: UInt32) -> UInt32? {
    guard let callee = program.callee(element: Int(element), of: Int(table), type: type, in: instance) else { return nil }
    callees.insert(callee)
    return 0
  }

  func is64(memory: UInt32) -> Bool { program.snapshot.instances[instance].module.declarations.memories[Int(memory)].is64 }
}
