// An instance's raw state: the context that compiled code reads, the records of its functions, and its segments.

import FaultHandler
import RuntimeLayout
import WasmFormat

final class InstanceStorage {
  let module: Module
  /// The owner, so it outlives this.
  unowned(unsafe) let store: Store
  /// See RuntimeLayout.InstanceContext; the guest's if this has joined one.
  let context: UnsafeMutableRawPointer
  /// The instance that this one has joined (RuntimeLayout.JoinedLayout); and those that have joined this one, in the order of their numbers.
  private let guest: InstanceStorage?
  private var joined: [Unmanaged<InstanceStorage>] = []
  private(set) lazy var joinedNumbers = JoinedNumbers()
  /// The records of the functions that the module defines, in order.
  let records: UnsafeMutablePointer<FunctionRecord>
  var recordCount: Int { module.definedFunctionCount }
  /// The references of passive element segments; empty when dropped. None at all if no segment is passive.
  private var elements: [[UInt]] = []
  var isDataDropped: [Bool]
  /// The memory that a host function asked for last: it is the same one almost always, and finding an export takes time.
  var lastMemory: (name: WasmName, storage: MemoryStorage)?

  /// The types of imported globals that are not just those that the module asks for.
  private var importedGlobalTypes: [Int: GlobalType] = [:]

  /// Of an instance that was late-linked.
  var late: LateIdentity?

  /// Who gets the context and the records afterwards.
  private let blocks: InstanceBlocks?
  private let budget: StoreBudget
  /// What it takes of the budget.
  private let size: Int

  /// Allocates the state, which instantiation fills; or, of a module that was compiled to join an instance, makes it part of that.
  init(_ module: Module, _ store: Store, joining guest: InstanceStorage? = nil, _ blocks: InstanceBlocks? = nil) throws(ResourceError) {
    budget = store.budget
    let declarations = module.declarations
    var size = module.layout.size + module.definedFunctionCount * FunctionRecord.size
    for segment in declarations.elements where segment.mode == .passive { size += segment.items.count * MemoryLayout<UInt>.stride }
    self.size = size
    guard budget.take(size) else { throw budget.error }
    self.module = module
    self.store = store
    self.guest = guest
    self.blocks = blocks
    isDataDropped = Array(repeating: false, count: declarations.data.count)
    let block = blocks?.take()
    if let guest, let layout = module.joined {
      context = guest.context
      records = layout.records
    } else {
      let size = module.layout.size
      context = block?.context ?? .allocate(byteCount: size, alignment: InstanceContext.alignment)
      context.initializeMemory(as: UInt8.self, repeating: 0, count: size)
      records = block?.records ?? .allocate(capacity: max(module.definedFunctionCount, 1))
      initializeContext()
    }
    guest?.insert(self)
    if let tierUp = module.tierUp, recordCount > 0 { counts.update(repeating: tierUp.hotCount, count: recordCount) }
    if block == nil { module.adopt(self) } else { ownRecords() }
  }

  /// Makes records that are right otherwise its own.
  private func ownRecords() {
    let owner = UInt(bitPattern: Unmanaged.passUnretained(self).toOpaque())
    for function in 0..<recordCount { records[function].owner = owner }
  }

  private func initializeContext() {
    context.storeBytes(of: RuntimeHelpers.table, toByteOffset: InstanceContext.helperTable, as: UnsafeRawPointer.self)
    context.storeBytes(of: records, toByteOffset: InstanceContext.functionRecords, as: UnsafeMutablePointer<FunctionRecord>.self)
    context.storeBytes(of: latch_lazy_thunk(), toByteOffset: InstanceContext.lazyThunk, as: UnsafeRawPointer.self)
    context.storeBytes(of: latch_hot_entry_thunk(), toByteOffset: InstanceContext.hotEntryThunk, as: UnsafeRawPointer.self)
    context.storeBytes(of: latch_hot_loop_thunk(), toByteOffset: InstanceContext.hotLoopThunk, as: UnsafeRawPointer.self)
    (context + InstanceContext.crossing).copyMemory(from: latch_crossing_thunk_table(), byteCount: 4 * MemoryLayout<UInt>.stride)
    context.storeBytes(of: store.fuelCell, toByteOffset: InstanceContext.fuel, as: UnsafeMutablePointer<UInt64>.self)
    context.storeBytes(
      of: Unmanaged.passUnretained(self).toOpaque(), toByteOffset: InstanceContext.owner, as: UnsafeMutableRawPointer.self)
  }

  deinit {
    budget.give(size)
    if let blocks, blocks.give(InstanceBlocks.Block(context: context, records: records)) { return }
    module.forget(self)
    guest?.remove(self)
    if guest != nil { return }
    records.deallocate()
    context.deallocate()
  }

  /// Whether it has no context of its own.
  var hasJoined: Bool { guest != nil }

  /// The instance of a context.
  static func from(_ context: UnsafeMutableRawPointer) -> InstanceStorage {
    let owner = context.load(fromByteOffset: InstanceContext.owner, as: UnsafeMutableRawPointer.self)
    return Unmanaged<InstanceStorage>.fromOpaque(owner).takeUnretainedValue()
  }

  // MARK: Instances that have joined this one

