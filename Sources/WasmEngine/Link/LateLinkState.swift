// What a linker knows of its modules, by their handles, and what linking and unlinking them means. The functions of `latch_jit` hold this object, and so does
// the store that owns them: it holds no handle of the store itself.

import FaultHandler
import RawCollections
import RuntimeLayout
import WasmFormat

/// What an instance that a linker has made says of itself.
struct LateIdentity {
  let linker: LateLinkState
  let handle: Int32
  /// How many had been started before it.
  let order: Int
  /// It was unlinked.
  var isRetired = false
}

final class LateLinkState {
  /// What a handle stands for. The store owns the instances, and drops a retired one only when it is the only one to hold it.
  private enum Entry {
    case compiling(LateCompilation)
    case starting(Unmanaged<InstanceStorage>)
    case linked(Unmanaged<InstanceStorage>)
    case retired
    case failed(LinkFailure)
  }

  /// The entries by handle.
  private struct Entries {
    private(set) var byNumber = NumberMap<Entry>()

    subscript(handle: Int32) -> Entry? {
      get { byNumber[UInt32(bitPattern: handle)] }
      set { byNumber[UInt32(bitPattern: handle)] = newValue }
    }
  }

  private unowned(unsafe) let store: Store
  private let limits: LateLinkLimits
  let isPullOnly: Bool
  private let guestModule: WasmName
  private let further: [ImportName: StoredExtern]
  private(set) var guest: GuestNames?
  private var entries = Entries()
  private(set) var lastHandle: Int32
  private var depth = 0
  private var started = 0
  /// Of all modules whose code is there.
  private var bytes = 0
  private var count = 0
  private(set) var statistics = LateLinkStatistics()
  private(set) var lastFailure: (any Error)?

  init(_ store: Store, _ options: LateLinkOptions) {
    self.store = store
    limits = options.limits
    isPullOnly = options.isPullOnly
    guestModule = options.guestModule
    lastHandle = options.lastHandle
    further = options.imports.stored
  }

  deinit {
    entries.byNumber.forEach { _, entry in
      if case .compiling(let compilation) = entry { compilation.cancel() }
    }
  }

  // MARK: The guest

  func attach(_ instance: InstanceStorage) throws(LinkError) {
    if let guest {
      guard guest.storage === instance else { throw LinkError("the linker has another guest") }
      return
    }
    guest = try GuestNames(instance, guestModule, further)
  }

  func attached() throws(LinkError) -> GuestNames {
    guard let guest else { throw LinkError("the linker has no guest yet") }
    return guest
  }

  /// The guest, which is the first one that calls if the host has named none.
  func guest(calledBy caller: Instance?) throws(LinkError) -> GuestNames {
    if guest == nil, let caller { try attach(caller.storage) }
    return try attached()
  }

  func modules(in store: Store) -> [LinkedModule] {
    guard let guest else { return [] }
    var modules: [LinkedModule] = []
    entries.byNumber.forEach { handle, entry in
      guard case .linked(let unmanaged) = entry else { return }
      let storage = unmanaged.takeUnretainedValue()
      let targets = storage.importedExterns(store).map { extern in
        guest.storage.index(of: extern).map { LinkedModule.Target.guest($0) } ?? .other(extern)
      }
      let instance = Instance(storage, in: store)
      modules.append(LinkedModule(handle: Int32(bitPattern: handle), instance: instance, targets: targets, order: storage.late?.order ?? 0))
    }
    return modules.sorted { $0.order < $1.order }
  }

  // MARK: Linking

  /// Links a module now. `flags` are known ones.
  func link(_ bytes: UnsafeRawBufferPointer, flags: Int32) throws -> (handle: Int32, instance: InstanceStorage) {
    let handle = try reserve(bytes.count)
    defer { if case .compiling? = entries[handle] { drop(handle, bytes.count) } }
    return try counting {
      let guest = try attached().indices
      let module = try retryingWithRoom { try Module(store.engine, late: bytes, to: guest, isHot: flags & LinkFlag.hot != 0) }
      return (handle, try start(module, handle))
    }
  }

  /// Has a module compiled in the background; its handle. `bytes` are copied.
  func linkInBackground(_ bytes: UnsafeRawBufferPointer, flags: Int32) throws -> Int32 {
    let compilation = LateCompilation(store.engine, bytes, to: try attached().indices, isHot: flags & LinkFlag.hot != 0)
    guard store.engine.runtime.lateQueue.submit(compilation) else { return try link(bytes, flags: flags).handle }
    do {
      let handle = try reserve(bytes.count)
      entries[handle] = .compiling(compilation)
      return handle
    } catch {
      compilation.cancel()
      throw error
    }
  }

  /// Instantiates a module that has been compiled meanwhile, and starts it.
  private func finish(_ handle: Int32, _ compilation: LateCompilation) throws {
    guard let result = compilation.takeResult() else { return }
    do {
      try counting { _ = try start(try result.get(), handle) }
    } catch {
      let failure = try LinkFailure(error)
      if case .compiling? = entries[handle] { give(compilation.byteCount) }
      entries[handle] = .failed(failure)
      throw error
    }
  }

