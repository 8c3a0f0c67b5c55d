// What a compiler notes about exceptions while it writes a function's code, and the table that the unwinder reads made from that
// (RuntimeLayout's HandlerTable). Calls are noted in the order of the code. Tries and their clauses are added when the code is complete: first
// a try, then its clauses.

import RawCollections
import RuntimeLayout

public struct HandlerTableBuilder: ~Copyable {
  /// The parts of the table, in its words.
  private var calls = RawArray<UInt32>(capacity: 8)
  private var tries = RawArray<UInt32>(capacity: 8)
  private var clauses = RawArray<UInt32>(capacity: 8)
  private var words = RawArray<UInt32>(capacity: 16)

  public init() {}

  /// Forgets the last function.
  public mutating func removeAll() {
    calls.removeAll()
    tries.removeAll()
    clauses.removeAll()
  }

  public var hasCalls: Bool { calls.count > 0 }

  /// A call that a clause may catch an exception of. `tryIndex`: the number of the innermost try around it.
  public mutating func addCall(returnOffset: UInt32, tryIndex: Int) {
    calls.append(returnOffset)
    calls.append(UInt32(tryIndex))
  }

  /// A try, numbered from 0; its clauses are the next to be added. `parent`: the try around it, or −1.
  public mutating func addTry(parent: Int, clauseCount: Int) {
    tries.append(parent < 0 ? HandlerTable.none : UInt32(parent))
    tries.append(UInt32(clauses.count / 2))
    tries.append(UInt32(clauseCount))
  }

  /// `tag`: the offset of the tag's word in the instance context, or `HandlerTable.anyTag`. `landing`: an offset in the code.
  public mutating func addClause(tag: UInt32, landing: UInt32) {
    clauses.append(tag)
    clauses.append(landing)
  }

  /// The table; empty if nothing is caught. Valid until the next function.
  public mutating func table(frameSize: Int) -> UnsafeBufferPointer<UInt32> {
    words.removeAll()
    if hasCalls {
      for word in [frameSize, calls.count / 2, tries.count / 3, clauses.count / 2] { words.append(UInt32(word)) }
      for index in 0..<calls.count { words.append(calls[index]) }
      for index in 0..<tries.count { words.append(tries[index]) }
      for index in 0..<clauses.count { words.append(clauses[index]) }
    }
    return UnsafeBufferPointer(start: words.base, count: words.count)
  }
}
