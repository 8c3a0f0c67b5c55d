// An instance's raw state: the context that compiled code reads, the records of its functions, and its segments.

import FaultHandler
import RuntimeLayout
import WasmFormat

final class InstanceStorage {
  let module: Module
  /// The owner, so it outlives this.
  unowned(unsafe) let store: Store
  /// See RuntimeLayout.InstanceContext.
  let context: UnsafeMutableRawPointer
  /// The records of the functions that the module defines, in order.
  let records: UnsafeMutablePointer<FunctionRecord>
  let recordCount: Int
  /// The references of passive element segments; empty when dropped.
  var elements: [[UInt]]
  var isDataDropped: [Bool]
  /// The memory that a host function asked for last: it is the same one almost always, and finding an export takes time.
  var lastMemory: (name: WasmName, storage: MemoryStorage)?

  /// Of an instance that was late-linked.
  var late: LateIdentity?

  private let budget: StoreBudget
  /// What it takes of the budget.
  private let size: Int

  /// Allocates the state; `link` fills it.
  init(_ module: Module, _ store: Store) throws(ResourceError) {
    budget = store.budget
    var size = module.layout.size + module.definedFunctionCount * FunctionRecord.size
    for segment in module.declarations.elements where segment.mode == .passive { size += segment.items.count * MemoryLayout<UInt>.stride }
    self.size = size
    guard budget.take(size) else { throw budget.error }
    self.module = module
    self.store = store
    elements = Array(repeating: [], count: module.declarations.elements.count)
    isDataDropped = Array(repeating: false, count: module.declarations.data.count)
    let layout = module.layout
    context = .allocate(byteCount: layout.size, alignment: InstanceContext.alignment)
    context.initializeMemory(as: UInt8.self, repeating: 0, count: layout.size)
    recordCount = module.definedFunctionCount
    records = .allocate(capacity: max(recordCount, 1))
    context.storeBytes(of: RuntimeHelpers.table, toByteOffset: InstanceContext.helperTable, as: UnsafeRawPointer.self)
    context.storeBytes(of: records, toByteOffset: InstanceContext.functionRecords, as: UnsafeMutablePointer<FunctionRecord>.self)
    context.storeBytes(of: latch_lazy_thunk(), toByteOffset: InstanceContext.lazyThunk, as: UnsafeRawPointer.self)
    context.storeBytes(of: latch_hot_entry_thunk(), toByteOffset: InstanceContext.hotEntryThunk, as: UnsafeRawPointer.self)
    context.storeBytes(of: latch_hot_loop_thunk(), toByteOffset: InstanceContext.hotLoopThunk, as: UnsafeRawPointer.self)
    (context + InstanceContext.crossing).copyMemory(from: latch_crossing_thunk_table(), byteCount: 4 * MemoryLayout<UInt>.stride)
    context.storeBytes(
      of: Unmanaged.passUnretained(self).toOpaque(), toByteOffset: InstanceContext.owner, as: UnsafeMutableRawPointer.self)
    if let tierUp = module.tierUp {
      for function in 0..<recordCount { setCount(function, tierUp.hotCount) }
    }
    module.adopt(self)
  }

  deinit {
    module.forget(self)
    budget.give(size)
    records.deallocate()
    context.deallocate()
  }

  /// The instance of a context.
  static func from(_ context: UnsafeMutableRawPointer) -> InstanceStorage {
    let owner = context.load(fromByteOffset: InstanceContext.owner, as: UnsafeMutableRawPointer.self)
    return Unmanaged<InstanceStorage>.fromOpaque(owner).takeUnretainedValue()
  }

  /// What is left until a function is hot.
  func setCount(_ function: Int, _ count: Int32) {
    context.storeBytes(of: count, toByteOffset: module.layout.count(function), as: Int32.self)
  }

  func functionRecord(_ index: Int) -> UnsafeMutablePointer<FunctionRecord> {
    let imported = module.declarations.importedFunctionCount
    if index >= imported { return records + (index - imported) }
    return context.load(
      fromByteOffset: module.layout.importedFunction(index), as: UnsafeMutablePointer<FunctionRecord>.self)
  }

  func setImportedFunction(_ index: Int, _ record: UnsafeMutablePointer<FunctionRecord>) {
    context.storeBytes(
      of: record, toByteOffset: module.layout.importedFunction(index), as: UnsafeMutablePointer<FunctionRecord>.self)
  }

  func table(_ index: Int) -> TableStorage {
    TableStorage.from(context.load(fromByteOffset: module.layout.table(index), as: UnsafeMutablePointer<UInt>.self))
  }

