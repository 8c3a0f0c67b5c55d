// The instance context: the one block of memory that compiled code reaches through its pinned context register
// (CallingConvention). Raw, immovable, allocated by the engine with the instance, at least 16-byte aligned.
//
//   offset  size  field
//   0       8     helperTable        pointer to the array of runtime helpers, indexed by RuntimeHelper.rawValue
//   8       8     memory0Base        base address of memory 0 (0 when the instance has no memory); never changes
//   16      8     memory0Record      pointer to memory 0's MemoryRecord
//   24      8     functionRecords    pointer to the FunctionRecords of the functions defined by the module
//   32      8     owner              the engine's own word (an unmanaged reference); code never reads it
//   40      8     lazyThunk          where stubs of functions that are not compiled yet jump to
//   48      8     hotEntryThunk      called by baseline code at its entry when the function's count is spent; keeps all argument registers
//   56      8     hotLoopThunk       the same at a loop, with everything in memory (see BaselineFrame.swift)
//   64      8     crossing           thunks for calls through a record whose context is another than the caller's (CallingConvention):
//   72      8     crossingWithStack    calls with arguments on the stack,
//   80      8     crossingTail         tail calls,
//   88      8     crossingTailWithStack  and tail calls with arguments on the stack
//   96      8     fuel               address of the store's fuel, 64 bits without sign, from which code of modules that count it takes
//   104     24    reserved           zero; for the engine's use
//   128           importedFunctions  8 bytes each: pointer to the FunctionRecord of the imported function
//   ...           tables             8 bytes each: address of element 0, just after the TableRecord; imported tables first
//   ...           memories           8 bytes each: pointer to the MemoryRecord, imported memories first
//   ...           tags               8 bytes each: pointer to the TagRecord, imported tags first
//   ...           globals            16 bytes each, 16-byte aligned, in index order: an imported global's slot starts
//                                    with a pointer to its cell; a defined global's slot *is* its cell
//   ...           counts             4 bytes for each function that the module defines, if its code counts (Tier.auto): what is left until
//                                    the function is hot. Entry takes Tuning.entryWeight, each iteration of a loop Tuning.loopWeight;
//                                    below 0 the code calls one of the thunks above, with the function's index in the index
//                                    register (and, in the place register, the offset of the `loop` operator within its body)
//
// The variable part's offsets follow from the module's counts alone (ContextLayout), so code is shared by all instances. Only modules that have joined an
// instance are different (JoinedLayout).

public enum InstanceContext {
  public static var helperTable: Int { 0 }
  public static var memory0Base: Int { 8 }
  public static var memory0Record: Int { 16 }
  public static var functionRecords: Int { 24 }
  public static var owner: Int { 32 }
  public static var lazyThunk: Int { 40 }
  public static var hotEntryThunk: Int { 48 }
  public static var hotLoopThunk: Int { 56 }
  public static var crossing: Int { 64 }
  /// The word of the crossing thunk for such calls.
  @inlinable @inline(__always)
  public static func crossing(isTail: Bool, hasStackArguments: Bool) -> Int { crossing + (isTail ? 16 : 0) + (hasStackArguments ? 8 : 0) }
  public static var fuel: Int { 96 }
  public static var variablePart: Int { 128 }
  public static var alignment: Int { 16 }
}

/// Offsets of the variable part of an instance context, for a module with these numbers of items; or, for a module that has joined an instance, where in that
/// instance's context they are.
public struct ContextLayout: Sendable {
  let importedFunctions: Int
  let tables: Int
  let memories: Int
  let tags: Int
  let globals: Int
  let counts: Int
  let importedGlobalCount: Int
  /// Bytes of the whole context; 0 if the module has none of its own.
  public let size: Int
  public let joined: JoinedLayout?

  public init(
    importedFunctionCount: Int, tableCount: Int, memoryCount: Int, globalCount: Int, importedGlobalCount: Int, tagCount: Int = 0,
    countedFunctions: Int = 0
  ) {
    importedFunctions = InstanceContext.variablePart
    tables = importedFunctions + 8 * importedFunctionCount
    memories = tables + 8 * tableCount
    tags = memories + 8 * memoryCount
    globals = (tags + 8 * tagCount + 15) & ~15
    counts = globals + 16 * globalCount
    size = (counts + 4 * countedFunctions + 15) & ~15
    self.importedGlobalCount = importedGlobalCount
    joined = nil
  }

  /// Of a module that has joined an instance: all offsets are in the context of that one.
  public init(joinedBy joined: JoinedLayout) {
    let guest = joined.guest.context
    importedFunctions = guest.importedFunctions
    tables = guest.tables
    memories = guest.memories
    tags = guest.tags
    globals = guest.globals
    counts = guest.counts
    importedGlobalCount = guest.importedGlobalCount
    size = 0
    self.joined = joined
  }

  /// Of a function that the instance imports: for a joined module one that the guest imports, too (see `JoinedLayout.definedFunction`).
  public func importedFunction(_ index: Int) -> Int { importedFunctions + 8 * (joined.map { $0.functions[index] } ?? index) }
  public func table(_ index: Int) -> Int { tables + 8 * tableIndex(index) }
  public func memory(_ index: Int) -> Int { memories + 8 * memoryIndex(index) }
  public func tag(_ index: Int) -> Int { tags + 8 * tagIndex(index) }
  public func global(_ index: Int) -> Int { globals + 16 * globalIndex(index) }

  /// Whether a global's slot has the address of its cell, rather than being it.
  public func isGlobalElsewhere(_ index: Int) -> Bool { globalIndex(index) < importedGlobalCount }

  /// `function` counts from the first function that the module defines, as everywhere below. Not for joined modules, which have `JoinedLayout.counts`.
  public func count(_ function: Int) -> Int { counts + 4 * function }

  // MARK: Indices, those of the instance that was joined

  public func memoryIndex(_ index: Int) -> Int { joined.map { $0.memories[index] } ?? index }
  public func tableIndex(_ index: Int) -> Int { joined.map { $0.tables[index] } ?? index }
  public func tagIndex(_ index: Int) -> Int { joined.map { $0.tags[index] } ?? index }
  private func globalIndex(_ index: Int) -> Int { joined.map { $0.globals[index] } ?? index }
  /// Of an element or data segment: a joined module's has the module's first number in the upper half.
  public func segmentIndex(_ index: Int) -> Int { joined.map { Int($0.firstNumber) << 32 | index } ?? index }
}
