// What generated code assumes of globals without looking at them: that they still hold the procedures that they held when it was generated. It looks at one number
// instead, which changes when a global changes that anything was assumed of. That is rare: what is looked at are procedures that a program defines once.
import GuestABI

public enum Assumptions {
  /// Code that was generated when this was another number must not rely on what it assumed.
  nonisolated(unsafe) public private(set) static var epoch: UInt32 = 1
  /// The globals that something is assumed of in this epoch.
  nonisolated(unsafe) private static var symbols: [Address] = []

  /// Where the number is (in the guest).
  public static var epochAddress: Address {
    withUnsafeMutablePointer(to: &epoch) { Address(truncatingIfNeeded: UInt(bitPattern: $0)) }
  }

  /// From now on the epoch ends when a global holds another procedure, or none.
  public static func rely(on symbol: Address) {
    if !symbols.contains(symbol) { symbols.append(symbol) }
  }

  /// A global has been assigned that held a procedure of this Func. (A word, for generated code.)
  public static func noteAssignment(_ symbol: Address, after before: Address) -> Word {
    if load32(symbol &+ UInt32(SymbolLayout.knownFunc)) != before { procedureChanged(symbol) }
    return 0
  }

  /// A global that held a procedure holds something else.
  @inline(never)
  public static func procedureChanged(_ symbol: Address) {
    if !symbols.contains(symbol) { return }
    symbols = []
    epoch &+= 1
  }
}
