// Global variables. A global that a module defines lies in its instance's context; one that the host makes has a cell of its own.

import RuntimeLayout
import WasmFormat

/// The cell of a global that the host made.
final class GlobalStorage {
  let cell: UnsafeMutablePointer<UInt64>

  init(_ word: UInt64) {
    // Cells are 16 bytes, as in contexts.
    cell = .allocate(capacity: 2)
    cell.initialize(repeating: 0, count: 2)
    cell.pointee = word
  }

  deinit { cell.deallocate() }
}

/// A global variable.
///
/// ```swift
/// let counter = Global(store, .i64(0), mutable: true)
/// imports.define("env", "counter", counter)
/// try counter.set(.i64(41))
/// print(counter.value)
/// ```
public struct Global: Equatable {
  public let store: Store
  public let type: GlobalType
  let cell: UnsafeMutablePointer<UInt64>

  init(cell: UnsafeMutablePointer<UInt64>, _ type: GlobalType, in store: Store) {
    self.cell = cell
    self.type = type
    self.store = store
  }

  /// A new global, to be imported by modules.
  public init(_ store: Store, _ value: Value, mutable: Bool = false) {
    precondition(value.belongs(to: store), "the function belongs to another store")
    let storage = GlobalStorage(value.word)
    store.globals.append(storage)
    self.init(cell: storage.cell, GlobalType(value.type, mutable: mutable), in: store)
  }

  public static func == (left: Global, right: Global) -> Bool { left.cell == right.cell }

  public var value: Value { Value(word: cell.pointee, type.value, store) }

  /// Assigns. Throws `CallError` if the global is immutable or of another type.
  public func set(_ value: Value) throws(CallError) {
    guard type.isMutable else { throw CallError("the global is immutable") }
    guard value.type.matches(type.value), value.belongs(to: store) else { throw CallError("the value is not of the global's type") }
    cell.pointee = value.word
  }
}
