// What validation and both tiers read about the module of the functions that they compile: the declarations again, flattened into raw
// tables so that a walk over a body touches no Swift array. Made once per module, and owns its tables. Sequences of types are ranges of one
// pool, which starts with each type alone, for blocks with one result. Types are canonical ones (WasmFormat's ReferenceType.swift).
//
// Immutable but for one fact about bodies: which tables they write (FixedTable.swift).

import RuntimeLayout
import WasmFormat

/// A range of the type pool.
public struct TypeRange {
  public var start: Int32
  public var count: Int32

  @inline(__always)
  public init(start: Int32, count: Int32) {
    self.start = start
    self.count = count
  }

  public static var empty: TypeRange { TypeRange(start: 0, count: 0) }

  /// Without the first one, if there is one.
  @inline(__always)
  public func dropFirst() -> TypeRange { count > 0 ? TypeRange(start: start + 1, count: count - 1) : self }
}

/// A function type.
public struct TypeShape {
  public var parameters: TypeRange
  public var results: TypeRange
  /// Equal for equal types throughout the engine.
  public var canonicalID: UInt32

  public init(parameters: TypeRange, results: TypeRange, canonicalID: UInt32) {
    self.parameters = parameters
    self.results = results
    self.canonicalID = canonicalID
  }
}

public struct GlobalShape {
  public var type: ValueType
  public var isMutable: Bool
}

/// What the code of an access depends on.
public struct MemoryShape {
  public var is64: Bool
  public var pageSizeLog2: UInt8
  /// Accesses need no comparison: what is out of bounds faults.
  public var isGuarded: Bool
  /// It is never smaller.
  public var minimumBytes: Int
  /// It may grow at any time.
  public var isShared: Bool

  /// The type of addresses and sizes.
  @inline(__always) public var indexType: ValueType { is64 ? .i64 : .i32 }
}

public struct TableShape {
  public var element: ValueType
  public var is64: Bool

  @inline(__always) public var indexType: ValueType { is64 ? .i64 : .i32 }
}

/// What the compilers know about a module.
public final class ModuleInformation: @unchecked Sendable {
  public let layout: ContextLayout
  public let strategy: MemoryStrategy
  public let features: Features
  /// What the code may make use of.
  public let processor: ProcessorFeatures
  /// In which the tables lie.
  private let block: UnsafeMutableRawPointer
  public let typePool: UnsafeMutablePointer<ValueType>
  let typePoolCount: Int
  public let types: UnsafeMutablePointer<TypeShape>
  public let typeCount: Int
  public let functionTypes: UnsafeMutablePointer<UInt32>
  public let isDeclared: UnsafeMutablePointer<Bool>
  public let functionCount: Int
  public let importedFunctionCount: Int
  public let tables: UnsafeMutablePointer<TableShape>
  public let tableCount: Int
  /// The tables whose elements are known if no body writes them; and which ones some body may write (see FixedTable.swift).
  let fixedTables: [FixedTable?]
  let isTableWritten: UnsafeMutablePointer<Bool>
  public let memories: UnsafeMutablePointer<MemoryShape>
  public let memoryCount: Int
  /// The type indices of the tags.
  public let tags: UnsafeMutablePointer<UInt32>
  public let tagCount: Int
  public let importedTagCount: Int
  public let globals: UnsafeMutablePointer<GlobalShape>
  public let globalCount: Int
  public let importedGlobalCount: Int
  public let elementTypes: UnsafeMutablePointer<ValueType>
  public let elementCount: Int
  /// −1 without a data count section.
  public let dataCount: Int
  /// The most parameters and locals of a function.
  public let maximumLocals: Int
  /// Baseline code counts its calls and the iterations of its loops.
  public let countsExecution: Bool
  /// Where baseline code that counts notes the callees of indirect calls; nil if it does not count.
  public let callProfile: CallProfile?
  /// Code takes a unit of the store's fuel at a function's entry and at each iteration of a loop.
  public let countsFuel: Bool

