// The map and the dump for `perf` and the trace events: what they say is what runs.

import FaultHandler
import Foundation
import Testing

@testable import WasmEngine

@Suite(.serialized) struct DiagnosticsTests {
  private static func engine(_ runtime: EngineRuntime = .shared, _ change: (inout DebugOptions) -> Void) -> Engine {
    var configuration = EngineConfiguration()
    configuration.debug.hotCount = 2000
    change(&configuration.debug)
    return Engine(configuration, runtime: runtime)
  }

  private static func folder() throws -> URL {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("latch-dump-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder
  }

  /// The name in the map for an address; of several the last.
  private static func name(of address: UInt, in map: Substring) -> Substring? {
    var found: Substring?
    for line in map.split(separator: "\n") {
      let fields = line.split(separator: " ", maxSplits: 2)
      guard fields.count == 3, let start = UInt(fields[0], radix: 16), let size = UInt(fields[1], radix: 16) else { return nil }
      if address >= start, address < start + size { found = fields[2] }
    }
    return found
  }

  /// A loop that never ends, of calls of functions in several shapes; a call is as good as a sample: interruptions stop it anywhere.
  private static func endless() -> ModuleBuilder {
    var builder = ModuleBuilder()
    let work = (0..<3).map { number in
      builder.function(WasmName("work \(number)\n"), [.i32], [.i32]) { body in
        body.localGet(0)
        for _ in 0..<100 * (number + 1) {
          body.i32Const(Int32(number) + 7)
          body.emit(.i32Mul)
          body.localGet(0)
          body.emit(.i32Xor)
        }
      }
    }
    builder.function("run", [.i32]) { body in
      body.loop()
      for function in work {
        body.localGet(0)
        body.call(function)
        body.localSet(0)
      }
      body.br(0)
      body.end()
    }
    return builder
  }

  @Test func everySampledAddressIsKnownByItsFunctionsName() throws {
    let folder = try Self.folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let runtime = EngineRuntime(codeBytes: 16 << 20)
    let engine = Self.engine(runtime) {
      $0.writesPerfMap = true
      $0.jitDumpDirectory = folder.path
    }
    let instance = try Self.endless().instance(Store(engine))
    let run = try #require(instance.function("run"))
    var tiers: Set<Substring> = []
    for sample in 0..<60 {
      let isOver = DispatchSemaphore(value: 0)
      Thread.detachNewThread {
        Thread.sleep(forTimeInterval: Double(sample) * 0.0002)
        repeat { engine.interrupt() } while isOver.wait(timeout: .now() + 0.002) == .timedOut
      }
      #expect(trap { try run(Int32(sample)) }?.reason == .interrupted)
      isOver.signal()
      // Not in the middle of a record: the thread that compiles writes them.
      runtime.queue.waitUntilIdle()
      let map = try String(contentsOfFile: PerfMap.path, encoding: .utf8)
      let dump = try DumpRecord.read(folder).map(\.line).joined(separator: "\n")
      withUnsafeBytes(of: latch_last_trap().pointee.frames) { bytes in
        let addresses = bytes.bindMemory(to: UInt.self)
        for index in 0..<Int(latch_last_trap().pointee.frame_count) {
          let address = index == 0 && latch_last_trap().pointee.starts_at_fault ? addresses[index] : addresses[index] - 1
          guard let code = latch_code_find(address) else { continue }
          let name = instance.module.functionName(Int(code.pointee.function_index))?.string.replacing("\n", with: "?")
          let found = Self.name(of: address, in: map[...])
          #expect(found?.hasPrefix(name ?? "none") == true, "\(String(address, radix: 16)) of \(name ?? "?") is \(found ?? "unknown")")
          #expect(Self.name(of: address, in: dump[...]) == found)
          if let found { tiers.formUnion(found.split(separator: " ").suffix(1)) }
        }
      }
    }
    #expect(tiers.contains("[omg]"))
  }

  @Test(.needsProc) func theDumpHasTheCodeOfBothTiersAndOfModulesThatAreLinkedLate() throws {
    let folder = try Self.folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    func makeEngine() -> Engine {
      Self.engine { debug in
        debug.hotCount = 10
        debug.waitsForOptimizer = true
        debug.jitDumpDirectory = folder.path
      }
    }
    let guest = try LateLinkGuest(Store(makeEngine()))
    _ = try guest.link(LateLinkGuest.module(adding: 5, at: 3))
    for number in 0..<20 { #expect(try guest("call", 3, number) == number + 5) }
    let records = try DumpRecord.read(folder)
    // The guest's own functions have names.
    let names = records.map(\.name)
    for name in ["call [bbq]", "call [omg]", "wasm function 0 [bbq]", "wasm function 0 [omg]"] { #expect(names.count { $0 == name } == 1, "\(name)") }
    #expect(records.map(\.index) == (1...UInt64(records.count)).map { $0 })
    #expect(records.allSatisfy { $0.process == UInt32(getpid()) && $0.thread != 0 && !$0.code.isEmpty })
    #expect(zip(records, records.dropFirst()).allSatisfy { $0.time <= $1.time })
    let linked = try #require(records.last { $0.name == "wasm function 0 [omg]" })
    #expect(linked.code == Array(UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: UInt(linked.address)), count: linked.code.count)))
    // By this `perf record` knows that there is a dump.
    let path = "\(folder.path)/jit-\(getpid()).dump"
    #expect(try ProcessMeasurements.mappings().contains { $0.contains("r-xp") && $0.hasSuffix(path) })
    // Another engine goes on in the same file.
    #expect(try LateLinkGuest(Store(makeEngine()))("version") > 0)
    let more = try DumpRecord.read(folder)
    #expect(more.count > records.count && more.prefix(records.count).map(\.name) == names)
    // A directory that is not there is nobody's trouble.
    let none = Self.engine { $0.jitDumpDirectory = folder.path + "/none" }
    #expect(try LateLinkGuest(Store(none))("version") > 0)
  }

  @Test func traceEventsAreJSONAndSayWhatHappened() throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("latch-trace-\(getpid()).json").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let engine = Self.engine { debug in
      debug.hotCount = 10
      debug.waitsForOptimizer = true
      debug.traceFile = path
    }
    var builder = ModuleBuilder()
    builder.function("sum \"of\" \\ all", [.i32], [.i32]) { $0.sumOfCountDown() }
    let function = try #require(builder.instance(Store(engine)).function("sum \"of\" \\ all"))
    #expect(try function(Int32(100), as: Int32.self) == 5050)
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let events = try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]])
    func names(_ category: String) -> [String] { events.filter { $0["cat"] as? String == category }.compactMap { $0["name"] as? String } }
    #expect(names("bbq") == ["sum \"of\" \\ all"])
    #expect(names("omg").count == 2)
    #expect(names("tier-up").count >= 1)
    #expect(names("entry").first?.hasPrefix("entered: sum \"of\" \\ all, loop at byte") == true)
    for event in events where event["ph"] as? String == "X" {
      #expect((event["dur"] as? Double ?? -1) >= 0)
      #expect(((event["args"] as? [String: Any])?["code bytes"] as? Int ?? 0) > 0)
    }
  }
}

