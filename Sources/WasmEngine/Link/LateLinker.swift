// Late linking: adding auxiliary modules to a live instance, the *guest*, also from inside a host function that the guest has called. A module gets the
// guest's memory and table and whatever else it imports by the guest's names (GuestNames); its start function makes its functions known, typically by growing the
// table and storing the new indices where the guest's code finds them. docs/late-linking.md is the protocol.
//
// An auxiliary instance belongs to the same store. It lives until it is unlinked *and* nothing refers to it: no frame, table, global, segment, exception, other
// instance or handle of the host (Store+Unlinking). Its functions are compiled at once: they were sent because they are hot; for the same reason the
// optimizing compiler gets them sooner than others, and at once those that the module marks (WasmFormat's CompilationPriority).

import RuntimeLayout
import WasmFormat

/// What late linking goes by.
///
/// ```swift
/// var options = LateLinkOptions()
/// options.imports.define("host", "log", Function(store) { (n: Int32) in print(n) })
/// options.limits.modules = 1000
/// let linker = LateLinker(store, options)
/// ```
public struct LateLinkOptions {
  /// What auxiliary modules may import beside what the guest has: looked at first.
  public var imports = Imports()
  /// The module name under which they import what the guest exports.
  public var guestModule: WasmName = "env"
  /// How much a guest may have linked.
  public var limits = LateLinkLimits()
  /// Handles up to this one are not given before others have run out: a guest that is the copy of another one may still have them, and what they stood for
  /// is a part of it now (Freezer).
  public var lastHandle: Int32 = 0
  /// `latch_jit.link` links nothing and returns 0: the host links between calls only.
  public var isPullOnly = false

  /// Guests may link as much as the default limits allow, and import nothing from the host.
  public init() {}
}

/// How much a guest may have linked. Modules that were unlinked count until their code is gone.
///
/// ```swift
/// var options = LateLinkOptions()
/// options.limits.modules = 10_000
/// options.limits.memory = LateLinkLimits.memory(modules: 1000, bytes: 1 << 20)
/// ```
public struct LateLinkLimits: Sendable, Equatable {
  /// How many modules.
  public var modules = 1 << 20
  /// Bytes of all modules together.
  public var bytes = 1 << 30
  /// Bytes of the process's memory that they take, with their machine code and all that the engine knows of them: by an estimate, `memory(modules:bytes:)`.
  public var memory = Int.max
  /// How deep start functions that link modules may nest.
  public var depth = 64

  /// The default limits.
  public init() {}

  /// About so much memory is taken by modules of so many bytes together. Measured with modules of 600 to 1,000 bytes.
  public static func memory(modules: Int, bytes: Int) -> Int { modules * 4096 + bytes * 6 }
}

/// What a linker has done so far.
///
/// ```swift
/// let statistics = linker.statistics
/// print(statistics.modules, "linked,", statistics.unlinked - statistics.freed, "waiting for their last frame")
/// ```
public struct LateLinkStatistics: Sendable, Equatable {
  /// Modules that were linked.
  public var modules = 0
  /// Their bytes.
  public var bytes = 0
  /// Modules that were refused, or whose start function failed.
  public var refused = 0
  /// Modules that were unlinked.
  public var unlinked = 0
  /// How many of them are gone.
  public var freed = 0
  /// Compiling, instantiating and running start functions.
  public var nanoseconds: UInt64 = 0
}

/// A limit of late linking was reached.
///
/// ```swift
/// do {
///   while try linker.pull("next_module") { }
/// } catch let refusal as LateLinkRefusal {
///   print(refusal, refusal.failure)
/// }
/// ```
public struct LateLinkRefusal: Error, Sendable, CustomStringConvertible {
  /// Which one, as the guest is told.
  public let failure: LinkFailure
  public let description: String
}

/// Links auxiliary modules to one instance, the guest.
///
/// The guest may ask for it itself (*push*): it imports functions of the module `latch_jit` (`LateLinkInterface`). Or the host fetches modules from it between
/// calls (*pull*). This is a whole host of both:
///
/// ```swift
/// let store = Store(engine)
/// var options = LateLinkOptions()
/// options.imports.define("host", "log", Function(store) { (n: Int32) in print(n) })
/// let linker = LateLinker(store, options)
///
/// var imports = Imports()
/// linker.define(in: &imports)                        // push: latch_jit.link and so on
/// imports.define("host", "log", Function(store) { (n: Int32) in print(n) })
/// let guest = try Instance(module, imports: imports, in: store)
/// try linker.attach(guest)
///
/// while try linker.pull("next_module") { }            // pull: until the guest has none
/// try guest.function("run")!()
/// for module in linker.modules { print(module.handle, module.byteCount) }
/// ```
public struct LateLinker {
  /// The guest's store.
  public let store: Store
  let state: LateLinkState

