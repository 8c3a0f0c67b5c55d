// Memory for code. What one top-level form gives rise to (`Func`s, IR nodes, cells of constants) is a unit; a unit is freed as a whole when a collection of
// everything finds that no procedure and no frame record of it is left. So a program may call `eval` for ever.
//
// Code never moves. A unit's memory is a chain of blocks; a block starts with the address of its unit, so code knows its unit by its address. What is
// larger than a block has pages of its own.
//
// Pinned units stay: the library's, the primitives', and those that generated code refers to which the host has linked by itself. How generated code goes is
// told in LinkedCode.swift.
//
// Constants are values that code refers to by address: the collector updates their cells. A young unit has cells that were filled since the last collection.
import GuestABI

/// The header of a block. Offsets in bytes.
private enum Block {
  static let unit: Address = 0
  /// The next block of the unit, or the next free one.
  static let next: Address = 4
  /// The number of pages, when the block is a run of them; else 0.
  static let pages: Address = 8
  static let content: Address = 16
  static let bytes: Address = 1024
}

/// A unit: a record at the start of its first block.
struct CodeUnit: Equatable {
  let address: Address
  static let size: Address = 48
  static let none = CodeUnit(address: 0)

  /// The unit that a Func or node belongs to.
  @inline(__always)
  static func of(_ code: Address) -> CodeUnit { CodeUnit(address: load32(code & ~(Block.bytes &- 1))) }

  private func get(_ offset: Address) -> UInt32 { load32(address &+ offset) }
  private func set(_ offset: Address, _ value: UInt32) { store32(address &+ offset, value) }

  var newestBlock: Address {
    get { get(0) }
    nonmutating set { set(0, newValue) }
  }
  /// Free bytes of the block that is filled at present.
  var next: Address {
    get { get(4) }
    nonmutating set { set(4, newValue) }
  }
  var end: Address {
    get { get(8) }
    nonmutating set { set(8, newValue) }
  }
  var isPinned: Bool {
    get { get(12) != 0 }
    nonmutating set { set(12, newValue ? 1 : 0) }
  }
  /// A collection has found code of the unit.
  var isMarked: Bool {
    get { get(16) != 0 }
    nonmutating set { set(16, newValue ? 1 : 0) }
  }
  /// The unit made before.
  var older: CodeUnit {
    get { CodeUnit(address: get(20)) }
    nonmutating set { set(20, newValue.address) }
  }
  /// The newest cell (value, next cell), and the newest one of those that the last collection saw.
  var cells: Address {
    get { get(24) }
    nonmutating set { set(24, newValue) }
  }
  var knownCells: Address {
    get { get(28) }
    nonmutating set { set(28, newValue) }
  }
  /// The next young unit; itself, if it is the last one; 0 if the unit is not young.
  var nextYoung: CodeUnit {
    get { CodeUnit(address: get(32)) }
    nonmutating set { set(32, newValue.address) }
  }
  /// The next marked unit whose cells are to be looked at.
  var nextGray: CodeUnit {
    get { CodeUnit(address: get(36)) }
    nonmutating set { set(36, newValue.address) }
  }

  /// The next unit of those that live and die together, in a circle; 0 if there are no others.
  var nextPartner: CodeUnit {
    get { CodeUnit(address: get(40)) }
    nonmutating set { set(40, newValue.address) }
  }
  /// Generated code for it is linked.
  var hasLinkedCode: Bool {
    get { get(44) != 0 }
    nonmutating set { set(44, newValue ? 1 : 0) }
  }

  func forEachPartner(_ visit: (CodeUnit) -> Void) {
    var unit = nextPartner
    while unit != .none && unit != self {
      visit(unit)
      unit = unit.nextPartner
    }
  }

  /// Lets this unit and another, with their partners, live and die together.
  func join(_ other: CodeUnit) {
    var isKnown = self == other
    forEachPartner { if $0 == other { isKnown = true } }
    if isKnown { return }
    let next = nextPartner == .none ? self : nextPartner
    nextPartner = other.nextPartner == .none ? other : other.nextPartner
    other.nextPartner = next
  }

  /// Calls `visit` with the address of each cell, or of those filled since the last collection.
  func forEachCell(onlyNew: Bool = false, _ visit: (Address) -> Void) {
    var cell = cells
    let last = onlyNew ? knownCells : 0
    while cell != last {
      visit(cell)
      cell = load32(cell &+ 8)
    }
  }
}

struct CodeState {
  /// The unit that is being made, none for the permanent one.
  var current = CodeUnit.none
  var permanent = CodeUnit.none
  var newest = CodeUnit.none
  var young = CodeUnit.none
  var freeBlocks: Address = 0
  /// Bytes of all units, and how many there may be before everything is collected.
  var bytes: Int64 = 0
  var threshold: Int64 = CodeStore.minimumThreshold
}
nonisolated(unsafe) var codeState = CodeState()

public enum CodeStore {
  static let minimumThreshold: Int64 = 8 << 20

  // MARK: Making units

  /// Starts a unit for what is allocated from now on. Answers the unit that `end` goes back to.
  static func begin() -> CodeUnit {
    let outer = codeState.current
    codeState.current = makeUnit()
    return outer
  }

  /// Until `end`, code is permanent.
  static func beginPermanent() -> CodeUnit {
    let outer = codeState.current
    codeState.current = .none
    return outer
  }

  /// Goes back to the unit before; asks for a collection when there is much code, because a program that evaluates may allocate little else.
  static func end(_ outer: CodeUnit) {
    codeState.current = outer
    if isFull { runtimeState.requestPoll(PollReason.collection) }
  }

