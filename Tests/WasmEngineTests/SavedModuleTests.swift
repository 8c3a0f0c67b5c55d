// Saved modules: what they compute is what their modules compute, nothing is compiled again, and what is damaged or was saved for something else is refused.

import Foundation
import RandomModules
import Testing

@testable import SavedModules
@testable import WasmEngine

@Suite struct SavedModuleTests {
  private static func engine(_ tier: Tier = .auto, _ strategy: MemoryStrategy = .guarded, without features: ProcessorFeatures = []) -> Engine {
    var configuration = EngineConfiguration()
    configuration.tier = tier
    configuration.memoryStrategy = strategy
    configuration.limits.stackSize = 64 << 20
    configuration.debug.disabledProcessorFeatures = features
    return Engine(configuration)
  }

  /// What calling all functions does, and what is in globals and memory then.
  private static func outcomes(_ module: Module) throws -> [String] {
    let store = Store(module.engine)
    var imports = Imports()
    imports.define("env", "tag", Tag(store, [.i32]))
    return RandomModules.outcomes(of: try Instance(module, imports: imports, in: store), module.exports)
  }

  @Test("Random modules do the same after having been saved and loaded, in both memory modes", arguments: [MemoryStrategy.guarded, .checked])
  func savedModulesDoTheSame(_ strategy: MemoryStrategy) throws {
    for seed in 0..<150 as Range<UInt64> {
      for bytes in [RandomModule.bytes(seed: seed), ExceptionModule.bytes(seed: seed)] {
        let expected = try Self.outcomes(Module(Self.engine(.bbq, strategy), bytes))
        let saved = try Module(Self.engine(.omg, strategy), bytes).serialized()
        for tier in [Tier.omg, .auto, .bbq] {
          #expect(try Self.outcomes(Module(Self.engine(tier, strategy), serialized: saved)) == expected, "seed \(seed), \(tier)")
        }
      }
    }
  }

  /// Pages with bytes that may be executed, as the linked code of a program lies in its text.
  private static func executable(_ bytes: [UInt8]) -> UnsafeRawBufferPointer {
    guard !bytes.isEmpty else { return UnsafeRawBufferPointer(start: nil, count: 0) }
    let pages = mmap(nil, bytes.count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)!
    pages.copyMemory(from: bytes, byteCount: bytes.count)
    mprotect(pages, bytes.count, PROT_READ | PROT_EXEC)
    return UnsafeRawBufferPointer(start: pages, count: bytes.count)
  }

  @Test func linkedCodeDoesTheSameWhereItLies() throws {
    let engine = Self.engine()
    var linkedCount = 0
    for seed in 0..<100 as Range<UInt64> {
      for bytes in [RandomModule.bytes(seed: seed), ExceptionModule.bytes(seed: seed)] {
        let plain = try Module(engine, bytes)
        let saved = try plain.serialized()
        try saved.withUnsafeBytes { saved in
          let code = try linkSavedModule(SavedModule(saved), typeIDs: plain.declarations.canonicalTypeIDs)
          let pages = Self.executable(code)
          let module = try Module(engine, builtIn: saved, linked: pages)
          #expect(module.code.withLock { $0.isLinked } == !code.isEmpty)
          if !code.isEmpty { linkedCount += 1 }
          #expect(try Self.outcomes(module) == Self.outcomes(Module(Self.engine(.bbq), bytes)), "seed \(seed)")
        }
      }
    }
    #expect(linkedCount > 150)
  }

