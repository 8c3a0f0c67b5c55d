// Which index everything has in the new module.

import WasmEngine
import WasmFormat

struct FrozenIndices {
  struct Import: Hashable {
    let module: WasmName
    let name: WasmName
    let type: UInt32
  }

  var functions: [StoreSnapshot.Entity: UInt32] = [:]
  var globals: [StoreSnapshot.Entity: UInt32] = [:]
  var tags: [StoreSnapshot.Entity: UInt32] = [:]
  /// By their places in the snapshot.
  var tables: [Int: UInt32] = [:]
  var memories: [Int: UInt32] = [:]
  var elements: [StoreSnapshot.Definition: UInt32] = [:]
  var data: [StoreSnapshot.Definition: UInt32] = [:]
  /// By canonical number.
  var canonicalTypes: [UInt32: UInt32] = [:]
  /// The types of all instances, one instance after the other.
  var types: [UInt32] = []
  private var typeEnds: [Int] = []

  /// The types of the next instance have been appended.
  mutating func endTypes() { typeEnds.append(types.count) }

  /// A canonical type as the new module has it; it must have what the type refers to.
  func type(_ type: ValueType) -> ValueType {
    guard let id = type.canonicalID else { return type }
    return ValueType(to: .type(canonicalTypes[id]!), isNullable: type.isNullable)
  }

  func type(_ index: Int, of instance: Int) -> UInt32 { types[(instance == 0 ? 0 : typeEnds[instance - 1]) + index] }
}

/// What the indices in the code of an instance's module become.
struct InstanceIndexMap: IndexMap {
  private let program: Program
  private let indices: FrozenIndices
  private let instance: Int

  init(_ program: Program, _ indices: FrozenIndices, _ instance: Int) {
    self.program = program
    self.indices = indices
    self.instance = instance
  }

  func map(_ index: UInt32, of space: IndexSpace) -> UInt32 {
    let state = program.snapshot.instances[instance]
    let index = Int(index)
    let definition = StoreSnapshot.Definition(instance: instance, index: index)
    switch space {
    case .type: return indices.type(index, of: instance)
    case .function: return indices.functions[program.function(index, of: instance)]!
    case .table: return indices.tables[state.tables[index]]!
    case .memory: return indices.memories[state.memories[index]]!
    case .global: return indices.globals[program.global(index, of: instance)]!
    case .tag: return indices.tags[program.tag(index, of: instance)]!
    case .element: return indices.elements[definition]!
    case .data: return indices.data[definition]!
    case .local: return UInt32(index)
    }
  }

  func mapCalled(table: UInt32) -> UInt32 { map(table, of: .table) }

  func noteGrowth(of table: UInt32) {}

  func callee(element: UInt32, of table: UInt32, type: UInt32) -> UInt32? {
    program.callee(element: Int(element), of: Int(table), type: type, in: instance).map { indices.functions[$0]! }
  }

  func is64(memory: UInt32) -> Bool { program.snapshot.instances[instance].module.declarations.memories[Int(memory)].is64 }
}
