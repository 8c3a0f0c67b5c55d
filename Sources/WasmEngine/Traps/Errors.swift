// The errors of the host's own requests: what the system refuses, and values that are not what is wanted.

import WasmFormat

/// The system, or a limit, refused memory or address space.
///
/// ```swift
/// do {
///   _ = try Memory(store, MemoryType(Limits(65_536)))
/// } catch let error as ResourceError {
///   print(error.message)
/// }
/// ```
public struct ResourceError: Error, Sendable, CustomStringConvertible {
  /// What would need less of what there is too little of.
  public enum Remedy: Sendable {
    /// `MemoryStrategy.checked`.
    case checkedMemory
  }

  /// What was refused.
  public let message: String
  /// What would not have been, perhaps.
  public let remedy: Remedy?

  init(_ message: String, remedy: Remedy? = nil) {
    self.message = message
    self.remedy = remedy
  }

  /// The message, and the remedy.
  public var description: String {
    switch remedy {
    case .checkedMemory: "\(message); MemoryStrategy.checked needs less"
    case nil: message
    }
  }
}

/// A call, an assignment or a definition whose values are not what is wanted: of other types, of another store, too many or too few.
///
/// ```swift
/// do {
///   try add.call([.i32(1), .f64(2)])
/// } catch let error as CallError {
///   print(error)   // function add: expected (i32, i32), given (i32, f64)
/// }
/// ```
public struct CallError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What was called or changed: a function with its name, a global, a table.
  public let subject: String
  /// What is wanted: types, or words.
  public let expected: String
  /// What came instead.
  public let given: String

  init(_ subject: String, expected: String, given: String) {
    self.subject = subject
    self.expected = expected
    self.given = given
  }

  /// What was expected and what was given.
  public var message: String { "expected \(expected), given \(given)" }

  /// The subject and the message.
  public var description: String { "\(subject): \(message)" }
}

extension CallError {
  /// Throws unless the values are of these types and may be used in the store.
  static func check(_ values: [Value], _ types: [ValueType], in store: Store, _ subject: @autoclosure () -> String) throws(CallError) {
    guard values.count == types.count, zip(values, types).allSatisfy({ $0.matches($1) }) else {
      throw CallError(subject(), expected: types.list, given: values.map { $0.summary(for: types) }.list)
    }
    for (index, value) in values.enumerated() where !value.belongs(to: store) {
      let place = values.count == 1 ? "" : ", as value \(index + 1) of \(values.count)"
      throw CallError(subject(), expected: "values of its own store", given: "a \(value.noun) of another one\(place)")
    }
  }
}

extension Value {
  /// Whether a store may hold the value: functions and exceptions belong to one store.
  func belongs(to store: Store) -> Bool {
    switch self {
    case .funcref(let function?): function.store === store
    case .exnref(let exception?): exception.store === store
    case .object(let reference): reference.store === store
    default: true
    }
  }

  /// Its type, and the type of a function if that matters.
  fileprivate func summary(for types: [ValueType]) -> ValueType {
    guard case .funcref(let function?) = self, types.contains(where: { $0.isConcrete || !$0.isDefaultable }) else { return type }
    return function.signature.reference
  }

  fileprivate var noun: String {
    switch self {
    case .funcref: "function"
    case .exnref: "exception"
    default: "value"
    }
  }
}
