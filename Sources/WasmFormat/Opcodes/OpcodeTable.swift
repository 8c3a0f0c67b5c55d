// The table of all opcodes: finding rows by code.
//
// The table is a raw array that lives for ever, so that decoding loops can hold a pointer to it. Opcodes of one byte stand at their byte, prefixed ones in the page of their
// prefix; codes that don't exist have a row with `exists == false`. The large pages, of vectors and atomics, are made when the index of a row in them is asked for: most
// processes never do.

/// The table of all opcodes.
public enum OpcodeTable {
  /// The rows of one prefix.
  struct Page {
    let first: Int
    let count: Int
  }

  /// The pages by prefix. Room for the numbers that proposals have taken so far; the last page ends the table.
  @inline(__always)
  static func page(_ prefix: UInt8) -> Page {
    switch prefix {
    case 0xFC: Page(first: 256, count: 32)
    case 0xFD: Page(first: 288, count: 512)
    case 0xFE: Page(first: 800, count: 128)
    default: Page(first: 0, count: 256)
    }
  }

  public static let count = 928

  /// The rows by index, of those that `index` has given out. Immutable, and never freed.
  public static var rows: UnsafePointer<OpcodeRow> { UnsafePointer(table) }

  nonisolated(unsafe) private static let table: UnsafeMutablePointer<OpcodeRow> = {
    let table = UnsafeMutablePointer<OpcodeRow>.allocate(capacity: count)
    fill(table, 0..<page(0xFD).first, makeRows())
    return table
  }()

  /// Makes the pages of vectors and atomics.
  private static let hasLargePages: Void = fill(table, page(0xFD).first..<count, makeVectorRows() + makeAtomicRows())

  private static func fill(_ table: UnsafeMutablePointer<OpcodeRow>, _ indices: Range<Int>, _ rows: [OpcodeRow]) {
    (table + indices.lowerBound).initialize(repeating: OpcodeRow(nonexistent: ()), count: indices.count)
    for row in rows {
      let opcode = row.opcode
      let page = page(opcode.prefix)
      let number = Int(opcode.prefix == 0 ? opcode.rawValue : opcode.number)
      precondition(number < page.count && indices.contains(page.first + number), "a row without a place: see OpcodeTable.page")
      table[page.first + number] = row
    }
  }

  /// The index of an opcode in `rows`. (Not inlined: an opcode's code is a choice between all of them, hundreds of lines of code for each use.)
  @inline(never)
  public static func index(of opcode: Opcode) -> Int {
    let code = opcode.rawValue
    guard code >= 256 else { return Int(code) }
    guard let index = index(prefix: opcode.prefix, number: opcode.number) else { preconditionFailure("an opcode without a place: see page") }
    return index
  }

  /// The index of the opcode with this number after this prefix; nil if the table has no place for it.
  public static func index(prefix: UInt8, number: UInt32) -> Int? {
    let page = page(prefix)
    if prefix != 0xFC { _ = hasLargePages }
    return number < page.count ? page.first + Int(number) : nil
  }

  /// All rows, in the table's order, those of codes that don't exist too.
  public static var all: [OpcodeRow] {
    _ = hasLargePages
    return (0..<count).map { rows[$0] }
  }

  /// The row of an opcode.
  public static func row(_ opcode: Opcode) -> OpcodeRow { rows[index(of: opcode)] }
}
