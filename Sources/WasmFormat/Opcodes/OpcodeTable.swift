// The table of all opcodes: finding rows by code.
//
// The table is a raw array that is built once and lives for ever, so that decoding loops can hold a pointer to it. Opcodes of one byte stand at their
// byte, prefixed ones in the page of their prefix; codes that don't exist have a row with `exists == false`.

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

  /// The rows by index. Immutable after its initialisation and never freed.
  nonisolated(unsafe) public static let rows: UnsafePointer<OpcodeRow> = {
    let table = UnsafeMutablePointer<OpcodeRow>.allocate(capacity: count)
    table.initialize(repeating: OpcodeRow(nonexistent: ()), count: count)
    for row in makeRows() + makeVectorRows() + makeAtomicRows() {
      let opcode = row.opcode
      precondition(opcode.prefix == 0 || opcode.number < page(opcode.prefix).count, "a row without a place: see OpcodeTable.page")
      table[index(of: opcode)] = row
    }
    return UnsafePointer(table)
  }()

  /// The index of an opcode in `rows`. (Not inlined: an opcode's code is a choice between all of them, hundreds of lines of code for each use.)
  @inline(never)
  public static func index(of opcode: Opcode) -> Int {
    let code = opcode.rawValue
    return code < 256 ? Int(code) : page(opcode.prefix).first + Int(opcode.number)
  }

  /// The index of the opcode with this number after this prefix; nil if the table has no place for it.
  public static func index(prefix: UInt8, number: UInt32) -> Int? {
    let page = page(prefix)
    return number < page.count ? page.first + Int(number) : nil
  }

  /// The row of an opcode.
  public static func row(_ opcode: Opcode) -> OpcodeRow { rows[index(of: opcode)] }
}
