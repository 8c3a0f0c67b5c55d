// A late-linked module whose functions run with the context of the instance that it has joined, its *guest*, may have bodies of the guest's functions in place of
// calls. The compiler takes it for a module that imports all that the guest has (`ModuleInformation.init(_:importingAllOf:)`), and the guest's bodies go by the
// indices of those imports.

import RuntimeLayout
import WasmFormat

/// Where the indices of a guest's bodies lead in a module that has been given all that its guest has. What the module imports itself goes by
/// the module's own index, so that one thing has one index.
public struct ImportedGuest: Sendable {
  /// What is added to indices of the guest's types and functions, and to places in its pool of types.
  private let firstType: Int
  private let firstFunction: Int
  private let firstPlace: Int
  private let tables: [UInt32]
  private let memories: [UInt32]
  private let globals: [UInt32]
  private let tags: [UInt32]
  /// Of the guest's functions, and those that it imports.
  private let functionCount: Int
  private let importedFunctionCount: Int

  init(_ own: ModuleInformation, _ joined: JoinedLayout, _ guest: ModuleInformation) {
    firstType = own.typeCount
    firstFunction = own.importedFunctionCount
    firstPlace = own.typePoolCount
    functionCount = guest.functionCount
    importedFunctionCount = guest.importedFunctionCount
    func indices(_ count: Int, _ imports: [Int]) -> [UInt32] { (0..<count).map { UInt32(imports.firstIndex(of: $0) ?? imports.count + $0) } }
    tables = indices(guest.tableCount, joined.tables)
    memories = indices(guest.memoryCount, joined.memories)
    globals = indices(guest.globalCount, joined.globals)
    tags = indices(guest.tagCount, joined.tags)
  }

  public func type(_ index: Int) -> Int { firstType + index }
  public func function(_ index: Int) -> Int { firstFunction + index }
  public func table(_ index: Int) -> Int { Int(tables[index]) }
  public func memory(_ index: Int) -> Int { Int(memories[index]) }
  public func global(_ index: Int) -> Int { Int(globals[index]) }
  public func tag(_ index: Int) -> Int { Int(tags[index]) }

  /// One value of this type, given as the guest's bodies do.
  public func range(of type: ValueType, _ module: ModuleInformation) -> TypeRange {
    var range = module.range(of: type)
    if case .type = type.referent { range.start += Int32(firstPlace) }
    return range
  }

  /// By how much the indices of the functions that the module defines are larger than its bodies say.
  public var shift: Int { functionCount }
  /// The index, as the module's bodies say it, of the first function that it defines.
  public var firstDefined: Int { firstFunction }

  /// The number, among those that the guest defines, of an imported function; nil if it is another one.
  public func definedFunction(_ index: Int, _ module: ModuleInformation) -> Int? {
    index < module.importedFunctionCount ? module.layout.joined?.definedFunction(ofImport: index) : nil
  }

  /// The index of a function that the guest defines, by its number among those.
  public func function(defined number: Int) -> Int { firstFunction + importedFunctionCount + number }

  /// Whether what a module imports is, in the guest, of the very type that the module says. (What is not is no error yet: modules are compiled before they are linked.)
  static func hasTypes(_ own: ModuleInformation, _ joined: JoinedLayout, _ guest: ModuleInformation) -> Bool {
    func type(_ module: ModuleInformation, _ index: UInt32) -> UInt32 { module.types[Int(index)].canonicalID }
    for (index, place) in joined.functions.enumerated() {
      guard place < guest.functionCount, type(own, own.functionTypes[index]) == type(guest, guest.functionTypes[place]) else { return false }
    }
    for (index, place) in joined.tables.enumerated() {
      let (one, other) = (own.tables[index], guest.tables[place])
      guard one.element == other.element, one.is64 == other.is64 else { return false }
    }
    for (index, place) in joined.memories.enumerated() {
      let (one, other) = (own.memories[index], guest.memories[place])
      guard one.is64 == other.is64, one.pageSizeLog2 == other.pageSizeLog2, one.isShared == other.isShared else { return false }
    }
    for (index, place) in joined.globals.enumerated() {
      guard own.globals[index].type == guest.globals[place].type, own.globals[index].isMutable == guest.globals[place].isMutable else { return false }
    }
    return joined.tags.enumerated().allSatisfy { type(own, own.tags[$0.offset]) == type(guest, guest.tags[$0.element]) }
  }
}
