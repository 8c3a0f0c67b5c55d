// Modules: decoded, validated, and compiled function by function when they are first called. A module is shared by all instances and threads
// that use it.

import BBQ
import CompilerInterface
import MachineCode
import RuntimeLayout
import SavedModules
import Synchronization
import WasmFormat

/// A WebAssembly module.
///
/// ```swift
/// let engine = Engine()
/// let module = try Module(engine, bytes)
/// for export in module.exports { print(export.name, export.kind.name) }
/// // An instance for each thread; the code is compiled once.
/// Thread.detachNewThread { try? Instance(module, in: Store(engine)).function("work")!() }
/// ```
public final class Module: Sendable {
  /// The engine that compiles it.
  public let engine: Engine
  /// What was read of it; nil for one that drops it.
  private let kept: ModuleContent?
  private let droppable: Mutex<DroppableContent>
  /// The module's bytes, `byteCount` of them.
  nonisolated(unsafe) let bytes: UnsafeRawPointer
  /// What is freed with the module; nil for bytes of others.
  private let block: ByteBlock?
  /// How many bytes it has.
  public let byteCount: Int
  /// How many functions it imports, and how many it defines.
  let importedFunctionCount: Int
  let definedFunctionCount: Int
  let code: Mutex<ModuleCode>
  /// For Tier.auto.
  let tierUp: TierUp?
  /// Code that need not be compiled.
  let saved: SavedModule?
  /// What instances' memories begin with.
  let images = Mutex(MemoryImages.notYet)
  /// Where the content of the name section is.
  private let nameBytes: Range<Int>?
  /// The names of functions, once somebody has asked for them.
  private let functionNames = Mutex<[UInt32: WasmName]?>(nil)

  /// The module of the instance that it has joined, if it has.
  let guest: Module?
  /// If its code belongs to one instance alone, which has joined another one.
  let joined: JoinedLayout?

  /// Decodes and validates a module. Throws `DecodingError` or `ValidationError`; `ResourceError` when there is no room for code.
  public convenience init(_ engine: Engine, _ bytes: [UInt8]) throws {
    try self.init(engine, owning: bytes.withUnsafeBytes { try ByteBlock(copying: $0) })
  }

  /// As above, for bytes anywhere; they are copied.
  ///
  /// - Parameters:
  ///   - engine: compiles it.
  ///   - source: the module's bytes.
  ///   - eagerly: compile all functions now rather than each at its first call.
  ///   - validatesLazily: validate each function's body when it is compiled; a call of an invalid one throws `ValidationError` then. For bytes
  ///     that are known to be a valid module, such as a program's own: saves time at the start.
  public convenience init(
    _ engine: Engine, copying source: UnsafeRawBufferPointer, eagerly: Bool = false, validatesLazily: Bool = false
  ) throws {
    try self.init(engine, owning: ByteBlock(copying: source), eagerly: eagerly, validatesLazily: validatesLazily)
  }

  /// As above, for bytes that never change and are never freed, such as a program's own; they are not copied.
  public convenience init(_ engine: Engine, immortal bytes: UnsafeRawBufferPointer, validatesLazily: Bool = false) throws {
    guard bytes.count > 0 else { throw DecodingError("unexpected end", offset: 0) }
    try self.init(engine, bytes, freeing: nil, validatesLazily: validatesLazily)
  }

  /// For late linking to a guest, which it joins if it can.
  convenience init(_ engine: Engine, late source: UnsafeRawBufferPointer, to guest: GuestIndices, isHot: Bool = false) throws {
    if engine.configuration.tier == .auto { engine.runtime.queue.expectWork() }
    try self.init(engine, owning: ByteBlock(copying: source), eagerly: true, hotCount: Tuning.lateLinkedHotCount, guest: guest)
    if isHot { requestOptimization(of: 0..<definedFunctionCount) }
  }

  /// One that has been saved, in bytes that stay while the module lives.
  convenience init(_ engine: Engine, _ saved: SavedModule, linked: LinkedCode? = nil, freeing block: ByteBlock?) throws {
    // It was validated before it was saved.
    try self.init(engine, saved.module, freeing: block, validatesLazily: true, saved: saved, linked: linked)
  }

  private convenience init(
    _ engine: Engine, owning block: ByteBlock, eagerly: Bool = false, validatesLazily: Bool = false, hotCount: Int32 = Tuning.hotCount,
    guest: GuestIndices? = nil
  ) throws {
    try self.init(
      engine, block.bytes, freeing: block, eagerly: eagerly, validatesLazily: validatesLazily, hotCount: hotCount, guest: guest, saved: nil)
  }

