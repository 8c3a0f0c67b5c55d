// References of wasm code to Swift objects: who keeps them, and when they go.

import Testing
import WasmEngine

@Suite struct HostObjectTests {
  private final class Thing {
    let number: Int
    let onEnd: () -> Void
    init(_ number: Int, _ onEnd: @escaping () -> Void = {}) {
      self.number = number
      self.onEnd = onEnd
    }
    deinit { onEnd() }
  }

  /// Exports `same`, which returns its argument after a call of `env.during`; a table `table`, a global `global`; `throw`, which throws it, and `catch`, which calls `env.during` in the handler.
  private func instance(_ store: Store, _ tier: Tier, during: @escaping () throws -> Void) throws -> Instance {
    var builder = ModuleBuilder()
    let call = builder.writer.importFunction("env", "during", type: builder.writer.addType(FuncType([], [])))
    let table = builder.writer.addTable(TableType(.externref, Limits(4)))
    builder.writer.addExport("table", .table, table)
    let global = builder.writer.addGlobal(GlobalType(.externref, mutable: true), .null(.externref))
    builder.writer.addExport("global", .global, global)
    builder.function("same", [.externref], [.externref]) { body in
      body.call(call)
      body.localGet(0)
    }
    var imports = Imports()
    imports.define("env", "during", Function(store) { (_: borrowing Caller) in try during() })
    return try builder.instance(store, imports)
  }

  private func engine(_ tier: Tier) -> Engine { Engine.with(tier: tier) }

  @Test("An object goes when neither the host nor wasm code can reach it", arguments: [Tier.bbq, .omg])
  func objectsGoWhenTheyAreOutOfReach(_ tier: Tier) throws {
    var ended: [Int] = []
    let store = Store(engine(tier))
    var whileRunning = -1
    let instance = try instance(store, tier) {
      store.releaseObjects()
      whileRunning = store.objectCount
    }
    func make(_ number: Int) -> HostObject { HostObject(Thing(number) { ended.append(number) }, in: store) }
    let table = instance.table("table")!
    let global = instance.global("global")!

    try table.set(0, .object(make(1)))
    try global.set(.object(make(2)))
    var kept: HostObject? = make(3)
    _ = make(4)
    store.releaseObjects()
    #expect(ended == [4])
    #expect(store.objectCount == 3)
    guard case .object(let first)? = table.get(0), case .object(let second) = global.value else { throw Trap(.nullReference) }
    #expect((first.object as? Thing)?.number == 1 && (second.object as? Thing)?.number == 2 && kept?.store === store)

    // The frame of `same` alone has it while it calls the host.
    let result = try instance.function("same")!.call([.object(make(5))])
    #expect(whileRunning == 4 && !ended.contains(5))
    guard case .object(let fifth) = result[0] else { throw Trap(.nullReference) }
    #expect((fifth.object as? Thing)?.number == 5)
    kept = nil
    try table.set(0, .externref(nil))
    try global.set(.externref(7))
    store.releaseObjects()
    #expect(ended.contains(3))
    #expect(!ended.contains(1), "the host has a reference")
    withExtendedLifetime((first, second, fifth)) {}
  }

  @Test func manyObjectsThatNobodyNeedsDoNotPileUp() throws {
    let store = Store(engine(.bbq))
    for number in 0..<100_000 { _ = HostObject(Thing(number), in: store) }
    #expect(store.objectCount <= 2048)
    let kept = (0..<5000).map { HostObject(Thing($0), in: store) }
    store.releaseObjects()
    #expect(store.objectCount == 5000)
    withExtendedLifetime(kept) {}
  }

  @Test func whatAnExceptionCarriesStays() throws {
    var ended = 0
    let store = Store(engine(.bbq))
    let tag = Tag(store, [.i32, .externref])
    var exception: Exception? = try Exception(tag, [.i32(1), .object(HostObject(Thing(1) { ended += 1 }, in: store))])
    store.releaseObjects()
    #expect(ended == 0)
    guard case .object(let reference)? = exception?.values[1] else { throw Trap(.nullReference) }
    #expect((reference.object as? Thing)?.number == 1)
    exception = nil
  }

  @Test func referencesAreOfOneStore() throws {
    let (store, other) = (Store(engine(.bbq)), Store(engine(.bbq)))
    let reference = HostObject(Thing(1), in: store)
    #expect(throws: CallError.self) { try Global(other, .object(reference)) }
    // Numbers of the host's own are no objects, however large.
    for number in [0, 1 << 62, UInt.max - 1] as [UInt] {
      guard case .externref(number)? = try Global(other, .externref(number)).value as Value? else {
        Issue.record("\(number) is something else")
        continue
      }
    }
    #expect("\(Value.object(reference))" == "object of Thing" && Value.object(reference).type == .externref)
  }

  @Test func objectsGoWithTheirStore() throws {
    var ended = 0
    do {
      let store = Store(engine(.bbq))
      let table = try Table(store, TableType(.externref, Limits(1)))
      try table.set(0, .object(HostObject(Thing(1) { ended += 1 }, in: store)))
    }
    #expect(ended == 1)
  }
}
