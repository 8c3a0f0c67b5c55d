// What the host does for the guest while it runs: reading and writing, linking generated modules, telling the time, leaving.
//
// The closures given to the store hold this object weakly: the store lives as long as the handles in `linker`, and would
// otherwise keep itself alive for ever.

import GuestABI
import WasmEngine

/// What linking of generated modules has cost a session so far.
public struct LinkStatistics: Sendable {
  public var modules = 0
  /// Modules that the engine refused: bugs of the code generator, whose closures stay interpreted.
  public var refused = 0
  public var bytes = 0
  /// Modules that were dropped because nothing was left of what they were made for.
  public var dropped = 0
  /// Compiling, instantiating and running the patch function.
  public var nanoseconds: UInt64 = 0
}

final class HostServices {
  let output: OutputSink
  let input: InputSource
  let files: OpenFiles
  let givesEnvironment: Bool
  var linker: LateLinker?
  var interrupter: Interrupter?
  var memory: Memory?
  var table: Table?
  var statistics = LinkStatistics()
  /// The modules that the guest has had linked and still needs, by their numbers.
  private var linked: [Int32: Instance] = [:]
  private var lastNumber: Int32 = 0
  /// Why the engine refused a module last.
  var refusal: (any Error)?

  init(_ options: SchemeOptions) {
    output = options.output
    input = options.input
    files = OpenFiles(options.capabilities.files)
    givesEnvironment = options.capabilities.environment
  }

  var tableCount: Int { table?.count ?? 0 }

  /// Links the module at that place of the guest's memory, and counts it in the statistics.
  @discardableResult
  func link(_ pointer: Int, _ length: Int) throws -> Instance {
    guard let linker else { throw GuestError("the guest cannot link before it has started") }
    let start = monotonicNanoseconds()
    let instance: Instance
    do {
      instance = try linker.link(moduleAt: pointer, length: length)
    } catch {
      statistics.refused += 1
      refusal = error
      throw error
    }
    statistics.nanoseconds += monotonicNanoseconds() - start
    statistics.modules += 1
    statistics.bytes += length
    return instance
  }

  /// The same on the guest's behalf; the module's number, 0 if it was refused.
  private func linkForGuest(_ pointer: Int, _ length: Int) -> Int32 {
    guard lastNumber < .max, let instance = try? link(pointer, length) else { return 0 }
    lastNumber += 1
    linked[lastNumber] = instance
    return lastNumber
  }

  /// Drops a module that the guest does not need any more.
  private func unlink(_ number: Int32) {
    guard let instance = linked.removeValue(forKey: number) else { return }
    if (try? linker?.unlink(instance)) != nil { statistics.dropped += 1 }
  }

  /// What the guest imports.
  func imports(_ store: Store) -> Imports {
    let module = WasmName(guestImportModule)
    var imports = Imports()
    imports.define(
      module, WasmName(GuestImport.write),
      Function(store) { [weak self] (_: borrowing Caller, pointer: UInt32, length: UInt32, stream: Int32) throws -> Int32 in
        guard let self, let memory = self.memory else { return EIO }
        let start = try memory.address(of: Int(pointer), count: Int(length))
        return try self.write(UnsafeRawBufferPointer(start: start, count: Int(length)), to: stream)
      })
    imports.define(
      module, WasmName(GuestImport.link),
      Function(store) { [weak self] (_: borrowing Caller, pointer: UInt32, length: UInt32) throws -> Int32 in
        self?.linkForGuest(Int(pointer), Int(length)) ?? 0
      })
    imports.define(
      module, WasmName(GuestImport.unlink),
      Function(store) { [weak self] (_: borrowing Caller, number: Int32) throws -> Void in self?.unlink(number) })
    imports.define(
      module, WasmName(GuestImport.clock),
      Function(store) { (_: borrowing Caller) throws -> Double in Double(monotonicNanoseconds()) / 1e9 })
    imports.define(
      module, WasmName(GuestImport.wallClock), Function(store) { (_: borrowing Caller) throws -> Double in wallClockSeconds() })
    imports.define(
      module, WasmName(GuestImport.exit),
      Function(store) { (_: borrowing Caller, code: Int32) throws -> Void in throw ProgramExit(code: code) })
    defineFileImports(store, &imports)
    return imports
  }
}
