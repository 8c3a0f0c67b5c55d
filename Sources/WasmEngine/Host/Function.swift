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
    try CallError.check(arguments, type.parameters, in: store, label)
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
      // Exceptions among the arguments are raw addresses by now.
      try withExtendedLifetime(arguments) { try store.invoke(&call) }
      var results: [Value] = []
      results.reserveCapacity(resultCount)
      for (index, type) in type.results.enumerated() {
        let word =
          if index > 0 {
            base[stackCount + resultCount - index]
          } else {
            type.isFloat ? call.float_result.low : call.integer_result
          }
        results.append(Value(word: word, type, store))
      }
      return results
    }
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
