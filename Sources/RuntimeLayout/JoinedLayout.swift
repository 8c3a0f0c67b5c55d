// Where the functions of a module that has joined another instance find what they use. Such a module has no context of its own: its functions run with the
// context of the instance that it has joined, the *guest* of late linking, so that calls between them change neither context nor memory base.
//
// All that it imports is the guest's, by the guest's indices. What it has itself, function records and counts, lies here, and its code has their addresses in
// it: the code belongs to one instance. Its functions and segments have numbers beyond the guest's indices, which thunks and helpers turn into
// the module and its own index.

/// What all modules that join an instance have to know of it.
public final class GuestLayout: Sendable {
  public let context: ContextLayout
  /// How many functions it imports.
  let importedFunctionCount: Int

  public init(_ context: ContextLayout, importedFunctionCount: Int) {
    self.context = context
    self.importedFunctionCount = importedFunctionCount
  }
}

public final class JoinedLayout: @unchecked Sendable {
  public let guest: GuestLayout
  /// The guest's indices of the imports, in the order of each kind.
  public let functions: [Int]
  public let tables: [Int]
  public let memories: [Int]
  public let globals: [Int]
  public let tags: [Int]

  /// The number of the first function that the module defines.
  public let firstNumber: UInt32
  private let definedCount: UInt32
  /// Of the functions that the module defines.
  public let records: UnsafeMutablePointer<FunctionRecord>
  /// Whose records and counts they are, if not its own.
  private let owner: JoinedLayout?

  /// Numbers from here on are those of joined modules.
  public static var leastNumber: UInt32 { 1 << 30 }

  public init(
    _ guest: GuestLayout, functions: [Int], tables: [Int], memories: [Int], globals: [Int], tags: [Int],
    firstNumber: UInt32, functionCount: Int
  ) {
    self.guest = guest
    self.functions = functions
    self.tables = tables
    self.memories = memories
    self.globals = globals
    self.tags = tags
    self.firstNumber = firstNumber
    definedCount = UInt32(functionCount)
    owner = nil
    // The counts come after the records.
    let block = UnsafeMutableRawPointer.allocate(
      byteCount: functionCount * (FunctionRecord.size + MemoryLayout<Int32>.size), alignment: MemoryLayout<FunctionRecord>.alignment)
    records = block.assumingMemoryBound(to: FunctionRecord.self)
    counts.initialize(repeating: 0, count: functionCount)
  }

  /// The same for a module that imports all that the guest has, after what it imports anyway.
  public init(_ own: JoinedLayout, importingAllOf sizes: (functions: Int, tables: Int, memories: Int, globals: Int, tags: Int)) {
    guest = own.guest
    functions = own.functions + (0..<sizes.functions)
    tables = own.tables + (0..<sizes.tables)
    memories = own.memories + (0..<sizes.memories)
    globals = own.globals + (0..<sizes.globals)
    tags = own.tags + (0..<sizes.tags)
    firstNumber = own.firstNumber
    definedCount = own.definedCount
    owner = own
    records = own.records
  }

  public var functionCount: Int { Int(definedCount) }

  public var counts: UnsafeMutablePointer<Int32> {
    (UnsafeMutableRawPointer(records) + functionCount * FunctionRecord.size).assumingMemoryBound(to: Int32.self)
  }

  deinit {
    if owner == nil { UnsafeMutableRawPointer(records).deallocate() }
  }

  /// Which of the functions that the guest defines an imported one is; nil if the guest imports it itself.
  public func definedFunction(ofImport index: Int) -> Int? {
    let function = functions[index]
    return function < guest.importedFunctionCount ? nil : function - guest.importedFunctionCount
  }

  /// Whether a function that the guest defines is imported of which `isSmall` says so, by its number among those.
  public func importsSmallFunction(_ isSmall: (Int) -> Bool) -> Bool {
    functions.contains { $0 >= guest.importedFunctionCount && isSmall($0 - guest.importedFunctionCount) }
  }
}