  /// A handle for a module of so many bytes, if the limits allow one more. Its entry is that of a module which is being compiled.
  private func reserve(_ byteCount: Int) throws -> Int32 {
    if depth >= limits.depth { throw LateLinkRefusal(failure: .tooDeep, description: "\(limits.depth) start functions that link modules are active") }
    if count >= limits.modules || byteCount > limits.bytes - bytes || needsTooMuchMemory(byteCount) { store.releaseUnlinked() }
    guard entries.byNumber.count < limits.modules, count < limits.modules else {
      throw LateLinkRefusal(failure: .tooManyModules, description: "the guest has \(count) modules, which is the limit")
    }
    guard byteCount <= limits.bytes - bytes else {
      throw LateLinkRefusal(failure: .tooManyBytes, description: "the guest's modules would have more than \(limits.bytes) bytes together")
    }
    if needsTooMuchMemory(byteCount) {
      throw LateLinkRefusal(failure: .tooManyBytes, description: "the guest's modules would take more than \(limits.memory) bytes of memory together")
    }
    repeat { lastHandle = lastHandle == .max ? 1 : lastHandle + 1 } while entries[lastHandle] != nil
    entries[lastHandle] = .compiling(.none)
    count += 1
    bytes += byteCount
    return lastHandle
  }

  private func needsTooMuchMemory(_ byteCount: Int) -> Bool {
    LateLinkLimits.memory(modules: count + 1, bytes: bytes + byteCount) > limits.memory
  }

  private func start(_ module: Module, _ handle: Int32) throws -> InstanceStorage {
    let guest = try attached()
    let instantiation = Instantiation(module, store, joining: module.joined == nil ? nil : guest.storage)
    let instance: InstanceStorage
    do {
      instance = try instantiation.allocate({ guest.find($0, store) }, missing: guest.missing)
    } catch let error as LinkError {
      throw error.about("module \(handle) (\(module.byteCount) bytes)")
    }
    started += 1
    instance.late = LateIdentity(linker: self, handle: handle, order: started)
    entries[handle] = .starting(.passUnretained(instance))
    depth += 1
    defer { depth -= 1 }
    do {
      try instantiation.start(instance)
    } catch {
      // Others may refer to its functions, but nobody knows its handle.
      retire(instance, handle)
      throw error
    }
    module.dropContent()
    entries[handle] = .linked(.passUnretained(instance))
    statistics.modules += 1
    statistics.bytes += module.byteCount
    return instance
  }

  /// Calls `body` once more if there was no room, but modules that were unlinked could make some.
  private func retryingWithRoom<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch is ResourceError where store.releaseUnlinked() > 0 {
      return try body()
    }
  }

  /// Counts what linking takes and how it ends.
  private func counting<Result>(_ body: () throws -> Result) throws -> Result {
    let start = MonotonicClock.nanoseconds
    defer {
      let end = MonotonicClock.nanoseconds
      statistics.nanoseconds += end - start
      store.engine.trace?.span("link", "link", from: start, to: end, ["modules": statistics.modules])
    }
    do {
      return try body()
    } catch {
      statistics.refused += 1
      lastFailure = error
      throw error
    }
  }

  private func give(_ byteCount: Int) {
    bytes -= byteCount
    count -= 1
  }

  private func drop(_ handle: Int32, _ byteCount: Int) {
    entries[handle] = nil
    give(byteCount)
  }

  // MARK: What else the guest can do with a handle

  /// How far a module is. What has been compiled in the background is linked now; an error of that is not thrown, but one of the host's functions that start
  /// functions have called, or an interruption, is.
  func state(_ handle: Int32) throws -> Int32 {
    if case .compiling(let compilation)? = entries[handle] {
      do {
        try finish(handle, compilation)
      } catch {
        return try LinkFailure(error).rawValue
      }
    }
    switch entries[handle] {
    case nil: return LinkFailure.noSuchHandle.rawValue
    case .compiling, .starting: return LinkState.pending
    case .linked: return LinkState.linked
    case .failed(let failure): return failure.rawValue
    case .retired:
      store.searchIfAskedOften()
      return entries[handle] == nil ? LinkFailure.noSuchHandle.rawValue : LinkState.retired
    }
  }

  /// Nil, or why it was not done.
  func unlink(_ handle: Int32) -> LinkFailure? {
    switch entries[handle] {
    case nil, .retired: return .noSuchHandle
    case .starting: return .busy
    case .compiling(let compilation):
      compilation.cancel()
      drop(handle, compilation.byteCount)
    case .failed: entries[handle] = nil
    case .linked(let unmanaged):
      statistics.unlinked += 1
      retire(unmanaged.takeUnretainedValue(), handle)
    }
    return nil
  }

  private func retire(_ instance: InstanceStorage, _ handle: Int32) {
    instance.late?.isRetired = true
    entries[handle] = .retired
    store.noteRetired()
  }

  /// The store has freed a retired instance.
  func forget(_ handle: Int32, _ byteCount: Int) {
    statistics.freed += 1
    if case .retired? = entries[handle] { entries[handle] = nil }
    give(byteCount)
  }

  /// The engine's counts of a linked module's functions (`FunctionCount`); nil if there is none.
  func counts(_ handle: Int32) -> [UInt64]? {
    guard case .linked(let unmanaged)? = entries[handle] else { return nil }
    return unmanaged.takeUnretainedValue().functionCounts
  }
}

extension LinkFailure {
  /// The number for an error of linking. Throws the error itself if it is none of the module's: an interruption, or what the host's functions have thrown.
  init(_ error: any Error) throws {
    switch error {
    case is MemoryAccessError: self = .outsideMemory
    case is DecodingError, is ValidationError: self = .invalidModule
    case is LinkError: self = .badImport
    case is ResourceError: self = .outOfMemory
    case is Exception: self = .startFailed
    case let refusal as LateLinkRefusal: self = refusal.failure
    case let trap as Trap where trap.reason != .interrupted && trap.reason != .timeLimitExceeded: self = .startFailed
    default: throw error
    }
  }
}
