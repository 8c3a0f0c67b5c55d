// Calls with Swift numbers instead of `Value`s. Inlinable, so that a call site with known types compiles to stores of its arguments and one
// comparison of signatures.

import FaultHandler
import RuntimeLayout
import WasmFormat

/// Puts arguments where the calling convention wants them.
@usableFromInline struct ArgumentCursor {
  @usableFromInline var call: latch_call
  @usableFromInline var integers = 0
  @usableFromInline var floats = 0

  @inlinable init(_ call: latch_call) { self.call = call }

  @inlinable @inline(__always)
  mutating func add<Number: WasmNumber>(_ number: Number) {
    if Number.wasmKind >= 3 {
      latch_set_float(&call, floats, number.wasmWord)
      floats += 1
    } else {
      latch_set_integer(&call, integers, number.wasmWord)
      integers += 1
    }
  }
}

extension Function {
  @usableFromInline func mismatch() -> CallError {
    CallError("a typed call's numbers are not of the types of the function's parameters and result")
  }

  /// Calls the function with Swift numbers (`Int32`, `UInt32`, `Int64`, `UInt64`, `Float`, `Double`; at most 15, and at most eight integers and
  /// eight floats) for one result. Throws as `call` does.
  @inlinable
  public func callAsFunction<each Argument: WasmNumber, Result: WasmNumber>(
    _ argument: repeat each Argument, as: Result.Type = Result.self
  ) throws -> Result {
    var packed: UInt64 = 1
    repeat packed = packed << 4 | (each Argument).wasmKind
    guard packed == signature.packedParameters, Result.wasmKind == signature.packedResult else { throw mismatch() }
    var cursor = ArgumentCursor(makeCall())
    repeat cursor.add(each argument)
    try store.invoke(&cursor.call)
    return Result(wasmWord: Result.wasmKind >= 3 ? cursor.call.float_result : cursor.call.integer_result)
  }

  /// As above, for a function without results.
  @inlinable
  public func callAsFunction<each Argument: WasmNumber>(_ argument: repeat each Argument) throws {
    var packed: UInt64 = 1
    repeat packed = packed << 4 | (each Argument).wasmKind
    guard packed == signature.packedParameters, signature.packedResult == 0 else { throw mismatch() }
    var cursor = ArgumentCursor(makeCall())
    repeat cursor.add(each argument)
    try store.invoke(&cursor.call)
  }
}

/// Takes arguments from where the calling convention puts them.
@usableFromInline struct ParameterCursor {
  @usableFromInline let frame: UnsafeMutablePointer<latch_host_frame>
  @usableFromInline var integers = 0
  @usableFromInline var floats = 0
  @usableFromInline var stack = 0

  @inlinable init(_ frame: UnsafeMutablePointer<latch_host_frame>) { self.frame = frame }

  @inlinable @inline(__always)
  mutating func next<Number: WasmNumber>(_: Number.Type) -> Number {
    if Number.wasmKind >= 3 {
      if floats < 8 {
        floats += 1
        return Number(wasmWord: latch_get_float(frame, floats - 1))
      }
    } else if integers < 8 {
      integers += 1
      return Number(wasmWord: latch_get_integer(frame, integers - 1))
    }
    stack += 1
    return Number(wasmWord: frame.pointee.stack_arguments![stack - 1])
  }
}

extension Function {
  @usableFromInline
  init(_ store: Store, _ parameters: [ValueType], _ results: [ValueType], _ body: @escaping HostFunctionBody) {
    self.init(store, Signature.of(FuncType(parameters, results)), body)
  }

  /// A function whose type is that of a Swift closure over `Int32`, `UInt32`, `Int64`, `UInt64`, `Float` and `Double`.
  @inlinable
  public init<each Parameter: WasmNumber, Result: WasmNumber>(
    _ store: Store, _ body: @escaping (Caller, repeat each Parameter) throws -> Result
  ) {
    var parameters: [ValueType] = []
    repeat parameters.append((each Parameter).wasmType)
    self.init(store, parameters, [Result.wasmType]) { caller, frame in
      var cursor = ParameterCursor(frame)
      frame.pointee.result = try body(caller, repeat cursor.next((each Parameter).self)).wasmWord
    }
  }

  /// As above, for a closure without result.
  @inlinable
  public init<each Parameter: WasmNumber>(
    _ store: Store, _ body: @escaping (Caller, repeat each Parameter) throws -> Void
  ) {
    var parameters: [ValueType] = []
    repeat parameters.append((each Parameter).wasmType)
    self.init(store, parameters, []) { caller, frame in
      var cursor = ParameterCursor(frame)
      try body(caller, repeat cursor.next((each Parameter).self))
    }
  }
}
