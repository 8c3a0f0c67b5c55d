// Which locals have been set, of those that have no value before: references that are not null (core specification, "Validation Algorithm"). A local that
// is set within a control structure is not set after it, whatever path led there. Functions without such locals pay nothing: all of this is asked only
// if `isActive`, and the fast path (FunctionWalk+Common.swift) is taken for no local if it is.

import RawCollections
import WasmFormat

struct SetLocals: ~Copyable {
  private(set) var isActive = false
  /// For each local: whether it may be read.
  private var isSet = RawArray<Bool>(capacity: 1)
  /// The locals that have been set, in that order, and are not out of a structure since.
  private var order = RawArray<Int32>(capacity: 1)

  /// How many have been set.
  @inline(__always) var count: Int32 { Int32(truncatingIfNeeded: order.count) }

  mutating func begin(_ locals: borrowing LocalTypes, parameterCount: Int) {
    isActive = locals.hasUnset
    order.removeAll()
    guard isActive else { return }
    isSet.setCount(locals.types.count)
    for index in 0..<locals.types.count { isSet[index] = index < parameterCount || locals.types[index].isDefaultable }
  }

  /// Whether a local may be read.
  func contains(_ local: Int) -> Bool { isSet[local] }

  mutating func insert(_ local: Int) {
    if isSet[local] { return }
    isSet[local] = true
    order.append(Int32(truncatingIfNeeded: local))
  }

  /// Forgets those that have been set after the first `count`.
  @inline(__always)
  mutating func reset(to count: Int32) { if isActive { forget(after: count) } }

  @inline(never)
  private mutating func forget(after count: Int32) {
    while order.count > Int(count) { isSet[Int(order.removeLast())] = false }
  }
}
