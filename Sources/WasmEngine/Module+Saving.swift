// Saved modules (SavedModules): making one of a module, and modules whose functions have code from there instead of being compiled.

import CompilerInterface
import FaultHandler
import MachineCode
import RuntimeLayout
import SavedModules
import WasmFormat

/// Why bytes cannot be loaded as a saved module.
public typealias SerializationError = SavedModules.SerializationError

extension Module {
  /// The module together with machine code of its functions, for `init(_:serialized:)` in this process or another one: it starts as an optimized program does,
  /// and nothing is compiled.
  ///
  /// The optimizing compiler compiles all functions here and now, whatever has been compiled so far. The code makes use of what this engine's processor
  /// has; `processor` names less for machines that have less. Functions that the optimizing compiler does not do (see `TierStatistics.refused`)
  /// have no code; they are compiled when they are called. Throws `ResourceError` if there is no thread to compile on.
  ///
  /// - Parameters:
  ///   - processor: what the code may make use of.
  ///   - progress: is told before each function how many are done, maybe on another thread.
  ///
  /// ```swift
  /// let module = try Module(engine, bytes)
  /// let saved = try module.serialized()
  /// // Later, in another process:
  /// let again = try Module(engine, serialized: saved)
  /// ```
  public func serialized(for processor: ProcessorFeatures? = nil, progress: (@Sendable (Int) -> Void)? = nil) throws -> [UInt8] {
    var settings = engine.savedModuleSettings
    if let processor { settings.processor.formIntersection(processor) }
    let limits = engine.configuration.limits.module
    let result = try withCompilerStack { [settings] () -> Result<SavedModuleOutput, ModuleError> in
      Result { () throws(ModuleError) in try compileForSaving(self.buffer, settings, limits: limits, progress: progress) }
    }
    switch result {
    case .success(let output):
      engine.note { $0.refused += output.refusedFunctions }
      return output.bytes
    case .failure(let error): throw error.unwrapped
    }
  }

  /// A module of what `serialized()` gave, in this process or another one. The bytes are copied.
  ///
  /// Machine code is among them: **a saved module is trusted like a program.** Damage is found, by a checksum of all bytes; malice is not. With `Tier.bbq` its
  /// code is not used.
  ///
  /// Throws `SerializationError`: the bytes are no saved module, or damaged, or were saved by another version, for another instruction set, for a processor that
  /// has more than this one, or by an engine with another configuration. Then load the module itself, and save it again.
  public convenience init(_ engine: Engine, serialized bytes: [UInt8]) throws {
    try self.init(engine, serializedCount: bytes.count) { $0.copyBytes(from: bytes) }
  }

  /// The same of bytes that are read to where they stay.
  ///
  /// - Parameters:
  ///   - engine: runs it.
  ///   - count: how many bytes there are.
  ///   - read: called with the memory that it has to fill. What it throws comes out of this.
  ///
  /// ```swift
  /// struct Unreadable: Error {}
  /// guard let file = fopen("game.latch", "rb") else { throw Unreadable() }
  /// defer { fclose(file) }
  /// fseek(file, 0, SEEK_END)
  /// let size = ftell(file)
  /// rewind(file)
  /// let module = try Module(engine, serializedCount: size) { room in
  ///   guard fread(room.baseAddress, 1, room.count, file) == room.count else { throw Unreadable() }
  /// }
  /// ```
  public convenience init(_ engine: Engine, serializedCount count: Int, reading read: (UnsafeMutableRawBufferPointer) throws -> Void) throws {
    try self.init(engine, saved: ByteBlock(count)) { try read($0.room) }
  }

  /// The same of a regular file that is open for reading, which is mapped rather than read. It must stay as it is while the module lives, as the file of a program that runs: who
  /// makes it anew gives another file its name.
  ///
  /// Throws `SerializationError`, and `ResourceError` if the file cannot be mapped.
  ///
  /// ```swift
  /// let descriptor = open("game.latch", O_RDONLY)
  /// defer { close(descriptor) }
  /// let module = try Module(engine, serializedFile: descriptor)
  /// ```
  public convenience init(_ engine: Engine, serializedFile descriptor: Int32) throws {
    guard let count = VirtualMemory.sizeOfFile(descriptor) else { throw ResourceError("a saved module to be mapped is no regular file") }
    // Nothing of an empty file can be mapped; that it is no saved module is said in the same way as of others.
    let block = count == 0 ? try ByteBlock(0) : try ByteBlock(mapping: descriptor, count)
    try self.init(engine, saved: block) { _ in }
  }

  /// Of a block, which `fill` fills if it is not filled yet.
  private convenience init(_ engine: Engine, saved block: ByteBlock, fill: (ByteBlock) throws -> Void) throws {
    let saved: SavedModule
    do {
      try fill(block)
      saved = try SavedModule(block.bytes)
      try engine.check(saved.settings)
    } catch {
      block.deallocate()
      throw error
    }
    try self.init(engine, saved, freeing: block)
  }

  /// Whether bytes look like what `serialized()` gives; they may be damaged, or of another version.
  public static func isSaved(_ bytes: [UInt8]) -> Bool { bytes.starts(with: SavedModule.magic) }

