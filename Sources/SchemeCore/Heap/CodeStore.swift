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

struct CodeState {
  /// The unit that is being made, none for the permanent one.
  var current = CodeUnit.none
  var permanent = CodeUnit.none
  var newest = CodeUnit.none
  var young = CodeUnit.none
  /// The marked units whose cells are still to be looked at.
  var gray = CodeUnit.none
  var freeBlocks: Address = 0
  /// Bytes of all units, and how many there may be before everything is collected.
  var bytes: Int64 = 0
  var threshold: Int64 = CodeStore.minimumThreshold
}
nonisolated(unsafe) var codeState = CodeState()

public enum CodeStore {
  static let minimumThreshold: Int64 = 8 << 20

  // MARK: Making units

  /// Starts a unit for what is allocated from now on. Returns the unit that `end` goes back to.
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
    let unit = CodeUnit(address: block &+ CodeBlock.content)
    fillWords(unit.address, count: Int(CodeUnit.size) / 8, with: 0)
    store32(block &+ CodeBlock.unit, unit.address)
    unit.newestBlock = block
    unit.next = unit.address &+ CodeUnit.size
    unit.end = block &+ CodeBlock.bytes
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
    if size > CodeBlock.bytes &- CodeBlock.content { return allocatePages(size, unit) }
    if size > unit.end &- unit.next {
      let block = takeBlock()
      link(block, unit)
      unit.next = block &+ CodeBlock.content
      unit.end = block &+ CodeBlock.bytes
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

  /// Makes code that belongs to what made other code.
  static func inUnit<Result>(of code: Address, _ body: () -> Result) -> Result {
    let outer = codeState.current
    codeState.current = CodeUnit.of(code)
    defer { codeState.current = outer }
    return body()
  }

  /// Keeps the unit of some code for ever.
  public static func pin(_ code: Address) { CodeUnit.of(code).isPinned = true }

  private static func link(_ block: Address, _ unit: CodeUnit) {
    store32(block &+ CodeBlock.unit, unit.address)
    store32(block &+ CodeBlock.next, unit.newestBlock)
    unit.newestBlock = block
  }

  private static func allocatePages(_ size: UInt32, _ unit: CodeUnit) -> Address {
    let pages = (Int(size &+ CodeBlock.content) + pageSize - 1) / pageSize
    let run = PageAllocator.allocate(pages: pages, use: PageUse.permanent)
    if run == 0 { abortRuntime("out of memory for code") }
    Heap.notePages(pages)
    link(run, unit)
    store32(run &+ CodeBlock.pages, UInt32(pages))
    codeState.bytes += Int64(pages * pageSize)
    fillWords(run &+ CodeBlock.content, count: Int(size) / 8, with: 0)
    return run &+ CodeBlock.content
  }

  private static func takeBlock() -> Address {
    if codeState.freeBlocks == 0 {
      let page = PageAllocator.allocate(pages: 1, use: PageUse.permanent)
      if page == 0 { abortRuntime("out of memory for code") }
      Heap.notePages(1)
      for index in 0..<UInt32(pageSize) / CodeBlock.bytes { putBlock(page &+ index &* CodeBlock.bytes) }
    }
    let block = codeState.freeBlocks
    codeState.freeBlocks = load32(block &+ CodeBlock.next)
    fillWords(block, count: Int(CodeBlock.content) / 8, with: 0)
    codeState.bytes += Int64(CodeBlock.bytes)
    return block
  }

  private static func putBlock(_ block: Address) {
    store32(block &+ CodeBlock.next, codeState.freeBlocks)
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
      let next = load32(block &+ CodeBlock.next)
      let pages = Int(load32(block &+ CodeBlock.pages))
      if pages > 0 {
        codeState.bytes -= Int64(pages * pageSize)
        PageAllocator.free(block, pages: pages)
      } else {
        codeState.bytes -= Int64(CodeBlock.bytes)
        if poison { Heap.poison(from: block, to: block &+ CodeBlock.bytes) }
        putBlock(block)
      }
      block = next
    }
  }
}