  @Test func linkedCodeServesOneModuleAtATimeAndOnlyWithItsTypeNumbers() throws {
    let engine = Self.engine()
    let bytes = Self.tableModule()
    var plain: Module? = try Module(engine, bytes)
    let saved = try plain!.serialized()
    let ids = plain!.declarations.canonicalTypeIDs
    plain = nil
    try saved.withUnsafeBytes { saved in
      let code = try Self.executable(linkSavedModule(SavedModule(saved), typeIDs: ids))
      let others = try Self.executable(linkSavedModule(SavedModule(saved), typeIDs: ids.map { $0 &+ 1 }))
      func isLinked(_ module: Module) -> Bool { module.code.withLock { $0.isLinked } }
      func check(_ module: Module) throws {
        let instance = try Instance(module, imports: Imports(), in: Store(engine))
        #expect(try instance.function("sum")!(Int64(100), as: Int64.self) == 5050)
        // A trap in it has a backtrace with names.
        #expect { try instance.function("bad")!(Int64(1), as: Int64.self) } throws: { error in
          (error as? Trap)?.backtrace.first?.functionName == "bad"
        }
      }
      var first: Module? = try Module(engine, builtIn: saved, linked: code)
      let second = try Module(engine, builtIn: saved, linked: code)
      #expect(isLinked(first!) && !isLinked(second))
      try check(first!)
      try check(second)
      first = nil
      let third = try Module(engine, builtIn: saved, linked: code)
      #expect(isLinked(third))
      try check(third)
      let fourth = try Module(engine, builtIn: saved, linked: others)
      #expect(!isLinked(fourth))
      try check(fourth)
      #expect(try !isLinked(Module(Self.engine(.omg), builtIn: saved, linked: code)))
    }
  }

  /// sum(n) = n + … + 1 by a recursion through the table; bad(n) calls through an entry of another type.
  private static func tableModule() -> [UInt8] {
    var builder = ModuleBuilder()
    let table = builder.writer.addTable(TableType(.funcref, Limits(2)))
    builder.writer.addExport("table", .table, table)
    let type = builder.writer.addType(FuncType([.i64], [.i64]))
    let sum = builder.function("sum", [.i64], [.i64]) { body in
      body.localGet(0)
      body.emit(.i64Eqz)
      body.if(.value(.i64))
      body.i64Const(0)
      body.else()
      body.localGet(0)
      body.localGet(0)
      body.i64Const(1)
      body.emit(.i64Sub)
      body.i32Const(0)
      body.callIndirect(type: type, table: table)
      body.emit(.i64Add)
      body.end()
    }
    builder.function("bad", [.i64], [.i64]) { body in
      body.localGet(0)
      body.i32Const(1)
      body.callIndirect(type: type, table: table)
    }
    let other = builder.function(nil, [.f64, .f64, .f32], [.f32]) { body in body.localGet(2) }
    builder.writer.addActiveElements(table: table, offset: .i32(0), functions: [sum, other])
    return builder.writer.finish().bytes
  }

  @Test func callsThroughTablesCompareTypesAsTheLoadingProcessNumbersThem() throws {
    let saved = try Module(Self.engine(), Self.tableModule()).serialized()
    let engine = Self.engine()
    let instance = try Instance(Module(engine, serialized: saved), in: Store(engine))
    let sum: Int64 = try instance.function("sum")!(Int64(1000))
    #expect(sum == 500_500)
    #expect(throws: Trap.self) { let _: Int64 = try instance.function("bad")!(Int64(1)) }
    // A host's function of the type is taken, too: it has this process's number.
    let table = try #require(instance.table("table"))
    try table.set(0, .funcref(Function(instance.store) { (n: Int64) -> Int64 in 10 * n }))
    let next: Int64 = try instance.function("sum")!(Int64(5))
    #expect(next == 5 + 40)
  }

  @Test func nothingIsCompiledOfASavedModule() throws {
    let saved = try Module(Self.engine(), Self.tableModule()).serialized()
    for tier in [Tier.auto, .omg] {
      let engine = Self.engine(tier)
      let instance = try Instance(Module(engine, serialized: saved), in: Store(engine))
      let _: Int64 = try instance.function("sum")!(Int64(100_000))
      let statistics = engine.tierStatistics
      // Each function gets its code when it is called first.
      #expect(statistics.loaded.functions == 1, "\(tier)")
      #expect(statistics.loaded.codeBytes > 0)
      #expect(statistics.baseline.functions + statistics.optimized.functions == 0, "\(tier)")
    }
  }

  @Test func trapsInSavedCodeHaveTheirPlaceAndBacktrace() throws {
    func trap(_ module: Module) throws -> Trap {
      let instance = try Instance(module, in: Store(module.engine))
      return try #require(throws: Trap.self) { let _: Int64 = try instance.function("bad")!(Int64(1)) }
    }
    let bytes = Self.tableModule()
    let expected = try trap(Module(Self.engine(.omg), bytes))
    let saved = try Module(Self.engine(), bytes).serialized()
    let found = try trap(Module(Self.engine(.omg), serialized: saved))
    #expect(found.reason == expected.reason)
    #expect("\(found)" == "\(expected)")
  }

  @Test func whatIsDamagedIsRefused() throws {
    let engine = Self.engine()
    let saved = try Module(engine, Self.tableModule()).serialized()
    func refusal(_ bytes: [UInt8]) -> String? {
      do { _ = try Module(engine, serialized: bytes) } catch let error as SerializationError { return error.description } catch {
        return "other: \(error)"
      }
      return nil
    }
    for position in saved.indices {
      var damaged = saved
      damaged[position] ^= 1 << UInt8(position % 8)
      let found = refusal(damaged)
      #expect(found != nil && !found!.hasPrefix("other"), "byte \(position): \(found ?? "accepted")")
    }
    for length in saved.indices {
      let found = refusal(Array(saved[..<length]))
      #expect(found != nil && !found!.hasPrefix("other"), "\(length) bytes: \(found ?? "accepted")")
    }
    #expect(refusal(saved + [0]) != nil)
    #expect(refusal(Self.tableModule()) == "not a saved module")
    #expect(refusal([]) == "not a saved module")
  }

  @Test func whatWasSavedForSomethingElseIsRefused() throws {
    let bytes = Self.tableModule()
    let saved = try Module(Self.engine(), bytes).serialized()
    #expect(throws: SerializationError.self) { try Module(Self.engine(.auto, .checked), serialized: saved) }
    var configuration = EngineConfiguration()
    configuration.features.remove(.simd)
    #expect(throws: SerializationError.self) { try Module(Engine(configuration), serialized: saved) }
    configuration = EngineConfiguration()
    configuration.relaxedIsDeterministic = true
    #expect(throws: SerializationError.self) { try Module(Engine(configuration), serialized: saved) }
    let baseline = Self.engine(.auto, .guarded, without: ProcessorFeatures(named: "all")!)
    if Self.engine().processor != .sse41 {
      #expect(throws: SerializationError.self) { try Module(baseline, serialized: saved) }
    }
    // Code for less runs where there is more, and here.
    let portable = try Module(Self.engine(), bytes).serialized(for: [])
    for engine in [baseline, Self.engine()] {
      let instance = try Instance(Module(engine, serialized: portable), in: Store(engine))
      let sum: Int64 = try instance.function("sum")!(Int64(10))
      #expect(sum == 55)
    }
  }

  @Test func aModuleCanBeSavedWhileItRunsAndOnASmallStack() async throws {
    let engine = Self.engine(.bbq)
    let instance = try Instance(Module(engine, Self.tableModule()), in: Store(engine))
    let _: Int64 = try instance.function("sum")!(Int64(10))
    let module = instance.module
    let here = try module.serialized()
    let there = try await Task.detached { try module.serialized() }.value
    #expect(here == there)
  }

  @Test func whatCodeReliesOnIsWhatThisVersionOfSavedModulesSays() {
    // Another number means that offsets, helpers or reasons of traps have changed: that is all right, modules that were saved before are refused then. If
    // what a helper does has changed instead, raise SavedModule.version.
    #expect(LayoutFingerprint.value == 0x1BC1_D144_42FF_5EB0)
  }

  private static let published: [(text: [UInt8], sum: UInt32)] = [
    ([UInt8](repeating: 0, count: 32), 0x8A91_36AA), ([UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43), ([UInt8](0..<32), 0x46DD_794E),
    ([UInt8]((0..<32).reversed()), 0x113F_DB5C),
  ]

  @Test("CRC-32C of what RFC 3720 publishes, in each of the streams", arguments: published)
  func checksums(_ text: [UInt8], _ expected: UInt32) {
    let interleaved = (0..<4).flatMap { word in (0..<8).flatMap { _ in text[8 * word..<8 * word + 8] } }
    let wanted = (0..<8).flatMap { _ in withUnsafeBytes(of: expected.littleEndian) { Array($0) } }
    interleaved.withUnsafeBytes { bytes in
      for usesInstructions in [true, false] { #expect(Checksum.of([bytes], usesInstructions: usesInstructions) == wanted) }
      let parts = [UnsafeRawBufferPointer(rebasing: bytes[..<64]), UnsafeRawBufferPointer(rebasing: bytes[64...])]
      #expect(Checksum.of(parts) == wanted)
    }
  }

  @Test("The processor's checksums are the program's own", arguments: [0, 1, 7, 63, 64, 65, 1000, 4096, 100_003])
  func checksumsWithoutInstructions(_ count: Int) {
    let text = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 5) }
    text.withUnsafeBytes { #expect(Checksum.of([$0]) == Checksum.of([$0], usesInstructions: false)) }
  }

  @Test func damageIsFoundAnywhereInALargeSavedModule() throws {
    var builder = ModuleBuilder()
    _ = builder.writer.addMemory(MemoryType(Limits(160)))
    builder.writer.addExport("memory", .memory, 0)
    builder.writer.addActiveData(offset: .i32(0), bytes: (0..<9 << 20).map { UInt8(truncatingIfNeeded: $0 >> 8) })
    let saved = try builder.module(Self.engine()).serialized()
    func load(_ bytes: [UInt8]) throws -> Module { try Module(Self.engine(), serializedCount: bytes.count) { $0.copyBytes(from: bytes) } }
    #expect(try load(saved).serialized() == saved)
    for position in stride(from: 100, to: saved.count, by: 1 << 20) {
      var damaged = saved
      damaged[position] ^= 4
      #expect(throws: SerializationError.self) { try load(damaged) }
    }
    struct Failure: Error {}
    #expect(throws: Failure.self) { try Module(Self.engine(), serializedCount: saved.count) { _ in throw Failure() } }
  }

  @Test func aSavedModuleInAFileIsMappedAndStaysWhenTheNameIsAnotherFiles() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "module").path
    func load(_ bytes: [UInt8]) throws -> Module {
      try Data(bytes).write(to: URL(filePath: path), options: .atomic)
      let descriptor = open(path, O_RDONLY)
      defer { close(descriptor) }
      return try Module(Self.engine(), serializedFile: descriptor)
    }
    let saved = try Module(Self.engine(), Self.tableModule()).serialized()
    let module = try load(saved)
    for bytes in [[], Array(saved.prefix(20)), Array(saved.dropLast()), saved + [0]] { #expect(throws: SerializationError.self) { try load(bytes) } }
    for position in stride(from: 0, to: saved.count, by: 97) {
      var damaged = saved
      damaged[position] ^= 1
      #expect(throws: SerializationError.self) { try load(damaged) }
    }
    // The name has been given to other files since.
    #expect(try module.serialized() == saved)
    let directory = open(folder.path, O_RDONLY)
    defer { close(directory) }
    #expect(throws: ResourceError.self) { try Module(Self.engine(), serializedFile: directory) }
    #expect(throws: ResourceError.self) { try Module(Self.engine(), serializedFile: -1) }
  }

  @Test func theProcessSaysThatAFileHasBeenMadeShorterWhichItUses() async throws {
    let result = try await #require(processExitsWith: .exitCode(1), observing: [\.standardErrorContent]) {
      var builder = ModuleBuilder()
      _ = builder.writer.addMemory(MemoryType(Limits(160)))
      builder.writer.addActiveData(offset: .i32(0), bytes: [UInt8](repeating: 1, count: 1 << 20))
      let saved = try builder.module(SavedModuleTests.engine()).serialized()
      let path = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
      let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL, 0o600)
      unlink(path)
      _ = saved.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      let module = try Module(SavedModuleTests.engine(), serializedFile: descriptor)
      ftruncate(descriptor, 4096)
      exit(module.withBytes { $0.contains(2) } ? 2 : 3)
    }
    #expect(String(decoding: result.standardErrorContent, as: UTF8.self).contains("made shorter while it was in use"))
  }

  @Test func savedModulesOfASavedModuleAreTheSame() throws {
    let saved = try Module(Self.engine(), Self.tableModule()).serialized()
    #expect(try Module(Self.engine(), serialized: saved).serialized() == saved)
  }
}
