// Everything a module says outside its function bodies, decoded and validated; immutable, shared by compilers and instances. Offsets and
// ranges are in the module's bytes, which the owner of this object keeps.

/// What an import must be.
public enum ImportDescriptor: Equatable, Sendable {
  /// A function of the type with this index.
  case function(UInt32)
  case table(TableType)
  case memory(MemoryType)
  case global(GlobalType)
  /// A tag of the function type with this index.
  case tag(UInt32)

  public var kind: ExternKind {
    switch self {
    case .function: .function
    case .table: .table
    case .memory: .memory
    case .global: .global
    case .tag: .tag
    }
  }
}

public struct ImportDeclaration: Equatable, Sendable {
  public let module: WasmName
  public let name: WasmName
  public let descriptor: ImportDescriptor
}

public struct ExportDeclaration: Equatable, Sendable {
  public let name: WasmName
  public let kind: ExternKind
  public let index: UInt32
}

/// A global that the module defines.
public struct GlobalDefinition: Equatable, Sendable {
  public let type: GlobalType
  public let initial: ConstExpression
}

/// When a segment is used.
public enum SegmentMode: Equatable, Sendable {
  /// At instantiation: copied into the table or memory with this index.
  case active(UInt32, ConstExpression)
  case passive
  /// Never: element segments that only declare functions.
  case declarative
}

public enum ElementItems: Equatable, Sendable {
  case functions([UInt32])
  case expressions([ConstExpression])

  public var count: Int {
    switch self {
    case .functions(let functions): functions.count
    case .expressions(let expressions): expressions.count
    }
  }
}

public struct ElementSegment: Equatable, Sendable {
  public let mode: SegmentMode
  public let type: ValueType
  public let items: ElementItems
}

public struct DataSegment: Equatable, Sendable {
  public let mode: SegmentMode
  /// The bytes' place in the module.
  public let bytes: Range<Int>
}

public struct CustomSection: Equatable, Sendable {
  public let name: WasmName
  /// The content after the name.
  public let bytes: Range<Int>
}

/// The declarations of a module.
public final class ModuleDeclarations: Sendable {
  public let features: Features
  public let types: [FuncType]
  /// The numbers of the types in the registry that the reader was given; equal for equal types.
  public let canonicalTypeIDs: [UInt32]
  public let imports: [ImportDeclaration]
  /// The type index of every function, imported ones first.
  public let functions: [UInt32]
  public let importedFunctionCount: Int
  /// All tables, imported ones first.
  public let tables: [TableType]
  public let importedTableCount: Int
  /// What the elements of the tables that the module defines are at first; nil: null.
  public let tableInitials: [ConstExpression?]
  public let memories: [MemoryType]
  public let importedMemoryCount: Int
  /// The type index of every tag, imported ones first.
  public let tags: [UInt32]
  public let importedTagCount: Int
  /// The types of all globals, imported ones first.
  public let globals: [GlobalType]
  public let importedGlobalCount: Int
  /// The globals that the module defines; index 0 is global `importedGlobalCount`.
  public let definedGlobals: [GlobalDefinition]
  public let exports: [ExportDeclaration]
  /// The exports' numbers in the order of their names.
  private let exportOrder: [Int]
  public let start: UInt32?
  public let elements: [ElementSegment]
  public let data: [DataSegment]
  /// The content of the data count section, which `memory.init` and `data.drop` need.
  public let dataCount: UInt32?
  /// The body (local declarations and code, without its size) of each function that the module defines.
  public let bodies: BodyRanges
  /// For each function: whether it occurs outside bodies, so that `ref.func` may name it.
  public let isDeclared: [Bool]
  public let customSections: [CustomSection]

  /// The type of a function by its index.
  @inline(__always)
  public func type(ofFunction index: Int) -> FuncType { types[Int(functions[index])] }

  init(_ draft: consuming ModuleDraft) {
    features = draft.features
    types = draft.types
    canonicalTypeIDs = draft.canonicalTypeIDs
    imports = draft.imports
    functions = draft.functions
    importedFunctionCount = draft.importedFunctionCount
    tables = draft.tables
    importedTableCount = draft.importedTableCount
    tableInitials = draft.tableInitials
    memories = draft.memories
    importedMemoryCount = draft.importedMemoryCount
    tags = draft.tags
    importedTagCount = draft.importedTagCount
    globals = draft.globals
    importedGlobalCount = draft.importedGlobalCount
    definedGlobals = draft.definedGlobals
    exports = draft.exports
    exportOrder = draft.exportOrder
    start = draft.start
    elements = draft.elements
    data = draft.data
    dataCount = draft.dataCount
    bodies = draft.bodies
    isDeclared = draft.isDeclared
    customSections = draft.customSections
  }

  /// The export of this name, compared as UTF-8.
  public func export(_ name: WasmName) -> ExportDeclaration? {
    var low = 0
    var high = exportOrder.count
    while low < high {
      let middle = (low + high) / 2
      if exports[exportOrder[middle]].name.precedes(name) { low = middle + 1 } else { high = middle }
    }
    guard low < exportOrder.count, exports[exportOrder[low]].name == name else { return nil }
    return exports[exportOrder[low]]
  }
}

// MARK: Canonical types

extension ModuleDeclarations {
  /// A type of the module as all modules know it.
  public func canonical(_ type: ValueType) -> ValueType { type.canonical(canonicalTypeIDs) }

  public func canonical(_ type: TableType) -> TableType { TableType(canonical(type.element), type.limits, is64: type.is64) }

  public func canonical(_ type: GlobalType) -> GlobalType { GlobalType(canonical(type.value), mutable: type.isMutable) }
}

extension ValueType {
  /// The type as all modules know it. `ids`: the canonical numbers of the types of its module.
  func canonical(_ ids: [UInt32]) -> ValueType {
    guard let index = typeIndex else { return self }
    return ValueType(to: .canonical(ids[Int(index)]), isNullable: isNullable)
  }
}

/// A module's declarations while the reader collects them.
struct ModuleDraft {
  var features: Features
  var types: [FuncType] = []
  var canonicalTypeIDs: [UInt32] = []
  var imports: [ImportDeclaration] = []
  var functions: [UInt32] = []
  var importedFunctionCount = 0
  var tables: [TableType] = []
  var importedTableCount = 0
  var tableInitials: [ConstExpression?] = []
  var memories: [MemoryType] = []
  var importedMemoryCount = 0
  var tags: [UInt32] = []
  var importedTagCount = 0
  var globals: [GlobalType] = []
  var importedGlobalCount = 0
  var definedGlobals: [GlobalDefinition] = []
  var exports: [ExportDeclaration] = []
  var exportOrder: [Int] = []
  var start: UInt32?
  var elements: [ElementSegment] = []
  var data: [DataSegment] = []
  var dataCount: UInt32?
  var bodies = BodyRanges()
  var isDeclared: [Bool] = []
  var customSections: [CustomSection] = []

  init(features: Features) { self.features = features }
}