  /// Relaxed operators on vectors give the same on all machines of the instruction set.
  public let isDeterministic: Bool

  /// Bodies are compiled without having been validated first: there are no marks to rely on.
  public let validatesLazily: Bool

  /// The guest's functions among the imports, if the module has been given all that its guest has (`init(_:importingAllOf:)`).
  public let guest: ImportedGuest?

  /// Code of the module is going to be saved: what is another number in each process has a place of its own in it (TypeSite).
  public let isSaved: Bool

  /// - Parameters:
  ///   - processor: what code of the module may make use of.
  ///   - countsExecution: baseline code counts, so contexts have words for that.
  ///   - countsFuel: code of either tier takes fuel.
  ///   - validatesLazily: each body is validated only when it is compiled, so every call is taken to leave the instance.
  ///   - callProfile: of baseline code that there is already.
  public init(
    _ module: ModuleDeclarations, strategy: MemoryStrategy, processor: ProcessorFeatures = [],
    countsExecution: Bool = false, countsFuel: Bool = false, validatesLazily: Bool = false, isDeterministic: Bool = false,
    maximumLocals: Int = ModuleLimits().locals,
    isSaved: Bool = false, joined: JoinedLayout? = nil, callProfile: CallProfile? = nil
  ) {
    self.strategy = strategy
    self.processor = isDeterministic ? processor.subtracting(.fma) : processor
    self.countsExecution = countsExecution
    self.callProfile = callProfile ?? (countsExecution ? CallProfile() : nil)
    guest = nil
    self.countsFuel = countsFuel
    self.validatesLazily = validatesLazily
    self.isDeterministic = isDeterministic
    self.isSaved = isSaved
    features = module.features
    layout =
      joined.map { ContextLayout(joinedBy: $0) }
      ?? ContextLayout(
        importedFunctionCount: module.importedFunctionCount, tableCount: module.tables.count, memoryCount: module.memories.count,
        globalCount: module.globals.count, importedGlobalCount: module.importedGlobalCount, tagCount: module.tags.count,
        countedFunctions: countsExecution ? module.functions.count - module.importedFunctionCount : 0)
    let hasTypedReferences = module.features.contains(.functionReferences)
    let singleCount = Self.singles.count + (hasTypedReferences ? 2 * module.types.count : 0)
    var poolSize = singleCount
    for type in module.types { poolSize += type.parameters.count + type.results.count }
    // One block for all tables: modules that are linked late are small and many.
    var plan = BlockPlan()
    let places = (
      types: plan.place(TypeShape.self, module.types.count), typePool: plan.place(ValueType.self, poolSize),
      functionTypes: plan.place(UInt32.self, module.functions.count), tags: plan.place(UInt32.self, module.tags.count),
      tables: plan.place(TableShape.self, module.tables.count), memories: plan.place(MemoryShape.self, module.memories.count),
      globals: plan.place(GlobalShape.self, module.globals.count), elementTypes: plan.place(ValueType.self, module.elements.count),
      isDeclared: plan.place(Bool.self, module.functions.count), isTableWritten: plan.place(Bool.self, module.tables.count)
    )
    let memory = UnsafeMutableRawPointer.allocate(byteCount: plan.size, alignment: 16)
    block = memory
    func table<Element>(_ place: Int) -> UnsafeMutablePointer<Element> { (memory + place).assumingMemoryBound(to: Element.self) }
    typePool = table(places.typePool)
    for (index, single) in Self.singles.enumerated() { typePool[index] = single }
    typeCount = module.types.count
    types = table(places.types)
    for index in Self.singles.count..<singleCount {
      let place = index - Self.singles.count
      typePool[index] = ValueType(to: .canonical(module.canonicalTypeIDs[place >> 1]), isNullable: place & 1 == 0)
    }
    typePoolCount = poolSize
    var used = singleCount
    for (index, type) in module.types.enumerated() {
      let parameters = TypeRange(start: Int32(used), count: Int32(type.parameters.count))
      for parameter in type.parameters {
        typePool[used] = module.canonical(parameter)
        used += 1
      }
      let results = TypeRange(start: Int32(used), count: Int32(type.results.count))
      for result in type.results {
        typePool[used] = module.canonical(result)
        used += 1
      }
      types[index] = TypeShape(parameters: parameters, results: results, canonicalID: module.canonicalTypeIDs[index])
    }
    functionCount = module.functions.count
    importedFunctionCount = module.importedFunctionCount
    functionTypes = table(places.functionTypes)
    isDeclared = table(places.isDeclared)
    for (index, type) in module.functions.enumerated() { functionTypes[index] = type }
    isDeclared.initialize(repeating: false, count: functionCount)
    for (index, declared) in module.isDeclared.enumerated() where index < functionCount { isDeclared[index] = declared }
    tableCount = module.tables.count
    tables = table(places.tables)
    for (index, table) in module.tables.enumerated() {
      tables[index] = TableShape(element: module.canonical(table.element), is64: table.is64)
    }
    fixedTables = FixedTable.all(module)
    isTableWritten = table(places.isTableWritten)
    isTableWritten.initialize(repeating: false, count: tableCount)
    memoryCount = module.memories.count
    memories = table(places.memories)
    for (index, memory) in module.memories.enumerated() {
      memories[index] = MemoryShape(
        is64: memory.is64, pageSizeLog2: memory.pageSizeLog2,
        isGuarded: strategy.guards(is64: memory.is64, pageSizeLog2: memory.pageSizeLog2),
        minimumBytes: Int(min(memory.limits.minimum, 1 << 32)) << Int(memory.pageSizeLog2), isShared: memory.isShared)
    }
    tagCount = module.tags.count
    importedTagCount = module.importedTagCount
    tags = table(places.tags)
    for (index, type) in module.tags.enumerated() { tags[index] = type }
    globalCount = module.globals.count
    importedGlobalCount = module.importedGlobalCount
    globals = table(places.globals)
    for (index, global) in module.globals.enumerated() {
      globals[index] = GlobalShape(type: module.canonical(global.value), isMutable: global.isMutable)
    }
    elementCount = module.elements.count
    elementTypes = table(places.elementTypes)
    for (index, element) in module.elements.enumerated() { elementTypes[index] = module.canonical(element.type) }
    self.maximumLocals = maximumLocals
    dataCount = module.dataCount.map { Int($0) } ?? -1
  }

