// What refers to a module that was unlinked keeps its code; when nothing does, it goes. Each kind of reference is tried.

import Testing
import WasmEngine

@Suite struct UnlinkingTests {
  private static let gone = Int(LinkFailure.noSuchHandle.rawValue)
  private static let retired = Int(LinkState.retired)

  /// A guest with one module, n + 5 at slot 3.
  private func world(_ options: LateLinkOptions = LateLinkOptions()) throws -> (guest: LateLinkGuest, handle: Int) {
    let guest = try LateLinkGuest(Store(), options)
    return (guest, try guest.link(LateLinkGuest.module(adding: 5, at: 3)))
  }

  /// The same after a call of the guest that keeps the function in slot 3 somewhere, and one that drops the slot and the module.
  private func dropped(after keeping: WasmName, _ arguments: Int...) throws -> (guest: LateLinkGuest, handle: Int) {
    let (guest, handle) = try world()
    _ = try guest(keeping, arguments)
    #expect(try guest("drop", 3, handle) == Self.retired)
    return (guest, handle)
  }

  /// Looked for while no wasm is active: words that old calls have left on the stack count as references.
  private func isGone(_ handle: Int, _ guest: LateLinkGuest) throws -> Bool {
    guest.linker.releaseUnlinked()
    return try guest("state", handle) == Self.gone
  }

  @Test func whatNothingRefersToGoes() throws {
    let (guest, handle) = try world()
    #expect(try guest("state", handle) == Int(LinkState.linked))
    #expect(try guest("call", 3, 10) == 15)
    _ = try guest("drop", 3, handle)
    #expect(try isGone(handle, guest))
    #expect(guest.store.instanceCount == 1)
    #expect(try guest("unlink", handle) == Self.gone)
    #expect(guest.linker.statistics.freed == 1)
  }

  @Test func aTableKeepsCode() throws {
    let (guest, handle) = try dropped(after: "copy", 7, 3)
    #expect(try guest("unlink", handle) == Self.gone)
    #expect(try guest("call", 7, 10) == 15)
    _ = try guest("clear", 7)
    #expect(try isGone(handle, guest))
  }

  @Test func aGlobalOfTheGuestKeepsCode() throws {
    let (guest, handle) = try dropped(after: "toGlobal", 3)
    _ = try guest("fromGlobal", 4)
    #expect(try guest("call", 4, 10) == 15)
    _ = try guest("clear", 4)
    // The global still has it.
    #expect(try guest("state", handle) == Self.retired)
    _ = try guest("toGlobal", 4)
    #expect(try isGone(handle, guest))
  }

