// Calls with Swift numbers instead of `Value`s. Inlinable, so that a call site with known types compiles to stores of its arguments and one
// comparison of signatures.

import FaultHandler
import RuntimeLayout
import WasmFormat

/// Arguments in the registers that they are passed in; see `latch_call_direct`.
@usableFromInline struct DirectArguments {
  @usableFromInline var integers = 0
  @usableFromInline var floats = 0
  @usableFromInline var i0: UInt64 = 0
  @usableFromInline var i1: UInt64 = 0
  @usableFromInline var i2: UInt64 = 0
  @usableFromInline var i3: UInt64 = 0
  @usableFromInline var i4: UInt64 = 0
  @usableFromInline var i5: UInt64 = 0
  @usableFromInline var f0 = 0.0
  @usableFromInline var f1 = 0.0
  @usableFromInline var f2 = 0.0
  @usableFromInline var f3 = 0.0
  @usableFromInline var f4 = 0.0
  @usableFromInline var f5 = 0.0
  @usableFromInline var f6 = 0.0
  @usableFromInline var f7 = 0.0
  /// The upper halves of vectors, whose lower ones are among the floats.
  @usableFromInline var h0: UInt64 = 0
  @usableFromInline var h1: UInt64 = 0
  @usableFromInline var h2: UInt64 = 0
  @usableFromInline var h3: UInt64 = 0
  @usableFromInline var h4: UInt64 = 0
  @usableFromInline var h5: UInt64 = 0
  @usableFromInline var h6: UInt64 = 0
  @usableFromInline var h7: UInt64 = 0
  @usableFromInline var hasVectors = false

  @inlinable init() {}

  @inlinable @inline(__always)
  mutating func add<Number: WasmNumber>(_ number: Number) {
    if Number.wasmKind >= 3 {
      let float = Double(bitPattern: number.wasmWord)
      switch floats {
      case 0: f0 = float
      case 1: f1 = float
      case 2: f2 = float
      case 3: f3 = float
      case 4: f4 = float
      case 5: f5 = float
      case 6: f6 = float
      default: f7 = float
      }
      if Number.wasmKind == 5 { addHigh(number.wasmHighWord) }
      floats += 1
    } else {
      let integer = number.wasmWord
      switch integers {
      case 0: i0 = integer
      case 1: i1 = integer
      case 2: i2 = integer
      case 3: i3 = integer
      case 4: i4 = integer
      default: i5 = integer
      }
      integers += 1
    }
  }

  @inlinable @inline(__always)
  mutating func addHigh(_ word: UInt64) {
    hasVectors = true
    switch floats {
    case 0: h0 = word
    case 1: h1 = word
    case 2: h2 = word
    case 3: h3 = word
    case 4: h4 = word
    case 5: h5 = word
    case 6: h6 = word
    default: h7 = word
    }
  }
}

extension Function {
  /// The error of a typed call with numbers and a result of these kinds, packed as in Signature.
  @usableFromInline func mismatch(_ packed: UInt64, _ result: UInt64) -> CallError {
    let result = Signature.type(kind: result).map { [$0] } ?? []
    return CallError(label, expected: type.signature, given: FuncType(Signature.unpack(packed), result).signature)
  }

  @inlinable @inline(__always)
  func callDirectly(_ arguments: DirectArguments) throws -> latch_direct_results {
    if !latch_handler_is_ready() { latch_install_handler() }
    while true {
      var call = latch_direct_call()
      call.code = UnsafeRawPointer(bitPattern: record.currentCode)
      call.context = UnsafeMutableRawPointer(bitPattern: record.pointee.context)
      call.stack_size = UInt64(store.stackSize)
      call.activation.scope = store.scope
      let results = latch_call_direct(
        arguments.i0, arguments.i1, arguments.i2, arguments.i3, arguments.i4, arguments.i5, arguments.f0, arguments.f1,
        arguments.f2, arguments.f3, arguments.f4, arguments.f5, arguments.f6, arguments.f7, &call)
      let outcome = call.activation.outcome
      if outcome == 0 { return results }
      if outcome != UInt64(latch_not_ready.rawValue) { throw store.failure(outcome) }
      try store.prepareCall()
    }
  }

