// The map for `perf` and the trace events: what they say is what runs.

import FaultHandler
import Foundation
import Testing

@testable import WasmEngine

@Suite(.serialized) struct DiagnosticsTests {
  private static func engine(_ change: (inout DebugOptions) -> Void) -> Engine {
    var configuration = EngineConfiguration()
    configuration.debug.hotCount = 2000
    change(&configuration.debug)
    return Engine(configuration)
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
    let engine = Self.engine { $0.writesPerfMap = true }
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
      let map = try String(contentsOfFile: PerfMap.path, encoding: .utf8)
      withUnsafeBytes(of: latch_last_trap().pointee.frames) { bytes in
        let addresses = bytes.bindMemory(to: UInt.self)
        for index in 0..<Int(latch_last_trap().pointee.frame_count) {
          let address = index == 0 && latch_last_trap().pointee.starts_at_fault ? addresses[index] : addresses[index] - 1
          guard let code = latch_code_find(address) else { continue }
          let name = instance.module.functionName(Int(code.pointee.function_index))?.string.replacing("\n", with: "?")
          let found = Self.name(of: address, in: map[...])
          #expect(found?.hasPrefix(name ?? "none") == true, "\(String(address, radix: 16)) of \(name ?? "?") is \(found ?? "unknown")")
          if let found { tiers.formUnion(found.split(separator: " ").suffix(1)) }
        }
      }
    }
    #expect(tiers.contains("[omg]"))
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
    builder.function("sum \"of\" \\ all", [.i32], [.i32]) { body in
      let sum = body.addLocal(.i32)
      body.countDown { body in
        body.localGet(sum)
        body.localGet(0)
        body.emit(.i32Add)
        body.localSet(sum)
      }
      body.localGet(sum)
    }
    let function = try #require(builder.instance(Store(engine)).function("sum \"of\" \\ all"))
    #expect(try function(Int32(100), as: Int32.self) == 5050)
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let events = try #require(JSONSerialization.jsonObject(with: Data((text.dropLast(2) + "]").utf8)) as? [[String: Any]])
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
