// The functions of `latch_jit`: what they return for what is right and for what is wrong, and by which names modules reach what the guest has.

import Foundation
import Testing
import WasmEngine

@Suite struct LateLinkInterfaceTests {
  private func failure(_ number: Int) -> LinkFailure? { LinkFailure(rawValue: Int32(number)) }

  @Test func eachMistakeHasItsNumber() throws {
    let guest = try LateLinkGuest()
    let good = LateLinkGuest.module(adding: 1, at: 1)
    #expect(try guest("version") == 1)
    #expect(failure(try guest.link([1, 2, 3, 4])) == .invalidModule)
    #expect(failure(try guest("link", -8, 100, 0)) == .outsideMemory)
    #expect(failure(try guest("link", 0, -1, 0)) == .outsideMemory)
    #expect(failure(try guest.link(good, flags: 2)) == .badFlags)
    #expect(failure(try guest.link(LateLinkGuest.module(adding: 1, at: 1000))) == .startFailed)
    for forged in [0, -1, 77, Int(Int32.max), Int(Int32.min)] {
      #expect(failure(try guest("state", forged)) == .noSuchHandle)
      #expect(failure(try guest("unlink", forged)) == .noSuchHandle)
      #expect(failure(try guest("counts", forged, 0, 64)) == .noSuchHandle)
    }
    let wanting = LateLinkGuest.module(
      adding: 1, at: 1,
      imports: { writer in
        _ = writer.importFunction("env", "nowhere", type: writer.addType(FuncType([.i32])))
      })
    #expect(failure(try guest.link(wanting)) == .badImport)
    let length = try guest("message", 0, 4096)
    let text = try guest.instance.memory("memory")!.readString(at: 0, count: length)
    #expect(text.contains("env.nowhere: unknown import: the guest exports nothing of that name, expected function (i32) -> ()"))
    #expect(text.hasPrefix("cannot link module "))
    // Part of it, and nowhere.
    #expect(try guest("message", 100, 4) == length)
    #expect(failure(try guest("message", -1, 4)) == .outsideMemory)
    #expect(try guest.link(good) > 0)
    #expect(guest.linker.statistics.modules == 1)
  }

  @Test func limitsAreNumbersToo() throws {
    var options = LateLinkOptions()
    options.limits.modules = 3
    options.limits.bytes = 10_000
    let guest = try LateLinkGuest(Store(), options)
    let handles = try (1...3).map { try guest.link(LateLinkGuest.module(adding: 1, at: $0)) }
    #expect(failure(try guest.link(LateLinkGuest.module(adding: 1, at: 4))) == .tooManyModules)
    // One that was unlinked counts until it is gone.
    #expect(try guest("unlink", handles[0]) == 0)
    #expect(failure(try guest.link(LateLinkGuest.module(adding: 1, at: 4))) == .tooManyModules)
    _ = try guest("clear", 1)
    guest.linker.releaseUnlinked()
    #expect(try guest.link(LateLinkGuest.module(adding: 1, at: 4)) > 0)
    _ = try guest("drop", 2, handles[1])
    guest.linker.releaseUnlinked()
    let large = LateLinkGuest.module(adding: 1, at: 4, inside: { body in for _ in 0..<20_000 { body.emit(.nop) } })
    #expect(failure(try guest.link(large)) == .tooManyBytes)
  }

  /// A module whose start function links itself again.
  @Test func startFunctionsThatLinkNestOnlySoDeep() throws {
    var options = LateLinkOptions()
    options.limits.depth = 5
    let guest = try LateLinkGuest(Store(), options)
    var length: Int32 = 0
    func module() -> [UInt8] {
      LateLinkGuest.module(
        adding: 1, at: 1,
        imports: { writer in _ = writer.importFunction("latch_jit", "link", type: writer.addType(FuncType([.i32, .i32, .i32], [.i32]))) },
        start: { body in
          body.i32Const(0)
          body.i32Const(4096)
          body.i32Const(length)
          body.i32Const(0)
          body.call(0)
          body.store(.i32Store)
        })
    }
    length = 200
    length = Int32(module().count)
    #expect(module().count == Int(length))
    #expect(try guest.link(module()) > 0)
    // The outermost wrote last.
    #expect(try guest.instance.memory("memory")!.load(at: 0, as: Int32.self) > 0)
    #expect(guest.linker.statistics.modules == 5)
    #expect(guest.linker.statistics.refused == 0)
    #expect(guest.linker.lastFailure == nil)
  }

