// Tables as the host sees them.

import RuntimeLayout
import WasmFormat

/// A table of references.
///
/// ```swift
/// let table = try Table(store, TableType(.funcref, Limits(10, 100)))
/// try table.set(0, .funcref(Function(store) { (n: Int32) -> Int32 in n * 2 }))
/// if case .funcref(let function?)? = table.get(0) { print(try function(Int32(4), as: Int32.self)) }
/// table.grow(by: 5)
/// ```
public struct Table: Equatable {
  public let store: Store
  let storage: TableStorage

  init(_ storage: TableStorage, in store: Store) {
    self.storage = storage
    self.store = store
  }

  /// A new table, to be imported by modules. Throws `ResourceError`, or `CallError` if `initial` is of another type.
  public init(_ store: Store, _ type: TableType, initial: Value? = nil) throws {
    if let initial, !initial.type.matches(type.element) { throw CallError("a table's initial value is not of its element type") }
    let word = UInt(initial?.word ?? 0)
    guard let storage = TableStorage(type, initial: word, store.engine.configuration) else {
      throw ResourceError("a table of \(type.limits.minimum) elements is too large")
    }
    store.tables.append(storage)
    self.init(storage, in: store)
  }

  public static func == (left: Table, right: Table) -> Bool { left.storage === right.storage }

  /// The type that the table was made with.
  public var type: TableType { storage.type }
  public var count: Int { storage.count }

  /// Adds null elements. Returns the old number of elements, or nil if the table cannot be that large.
  @discardableResult
  public func grow(by count: Int) -> Int? { count < 0 ? nil : storage.grow(UInt64(count), 0) }

  /// An element; nil beyond the end.
  public func get(_ index: Int) -> Value? {
    guard index >= 0, index < count else { return nil }
    return Value(word: UInt64(storage.elements[index]), type.element, store)
  }

  /// Sets an element. Throws `CallError` beyond the end or for a value of another type or store.
  public func set(_ index: Int, _ value: Value) throws(CallError) {
    guard index >= 0, index < count else { throw CallError("table index \(index) is out of bounds") }
    guard value.type.matches(type.element), value.belongs(to: store) else {
      throw CallError("the value cannot be an element of this table")
    }
    storage.elements[index] = UInt(value.word)
  }
}

extension Value {
  /// Whether a store may hold the value: functions and exceptions belong to one store.
  func belongs(to store: Store) -> Bool {
    switch self {
    case .funcref(let function?): function.store === store
    case .exnref(let exception?): exception.store === store
    default: true
    }
  }
}