  private func insert(_ instance: InstanceStorage) {
    joined.insert(.passUnretained(instance), at: place(ofNumber: instance.firstNumber))
  }

  private func remove(_ instance: InstanceStorage) { joined.remove(at: place(ofNumber: instance.firstNumber + 1) - 1) }

  private var firstNumber: UInt32 { module.joined.unsafelyUnwrapped.firstNumber }

  /// How many have joined whose numbers are smaller.
  private func place(ofNumber number: UInt32) -> Int {
    var low = 0
    var high = joined.count
    while low < high {
      let middle = (low + high) / 2
      if joined[middle].takeUnretainedValue().firstNumber < number { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Of the numbers that compiled code gives with this context to thunks: the instance, and the function, counted from the first that its module defines.
  func function(number: UInt32) -> (instance: InstanceStorage, function: Int) {
    if number < JoinedLayout.leastNumber { return (self, Int(number) - module.importedFunctionCount) }
    let instance = joined[place(ofNumber: number + 1) - 1].takeUnretainedValue()
    return (instance, Int(number - instance.firstNumber))
  }

  /// The same for segments.
  func segment(number: UInt) -> (instance: InstanceStorage, segment: Int) {
    let first = UInt32(truncatingIfNeeded: number >> 32)
    return (first == 0 ? self : function(number: first).instance, Int(number & 0xFFFF_FFFF))
  }

  // MARK: Passive element segments

  /// The references of a segment; none of one that is not passive, or has been dropped.
  func elements(ofSegment segment: Int) -> [UInt] { segment < elements.count ? elements[segment] : [] }

  func setElements(ofSegment segment: Int, _ references: [UInt]) {
    if elements.isEmpty { elements = Array(repeating: [], count: module.declarations.elements.count) }
    elements[segment] = references
  }

  func dropElements(ofSegment segment: Int) { if segment < elements.count { elements[segment] = [] } }

  func forEachElement(_ body: (UInt) -> Void) { for references in elements { for word in references { body(word) } } }

  // MARK: Contents

  /// What is left until each function is hot, if the module's code counts.
  private var counts: UnsafeMutablePointer<Int32> {
    module.joined?.counts ?? (context + module.layout.count(0)).assumingMemoryBound(to: Int32.self)
  }

  func setCount(_ function: Int, _ count: Int32) { counts[function] = count }

  func count(_ function: Int) -> Int32 { counts[function] }

  func functionRecord(_ index: Int) -> UnsafeMutablePointer<FunctionRecord> {
    let imported = module.importedFunctionCount
    if index >= imported { return records + (index - imported) }
    if let guest, let function = module.joined?.definedFunction(ofImport: index) { return guest.records + function }
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
    // The context is another instance's, which is told, too.
    if hasJoined { return }
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
    if !module.layout.isGlobalElsewhere(index) { return slot.assumingMemoryBound(to: UInt64.self) }
    return slot.load(as: UnsafeMutablePointer<UInt64>.self)
  }

  /// The type that a global has.
  func globalType(_ index: Int) -> GlobalType { importedGlobalTypes[index] ?? module.declarations.canonical(module.declarations.globals[index]) }

  func setImportedGlobal(_ index: Int, _ global: Global) {
    (context + module.layout.global(index)).storeBytes(of: global.cell, as: UnsafeMutablePointer<UInt64>.self)
    if global.type != globalType(index) { importedGlobalTypes[index] = global.type }
  }

  /// The value of a constant expression.
  func evaluate(_ expression: ConstExpression) -> UInt64 {
    if let single = expression.single { return value(single) }
    var stack: [UInt64] = []
    for instruction in expression.instructions {
      switch instruction {
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
      default: stack.append(value(instruction))
      }
    }
    // Validation left exactly one.
    return stack[0]
  }

  /// What an instruction without operands leaves.
  private func value(_ instruction: ConstInstruction) -> UInt64 {
    switch instruction {
    case .i32Const(let value): UInt64(UInt32(bitPattern: value))
    case .i64Const(let value): UInt64(bitPattern: value)
    case .f32Const(let bits): UInt64(bits)
    case .f64Const(let bits): bits
    case .globalGet(let index): globalCell(Int(index)).pointee
    case .refNull: 0
    case .refFunc(let index): UInt64(UInt(bitPattern: functionRecord(Int(index))))
    case .v128Const: preconditionFailure("a vector is evaluated as such")
    case .arithmetic: preconditionFailure("validation left operands")
    }
  }

  /// The same of type v128: a constant, or a global's value.
  func evaluateVector(_ expression: ConstExpression) -> V128 {
    switch expression.single {
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

  /// Puts the references of an element segment into a table.
  func copy(_ items: ElementItems, to target: UnsafeMutablePointer<UInt>) {
    switch items {
    case .functions(let functions):
      let imported = module.importedFunctionCount
      functions.withUnsafeBufferPointer { functions in
        for position in functions.indices {
          let defined = Int(functions[position]) - imported
          target[position] = UInt(bitPattern: defined >= 0 ? records + defined : functionRecord(defined + imported))
        }
      }
    case .expressions(let expressions):
      for (position, expression) in expressions.enumerated() { target[position] = UInt(evaluate(expression)) }
    }
  }
}
