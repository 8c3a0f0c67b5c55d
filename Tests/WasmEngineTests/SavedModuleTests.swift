// Saved modules: what they compute is what their modules compute, nothing is compiled again, and what is damaged or was saved for something else is refused.

import Foundation
import RandomModules
import SavedModules
import Testing

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

  @Test(
    "SHA-256 of what FIPS 180-4 and others publish",
    arguments: [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      ("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"),
      (String(repeating: "a", count: 1_000_000), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
    ])
  func digests(_ text: String, _ expected: String) {
    for (step, usesInstructions) in [1 << 20, 64, 63, 1000].flatMap({ [($0, true), ($0, false)] }) {
      var digest = SHA256(usesInstructions: usesInstructions)
      let bytes = Array(text.utf8)
      for start in stride(from: 0, to: bytes.count, by: step) {
        bytes[start..<min(start + step, bytes.count)].withUnsafeBytes { digest.update($0) }
      }
      let found = digest.finish().map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
      #expect(found == expected, "in steps of \(step), with the processor's instructions: \(usesInstructions)")
    }
  }

  @Test("Digests of two texts at once are those of each", arguments: [0, 1, 63, 64, 65, 1000, 4096])
  func digestsOfTwoTexts(_ count: Int) {
    let first = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    let second = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 11 &+ 3) }
    func digest(_ bytes: [UInt8]) -> [UInt8] {
      var digest = SHA256(usesInstructions: false)
      bytes.withUnsafeBytes { digest.update($0) }
      return digest.finish()
    }
    let found = first.withUnsafeBytes { first in second.withUnsafeBytes { SHA256.digests(of: first, and: $0) } }
    #expect(found == (digest(first), digest(second)))
  }

  @Test("What arrives in parts has the digests of the whole", arguments: [0, 1, 1 << 18, (1 << 18) + 1, 5 << 18, (9 << 20) + 77])
  func digestsOfPieces(_ count: Int) {
    var bytes = [UInt8](repeating: 0, count: count)
    for index in stride(from: 0, to: count, by: 1009) { bytes[index] = UInt8(truncatingIfNeeded: index >> 3) }
    let pieces = PieceDigests.count(count)
    bytes.withUnsafeBytes { bytes in
      let whole = PieceDigests.digests(of: 0..<pieces, in: bytes)
      #expect(whole.count == 32 * pieces)
      #expect((0..<pieces).flatMap { PieceDigests.digests(of: $0..<$0 + 1, in: bytes) } == whole)
    }
  }

  @Test func aLargeSavedModuleIsReadInPartsAndDamageInAnyOfThemIsFound() throws {
    var builder = ModuleBuilder()
    _ = builder.writer.addMemory(MemoryType(Limits(160)))
    builder.writer.addExport("memory", .memory, 0)
    builder.writer.addActiveData(offset: .i32(0), bytes: (0..<9 << 20).map { UInt8(truncatingIfNeeded: $0 >> 8) })
    let saved = try builder.module(Self.engine()).serialized()
    func load(_ bytes: [UInt8]) throws -> Module {
      var parts: [Int] = []
      let module = try Module(Self.engine(), serializedCount: bytes.count) { part in
        let start = parts.reduce(0, +)
        part.copyBytes(from: bytes[start..<start + part.count])
        parts.append(part.count)
      }
      #expect(parts.count > 2 && parts.reduce(0, +) == bytes.count)
      return module
    }
    #expect(try load(saved).serialized() == saved)
    for position in stride(from: 100, to: saved.count, by: 1 << 20) {
      var damaged = saved
      damaged[position] ^= 4
      #expect(throws: SerializationError.self) { try load(damaged) }
    }
    struct Failure: Error {}
    var count = 0
    #expect(throws: Failure.self) {
      try Module(Self.engine(), serializedCount: saved.count) { part in
        part.initializeMemory(as: UInt8.self, repeating: 0)
        count += 1
        if count == 5 { throw Failure() }
      }
    }
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

  @Test func savedModulesOfASavedModuleAreTheSame() throws {
    let saved = try Module(Self.engine(), Self.tableModule()).serialized()
    #expect(try Module(Self.engine(), serialized: saved).serialized() == saved)
  }
}