  /// A module that has joined an instance, as if it imported all that its guest has: for compiling functions into which bodies of the guest's are put. Types, imports,
  /// tables and so on of the module's own come first, and keep their indices; the functions that it defines come after the guest's (`ImportedGuest`).
  /// Validation and the baseline tier never see it.
  /// nil if something that it imports is of another type there.
  public init?(_ own: ModuleInformation, importingAllOf guest: ModuleInformation) {
    guard let joined = own.layout.joined, ImportedGuest.hasTypes(own, joined, guest) else { return nil }
    strategy = own.strategy
    features = own.features.union(guest.features)
    processor = own.processor
    isDeterministic = own.isDeterministic
    countsExecution = own.countsExecution
    callProfile = own.callProfile
    countsFuel = own.countsFuel
    validatesLazily = own.validatesLazily || guest.validatesLazily
    isSaved = own.isSaved
    maximumLocals = max(own.maximumLocals, guest.maximumLocals)
    dataCount = own.dataCount
    layout = ContextLayout(
      joinedBy: JoinedLayout(
        joined,
        importingAllOf: (
          functions: guest.functionCount, tables: guest.tableCount, memories: guest.memoryCount, globals: guest.globalCount, tags: guest.tagCount
        )))
    self.guest = ImportedGuest(own, joined, guest)
    let first = own.importedFunctionCount
    importedFunctionCount = first + guest.functionCount
    functionCount = own.functionCount + guest.functionCount
    typeCount = own.typeCount + guest.typeCount
    tableCount = own.tableCount + guest.tableCount
    memoryCount = own.memoryCount + guest.memoryCount
    tagCount = own.tagCount + guest.tagCount
    importedTagCount = tagCount
    globalCount = own.globalCount + guest.globalCount
    importedGlobalCount = globalCount
    elementCount = own.elementCount
    typePoolCount = own.typePoolCount + guest.typePoolCount
    fixedTables = Array(repeating: nil, count: tableCount)

    var plan = BlockPlan()
    let places = (
      types: plan.place(TypeShape.self, typeCount), typePool: plan.place(ValueType.self, typePoolCount),
      functionTypes: plan.place(UInt32.self, functionCount), tags: plan.place(UInt32.self, tagCount),
      tables: plan.place(TableShape.self, tableCount), memories: plan.place(MemoryShape.self, memoryCount),
      globals: plan.place(GlobalShape.self, globalCount), elementTypes: plan.place(ValueType.self, elementCount),
      isDeclared: plan.place(Bool.self, functionCount), isTableWritten: plan.place(Bool.self, tableCount)
    )
    let memory = UnsafeMutableRawPointer.allocate(byteCount: plan.size, alignment: 16)
    block = memory
    func table<Element>(_ place: Int) -> UnsafeMutablePointer<Element> { (memory + place).assumingMemoryBound(to: Element.self) }
    func join<Element>(
      _ target: UnsafeMutablePointer<Element>, _ one: UnsafeMutablePointer<Element>, _ count: Int, _ other: UnsafeMutablePointer<Element>,
      _ otherCount: Int
    ) {
      target.initialize(from: one, count: count)
      (target + count).initialize(from: other, count: otherCount)
    }
    typePool = table(places.typePool)
    join(typePool, own.typePool, own.typePoolCount, guest.typePool, guest.typePoolCount)
    types = table(places.types)
    join(types, own.types, own.typeCount, guest.types, guest.typeCount)
    for index in own.typeCount..<typeCount {
      types[index].parameters.start += Int32(own.typePoolCount)
      types[index].results.start += Int32(own.typePoolCount)
    }
    functionTypes = table(places.functionTypes)
    functionTypes.initialize(from: own.functionTypes, count: first)
    for index in 0..<guest.functionCount { functionTypes[first + index] = guest.functionTypes[index] + UInt32(own.typeCount) }
    (functionTypes + importedFunctionCount).initialize(from: own.functionTypes + first, count: own.functionCount - first)
    tags = table(places.tags)
    tags.initialize(from: own.tags, count: own.tagCount)
    for index in 0..<guest.tagCount { tags[own.tagCount + index] = guest.tags[index] + UInt32(own.typeCount) }
    tables = table(places.tables)
    join(tables, own.tables, own.tableCount, guest.tables, guest.tableCount)
    memories = table(places.memories)
    join(memories, own.memories, own.memoryCount, guest.memories, guest.memoryCount)
    globals = table(places.globals)
    join(globals, own.globals, own.globalCount, guest.globals, guest.globalCount)
    elementTypes = table(places.elementTypes)
    elementTypes.initialize(from: own.elementTypes, count: elementCount)
    // Bodies have been validated by the modules that they are of.
    isDeclared = table(places.isDeclared)
    isDeclared.initialize(repeating: true, count: functionCount)
    isTableWritten = table(places.isTableWritten)
    isTableWritten.initialize(repeating: true, count: tableCount)
  }