/// A function in a dump for `perf`, read as the format says.
private struct DumpRecord {
  let time: UInt64
  let process, thread: UInt32
  let address, index: UInt64
  let name: String
  let code: [UInt8]

  /// As the map has it.
  var line: String { "\(String(address, radix: 16)) \(String(code.count, radix: 16)) \(name)" }

  static func read(_ folder: URL) throws -> [DumpRecord] {
    let bytes = [UInt8](try Data(contentsOf: folder.appendingPathComponent("jit-\(getpid()).dump")))
    func number<Number: FixedWidthInteger>(_ place: Int, _ type: Number.Type = Number.self) -> Number {
      bytes.withUnsafeBytes { Number(littleEndian: $0.loadUnaligned(fromByteOffset: place, as: Number.self)) }
    }
    try #require(bytes.count >= 40)
    #expect(bytes.starts(with: Array("DTiJ".utf8)))
    #expect([number(4), number(8), number(12), number(16), number(20)] == [1, 40, 62, 0, UInt32(getpid())])
    #expect(number(24, UInt64.self) > 0 && number(32, UInt64.self) == 0)
    var records: [DumpRecord] = []
    var place = 40
    while place < bytes.count {
      let size = Int(number(place + 4, UInt32.self))
      try #require(number(place, UInt32.self) == 0 && size > 56 && place + size <= bytes.count)
      let name = bytes[(place + 56)...].prefix { $0 != 0 }
      let code = Array(bytes[(name.endIndex + 1)..<place + size])
      #expect(number(place + 24, UInt64.self) == number(place + 32, UInt64.self))
      #expect(number(place + 40, UInt64.self) == UInt64(code.count))
      records.append(
        DumpRecord(
          time: number(place + 8), process: number(place + 16), thread: number(place + 20), address: number(place + 24), index: number(place + 48),
          name: String(decoding: name, as: UTF8.self), code: code))
      place += size
    }
    return records
  }
}
