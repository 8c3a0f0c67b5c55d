// The write barrier: one byte for every 512 bytes of memory, set by each store of a value into an object that exists already. A collection of the
// young looks for pointers from old objects to young ones only where the bytes are set.
//
// The barrier does not ask what is stored where: setting a byte is cheaper than the question. Generated code does the same (see `SchemeJIT`).
// It may set the byte of the card that the object's tagged pointer plus eight times the index lies in, which is up to `slack` bytes before the
// word itself; so a card stands for `slack` bytes more than its own.
import GuestABI

public enum Cards {
  /// The logarithm of the bytes that one card stands for.
  public static let shift: UInt32 = 9
  static let bytes: UInt32 = 1 << shift
  static let slack: UInt32 = 24
  /// What the table takes for the whole address space. Only pages that are touched cost anything.
  static let tablePages = (1 << (32 - Int(shift))) / pageSize

  /// The address of the table.
  @inline(__always) public static var table: Address { pageState.cards }

  /// Notes a store of a value at an address.
  @inline(__always)
  public static func mark(_ address: Address) { store8(table &+ address >> shift, 1) }

  /// Notes stores of values into a range.
  public static func mark(_ address: Address, bytes: Int) {
    if bytes <= 0 { return }
    for card in address >> shift...(address &+ UInt32(bytes) &- 1) >> shift { store8(table &+ card, 1) }
  }

  /// Calls `visit` with the parts of a range whose cards are set, and clears them.
  @inline(__always)
  static func takeMarked(from start: Address, to end: Address, _ visit: (_ from: Address, _ to: Address) -> Void) {
    if start >= end { return }
    var card = table &+ start >> shift
    let last = table &+ (end &- 1) >> shift
    while card <= last {
      if card & 7 == 0 && card &+ 7 <= last && load64(card) == 0 {
        card &+= 8
        continue
      }
      if load8(card) != 0 {
        store8(card, 0)
        let from = (card &- table) << shift
        // The end of the last card of memory is 0.
        let room = end &- max(from, start)
        let wanted = from &+ bytes &+ slack &- max(from, start)
        visit(max(from, start), max(from, start) &+ min(room, wanted))
      }
      card &+= 1
    }
  }
}

/// Stores a value into an object.
@inline(__always)
func storeValue(_ address: Address, _ value: Word) {
  store64(address, value)
  Cards.mark(address)
}