  /// Of a module with nothing in it.
  public static let empty: ModuleInformation = {
    let header: [UInt8] = [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0]
    guard let module = try? header.withUnsafeBytes({ try ModuleReader.read($0) }) else {
      preconditionFailure("an empty module is valid")
    }
    return ModuleInformation(module, strategy: .checked)
  }()

  deinit {
    block.deallocate()
    for table in fixedTables { table?.elements.deallocate() }
  }

  public func shape(ofFunction index: Int) -> TypeShape { types[Int(functionTypes[index])] }

  /// The number by which thunks know a function that the module defines.
  public func number(ofFunction index: Int) -> Int { layout.joined.map { Int($0.firstNumber) + index - importedFunctionCount } ?? index }

  /// Whether a direct call leads, or may lead, to another instance's function.
  public func leavesInstance(_ function: Int) -> Bool {
    function < importedFunctionCount && layout.joined?.definedFunction(ofImport: function) == nil
  }

  /// The record of a function of the same instance that a joined module imports, from the first record that the instance has, in bytes; otherwise nil.
  public func joinedRecord(ofFunction index: Int) -> Int? {
    index < importedFunctionCount ? layout.joined?.definedFunction(ofImport: index).map { $0 * FunctionRecord.size } : nil
  }

  /// The address of the record of a function that a joined module defines; nil in other modules.
  public func recordAddress(ofFunction index: Int) -> UInt? {
    index < importedFunctionCount ? nil : layout.joined.map { UInt(bitPattern: $0.records + (index - importedFunctionCount)) }
  }

