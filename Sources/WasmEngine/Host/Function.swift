// Functions as the host sees them: wasm functions and host functions alike, called with `Value`s or, faster, with Swift numbers.

import FaultHandler
import RuntimeLayout
import WasmFormat

/// A function that wasm or the host can call.
///
/// ```swift
/// let add = instance.function("add")!
/// let sum: Int32 = try add(Int32(1), Int32(2))                    // typed, nothing is boxed
/// let results = try add.call([.i32(1), .i32(2)])                  // any types
/// let double = Function(store) { (n: Int32) -> Int32 in n * 2 }   // a host function
/// ```
public struct Function: Equatable {
  /// The store that the function belongs to.
  public let store: Store
  /// What compiled code calls through; belongs to the instance or host function, and so to the store.
  @usableFromInline let record: UnsafeMutablePointer<FunctionRecord>
  @usableFromInline let signature: Signature
  /// The instance that the record belongs to; nil for host functions, which live as long as the store.
  let owner: InstanceStorage?

  init(record: UnsafeMutablePointer<FunctionRecord>, signature: Signature, in store: Store) {
    self.record = record
    self.signature = signature
    self.store = store
    owner = UnsafeRawPointer(bitPattern: record.pointee.owner).map { Unmanaged<InstanceStorage>.fromOpaque($0).takeUnretainedValue() }
  }

  /// The function of a reference word; nil for null.
  init?(word: UInt, store: Store) {
    guard let record = UnsafeMutablePointer<FunctionRecord>(bitPattern: word) else { return nil }
    self.init(record: record, signature: Signature.with(id: record.pointee.typeID), in: store)
  }

  /// Whether both are the same function, not just alike.
  public static func == (left: Function, right: Function) -> Bool { left.record == right.record }

  /// What it takes and what it returns.
  public var type: FuncType { signature.type }

  /// The function in messages: `function add`, `wasm function 3`, `host function`.
  var label: String {
    guard let (module, index) = definition else { return "host function" }
    return module.functionName(index).map { "function \($0)" } ?? "wasm function \(index)"
  }

  /// Calls the function. Throws `CallError` when the arguments don't fit, `Trap`, `Exception`, or what a host function threw.
  @discardableResult
  public func call(_ arguments: [Value] = []) throws -> [Value] {
    try CallError.check(arguments, signature.parameters, in: store, label)
    let stackCount = signature.stackArgumentCount
    let furtherWords = signature.furtherResultWords
    return try withUnsafeTemporaryAllocation(of: UInt64.self, capacity: stackCount + furtherWords + 1) { words in
      let base = words.baseAddress.unsafelyUnwrapped
      var call = makeCall()
      for (argument, location) in zip(arguments, signature.arguments) {
        switch location {
        case .integer(let index): latch_set_integer(&call, index, argument.word)
        case .float(let index): latch_set_vector(&call, index, argument.word, argument.highWord)
        case .stack(let index):
          base[index] = argument.word
          if argument.type == .v128 { base[index + 1] = argument.highWord }
        }
      }
      call.stack_arguments = UnsafePointer(base)
      call.stack_argument_count = UInt64(stackCount)
      // Results after the first descend from here.
      let area = base + stackCount + furtherWords
      call.further_results = area
      // Exceptions among the arguments are raw addresses by now.
      try withExtendedLifetime(arguments) { try store.invoke(&call) }
      return results(of: call, area)
    }
  }

  private func results(of call: latch_call, _ area: UnsafeMutablePointer<UInt64>) -> [Value] {
    var results: [Value] = []
    results.reserveCapacity(type.results.count)
    var words = 0
    for (index, type) in signature.results.enumerated() {
      if index == 0 {
        let isFloat = type.registerClass == .float
        results.append(Value(word: isFloat ? call.float_result.low : call.integer_result, high: call.float_result.high, type, store))
      } else {
        words += type.slotCount
        // Of a vector the upper half is in the higher word.
        results.append(Value(word: area[1 - words], high: type == .v128 ? area[2 - words] : 0, type, store))
      }
    }
    return results
  }

  /// Calls the function with arguments some of which are vectors, or for a vector.
  @usableFromInline
  func callWithVectors(_ arguments: DirectArguments) throws -> (integer: UInt64, low: UInt64, high: UInt64) {
    var call = makeCall()
    for (index, word) in [arguments.i0, arguments.i1, arguments.i2, arguments.i3, arguments.i4, arguments.i5].enumerated() {
      latch_set_integer(&call, index, word)
    }
    let floats = [arguments.f0, arguments.f1, arguments.f2, arguments.f3, arguments.f4, arguments.f5, arguments.f6, arguments.f7]
    let highs = [arguments.h0, arguments.h1, arguments.h2, arguments.h3, arguments.h4, arguments.h5, arguments.h6, arguments.h7]
    for index in 0..<8 { latch_set_vector(&call, index, floats[index].bitPattern, highs[index]) }
    try store.invoke(&call)
    return (call.integer_result, call.float_result.low, call.float_result.high)
  }

  /// A call of this function without arguments yet.
  private func makeCall() -> latch_call {
    var call = latch_call()
    call.code = UnsafeRawPointer(bitPattern: record.currentCode)
    call.context = UnsafeMutableRawPointer(bitPattern: record.pointee.context)
    // For host functions this reads a word of their block, which they ignore.
    call.memory_base = call.context?.load(fromByteOffset: InstanceContext.memory0Base, as: UnsafeMutableRawPointer?.self)
    return call
  }
}

extension UnsafeMutablePointer<FunctionRecord> {
  /// The function's code at present; other threads may give it better code at any time.
  @inlinable var currentCode: UInt { SharedWord.load(at: UnsafeRawPointer(self) + FunctionRecord.codeOffset) }
}
