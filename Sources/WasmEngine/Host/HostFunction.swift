// Host functions: Swift closures that wasm code calls. A closure may call wasm again; an error that it throws ends the wasm call that
// it was called from and comes out of the host's call of that, unchanged.

import FaultHandler
import RuntimeLayout
import WasmFormat

/// Who called a host function.
public struct Caller {
  public let store: Store
  let storage: InstanceStorage?

  /// The instance whose code made the call; nil when the host called the function itself.
  public var instance: Instance? { storage.map { Instance($0, in: store) } }

  /// The instance's memory: the exported one of that name. Throws `LinkError`.
  public func memory(_ name: WasmName = "memory") throws -> Memory {
    guard let memory = storage.flatMap({ Instance($0, in: store).memory(name) }) else {
      throw LinkError(module: "", name: name, "the caller exports no such memory")
    }
    return memory
  }
}

/// What a host function consists of: its closure, its record, and the block that the thunk finds in place of an instance's context.
final class HostFunctionStorage {
  typealias Body = (_ caller: Caller, _ frame: UnsafeMutablePointer<latch_host_frame>) throws -> Void

  let signature: Signature
  let body: Body
  unowned let store: Store
  let record: UnsafeMutablePointer<FunctionRecord>
  private let block: UnsafeMutablePointer<latch_host_function>

  init(_ signature: Signature, _ store: Store, _ body: @escaping Body) {
    self.signature = signature
    self.body = body
    self.store = store
    block = .allocate(capacity: 1)
    record = .allocate(capacity: 1)
    record.initialize(
      to: FunctionRecord(
        code: UInt(bitPattern: latch_host_thunk()), context: UInt(bitPattern: block), typeID: signature.id,
        functionIndex: .max, owner: 0))
    block.initialize(
      to: latch_host_function(
        implementation: hostFunctionEntry, stack_area: UInt64(signature.stackArea), owner: nil, data: 0))
    block.pointee.owner = Unmanaged.passUnretained(self).toOpaque()
  }

  deinit {
    block.deallocate()
    record.deallocate()
  }
}

/// Where the thunk calls Swift.
private func hostFunctionEntry(
  _ block: UnsafeMutablePointer<latch_host_function>, _ frame: UnsafeMutablePointer<latch_host_frame>
) -> Bool {
  let function = Unmanaged<HostFunctionStorage>.fromOpaque(block.pointee.owner!).takeUnretainedValue()
  let store = function.store
  do {
    try function.body(Caller(store: store, storage: frame.pointee.caller.map(InstanceStorage.from)), frame)
    return true
  } catch {
    store.pendingError = error
    return false
  }
}

extension Function {
  /// A function of any type whose arguments and results are `Value`s. The closure must return as many values, and of such types, as
  /// the type says; otherwise the call throws `CallError`.
  public init(_ store: Store, _ type: FuncType, _ body: @escaping (Caller, [Value]) throws -> [Value]) {
    let signature = Signature.of(type)
    self.init(store, signature) { caller, frame in
      let results = try body(caller, Function.arguments(frame, signature, caller.store))
      try Function.deliver(results, frame, signature, caller.store)
    }
  }

  init(_ store: Store, _ signature: Signature, _ body: @escaping HostFunctionStorage.Body) {
    let storage = HostFunctionStorage(signature, store, body)
    store.hostFunctions.append(storage)
    self.init(record: storage.record, signature: signature, in: store)
  }

  private static func arguments(
    _ frame: UnsafeMutablePointer<latch_host_frame>, _ signature: Signature, _ store: Store
  ) -> [Value] {
    var values: [Value] = []
    values.reserveCapacity(signature.arguments.count)
    for (location, type) in zip(signature.arguments, signature.type.parameters) {
      let word =
        switch location {
        case .integer(let index): latch_get_integer(frame, index)
        case .float(let index): latch_get_float(frame, index)
        case .stack(let index): frame.pointee.stack_arguments![index]
        }
      values.append(Value(word: word, type, store))
    }
    return values
  }

  private static func deliver(
    _ results: [Value], _ frame: UnsafeMutablePointer<latch_host_frame>, _ signature: Signature, _ store: Store
  ) throws {
    let types = signature.type.results
    guard results.count == types.count else {
      throw CallError("a host function returned \(results.count) values instead of \(types.count)")
    }
    for (index, result) in results.enumerated() {
      guard result.type == types[index], result.belongs(to: store) else {
        throw CallError("a host function returned a value of type \(result.type.name) instead of \(types[index].name)")
      }
      if index == 0 { frame.pointee.result = result.word } else { frame.pointee.further_results![1 - index] = result.word }
    }
  }
}

// MARK: Typed closures

/// Takes arguments from where the calling convention puts them.
struct ParameterCursor {
  let frame: UnsafeMutablePointer<latch_host_frame>
  var integers = 0
  var floats = 0
  var stack = 0

  @inline(__always)
  mutating func next<Number: WasmNumber>(_: Number.Type) -> Number {
    let word: UInt64
    if Number.wasmType.isFloat {
      if floats < 8 {
        word = latch_get_float(frame, floats)
        floats += 1
        return Number(wasmWord: word)
      }
    } else if integers < 8 {
      word = latch_get_integer(frame, integers)
      integers += 1
      return Number(wasmWord: word)
    }
    word = frame.pointee.stack_arguments![stack]
    stack += 1
    return Number(wasmWord: word)
  }
}

extension Function {
  private static func types<each Parameter: WasmNumber>(_: repeat (each Parameter).Type) -> [ValueType] {
    var types: [ValueType] = []
    repeat types.append((each Parameter).wasmType)
    return types
  }

  /// A function whose type is that of a Swift closure over `Int32`, `UInt32`, `Int64`, `UInt64`, `Float` and `Double`.
  public init<each Parameter: WasmNumber, Result: WasmNumber>(
    _ store: Store, _ body: @escaping (Caller, repeat each Parameter) throws -> Result
  ) {
    let type = FuncType(Function.types(repeat (each Parameter).self), [Result.wasmType])
    self.init(store, Signature.of(type)) { caller, frame in
      var cursor = ParameterCursor(frame: frame)
      frame.pointee.result = try body(caller, repeat cursor.next((each Parameter).self)).wasmWord
    }
  }

  /// As above, for a closure without result.
  public init<each Parameter: WasmNumber>(
    _ store: Store, _ body: @escaping (Caller, repeat each Parameter) throws -> Void
  ) {
    let type = FuncType(Function.types(repeat (each Parameter).self), [])
    self.init(store, Signature.of(type)) { caller, frame in
      var cursor = ParameterCursor(frame: frame)
      try body(caller, repeat cursor.next((each Parameter).self))
    }
  }
}