  @Test func modulesAreCompiledInTheBackground() throws {
    let guest = try LateLinkGuest()
    let handle = try guest.link(LateLinkGuest.module(adding: 7, at: 2), by: "link_async")
    #expect(handle > 0)
    let bad = try guest.link([0, 1, 2], by: "link_async")
    let cancelled = try guest.link(LateLinkGuest.module(adding: 7, at: 9), by: "link_async")
    #expect(try guest("unlink", cancelled) == 0)
    while try guest("state", handle) == Int(LinkState.pending) {}
    #expect(try guest("state", handle) == Int(LinkState.linked))
    #expect(try guest("call", 2, 1) == 8)
    while try guest("state", bad) == Int(LinkState.pending) {}
    #expect(failure(try guest("state", bad)) == .invalidModule)
    #expect(try guest("unlink", bad) == 0)
    #expect(failure(try guest("state", bad)) == .noSuchHandle)
    #expect(failure(try guest("state", cancelled)) == .noSuchHandle)
    #expect(guest.table.get(9)?.description == "null")
  }

  @Test func countsSayWhatFunctionsHaveDone() throws {
    let guest = try LateLinkGuest(Store(Engine.with(tier: .auto, hotCount: 800, waits: true)))
    let handle = try guest.link(LateLinkGuest.module(adding: 7, at: 2))
    func word() throws -> UInt64 {
      #expect(try guest("counts", handle, 0, 16) == 2)
      return try guest.instance.memory("memory")!.load(at: 0, as: UInt64.self)
    }
    for _ in 0..<10 { _ = try guest("call", 2, 1) }
    #expect(try word() & FunctionCount.spentMask == 10 * FunctionCount.callWeight)
    #expect(try word() >> FunctionCount.tierShift == FunctionCount.baseline)
    for _ in 0..<200 { _ = try guest("call", 2, 1) }
    #expect(try word() >> FunctionCount.tierShift == FunctionCount.optimized)
    #expect(failure(try guest("counts", handle, -8, 16)) == .outsideMemory)
    #expect(try guest("counts", handle, -8, 0) == 2)
  }

  /// The names that toolchains use, and those of the guest's own host.
  @Test func modulesReachWhatTheGuestHas() throws {
    let store = Store()
    var logged: [Int32] = []
    var builder = ModuleBuilder()
    let log = builder.writer.importFunction("host", "log", type: builder.writer.addType(FuncType([.i32])))
    _ = builder.writer.addMemory(MemoryType(Limits(1)))
    _ = builder.writer.addTable(TableType(.funcref, Limits(4)))
    let tag = builder.writer.addTag(type: builder.writer.addType(FuncType([.i32])))
    let stack = builder.writer.addGlobal(GlobalType(.i32, mutable: true), .i32(4096))
    builder.writer.addExport("memory", .memory, 0)
    builder.writer.addExport("__stack_pointer", .global, stack)
    builder.writer.addExport("failure", .tag, tag)
    let helper = builder.function("helper", [.i32], [.i32]) { body in
      body.localGet(0)
      body.call(log)
      body.localGet(0)
    }
    var imports = Imports()
    imports.define("host", "log", Function(store) { (_: borrowing Caller, n: Int32) in logged.append(n) })
    let guest = try builder.instance(store, imports)
    var options = LateLinkOptions()
    options.imports.define("extra", "seven", try Global(store, .i32(7)))
    let linker = try LateLinker(guest, options)

    var late = ModuleBuilder()
    _ = late.writer.importMemory("env", "memory", MemoryType(Limits(1)))
    // Not exported.
    _ = late.writer.importTable("env", "__indirect_function_table", TableType(.funcref, Limits(0)))
    let lateStack = late.writer.importGlobal("env", "__stack_pointer", GlobalType(.i32, mutable: true))
    let seven = late.writer.importGlobal("extra", "seven", GlobalType(.i32))
    _ = late.writer.importTag("env", "failure", type: late.writer.addType(FuncType([.i32])))
    let lateLog = late.writer.importFunction("host", "log", type: late.writer.addType(FuncType([.i32])))
    let lateHelper = late.writer.importFunction("env", "helper", type: late.writer.addType(FuncType([.i32], [.i32])))
    late.writer.setStart(
      late.function { body in
        body.globalGet(lateStack)
        body.call(lateLog)
        body.globalGet(seven)
        body.call(lateHelper)
        body.globalSet(lateStack)
      })
    let bytes = late.writer.finish().bytes
    try bytes.withUnsafeBytes { _ = try linker.link($0) }
    #expect(logged == [4096, 7])
    #expect(guest.global("__stack_pointer")?.value.description == "7")

    // What the freezer wants to know.
    let module = try #require(linker.modules.first)
    #expect(linker.modules.count == 1)
    #expect(module.bytes == bytes)
    let targets = module.targets.map { target in
      if case .guest(let index) = target { return Int(index) }
      return -1
    }
    #expect(targets == [0, 0, Int(stack), -1, Int(tag), Int(log), Int(helper)])
  }

