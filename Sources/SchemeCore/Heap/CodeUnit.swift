// A unit of code: what one top-level form gave rise to. It is freed as a whole (CodeStore.swift).
import GuestABI

/// The header of a block. Offsets in bytes.
enum CodeBlock {
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
  static func of(_ code: Address) -> CodeUnit { CodeUnit(address: load32(code & ~(CodeBlock.bytes &- 1))) }

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
