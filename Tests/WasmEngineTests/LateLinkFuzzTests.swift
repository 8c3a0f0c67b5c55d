// Sequences of what a hostile guest can do with `latch_jit`: links, good and bad, in the background and in start functions; unlinking, twice and with forged handles;
// functions of dead modules called from wherever they were kept; no memory at any step. What comes back are numbers and traps; what a function
// returns is what it must.
//
// LATCH_SEEDS says how many; LATCH_FIRST_SEED with which one to begin.

import Foundation
import RandomModules
import SampleBodies
import Testing
import WasmEngine

@Suite struct LateLinkFuzzTests {
  private static func number(_ name: String, _ usual: Int) -> Int { ProcessInfo.processInfo.environment[name].flatMap { Int($0) } ?? usual }

  @Test func noSequenceDoesHarm() throws {
    let first = Self.number("LATCH_FIRST_SEED", 1)
    let count = Self.number("LATCH_SEEDS", 400)
    let engines = try Self.engines().map { ($0, try Module($0, LateLinkGuest.module)) }
    var linked = 0
    for seed in first..<first + count {
      let (engine, module) = engines[seed % engines.count]
      let play = try Play(UInt64(seed), engine, module)
      try play.run()
      linked += play.guest?.linker.statistics.modules ?? 0
    }
    #expect(linked > count)
  }

  /// Some that optimize soon and late, and some whose stores have hardly more memory than the guest takes: at whatever step it is used up, that is a number too.
  private static func engines() -> [Engine] {
    var engines = [(Tier.auto, 6 * 8), (.auto, 64_000), (.bbq, 0)].map { Engine.with(tier: $0, hotCount: Int32($1), waits: false) }
    for extra in 0..<9 {
      var configuration = engines[0].configuration
      configuration.limits.storeBytes = UInt64(4 * 65536 + LateLinkGuest.tableSize * 8 + 1000 + extra * 1300)
      engines.append(Engine(configuration))
    }
    return engines
  }

  /// What a slot of the table does.
  private enum Slot: Equatable {
    case null
    case adds(Int64)
    case unknown
  }

  private final class Play {
    private var random: RandomNumbers
    private let seed: UInt64
    let guest: LateLinkGuest?
    private var slots = Array(repeating: Slot.null, count: LateLinkGuest.tableSize)
    private var global = Slot.null
    private var exception = Slot.null
    private var held: [(Function, Slot)] = []
    private var handles: [Int] = []

    init(_ seed: UInt64, _ engine: Engine, _ module: Module) throws {
      self.seed = seed
      random = RandomNumbers(seed: seed)
      var options = LateLinkOptions()
      options.limits.modules = 2 + random.below(30)
      options.limits.depth = 1 + random.below(5)
      if random.below(4) == 0 { options.limits.bytes = random.below(4000) }
      guest = try? LateLinkGuest(Store(engine), options, module: module)
    }

    func run() throws {
      guard let guest else { return }
      for _ in 0..<10 + random.below(30) { try step(guest) }
      held = []
      // Only what something refers to is left.
      for slot in slots.indices { _ = try guest("clear", slot) }
      guest.linker.releaseUnlinked()
    }

    private func anySlot() -> Int { random.below(8) }

    private func anyHandle() -> Int {
      switch random.below(8) {
      case 0: Int(Int32(truncatingIfNeeded: random.next()))
      case 1: random.below(40)
      default: handles.isEmpty ? 1 : handles[random.below(handles.count)]
      }
    }

    private func step(_ guest: LateLinkGuest) throws {
      switch random.below(15) {
      case 0, 1, 2, 3: try link(guest)
      case 4, 5: try call(guest, anySlot())
      case 6:
        let code = try guest("unlink", anyHandle())
        if code > 0 { Issue.record("seed \(seed): unlink returned \(code)") }
      case 7: try finish(guest)
      case 8: _ = try guest("counts", anyHandle(), random.below(300_000), random.below(64))
      case 9: _ = try guest("message", random.below(300_000), random.below(64))
      case 10: try move(guest)
      case 11:
        let slot = anySlot()
        _ = try guest("drop", slot, anyHandle())
        slots[slot] = .null
      case 12:
        let slot = anySlot()
        let result = try outcome { try guest("keepInLocal", slot, anyHandle(), 10) }
        check(result, slots[slot], "keepInLocal")
        if slots[slot] == .unknown { forget() }
      case 13:
        if case .funcref(let function?)? = guest.table.get(anySlot()) { held.append((function, .unknown)) }
        if held.count > 3 || random.below(3) == 0, !held.isEmpty {
          let (function, _) = held.remove(at: random.below(held.count))
          _ = try outcome { Int(try function(Int64(10), as: Int64.self)) }
          // It may have dropped itself, or what has its slot now.
          forget()
        }
      default: guest.linker.releaseUnlinked()
      }
    }