  private static func makeUnit() -> CodeUnit {
    let block = takeBlock()
    let unit = CodeUnit(address: block &+ Block.content)
    fillWords(unit.address, count: Int(CodeUnit.size) / 8, with: 0)
    store32(block &+ Block.unit, unit.address)
    unit.newestBlock = block
    unit.next = unit.address &+ CodeUnit.size
    unit.end = block &+ Block.bytes
    unit.older = codeState.newest
    codeState.newest = unit
    return unit
  }

  private static var current: CodeUnit {
    if codeState.current != .none { return codeState.current }
    if codeState.permanent == .none {
      codeState.permanent = makeUnit()
      codeState.permanent.isPinned = true
    }
    return codeState.permanent
  }

  /// Allocates zeroed bytes, aligned to eight.
  static func allocate(bytes: Int) -> Address {
    let unit = current
    let size = UInt32(bytes + 7) & ~7
    if size > Block.bytes &- Block.content { return allocatePages(size, unit) }
    if size > unit.end &- unit.next {
      let block = takeBlock()
      link(block, unit)
      unit.next = block &+ Block.content
      unit.end = block &+ Block.bytes
    }
    let address = unit.next
    unit.next = address &+ size
    fillWords(address, count: Int(size) / 8, with: 0)
    return address
  }

  /// The address of a new cell that holds a value.
  static func addConstant(_ word: Word) -> Address {
    let cell = allocate(bytes: 16)
    let unit = current
    store64(cell, word)
    store32(cell &+ 8, unit.cells)
    unit.cells = cell
    if unit.nextYoung == .none {
      unit.nextYoung = codeState.young == .none ? unit : codeState.young
      codeState.young = unit
    }
    return cell
  }

  /// Keeps the unit of some code for ever.
  public static func pin(_ code: Address) { CodeUnit.of(code).isPinned = true }

  private static func link(_ block: Address, _ unit: CodeUnit) {
    store32(block &+ Block.unit, unit.address)
    store32(block &+ Block.next, unit.newestBlock)
    unit.newestBlock = block
  }

  private static func allocatePages(_ size: UInt32, _ unit: CodeUnit) -> Address {
    let pages = (Int(size &+ Block.content) + pageSize - 1) / pageSize
    let run = PageAllocator.allocate(pages: pages, use: PageUse.permanent)
    if run == 0 { abortRuntime("out of memory for code") }
    link(run, unit)
    store32(run &+ Block.pages, UInt32(pages))
    codeState.bytes += Int64(pages * pageSize)
    fillWords(run &+ Block.content, count: Int(size) / 8, with: 0)
    return run &+ Block.content
  }

  private static func takeBlock() -> Address {
    if codeState.freeBlocks == 0 {
      let page = PageAllocator.allocate(pages: 1, use: PageUse.permanent)
      if page == 0 { abortRuntime("out of memory for code") }
      for index in 0..<UInt32(pageSize) / Block.bytes { putBlock(page &+ index &* Block.bytes) }
    }
    let block = codeState.freeBlocks
    codeState.freeBlocks = load32(block &+ Block.next)
    fillWords(block, count: Int(Block.content) / 8, with: 0)
    codeState.bytes += Int64(Block.bytes)
    return block
  }

  private static func putBlock(_ block: Address) {
    store32(block &+ Block.next, codeState.freeBlocks)
    codeState.freeBlocks = block
  }

  // MARK: Collecting

  /// Whether there is so much new code that everything should be collected.
  static var isFull: Bool { codeState.bytes >= codeState.threshold }

  /// Calls `visit` with each unit that has new cells.
  static func forEachYoungUnit(_ visit: (CodeUnit) -> Void) {
    var unit = codeState.young
    while unit != .none {
      visit(unit)
      unit = unit.nextYoung == unit ? .none : unit.nextYoung
    }
  }

  static func forEachUnit(_ visit: (CodeUnit) -> Void) {
    var unit = codeState.newest
    while unit != .none {
      visit(unit)
      unit = unit.older
    }
  }

  /// After a collection: all cells hold old values.
  static func noteCollection() {
    var unit = codeState.young
    while unit != .none {
      let next = unit.nextYoung
      unit.knownCells = unit.cells
      unit.nextYoung = .none
      unit = next == unit ? .none : next
    }
    codeState.young = .none
  }

  /// After a collection of everything: frees the units that were not marked.
  static func sweep(poison: Bool) {
    Func.removeAll { !isKept(CodeUnit.of($0.address)) }
    LinkedCode.dropModules { !isKept($0) }
    var kept = CodeUnit.none
    var unit = codeState.newest
    codeState.newest = .none
    while unit != .none {
      let older = unit.older
      if isKept(unit) {
        unit.isMarked = false
        if kept == .none { codeState.newest = unit } else { kept.older = unit }
        unit.older = .none
        kept = unit
      } else {
        free(unit, poison: poison)
      }
      unit = older
    }
    codeState.threshold = max(minimumThreshold, codeState.bytes * 2)
  }

  /// Whether a unit stays although nothing that is found may refer to it.
  static func isRoot(_ unit: CodeUnit) -> Bool { unit.isPinned || unit.hasLinkedCode && !LinkedCode.isSweeping }

  private static func isKept(_ unit: CodeUnit) -> Bool { isRoot(unit) || unit.isMarked || unit == codeState.current }

  private static func free(_ unit: CodeUnit, poison: Bool) {
    var block = unit.newestBlock
    while block != 0 {
      let next = load32(block &+ Block.next)
      let pages = Int(load32(block &+ Block.pages))
      if pages > 0 {
        codeState.bytes -= Int64(pages * pageSize)
        PageAllocator.free(block, pages: pages)
      } else {
        codeState.bytes -= Int64(Block.bytes)
        if poison { Heap.poison(from: block, to: block &+ Block.bytes) }
        putBlock(block)
      }
      block = next
    }
  }
}
