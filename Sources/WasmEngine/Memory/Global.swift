// Global variables. A global that a module defines lies in its instance's context; one that the host makes has a cell of its own.

import RuntimeLayout
import WasmFormat

/// The cell of a global that the host made.
final class GlobalStorage {
  let cell: UnsafeMutablePointer<UInt64>
  private let budget: StoreBudget

  /// Cells are 16 bytes, as in contexts.
  private static let size = 16

  init(_ value: Value, _ budget: StoreBudget) throws(ResourceError) {
    guard budget.take(Self.size) else { throw budget.error }
    self.budget = budget
    cell = .allocate(capacity: 2)
    cell.initialize(to: value.word)
    (cell + 1).initialize(to: value.highWord)
  }

  deinit {
    budget.give(Self.size)
    cell.deallocate()
  }
}

/// A global variable.
///
/// ```swift
/// let counter = try Global(store, .i64(0), mutable: true)
/// imports.define("env", "counter", counter)
/// try counter.set(.i64(41))
/// print(counter.value)
/// ```
public struct Global: Equatable {
  /// The store that the global belongs to.
  public let store: Store
  /// The type of its value, and whether that may change.
  public let type: GlobalType
  let cell: UnsafeMutablePointer<UInt64>
  /// The instance in whose context the cell is, or which imports it; nil for a cell that the host made.
  let owner: InstanceStorage?

  init(cell: UnsafeMutablePointer<UInt64>, _ type: GlobalType, in store: Store, owner: InstanceStorage?) {
    self.cell = cell
    self.type = type
    self.store = store
    self.owner = owner
  }

  /// A new global, to be imported by modules. Throws `CallError` if the value is a function or an exception of another store; `ResourceError`.
  ///
  /// - Parameters:
  ///   - store: what it belongs to.
  ///   - value: what it has at first.
  ///   - type: of the value, if it is to be another than that of all such references: `.function(FuncType([.i32]))`.
  ///   - mutable: whether it can be set.
  public init(_ store: Store, _ value: Value, type: ValueType? = nil, mutable: Bool = false) throws {
    let type = type ?? value.type
    guard type.typeIndex == nil else { throw CallError("global", expected: "a type that depends on no module", given: type.name) }
    try CallError.check([value], [type], in: store, "global")
    let storage = try GlobalStorage(value, store.budget)
    store.globals.append(storage)
    self.init(cell: storage.cell, GlobalType(type, mutable: mutable), in: store, owner: nil)
  }

  /// Whether both are the same global, not just equal in value.
  public static func == (left: Global, right: Global) -> Bool { left.cell == right.cell }

  /// The value at present.
  public var value: Value { Value(word: cell.pointee, high: type.value == .v128 ? cell[1] : 0, type.value, store) }

  /// Assigns. Throws `CallError` if the global is immutable or the value of another type or store.
  public func set(_ value: Value) throws(CallError) {
    guard type.isMutable else { throw CallError("global", expected: "a mutable one to be set", given: "an immutable one") }
    try CallError.check([value], [type.value], in: store, "global")
    cell.pointee = value.word
    if type.value == .v128 { cell[1] = value.highWord }
  }
}
