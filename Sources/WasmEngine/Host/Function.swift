// Functions as the host sees them: wasm functions and host functions alike, called with `Value`s or, faster, with Swift numbers.

import FaultHandler
import RuntimeLayout
import WasmFormat

/// A function that wasm or the host can call.
public struct Function: Equatable {
  public let store: Store
  /// What compiled code calls through; belongs to the instance or host function, and so to the store.
  let record: UnsafeMutablePointer<FunctionRecord>
  let signature: Signature

  init(record: UnsafeMutablePointer<FunctionRecord>, signature: Signature, in store: Store) {
    self.record = record
    self.signature = signature
    self.store = store
  }

  /// The function of a reference word; nil for null.
  init?(word: UInt, store: Store) {
    guard let record = UnsafeMutablePointer<FunctionRecord>(bitPattern: word) else { return nil }
    self.init(record: record, signature: Signature.with(id: record.pointee.typeID), in: store)
  }

  public static func == (left: Function, right: Function) -> Bool { left.record == right.record }

  public var type: FuncType { signature.type }

  /// Calls the function. Throws `CallError` when the arguments don't fit, `Trap`, or what a host function threw.
  @discardableResult
  public func call(_ arguments: [Value] = []) throws -> [Value] {
    let parameters = type.parameters
    guard arguments.count == parameters.count else {
      throw CallError("\(arguments.count) arguments for \(parameters.count) parameters")
    }
    for (argument, parameter) in zip(arguments, parameters) {
      guard argument.type == parameter, argument.belongs(to: store) else {
        throw CallError("an argument of type \(argument.type.name) for a parameter of type \(parameter.name)")
      }
    }
    let resultCount = type.results.count
    let stackCount = signature.stackArgumentCount
    return try withUnsafeTemporaryAllocation(of: UInt64.self, capacity: stackCount + resultCount) { words in
      let base = words.baseAddress ?? UnsafeMutablePointer(bitPattern: 8)!
      var call = makeCall()
      for (argument, location) in zip(arguments, signature.arguments) {
        switch location {
        case .integer(let index): latch_set_integer(&call, index, argument.word)
        case .float(let index): latch_set_float(&call, index, argument.word)
        case .stack(let index): base[index] = argument.word
        }
      }
      call.stack_arguments = UnsafePointer(base)
      call.stack_argument_count = UInt64(stackCount)
      // Results after the first descend from here.
      call.further_results = base + stackCount + max(resultCount, 1) - 1
      try store.invoke(&call)
      var results: [Value] = []
      results.reserveCapacity(resultCount)
      for (index, type) in type.results.enumerated() {
        let word =
          if index > 0 {
            base[stackCount + resultCount - index]
          } else {
            type.isFloat ? call.float_result : call.integer_result
          }
        results.append(Value(word: word, type, store))
      }
      return results
    }
  }

  /// A call of this function without arguments yet.
  func makeCall() -> latch_call {
    var call = latch_call()
    call.code = UnsafeRawPointer(bitPattern: record.pointee.code)
    call.context = UnsafeMutableRawPointer(bitPattern: record.pointee.context)
    // For host functions this reads a word of their block, which they ignore.
    call.memory_base = call.context?.load(fromByteOffset: InstanceContext.memory0Base, as: UnsafeMutableRawPointer?.self)
    return call
  }
}

// MARK: Typed calls

extension Function {
  /// Puts arguments where the calling convention wants them.
  struct ArgumentCursor {
    var call: latch_call
    var integers = 0
    var floats = 0
    var isTooLong = false

    @inline(__always)
    mutating func add<Number: WasmNumber>(_ number: Number) {
      if Number.wasmType.isFloat {
        if floats < 8 { latch_set_float(&call, floats, number.wasmWord) } else { isTooLong = true }
        floats += 1
      } else {
        if integers < 8 { latch_set_integer(&call, integers, number.wasmWord) } else { isTooLong = true }
        integers += 1
      }
    }
  }

  private func prepare<each Argument: WasmNumber>(
    _ argument: repeat each Argument, result: ValueType?
  ) throws -> latch_call {
    var index = 0
    let parameters = signature.type.parameters
    var cursor = ArgumentCursor(call: makeCall())
    for number in repeat each argument {
      guard index < parameters.count, parameters[index] == type(ofNumber: number) else {
        throw CallError("the arguments are not of the parameters' types")
      }
      cursor.add(number)
      index += 1
    }
    guard index == parameters.count else { throw CallError("\(index) arguments for \(parameters.count) parameters") }
    guard !cursor.isTooLong else { throw CallError("too many arguments for a typed call") }
    let results = signature.type.results
    guard results.count == (result == nil ? 0 : 1), result == nil || results[0] == result else {
      throw CallError("the result is not of the type asked for")
    }
    return cursor.call
  }

  private func type<Number: WasmNumber>(ofNumber: Number) -> ValueType { Number.wasmType }

  /// Calls the function with Swift numbers (`Int32`, `UInt32`, `Int64`, `UInt64`, `Float`, `Double`; at most eight integers and eight
  /// floats) for one result. Throws as `call` does.
  public func callAsFunction<each Argument: WasmNumber, Result: WasmNumber>(
    _ argument: repeat each Argument, as: Result.Type = Result.self
  ) throws -> Result {
    var call = try prepare(repeat each argument, result: Result.wasmType)
    try store.invoke(&call)
    return Result(wasmWord: Result.wasmType.isFloat ? call.float_result : call.integer_result)
  }

  /// As above, for a function without results.
  public func callAsFunction<each Argument: WasmNumber>(_ argument: repeat each Argument) throws {
    var call = try prepare(repeat each argument, result: nil)
    try store.invoke(&call)
  }
}