  @Test func aGlobalOfTheHostKeepsCode() throws {
    let (guest, handle) = try world()
    let global = try Global(guest.store, .funcref(nil), mutable: true)
    try global.set(try #require(guest.table.get(3)))
    #expect(try guest("drop", 3, handle) == Self.retired)
    try guest.table.set(4, global.value)
    #expect(try guest("call", 4, 1) == 6)
    try guest.table.set(4, .funcref(nil))
    try global.set(.funcref(nil))
    #expect(try isGone(handle, guest))
  }

  @Test func aFrameThatHoldsAReferenceKeepsCode() throws {
    let (guest, handle) = try world()
    #expect(try guest("keepInLocal", 3, handle, 10) == 15)
    #expect(try guest("state", handle) == Self.retired)
    _ = try guest("clear", 3)
    #expect(try isGone(handle, guest))
  }

  /// A function that unlinks itself returns into its own code.
  @Test func anActiveFrameKeepsCode() throws {
    let guest = try LateLinkGuest()
    var handle = 1
    for _ in 0..<3 {
      let module = LateLinkGuest.module(
        adding: 5, at: 3,
        imports: { writer in
          _ = writer.importFunction("env", "callAfter", type: writer.addType(FuncType([.i32, .i32, .i64], [.i64])))
        },
        inside: { body in
          body.i32Const(3)
          body.i32Const(Int32(handle))
          body.localGet(0)
          body.call(0)
          body.localSet(0)
        })
      #expect(try guest.link(module) == handle)
      #expect(try guest("call", 3, 10) == 16)
      #expect(try isGone(handle, guest))
      handle += 1
    }
    #expect(guest.store.instanceCount == 1)
  }

  @Test func anExceptionKeepsCode() throws {
    let (guest, handle) = try dropped(after: "throwAway", 3)
    _ = try guest("catchAgain", 9)
    #expect(try guest("call", 9, 10) == 15)
    // Exceptions are freed when there are many; the function may stay as long.
    #expect(try guest("drop", 9, handle) == Self.retired)
  }

  @Test func aHandleOfTheHostKeepsCode() throws {
    let (guest, handle) = try world()
    var function: Function?
    if case .funcref(let found)? = guest.table.get(3) { function = found }
    #expect(try guest("drop", 3, handle) == Self.retired)
    #expect(try function!(Int64(10), as: Int64.self) == 15)
    function = nil
    #expect(try isGone(handle, guest))
  }

  /// An instance that imports the function, and one that has it in a passive segment.
  @Test(arguments: [false, true]) func anotherInstanceKeepsCode(_ usesSegment: Bool) throws {
    let (guest, handle) = try world()
    var builder = ModuleBuilder()
    var imports = Imports()
    guard case .funcref(let function?)? = guest.table.get(3) else { return }
    _ = builder.writer.importTable("guest", "table", TableType(.funcref, Limits(0)))
    imports.define("guest", "table", guest.table)
    let imported = builder.writer.importFunction("other", "f", type: builder.writer.addType(FuncType([.i64], [.i64])))
    imports.define("other", "f", function)
    let segment = usesSegment ? builder.writer.addPassiveElements(functions: [imported]) : 0
    builder.function("use", [.i64], [.i64]) { body in
      if usesSegment {
        body.i32Const(20)
        body.i32Const(0)
        body.i32Const(1)
        body.tableInit(element: segment)
      }
      body.localGet(0)
      body.call(imported)
    }
    let other = try builder.instance(guest.store, imports)
    imports = Imports()
    #expect(try guest("drop", 3, handle) == Self.retired)
    #expect(try other.function("use")!(Int64(10), as: Int64.self) == 15)
    if usesSegment { #expect(try guest("call", 20, 1) == 6) }
    #expect(try guest("state", handle) == Self.retired)
  }

  /// Two modules that were unlinked and of which one is held: what it imports is held too.
  @Test func aHeldModuleHoldsWhatItRefersTo() throws {
    let (guest, handle) = try world()
    guard case .funcref(let function?)? = guest.table.get(3) else { return }
    // Another linker of the same store gives modules the first one's function.
    var options = LateLinkOptions()
    options.imports.define("other", "f", function)
    let linker = try LateLinker(guest.instance, options)
    let bytes = LateLinkGuest.module(
      adding: 100, at: 5,
      imports: { writer in _ = writer.importFunction("other", "f", type: writer.addType(FuncType([.i64], [.i64]))) },
      inside: { body in
        body.localGet(0)
        body.call(0)
        body.localSet(0)
      })
    try linker.unlink(bytes.withUnsafeBytes { try linker.link($0) })
    #expect(try guest("drop", 3, handle) == Self.retired)
    #expect(try guest("call", 5, 10) == 115)
    #expect(guest.store.instanceCount == 3)
  }

  /// By the hundred thousand, with code that is optimized meanwhile: nothing is left.
  @Test func linkingAndUnlinkingForEverTakesNoMemory() throws {
    let guest = try LateLinkGuest(Store(Engine.with(tier: .auto, hotCount: 40, waits: false)))
    let count = 20_000
    var codeSize = 0
    for number in 0..<count {
      let slot = number % LateLinkGuest.tableSize
      let handle = try guest.link(LateLinkGuest.module(adding: Int64(number), at: slot))
      #expect(handle > 0)
      for _ in 0..<4 { if try guest("call", slot, 1) != number + 1 { Issue.record("link \(number)") } }
      if number % 3 != 0 { _ = try guest("clear", slot) }
      #expect(try guest("unlink", handle) == 0)
      if number == count / 2 { codeSize = guest.store.engine.runtime.allocatedCodeSize }
    }
    for slot in 0..<LateLinkGuest.tableSize { _ = try guest("clear", slot) }
    guest.linker.releaseUnlinked()
    #expect(guest.store.instanceCount == 1)
    #expect(guest.store.engine.runtime.allocatedCodeSize < codeSize + 1 << 20)
  }
}