  /// Calls the function with Swift numbers (`Int32`, `UInt32`, `Int64`, `UInt64`, `Float`, `Double`, `V128`; at most six integers and eight others)
  /// for one result. Throws as `call` does.
  @inlinable
  public func callAsFunction<each Argument: WasmNumber, Result: WasmNumber>(
    _ argument: repeat each Argument, as: Result.Type = Result.self
  ) throws -> Result {
    var packed: UInt64 = 1
    repeat packed = packed << 4 | (each Argument).wasmKind
    guard packed == signature.packedParameters, Result.wasmKind == signature.packedResult else { throw mismatch(packed, Result.wasmKind) }
    var arguments = DirectArguments()
    repeat arguments.add(each argument)
    return try callForResult(arguments, Result.self)
  }

  /// As above, for a function without results.
  @inlinable
  public func callAsFunction<each Argument: WasmNumber>(_ argument: repeat each Argument) throws {
    var packed: UInt64 = 1
    repeat packed = packed << 4 | (each Argument).wasmKind
    guard packed == signature.packedParameters, signature.packedResult == 0 else { throw mismatch(packed, 0) }
    var arguments = DirectArguments()
    repeat arguments.add(each argument)
    try callForNothing(arguments)
  }

  @inlinable @inline(__always)
  func callForResult<Result: WasmNumber>(_ arguments: DirectArguments, _: Result.Type) throws -> Result {
    if arguments.hasVectors || Result.wasmKind == 5 {
      let results = try callWithVectors(arguments)
      return Result(wasmWord: Result.wasmKind >= 3 ? results.low : results.integer, high: results.high)
    }
    let results = try callDirectly(arguments)
    return Result(wasmWord: Result.wasmKind >= 3 ? results.real.bitPattern : results.integer)
  }

  @inlinable @inline(__always)
  func callForNothing(_ arguments: DirectArguments) throws {
    if arguments.hasVectors { _ = try callWithVectors(arguments) } else { _ = try callDirectly(arguments) }
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
      if floats < CallingConvention.floatArgumentRegisters {
        floats += 1
        if Number.wasmKind == 5 { return Number(wasmWord: latch_get_float(frame, floats - 1), high: latch_get_float_high(frame, floats - 1)) }
        return Number(wasmWord: latch_get_float(frame, floats - 1))
      }
    } else if integers < CallingConvention.integerArgumentRegisters {
      integers += 1
      return Number(wasmWord: latch_get_integer(frame, integers - 1))
    }
    stack += 1
    if Number.wasmKind == 5 {
      stack += 1
      return Number(wasmWord: frame.pointee.stack_arguments![stack - 2], high: frame.pointee.stack_arguments![stack - 1])
    }
    return Number(wasmWord: frame.pointee.stack_arguments![stack - 1])
  }
}

/// Hands the thunk a host function's result.
@inlinable @inline(__always)
func giveResult<Number: WasmNumber>(_ number: Number, _ frame: UnsafeMutablePointer<latch_host_frame>) {
  if Number.wasmKind == 5 {
    frame.pointee.vector_result = latch_vector(low: number.wasmWord, high: number.wasmHighWord)
  } else {
    frame.pointee.result = number.wasmWord
  }
}

extension Function {
  @usableFromInline
  init(_ store: Store, _ parameters: [ValueType], _ results: [ValueType], _ body: @escaping HostFunctionBody) {
    self.init(store, Signature.of(FuncType(parameters, results)), body)
  }

  /// A function whose type is that of a Swift closure over `Int32`, `UInt32`, `Int64`, `UInt64`, `Float`, `Double` and `V128`.
  @inlinable
  public init<each Parameter: WasmNumber, Result: WasmNumber>(
    _ store: Store, _ body: @escaping (borrowing Caller, repeat each Parameter) throws -> Result
  ) {
    var parameters: [ValueType] = []
    repeat parameters.append((each Parameter).wasmType)
    self.init(store, parameters, [Result.wasmType]) { caller, frame in
      var cursor = ParameterCursor(frame)
      giveResult(try body(caller, repeat cursor.next((each Parameter).self)), frame)
    }
  }

  /// As above, for a closure without result.
  @inlinable
  public init<each Parameter: WasmNumber>(
    _ store: Store, _ body: @escaping (borrowing Caller, repeat each Parameter) throws -> Void
  ) {
    var parameters: [ValueType] = []
    repeat parameters.append((each Parameter).wasmType)
    self.init(store, parameters, []) { caller, frame in
      var cursor = ParameterCursor(frame)
      try body(caller, repeat cursor.next((each Parameter).self))
    }
  }
}