  func setTable(_ index: Int, _ table: TableStorage) {
    context.storeBytes(of: table.elements, toByteOffset: module.layout.table(index), as: UnsafeMutablePointer<UInt>.self)
  }

  /// A table has moved: its element 0 is elsewhere.
  func replaceTable(_ former: UnsafeMutablePointer<UInt>, by elements: UnsafeMutablePointer<UInt>) {
    for index in 0..<module.declarations.tables.count {
      let place = (context + module.layout.table(index)).assumingMemoryBound(to: UnsafeMutablePointer<UInt>.self)
      if place.pointee == former { place.pointee = elements }
    }
  }

  func memory(_ index: Int) -> MemoryStorage {
    MemoryStorage.from(
      context.load(fromByteOffset: module.layout.memory(index), as: UnsafeMutablePointer<MemoryRecord>.self))
  }

  func setMemory(_ index: Int, _ memory: MemoryStorage) {
    context.storeBytes(
      of: memory.record, toByteOffset: module.layout.memory(index), as: UnsafeMutablePointer<MemoryRecord>.self)
    if index == 0 {
      context.storeBytes(of: memory.base, toByteOffset: InstanceContext.memory0Base, as: UnsafeMutableRawPointer.self)
      context.storeBytes(
        of: memory.record, toByteOffset: InstanceContext.memory0Record, as: UnsafeMutablePointer<MemoryRecord>.self)
    }
  }

  func tag(_ index: Int) -> TagStorage {
    TagStorage.from(context.load(fromByteOffset: module.layout.tag(index), as: UnsafeMutablePointer<TagRecord>.self))
  }

  func setTag(_ index: Int, _ tag: TagStorage) {
    context.storeBytes(of: tag.record, toByteOffset: module.layout.tag(index), as: UnsafeMutablePointer<TagRecord>.self)
  }

  /// A global's cell: in the context, or wherever the import's is.
  func globalCell(_ index: Int) -> UnsafeMutablePointer<UInt64> {
    let slot = context + module.layout.global(index)
    if index >= module.declarations.importedGlobalCount { return slot.assumingMemoryBound(to: UInt64.self) }
    return slot.load(as: UnsafeMutablePointer<UInt64>.self)
  }

  func setImportedGlobal(_ index: Int, _ cell: UnsafeMutablePointer<UInt64>) {
    (context + module.layout.global(index)).storeBytes(of: cell, as: UnsafeMutablePointer<UInt64>.self)
  }

  /// The value of a constant expression.
  func evaluate(_ expression: ConstExpression) -> UInt64 {
    var stack: [UInt64] = []
    for instruction in expression.instructions {
      switch instruction {
      case .i32Const(let value): stack.append(UInt64(UInt32(bitPattern: value)))
      case .i64Const(let value): stack.append(UInt64(bitPattern: value))
      case .f32Const(let bits): stack.append(UInt64(bits))
      case .f64Const(let bits): stack.append(bits)
      case .v128Const: preconditionFailure("a vector is evaluated as such")
      case .globalGet(let index): stack.append(globalCell(Int(index)).pointee)
      case .refNull: stack.append(0)
      case .refFunc(let index): stack.append(UInt64(UInt(bitPattern: functionRecord(Int(index)))))
      case .arithmetic(let opcode):
        let right = stack.removeLast()
        let left = stack.removeLast()
        let result: UInt64 =
          switch opcode {
          case .i32Add, .i64Add: left &+ right
          case .i32Sub, .i64Sub: left &- right
          default: left &* right
          }
        let is32 = opcode == .i32Add || opcode == .i32Sub || opcode == .i32Mul
        stack.append(is32 ? result & 0xFFFF_FFFF : result)
      }
    }
    // Validation left exactly one.
    return stack[0]
  }

  /// The same of type v128: a constant, or a global's value.
  func evaluateVector(_ expression: ConstExpression) -> V128 {
    switch expression.instructions[0] {
    case .v128Const(let value): return value
    case .globalGet(let index):
      let cell = globalCell(Int(index))
      return V128(low: cell[0], high: cell[1])
    default: preconditionFailure("validation left a vector")
    }
  }

  /// The references in an element segment.
  func references(_ segment: ElementSegment) -> [UInt] {
    switch segment.items {
    case .functions(let functions): functions.map { UInt(bitPattern: functionRecord(Int($0))) }
    case .expressions(let expressions): expressions.map { UInt(evaluate($0)) }
    }
  }
}