  /// The same of bytes that were made together with this program, never change and are never freed; they are neither looked at nor copied. An engine
  /// with another configuration compiles everything. `linked`: the code once more, as `LinkedCode`, to run where it lies; empty if there is none.
  public convenience init(_ engine: Engine, builtIn bytes: UnsafeRawBufferPointer, linked: UnsafeRawBufferPointer) throws {
    let saved = try SavedModule(bytes, isTrusted: true)
    if (try? engine.check(saved.settings)) == nil {
      try self.init(engine, immortal: saved.module, validatesLazily: true)
    } else {
      try self.init(engine, saved, linked: LinkedCode(builtIn: linked), freeing: nil)
      noteLinked()
    }
  }

  /// Counts what need not be compiled or copied.
  private func noteLinked() {
    guard code.withLock({ $0.isLinked }) else { return }
    let bodies = declarations.bodies
    let wasmBytes = bodies.reduce(0) { $0 + $1.count }
    let codeBytes = compiledCodeSize
    engine.note {
      $0.loaded.add(functions: bodies.count, wasmBytes: wasmBytes, codeBytes: codeBytes, nanoseconds: 0)
      $0.linked += bodies.count
    }
  }

  /// The WebAssembly module in a saved one that was made together with this program.
  public static func bytes(inBuiltIn saved: UnsafeRawBufferPointer) throws -> UnsafeRawBufferPointer {
    try SavedModule(saved, isTrusted: true).module
  }

  /// Gives some functions their saved code.
  func installSaved(_ functions: Range<Int>, of saved: SavedModule, _ code: inout ModuleCode) throws(ResourceError) {
    let start = MonotonicClock.nanoseconds
    var loaded = TierStatistics.Compilation()
    var failure: ResourceError?
    let content = content
    let signatures = content.signatures
    engine.runtime.savedFunctionReaders.use { reader in
      for function in functions where !code.isCompiled(function) {
        let compiled = reader.read(function, of: saved) { $0 < signatures.count ? signatures[$0].id : nil }
        guard let compiled else { continue }
        do throws(ResourceError) {
          let address = try code.install(function, compiled, at: code.region.place(compiled.code), isFinal: true, owner: self)
          content.bodies?.clobbers.note(function, compiled.clobbers)
          tierUp?.set(CompilePlace(function: function), .optimized)
          announce(CompilePlace(function: function), .omg, compiled, at: address, since: start)
          loaded.add(functions: 1, wasmBytes: content.declarations.bodies[function].count, codeBytes: compiled.code.count, nanoseconds: 0)
        } catch {
          failure = error
          return
        }
      }
    }
    if loaded.functions > 0 {
      loaded.nanoseconds = MonotonicClock.nanoseconds - start
      engine.note { [loaded] in
        $0.loaded.add(functions: loaded.functions, wasmBytes: loaded.wasmBytes, codeBytes: loaded.codeBytes, nanoseconds: loaded.nanoseconds)
      }
    }
    if let failure { throw failure }
  }
}

/// Runs `body` on a stack that is large enough for the optimizing compiler.
func withCompilerStack<Value: Sendable>(_ body: @escaping @Sendable () -> Value) throws(ResourceError) -> Value {
  if UInt(bitPattern: latch_stack_headroom()) > UInt(Tuning.compileThreadStackSize) { return body() }
  let outcome = Outcome<Value>()
  let isStarted = BackgroundThread.start(stackSize: Tuning.compileThreadStackSize) { outcome.set(body()) }
  guard isStarted else { throw ResourceError("no thread to compile on") }
  return outcome.get()
}

/// A value that one thread gives and another one waits for.
private final class Outcome<Value: Sendable>: @unchecked Sendable {
  private let monitor = Monitor()
  private var value: Value?

  func set(_ value: Value) {
    monitor.locked {
      self.value = value
      monitor.wakeAll()
    }
  }

  func get() -> Value {
    monitor.locked {
      while true {
        if let value { return value }
        monitor.wait(nanoseconds: 1_000_000_000)
      }
    }
  }
}

extension Engine {
  /// What code that is compiled here depends on.
  var savedModuleSettings: SavedModuleSettings {
    SavedModuleSettings(
      processor: processor, features: configuration.features.intersection(.standard), strategy: configuration.memoryStrategy,
      isDeterministic: configuration.relaxedIsDeterministic, countsFuel: configuration.countsFuel)
  }

  /// Throws if code that was saved with these settings cannot run here.
  fileprivate func check(_ settings: SavedModuleSettings) throws(SerializationError) {
    let own = savedModuleSettings
    let missing = settings.processor.subtracting(own.processor)
    if !missing.isEmpty {
      throw SerializationError("the module was saved for a processor with \(missing), which this one does not have; save it again here")
    }
    if settings.countsFuel != own.countsFuel {
      throw SerializationError(
        own.countsFuel
          ? "the module was saved without fuel being counted; run the module itself" : "the module was saved with fuel being counted; save it again")
    }
    var same = own
    same.processor = settings.processor
    if same != settings { throw SerializationError("the module was saved with another memory strategy or other features; save it again with these") }
  }
}