  /// A linker for an instance that is yet to be made: `attach` it, or let it call a function of `latch_jit`.
  public init(_ store: Store, _ options: LateLinkOptions = LateLinkOptions()) {
    self.store = store
    state = LateLinkState(store, options)
  }

  /// A linker for an instance. Throws `LinkError` if it has no memory.
  public init(_ guest: Instance, _ options: LateLinkOptions = LateLinkOptions()) throws(LinkError) {
    self.init(guest.store, options)
    try attach(guest)
  }

  /// Says which instance modules are linked to. Throws `LinkError` if it has no memory, is of another store, or the linker has another one.
  public func attach(_ guest: Instance) throws(LinkError) {
    guard guest.store === store else { throw LinkError("the guest belongs to another store than the linker") }
    try state.attach(guest.storage)
  }

  /// The instance that modules are linked to, once it is known.
  public var guest: Instance? { state.guest.map { Instance($0.storage, in: store) } }

  /// The handle that was given last; 0 if there was none.
  public var lastHandle: Int32 { state.lastHandle }

  /// Defines the imports of `latch_jit` for the guest. Auxiliary modules may import them too.
  public func define(in imports: inout Imports) {
    let module = WasmName(LateLinkInterface.module)
    for (name, function) in functions() { imports.define(module, WasmName(name), function) }
  }

  /// The imports of `latch_jit`, always in the same order.
  package func functions() -> [(name: String, function: Function)] { LateLinkFunctions(state, store).all() }

  /// Compiles, links and starts the module at `pointer ..< pointer + length` of the guest's memory.
  ///
  /// Throws `MemoryAccessError`, `DecodingError`, `ValidationError`, `LinkError` (which names module and import), `Trap`, `ResourceError` or `LateLinkRefusal`.
  @discardableResult
  public func link(moduleAt pointer: Int, length: Int) throws -> Instance {
    let start = try state.attached().memory(store).address(of: pointer, count: length)
    return try link(UnsafeRawBufferPointer(start: start, count: length))
  }

  /// The same for a module anywhere.
  @discardableResult
  public func link(_ bytes: UnsafeRawBufferPointer) throws -> Instance {
    Instance(try state.link(bytes, flags: 0).instance, in: store)
  }

  /// Fetches a module from the guest and links it. `export` names a function `() -> i64`: the address of a module in the low half, its length in the high half;
  /// 0: there is none. False when there was none.
  @discardableResult
  public func pull(_ export: WasmName) throws -> Bool {
    let instance = Instance(try state.attached().storage, in: store)
    guard let function = instance.function(export) else { throw LinkError(name: export, "the guest exports no such function to pull modules from") }
    guard function.type == FuncType([], [.i64]) else {
      throw LinkError(name: export, "modules are pulled from a function () -> (i64), but this is one \(function.type.signature)")
    }
    let place: UInt64 = try function()
    if place == 0 { return false }
    try link(moduleAt: Int(UInt32(truncatingIfNeeded: place)), length: Int(place >> 32))
    return true
  }

  /// Says that a module that this linker has linked is needed no more. Its code goes when nothing refers to it, which the engine looks for now and then; a handle
  /// of the host, such as `auxiliary` itself, refers to it. To be called on the thread on which calls of the store are active, if there are any. Throws `LinkError` if
  /// there is no such module.
  public func unlink(_ auxiliary: Instance) throws(LinkError) {
    guard auxiliary.storage.late?.linker === state, state.unlink(auxiliary.storage.late?.handle ?? 0) == nil else {
      throw LinkError("this linker has not linked the instance, or has unlinked it")
    }
  }

  /// Looks now for modules that were unlinked and that nothing refers to, and frees them. Returns how many. To be called on the thread on which calls of the store are
  /// active, if there are any: their frames may refer to modules.
  @discardableResult
  public func releaseUnlinked() -> Int { store.releaseUnlinked() }

  /// The modules that are linked now, in the order in which they were.
  public var modules: [LinkedModule] { state.modules(in: store) }

  /// What it has done so far.
  public var statistics: LateLinkStatistics { state.statistics }

  /// Why linking for the guest failed last, if it ever did.
  public var lastFailure: (any Error)? { state.lastFailure }
}
