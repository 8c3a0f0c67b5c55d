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
/// imports.define("env", "check", Function(store) { (_: borrowing Caller, n: Int32) in
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
  /// The store that the exception belongs to, which keeps it alive.
  public let store: Store
  /// The wasm functions that were active where it was thrown, innermost first, if it came out of wasm uncaught; at most 64.
  public let backtrace: [TrapFrame]

  /// A new exception. Throws `CallError` if the values are not of the tag's types or store; `ResourceError`.
  public init(_ tag: Tag, _ values: [Value] = []) throws {
    try CallError.check(values, tag.parameters, in: tag.store, "exception with \(tag)")
    store = tag.store
    backtrace = []
    record = try store.exceptions.make(tag.storage)
    var words = 0
    for value in values {
      record.values[words] = value.word
      if value.type == .v128 { record.values[words + 1] = value.highWord }
      words += value.type.slotCount
    }
    record.retain()
  }

  init(_ record: ExceptionReference, in store: Store, backtrace: [TrapFrame] = []) {
    self.record = record
    self.store = store
    self.backtrace = backtrace
    record.retain()
  }

  deinit { record.release() }

  /// Whether both are the same exception, not just alike.
  public static func == (left: Exception, right: Exception) -> Bool { left.record.address == right.record.address }

  /// What kind of exception it is.
  public var tag: Tag { Tag(record.tag, in: store) }

  /// What it carries.
  public var values: [Value] {
    var words = 0
    return tag.parameters.map { type in
      defer { words += type.slotCount }
      return Value(word: record.values[words], high: type == .v128 ? record.values[words + 1] : 0, type, store)
    }
  }
}

extension Exception: CustomStringConvertible {
  /// Its tag and values, and a line for each function that was active where it was thrown; repeated ones are counted.
  public var description: String {
    let values = values.isEmpty ? "" : " with \(values.map(\.description).joined(separator: ", "))"
    return "uncaught WebAssembly exception: \(tag)\(values)\(Backtrace.lines(backtrace))"
  }
}