  @Test func modulesArePulled() throws {
    var builder = ModuleBuilder()
    _ = builder.writer.addMemory(MemoryType(Limits(1)))
    _ = builder.writer.addTable(TableType(.funcref, Limits(4)))
    builder.writer.addExport("memory", .memory, 0)
    let module = LateLinkGuest.module(adding: 3, at: 2)
    _ = builder.writer.addActiveData(offset: .i32(1024), bytes: module)
    let place = builder.writer.addGlobal(GlobalType(.i64, mutable: true), .i64(Int64(module.count) << 32 | 1024))
    builder.function("next", [], [.i64]) { body in
      body.globalGet(place)
      body.i64Const(0)
      body.globalSet(place)
    }
    builder.function("other", [], [.i32]) { $0.i32Const(0) }
    let guest = try builder.instance(Store())
    let linker = try LateLinker(guest)
    #expect(try linker.pull("next"))
    #expect(try !linker.pull("next"))
    #expect(linker.statistics.modules == 1)
    #expect(throws: LinkError.self) { try linker.pull("other") }
    #expect(throws: LinkError.self) { try linker.pull("nothing") }
  }

  /// The bytes in docs/late-linking.md.
  @Test func theExampleOfTheSpecificationIsLinked() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let page = try String(contentsOf: root.appendingPathComponent("docs/late-linking.md"), encoding: .utf8)
    let block = try #require(page.components(separatedBy: "```hex\n").last?.components(separatedBy: "```").first)
    let bytes = block.split(separator: "\n").flatMap { line in
      line.prefix { $0 != ";" }.split(separator: " ").compactMap { UInt8($0, radix: 16) }
    }
    #expect(page.contains("A module of \(bytes.count) bytes"))
    let guest = try LateLinkGuest()
    #expect(try guest.link(bytes) > 0)
    let place: Int32 = try guest.instance.memory("memory")!.load(at: 1024)
    #expect(place == LateLinkGuest.tableSize)
    #expect(try guest("call", Int(place), 7) == 42)
  }

  /// An interruption is no failure of the module: it ends the guest.
  @Test func anEndlessStartFunctionIsStopped() throws {
    let guest = try LateLinkGuest()
    let endless = LateLinkGuest.module(
      adding: 1, at: 1,
      start: { body in
        body.loop()
        body.br(0)
        body.end()
      })
    try guest.instance.memory("memory")!.write(endless, at: 4096)
    let trap = trap { _ = try guest.store.withTimeLimit(.milliseconds(20)) { try guest("link", 4096, endless.count, 0) } }
    #expect(trap?.reason == .timeLimitExceeded)
    // What it has put into the table is of use.
    #expect(try guest("call", 1, 1) == 2)
  }
}
