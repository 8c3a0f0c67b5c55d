// What the host does for the guest while it runs: reading and writing, linking generated modules, telling the time, leaving.
//
// The closures given to the store hold this object weakly: the store lives as long as the handles here, and would
// otherwise keep itself alive for ever.

import GuestABI
import WasmEngine

/// What linking of generated modules has cost a session so far.
///
/// ```swift
/// let links = try session.statistics().links
/// print(links.modules, "modules with", links.bytes, "bytes in", links.nanoseconds, "ns")
/// ```
public struct LinkStatistics: Sendable {
  /// Modules that were linked.
  public var modules = 0
  /// Modules that the engine refused: bugs of the code generator, whose closures stay interpreted.
  public var refused = 0
  /// Their bytes.
  public var bytes = 0
  /// Modules that were dropped because nothing was left of what they were made for.
  public var dropped = 0
  /// Compiling, instantiating and running the patch function.
  public var nanoseconds: UInt64 = 0

  init() {}

  init(_ statistics: LateLinkStatistics) {
    modules = statistics.modules
    refused = statistics.refused
    bytes = statistics.bytes
    dropped = statistics.unlinked
    nanoseconds = statistics.nanoseconds
  }
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
  /// nil if nobody wants to know of collections.
  var collections: CollectionTrace?
  /// How much generated code there may be, above all.
  private var linking = LateLinkOptions()

  init(_ options: SchemeOptions, lastHandle: Int32) {
    linking.lastHandle = lastHandle
    if options.heapLimit > 0 { linking.limits.memory = SchemeOptions.codeLimit }
    output = options.output
    input = options.input
    files = OpenFiles(options.capabilities.files)
    givesEnvironment = options.capabilities.environment
  }

  var tableCount: Int { table?.count ?? 0 }

  var statistics: LinkStatistics { linker.map { LinkStatistics($0.statistics) } ?? LinkStatistics() }

  /// Something that the guest imports.
  struct Import {
    let module: String
    let name: String
    let function: Function
  }

  /// What the guest imports, always in the same order.
  func imports(_ store: Store) -> [Import] {
    let linker = LateLinker(store, linking)
    self.linker = linker
    var imports = linker.functions().map { Import(module: LateLinkInterface.module, name: $0.name, function: $0.function) }
    func define(_ name: String, _ function: Function) { imports.append(Import(module: guestImportModule, name: name, function: function)) }
    define(
      GuestImport.write,
      Function(store) { [weak self] (_: borrowing Caller, pointer: UInt32, length: UInt32, stream: Int32) throws -> Int32 in
        guard let self, let memory = self.memory else { return EIO }
        let start = try memory.address(of: Int(pointer), count: Int(length))
        return try self.write(UnsafeRawBufferPointer(start: start, count: Int(length)), to: stream)
      })
    define(
      GuestImport.clock,
      Function(store) { [weak self] (_: borrowing Caller) throws -> Double in
        self?.collections?.update()
        return Double(monotonicNanoseconds()) / 1e9
      })
    define(GuestImport.wallClock, Function(store) { (_: borrowing Caller) throws -> Double in wallClockSeconds() })
    define(GuestImport.exit, Function(store) { (_: borrowing Caller, code: Int32) throws -> Void in throw ProgramExit(code: code) })
    defineFileImports(store, define)
    return imports
  }
}

/// Where a guest's imports are in the list that `HostServices.imports` gives: found out by the first session of a template, for all. (Without a Dictionary of names: with one, a
/// program starts later by a fiftieth.)
struct ImportOrder: Sendable {
  private let places: [Int?]

  init(_ module: Module, _ imports: [HostServices.Import]) {
    places = module.imports.map { wanted in
      imports.firstIndex { wanted.name.utf8.elementsEqual($0.name.utf8) && wanted.module.utf8.elementsEqual($0.module.utf8) }
    }
  }

  /// The imports in the guest's order; nil if there are others.
  func externs(_ imports: [HostServices.Import]) -> [Extern]? {
    var externs: [Extern] = []
    externs.reserveCapacity(places.count)
    for place in places {
      guard let place else { return nil }
      externs.append(.function(imports[place].function))
    }
    return externs
  }
}