  /// What the pool starts with, where `range(of:)` finds it; then come, for each type of the module, the references to it.
  private static let singles: [ValueType] = [
    .i32, .i64, .f32, .f64, .v128, .funcref, .externref, .exnref, .funcref.nonNull, .externref.nonNull, .exnref.nonNull,
  ]

  /// One value of this type, given as the module does.
  public func range(of type: ValueType) -> TypeRange {
    let isNullable = type.isNullable
    let position: Int32 =
      switch type.referent {
      case .function: isNullable ? 5 : 8
      case .extern: isNullable ? 6 : 9
      case .exception: isNullable ? 7 : 10
      case .type(let index): Int32(Self.singles.count) + 2 * Int32(index) + (isNullable ? 0 : 1)
      case .canonical, nil: Int32(type.machineType.rawValue - MachineType.i32.rawValue)
      }
    return TypeRange(start: position, count: 1)
  }

  /// The type of references to functions of a type of the module.
  @inline(__always)
  public func reference(to type: Int, isNullable: Bool) -> ValueType {
    ValueType(to: .canonical(types[type].canonicalID), isNullable: isNullable)
  }

  /// Whether values of these types may stand where values of the `expected` ones are wanted.
  public func matches(_ types: TypeRange, _ expected: TypeRange) -> Bool {
    guard types.count == expected.count else { return false }
    for index in 0..<Int(types.count) where !typePool[Int(types.start) + index].matches(typePool[Int(expected.start) + index]) { return false }
    return true
  }

  /// What an operator on vectors computes in this module: another operation for some relaxed ones.
  public func choose(_ operation: VectorOperation) -> VectorOperation { isDeterministic ? operation.deterministic : operation }

  /// How many words values of these types take in frames, areas and exceptions.
  public func wordCount(_ types: TypeRange) -> Int {
    var words = 0
    for index in 0..<Int(types.count) { words += typePool[Int(types.start) + index].slotCount }
    return words
  }

  /// Bytes of stack arguments of a function with these parameters.
  public func stackArea(_ parameters: TypeRange) -> Int {
    var places = ArgumentPlaces()
    for index in 0..<Int(parameters.count) {
      let type = typePool[Int(parameters.start) + index]
      _ = places.next(isFloat: type.registerClass == .float, slots: type.slotCount)
    }
    return CallingConvention.stackAreaSize(argumentsOnStack: places.stackCount)
  }
}

/// Where tables lie in a block of memory.
private struct BlockPlan {
  private(set) var size = 0

  /// The offset of a table of so many elements.
  mutating func place<Element>(_: Element.Type, _ count: Int) -> Int {
    defer { size += (max(count, 1) * MemoryLayout<Element>.stride + 7) & ~7 }
    return size
  }
}