    /// The result of a call, or nil for a trap.
    private func outcome(_ body: () throws -> Int) throws -> Int? {
      do {
        return try body()
      } catch is Trap {
        return nil
      } catch is Exception {
        return nil
      } catch is ResourceError {
        return nil
      }
    }

    private func check(_ result: Int?, _ slot: Slot, _ what: String) {
      switch slot {
      case .null: if result != nil { Issue.record("seed \(seed): \(what) of null returned \(result ?? 0)") }
      case .adds(let number):
        if result != Int(number) + 10 { Issue.record("seed \(seed): \(what) of +\(number): \(result.map { "\($0)" } ?? "trap")") }
      case .unknown: break
      }
    }

    private func call(_ guest: LateLinkGuest, _ slot: Int) throws {
      for _ in 0..<1 + random.below(12) {
        let result = try outcome { try guest("call", slot, 10) }
        check(result, slots[slot], "call")
        // It may have dropped itself, or what has its slot now.
        if slots[slot] == .unknown { return forget() }
      }
    }

    private func move(_ guest: LateLinkGuest) throws {
      let slot = anySlot()
      switch random.below(6) {
      case 0:
        let other = anySlot()
        _ = try guest("copy", slot, other)
        slots[slot] = slots[other]
      case 1:
        _ = try guest("toGlobal", slot)
        global = slots[slot]
      case 2:
        _ = try guest("fromGlobal", slot)
        slots[slot] = global
      case 3:
        if try outcome({ try guest("throwAway", slot) }) != nil { exception = slots[slot] }
      case 4:
        if exception != .null, try outcome({ try guest("catchAgain", slot) }) != nil { slots[slot] = exception }
      default:
        _ = try guest("clear", slot)
        slots[slot] = .null
      }
    }

    private func link(_ guest: LateLinkGuest) throws {
      let slot = anySlot()
      let number = Int64(random.below(1000))
      let kind = random.below(9)
      var bytes = module(kind, number, slot)
      if kind == 8 { bytes[random.below(bytes.count)] ^= UInt8(1 << random.below(8)) }
      let isLater = random.below(4) == 0
      // What a mutated module does nobody knows: it may well not end.
      let handle = try guest.store.withTimeLimit(.milliseconds(200)) {
        try outcome { try guest.link(bytes, by: isLater ? "link_async" : "link", flags: random.below(3)) }
      }
      guard let handle else { return forget() }
      if handle > 0 { handles.append(handle) }
      if handle > 0, kind <= 3, !isLater { slots[slot] = .adds(number) } else if handle > 0 || kind >= 4 { forget() }
    }

    /// Lets modules that are compiled in the background be linked.
    private func finish(_ guest: LateLinkGuest) throws {
      let handle = anyHandle()
      let before = guest.linker.statistics.modules
      let state = try guest.store.withTimeLimit(.milliseconds(200)) { try outcome { try guest("state", handle) } }
      if guest.linker.statistics.modules != before || state.map({ $0 < 0 }) ?? true { forget() }
    }

    /// Nothing is known of the slots any more.
    private func forget() {
      for slot in 0..<8 { slots[slot] = .unknown }
    }

    private func module(_ kind: Int, _ number: Int64, _ slot: Int) -> [UInt8] {
      let linkType = FuncType([.i32, .i32, .i32], [.i32])
      switch kind {
      case 4:
        // Drops itself while it runs.
        let handle = Int32(anyHandle())
        return LateLinkGuest.module(
          adding: number, at: slot,
          imports: { writer in _ = writer.importFunction("env", "callAfter", type: writer.addType(FuncType([.i32, .i32, .i64], [.i64]))) },
          inside: { body in
            body.i32Const(Int32(slot))
            body.i32Const(handle)
            body.localGet(0)
            body.call(0)
            body.localSet(0)
          })
      case 5:
        // Links whatever lies in the memory, itself above all.
        return LateLinkGuest.module(
          adding: number, at: slot, imports: { writer in _ = writer.importFunction("latch_jit", "link", type: writer.addType(linkType)) },
          start: { body in
            body.i32Const(4096)
            body.i32Const(170 + Int32(slot))
            body.i32Const(0)
            body.call(0)
            body.drop()
          })
      case 6: return LateLinkGuest.module(adding: number, at: slot, start: { $0.unreachable() })
      case 7:
        // Unlinks others, or itself, when it starts.
        let handle = Int32(anyHandle())
        return LateLinkGuest.module(
          adding: number, at: slot,
          imports: { writer in _ = writer.importFunction("latch_jit", "unlink", type: writer.addType(FuncType([.i32], [.i32]))) },
          start: { body in
            body.i32Const(handle)
            body.call(0)
            body.drop()
          })
      default: return LateLinkGuest.module(adding: number, at: slot)
      }
    }
  }
}
