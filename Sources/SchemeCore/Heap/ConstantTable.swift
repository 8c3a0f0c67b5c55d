// Cells for values that code refers to by address: quoted constants in IR nodes and in generated code. The collector updates
// the cells, which never move and live for ever.
import GuestABI

struct ConstantTableState {
  /// The newest block: next block, number of cells used, cells.
  var block: Address = 0
  /// The newest block at the last collection, and how many of its cells were used: all older cells hold old values.
  var knownBlock: Address = 0
  var knownUsed: UInt32 = 0
}
nonisolated(unsafe) var constantTable = ConstantTableState()

public enum ConstantTable {
  static let cellsPerBlock: UInt32 = 510

  /// The address of a new cell that holds a value.
  public static func add(_ word: Word) -> Address {
    var block = constantTable.block
    if block == 0 || load32(block &+ 4) == cellsPerBlock {
      let new = PermanentArena.allocate(bytes: Int(8 + cellsPerBlock * 8))
      store32(new, block)
      constantTable.block = new
      block = new
    }
    let used = load32(block &+ 4)
    let cell = block &+ 8 &+ used &* 8
    store64(cell, word)
    store32(block &+ 4, used &+ 1)
    return cell
  }

  /// Calls `body` with the address of each cell, or of those made since the last collection.
  static func forEachCell(onlyNew: Bool, _ body: (Address) -> Void) {
    var block = constantTable.block
    while block != 0 {
      let isKnown = onlyNew && block == constantTable.knownBlock
      for index in (isKnown ? constantTable.knownUsed : 0)..<load32(block &+ 4) { body(block &+ 8 &+ index &* 8) }
      if isKnown { return }
      block = load32(block)
    }
  }

  /// All cells hold old values now.
  static func noteCollection() {
    constantTable.knownBlock = constantTable.block
    constantTable.knownUsed = constantTable.block == 0 ? 0 : load32(constantTable.block &+ 4)
  }
}
