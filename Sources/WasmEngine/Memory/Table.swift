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
  /// The store that the table belongs to.
  public let store: Store
  let storage: TableStorage

  init(_ storage: TableStorage, in store: Store) {
    self.storage = storage
    self.store = store
  }

  /// A new table, to be imported by modules. Throws `ResourceError`, or `CallError` if `initial` is of another type or store.
  public init(_ store: Store, _ type: TableType, initial: Value? = nil) throws {
    guard type.element.isReference, type.element.typeIndex == nil else {
      throw CallError("table", expected: "elements of a reference type", given: type.element.name)
    }
    guard initial != nil || type.element.isNullable else {
      throw CallError("table", expected: "an initial element, as there is no null of type \(type.element.summary)", given: "none")
    }
    if let initial { try CallError.check([initial], [type.element], in: store, "table") }
    let word = UInt(initial?.word ?? 0)
    let storage = try TableStorage(type, initial: word, store.engine.configuration.limits, store.budget)
    store.tables.append(storage)
    self.init(storage, in: store)
  }

  /// Whether both are the same table, not just equal in content.
  public static func == (left: Table, right: Table) -> Bool { left.storage === right.storage }

  /// The type that the table was made with.
  public var type: TableType { storage.type }
  /// How many elements it has at present.
  public var count: Int { storage.count }

  /// Adds null elements. Returns the old number of elements, or nil if the table cannot be that large or its elements cannot be null.
  @discardableResult
  public func grow(by count: Int) -> Int? { count < 0 || !type.element.isNullable ? nil : storage.grow(UInt64(count), in: store) }

  /// Adds elements with a value. Returns the old number of elements, or nil if the table cannot be that large. Throws `CallError` for a value of another type
  /// or store.
  @discardableResult
  public func grow(by count: Int, _ value: Value) throws(CallError) -> Int? {
    try CallError.check([value], [type.element], in: store, "table")
    guard count >= 0, let old = storage.grow(UInt64(count), in: store) else { return nil }
    (storage.elements + old).update(repeating: UInt(value.word), count: count)
    return old
  }

  /// An element; nil beyond the end.
  public func get(_ index: Int) -> Value? {
    guard index >= 0, index < count else { return nil }
    return Value(word: UInt64(storage.elements[index]), type.element, store)
  }

  /// Sets an element. Throws `CallError` beyond the end or for a value of another type or store.
  public func set(_ index: Int, _ value: Value) throws(CallError) {
    guard index >= 0, index < count else { throw CallError("table", expected: "an index below \(count)", given: "\(index)") }
    try CallError.check([value], [type.element], in: store, "table")
    storage.elements[index] = UInt(value.word)
  }
}
