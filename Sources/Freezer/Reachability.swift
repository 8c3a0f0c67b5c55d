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
  /// Functions that code takes references of.
  var referenced: Set<StoreSnapshot.Entity> = []
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
    pending.append(definition)
  }

  /// Looks at all code that is reached.
  mutating func finish() -> Reached {
    while let function = pending.popLast() { scan(function) }
    return reached
  }

  private mutating func markTable(_ table: Int) {
    guard reached.tables.insert(table).inserted else { return }
    for element in program.snapshot.tables[table].elements { mark(element) }
  }

  private mutating func markGlobal(_ global: StoreSnapshot.Entity) {
    guard reached.globals.insert(global).inserted else { return }
    mark(program.global(global).value)
  }

  private mutating func mark(_ content: StoreSnapshot.Content) {
    if case .function(let function) = content { mark(program.resolve(function)) }
  }

  private mutating func scan(_ function: StoreSnapshot.Definition) {
    let state = program.snapshot.instances[function.instance]
    let declarations = state.module.declarations
    let range = declarations.bodies[function.index - declarations.importedFunctionCount]
    let body = UnsafeRawBufferPointer(rebasing: state.module.buffer[range])
    var walker = BodyWalker(IndexCollector(declarations))
    _ = walker.rewrite(body, hints: [])
    let found = walker.finish().found
    for use in found {
      switch use.space {
      case .function: mark(.function, Int(use.index), of: function.instance)
      case .table: mark(.table, Int(use.index), of: function.instance)
      case .memory: mark(.memory, Int(use.index), of: function.instance)
      case .global: mark(.global, Int(use.index), of: function.instance)
      case .tag: mark(.tag, Int(use.index), of: function.instance)
      case .element:
        let segment = StoreSnapshot.Definition(instance: function.instance, index: Int(use.index))
        guard reached.elements.insert(segment).inserted else { break }
        for element in state.elements[segment.index] { mark(element) }
      case .data: reached.data.insert(StoreSnapshot.Definition(instance: function.instance, index: Int(use.index)))
      case .type, .local: break
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
  private let declarations: ModuleDeclarations

  init(_ declarations: ModuleDeclarations) { self.declarations = declarations }

  mutating func map(_ index: UInt32, of space: IndexSpace) -> UInt32 {
    if space != .type { found.insert(Use(space: space, index: index)) }
    return index
  }

  func is64(memory: UInt32) -> Bool { declarations.memories[Int(memory)].is64 }
}
