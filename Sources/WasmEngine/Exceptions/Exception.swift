// WebAssembly exceptions as Swift errors. An exception that no wasm function catches comes out of the host's call as an `Exception`; a host
// function that throws one hands it to the wasm code that called it, which may catch it.

import RuntimeLayout
import WasmFormat

/// A WebAssembly exception: a tag and the values that go with it.
///
/// Exceptions cross the boundary as Swift errors, in both directions:
///
/// ```swift
/// let tag = Tag(store, [.i32])
/// imports.define("env", "fail", tag)
/// imports.define("env", "check", Function(store) { (_: Caller, n: Int32) in
///   if n < 0 { throw try Exception(tag, [.i32(n)]) }
/// })
/// do {
///   try instance.function("run")!.call()
/// } catch let exception as Exception where exception.tag == tag {
///   print(exception.values)
/// }
/// ```
public final class Exception: Error, Equatable, @unchecked Sendable {
  let record: ExceptionReference
  /// Keeps the record alive.
  public let store: Store

  /// A new exception. Throws `CallError` if the values are not of the tag's types.
  public init(_ tag: Tag, _ values: [Value] = []) throws(CallError) {
    let parameters = tag.parameters
    guard values.count == parameters.count, zip(values, parameters).allSatisfy({ $0.type.matches($1) && $0.belongs(to: tag.store) })
    else { throw CallError("an exception's values are not of its tag's types") }
    store = tag.store
    record = store.exceptions.make(tag.storage)
    for (index, value) in values.enumerated() { record.values[index] = value.word }
    record.retain()
  }

  init(_ record: ExceptionReference, in store: Store) {
    self.record = record
    self.store = store
    record.retain()
  }

  deinit { record.release() }

  /// Whether both are the same exception, not just alike.
  public static func == (left: Exception, right: Exception) -> Bool { left.record.address == right.record.address }

  public var tag: Tag { Tag(record.tag, in: store) }

  public var values: [Value] {
    tag.parameters.enumerated().map { index, type in Value(word: record.values[index], type, store) }
  }
}

extension Exception: CustomStringConvertible {
  public var description: String { "uncaught WebAssembly exception with \(values)" }
}
