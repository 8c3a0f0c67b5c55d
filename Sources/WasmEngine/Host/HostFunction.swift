// Host functions: Swift closures that wasm code calls. A closure may call wasm again; an error that it throws ends the wasm call that
// it was called from and comes out of the host's call of that, unchanged. An `Exception` is thrown in wasm, which may catch it.

import FaultHandler
import RuntimeLayout
import WasmFormat

/// Who called a host function. Lent for the time of the call: it can be neither copied nor captured by what outlives the call.
///
/// ```swift
/// Function(store) { (caller: borrowing Caller, pointer: UInt32, count: UInt32) in
///   print(try caller.memory().readString(at: Int(pointer), count: Int(count)))
/// }
/// ```
public struct Caller: ~Copyable {
  // Unowned, because counting references would take longer than the rest of a call. Whoever calls has the store.
  private unowned(unsafe) let unownedStore: Store
  private let context: UnsafeMutableRawPointer?

  @inline(__always)
  init(store: Store, context: UnsafeMutableRawPointer?) {
    unownedStore = store
    self.context = context
  }

  /// The store of the host function, and of its caller.
  public var store: Store { unownedStore }

  /// The data of the store. Throws `CallError` if it is of another type, or nothing.
  public func data<Data>(as type: Data.Type = Data.self) throws(CallError) -> Data {
    guard let data = store.data as? Data else {
      throw CallError("data of the store", expected: "\(type)", given: store.data.map { "\(Swift.type(of: $0))" } ?? "none")
    }
    return data
  }

  private var storage: InstanceStorage? { context.map(InstanceStorage.from) }

  /// The instance whose code made the call; nil when the host called the function itself.
  public var instance: Instance? { storage.map { Instance($0, in: store) } }

  /// What the caller's module calls a function that it imports: `host function env.log`.
  func label(ofImport record: UnsafeMutablePointer<FunctionRecord>?) -> String {
    guard let storage else { return "host function" }
    var index = 0
    for declaration in storage.module.imports {
      guard case .function = declaration.descriptor else { continue }
      if storage.functionRecord(index) == record { return "host function \(declaration.module).\(declaration.name)" }
      index += 1
    }
    return "host function"
  }

  /// The instance's memory: the exported one of that name. Throws `LinkError`.
  public func memory(_ name: WasmName = "memory") throws -> Memory {
    if let last = storage?.lastMemory, last.name == name { return Memory(last.storage, in: store) }
    guard let storage, let memory = Instance(storage, in: store).memory(name) else {
      throw LinkError(name: name, "the caller exports no such memory")
    }
    storage.lastMemory = (name, memory.storage)
    return memory
  }
}

/// What a host function does with the registers and stack slots that the thunk hands it.
@usableFromInline
typealias HostFunctionBody = (_ caller: borrowing Caller, _ frame: UnsafeMutablePointer<latch_host_frame>) throws -> Void

/// What a host function consists of: its closure, its record, and the block that the thunk finds in place of an instance's context.
final class HostFunctionStorage {
  let signature: Signature
  let body: HostFunctionBody
  /// The owner, so it outlives this.
  unowned(unsafe) let store: Store
  let record: UnsafeMutablePointer<FunctionRecord>
  private let block: UnsafeMutablePointer<latch_host_function>

  init(_ signature: Signature, _ store: Store, _ body: @escaping HostFunctionBody) {
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
        implementation: hostFunctionEntry, stack_area: UInt64(signature.stackArea) | (signature.type.results.first == .v128 ? 1 : 0), owner: nil,
        data: 0))
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
) -> Int32 {
  Unmanaged<HostFunctionStorage>.fromOpaque(block.pointee.owner.unsafelyUnwrapped)._withUnsafeGuaranteedRef { function in
    do {
      try function.body(Caller(store: function.store, context: frame.pointee.caller), frame)
      return Int32(latch_host_returned.rawValue)
    } catch {
      if let exception = error as? Exception, exception.store === function.store {
        frame.pointee.result = UInt64(exception.record.address)
        return Int32(latch_host_threw.rawValue)
      }
      function.store.pendingError = error
      return Int32(latch_host_error.rawValue)
    }
  }
}

extension Function {
  /// A function of any type whose arguments and results are `Value`s. The closure must return as many values, and of such types, as
  /// the type says; otherwise the call throws `CallError`.
  public init(_ store: Store, _ type: FuncType, _ body: @escaping (borrowing Caller, [Value]) throws -> [Value]) {
    let signature = Signature.of(type)
    let identity = Identity()
    self.init(store, signature) { caller, frame in
      let results = try body(caller, Function.arguments(frame, signature, caller.store))
      try CallError.check(results, signature.results, in: caller.store, "result of \(caller.label(ofImport: identity.record))")
      Function.giveResults(results, frame)
    }
    identity.record = record
  }

  /// By which a host function finds out what its caller calls it.
  private final class Identity {
    var record: UnsafeMutablePointer<FunctionRecord>?
  }

  init(_ store: Store, _ signature: Signature, _ body: @escaping HostFunctionBody) {
    let storage = HostFunctionStorage(signature, store, body)
    store.hostFunctions.append(storage)
    self.init(record: storage.record, signature: signature, in: store)
  }

  private static func giveResults(_ results: [Value], _ frame: UnsafeMutablePointer<latch_host_frame>) {
    var words = 0
    for (index, result) in results.enumerated() {
      if index == 0 {
        frame.pointee.result = result.word
        frame.pointee.vector_result = latch_vector(low: result.word, high: result.highWord)
      } else {
        words += result.type.slotCount
        frame.pointee.further_results![1 - words] = result.word
        if result.type == .v128 { frame.pointee.further_results![2 - words] = result.highWord }
      }
    }
  }

  private static func arguments(
    _ frame: UnsafeMutablePointer<latch_host_frame>, _ signature: Signature, _ store: Store
  ) -> [Value] {
    var values: [Value] = []
    values.reserveCapacity(signature.arguments.count)
    for (location, type) in zip(signature.arguments, signature.parameters) {
      values.append(Value(word: word(at: location, frame), high: type == .v128 ? highWord(at: location, frame) : 0, type, store))
    }
    return values
  }
}