  /// The module's bytes, which `body` must not keep.
  public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    try body(UnsafeRawBufferPointer(start: bytes, count: byteCount))
  }

  private init(
    _ engine: Engine, _ buffer: UnsafeRawBufferPointer, freeing block: ByteBlock?, eagerly: Bool = false,
    validatesLazily: Bool = false, hotCount: Int32 = Tuning.hotCount, guest: GuestIndices? = nil, saved: SavedModule? = nil, linked: LinkedCode? = nil
  ) throws {
    let eagerly = eagerly || engine.configuration.debug.eagerCompilation
    let tier = engine.configuration.tier
    // Then one walk over each body validates and compiles it.
    let compilesAtOnce = eagerly && tier != .omg
    self.engine = engine
    bytes = buffer.baseAddress!
    self.block = block
    self.saved = tier == .bbq ? nil : saved
    byteCount = buffer.count
    do {
      let content = try ModuleContent(
        buffer, engine, bodies: saved?.bodies, validatesLazily: validatesLazily,
        areValid: saved != nil || !validatesLazily && !compilesAtOnce, join: { guest?.layout(forJoining: $0) })
      let declarations = content.declarations
      joined = content.information.layout.joined
      self.guest = joined == nil ? nil : guest?.module
      // Segments are copied from the bytes by their places.
      let drops = joined != nil && declarations.data.isEmpty
      kept = drops ? nil : content
      droppable = Mutex(DroppableContent(content: drops ? content : nil))
      importedFunctionCount = declarations.importedFunctionCount
      definedFunctionCount = declarations.bodies.count
      nameBytes = content.nameSection
      if !validatesLazily && !compilesAtOnce { try Module.validateBodies(declarations, content.information, buffer, in: engine.runtime) }
      let linkedCode = tier == .auto && !engine.announcesCode ? linked.flatMap { LinkedModuleCode($0, declarations) } : nil
      tierUp =
        tier == .auto
        ? TierUp(
          functionCount: definedFunctionCount, hotCount: engine.configuration.debug.hotCount ?? hotCount,
          first: linkedCode == nil ? .baseline : .optimized) : nil
      let region = try engine.runtime.codeRegion()
      code = Mutex(
        try linkedCode.map { ModuleCode($0, in: region) } ?? ModuleCode.make(declarations, in: region, lazily: !eagerly, tiersUp: tier == .auto))
      try linkedCode?.register(self)
    } catch {
      block?.deallocate()
      if let error = error as? ModuleError { throw error.unwrapped }
      throw error
    }
    if eagerly { try compileAll() }
    requestMarkedFunctions()
  }

  deinit {
    code.withLock { $0.release() }
    block?.deallocate()
  }

  // MARK: What was read

  /// Read again if it has been dropped.
  var content: ModuleContent {
    if let kept { return kept }
    return droppable.withLock { droppable in
      if let content = droppable.content { return content }
      do throws(ModuleError) {
        let content = try ModuleContent(
          buffer, engine, validatesLazily: false, areValid: true, callProfile: droppable.callProfile, join: { [joined] _ in joined })
        droppable.content = content
        return content
      } catch {
        preconditionFailure("the bytes are as they were when they were read first")
      }
    }
  }

  /// Whether what was read is there.
  var hasContent: Bool { kept != nil || droppable.withLock { $0.content != nil } }

  /// What was read is not wanted for now: everything has been compiled. It stays if the optimizing compiler is going to want it.
  func dropContent() { if kept == nil && tierUp?.isUntouched != false { droppable.withLock { $0.drop() } } }

  /// All that it declares, as it was read.
  public var declarations: ModuleDeclarations { content.declarations }
  var information: ModuleInformation { content.information }
  var signatures: [Signature] { content.signatures }
  /// For the optimizing compiler, if it is used.
  var bodies: FunctionBodies? { content.bodies }
  var layout: ContextLayout { joined.map { ContextLayout(joinedBy: $0) } ?? information.layout }

  /// The module's bytes; valid while the module lives.
  package var buffer: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: bytes, count: byteCount) }

  /// The content of its name section.
  var nameSection: UnsafeRawBufferPointer? { nameBytes.map { UnsafeRawBufferPointer(rebasing: buffer[$0]) } }

  /// What it imports, in order.
  public var imports: [ImportDeclaration] { declarations.imports }
  /// What it exports, in order.
  public var exports: [ExportDeclaration] { declarations.exports }

  /// Whether the bytes are a valid module that this engine supports.
  public static func validate(_ engine: Engine, _ bytes: [UInt8]) -> Bool {
    (try? Module(engine, bytes)) != nil
  }

  /// The declaration of an export by its name, compared as UTF-8.
  func export(_ name: WasmName) -> ExportDeclaration? { declarations.export(name) }

  /// The module, and its function, whose body contains the byte at an offset: of this module, or, beyond its bytes, of its guest (OMG's GuestBodies).
  func functionAndModule(at offset: Int) -> (module: Module, function: UInt32, offset: Int)? {
    if offset >= byteCount, let guest { return guest.function(at: offset - byteCount).map { (guest, $0, offset - byteCount) } }
    return function(at: offset).map { (self, $0, offset) }
  }

  /// The function whose body contains the byte at an offset of the module.
  func function(at offset: Int) -> UInt32? {
    let bodies = declarations.bodies
    var low = 0
    var high = bodies.count
    while low < high {
      let middle = (low + high) / 2
      if bodies[middle].upperBound <= offset { low = middle + 1 } else { high = middle }
    }
    guard low < bodies.count, bodies[low].contains(offset) else { return nil }
    return UInt32(importedFunctionCount + low)
  }

  /// What the name section calls a function; without that, the name under which it is exported first.
  func functionName(_ index: Int) -> WasmName? { withFunctionNames { $0[UInt32(index)] } }

  /// All names of functions, of the name section and of exports. They are gathered when somebody asks for the first time.
  func withFunctionNames<Result>(_ body: ([UInt32: WasmName]) -> Result) -> Result {
    functionNames.withLock { names in
      let known = names ?? readFunctionNames()
      names = known
      return body(known)
    }
  }

  private func readFunctionNames() -> [UInt32: WasmName] {
    var names = declarations.functionNames(in: UnsafeRawBufferPointer(start: bytes, count: byteCount))
    for export in declarations.exports where export.kind == .function && names[export.index] == nil { names[export.index] = export.name }
    return names
  }

  /// A function type that the module declares, by its index, as all modules know it: to make host functions of, for example.
  public func functionType(_ index: UInt32) -> FuncType { signatures[Int(index)].type }

  func signature(ofFunction index: Int) -> Signature {
    let content = content
    return content.signatures[Int(content.declarations.functions[index])]
  }
}
