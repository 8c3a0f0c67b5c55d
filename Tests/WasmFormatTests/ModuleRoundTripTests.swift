// What ModuleWriter writes, ModuleReader reads back.

import Testing
import WasmFormat

/// Reads a module that a writer made.
func read(_ writer: borrowing ModuleWriter) throws -> ModuleDeclarations {
  try writer.finish().bytes.withUnsafeBytes { try ModuleReader.read($0) }
}

/// A module with something in every section.
func makeRichModule() -> ModuleWriter {
  var module = ModuleWriter()
  let nothing = module.addType(FuncType())
  let binary = module.addType(FuncType([.i64, .i64], [.i64]))
  let host = module.importFunction("env", "host", type: binary)
  _ = module.importMemory("env", "memory", MemoryType(Limits(1)))
  _ = module.importTable("env", "table", TableType(.funcref, Limits(0)))
  let counter = module.addGlobal(GlobalType(.i32, mutable: true), .i32(-7))
  let add = module.addFunction(type: binary)
  let start = module.addFunction(type: nothing)
  module.addExport("add", .function, add)
  module.addExport("counter", .global, counter)
  module.setStart(start)
  module.addPassiveElements(functions: [add, host])
  module.addActiveData(offset: .i32(16), bytes: [1, 2, 3])
  module.addPassiveData(bytes: [4, 5])
  module.nameFunction(add, "add")
  module.addCustomSection("producer", [9])

  var body = FunctionBodyWriter(parameterCount: 2)
  let sum = body.addLocal(.i64)
  body.localGet(0)
  body.localGet(1)
  body.emit(.i64Add)
  body.localTee(sum)
  body.f64Const(1.5)
  body.drop()
  body.end()
  module.addBody(body)

  body = FunctionBodyWriter(parameterCount: 0)
  body.block()
  body.loop(.value(.i32))
  body.i32Const(1)
  body.brIf(1)
  body.i32Const(8)
  body.load(.i32Load16S, offset: 300)
  body.end()
  body.drop()
  body.end()
  body.end()
  module.addBody(body)
  return module
}

@Suite struct ModuleRoundTripTests {
  @Test func everySectionSurvives() throws {
    let bytes = makeRichModule().finish().bytes
    let module = try bytes.withUnsafeBytes { try ModuleReader.read($0) }
    #expect(module.types == [FuncType(), FuncType([.i64, .i64], [.i64])])
    #expect(module.imports.map(\.name) == ["host", "memory", "table"])
    #expect(module.functions == [1, 1, 0])
    #expect(module.globals == [GlobalType(.i32, mutable: true)])
    #expect(module.definedGlobals[0].initial.instructions == [.i32Const(-7)])
    #expect(module.exports.map(\.name) == ["add", "counter"])
    #expect(module.start == 2)
    #expect(module.elements.count == 1)
    #expect(module.elements[0].items == .functions([1, 0]))
    #expect(module.data.map(\.bytes.count) == [3, 2])
    #expect(module.dataCount == 2)
    #expect(module.bodies.count == 2)
    #expect(module.isDeclared == [true, true, false])
    #expect(bytes.withUnsafeBytes { module.functionNames(in: $0) }[1] == "add")
    #expect(module.customSections.map(\.name) == ["name", "producer"])
  }

  @Test func everyPrefixIsMalformedOrComplete() {
    let bytes = makeRichModule().finish().bytes
    for count in 0..<bytes.count {
      _ = bytes[..<count].withUnsafeBytes { try? ModuleReader.read($0) }
    }
  }

  @Test func changedBytesNeverCrashTheReader() {
    let bytes = makeRichModule().finish().bytes
    var random = SystemRandomNumberGenerator()
    for _ in 0..<20_000 {
      var changed = bytes
      for _ in 0...Int.random(in: 0..<3, using: &random) {
        changed[Int.random(in: 8..<changed.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      changed.withUnsafeBytes { buffer in
        guard let module = try? ModuleReader.read(buffer) else { return }
        _ = WatPrinter.print(module, buffer)
      }
    }
  }

  @Test(arguments: [0, 1, -1, 63, 64, -64, -65, 8191, -8193, Int64.max, Int64.min])
  func signedNumbersHaveTheirShortestEncoding(_ value: Int64) throws {
    var module = ModuleWriter()
    _ = module.addGlobal(GlobalType(.i64), .i64(value))
    #expect(try read(module).definedGlobals[0].initial.instructions == [.i64Const(value)])
    var writer = ByteWriter()
    writer.signed(value)
    var bits = 1
    while bits < 64 && (value >> Int64(bits - 1) != 0 && value >> Int64(bits - 1) != -1) { bits += 1 }
    #expect(writer.count == (bits + 6) / 7)
  }

  @Test func namesThatDifferOnlyInNormalizationAreDifferent() throws {
    var module = ModuleWriter()
    let global = module.addGlobal(GlobalType(.i32), .i32(0))
    module.addExport(WasmName(utf8: [0xC3, 0xA9]), .global, global)
    module.addExport(WasmName(utf8: [0x65, 0xCC, 0x81]), .global, global)
    #expect(try read(module).exports.count == 2)
    module.addExport(WasmName(utf8: [0xC3, 0xA9]), .global, global)
    #expect(throws: ModuleError.self) { try read(module) }
  }

  @Test func prioritiesAreReadBackAndMistakesInThemIgnored() throws {
    var module = ModuleWriter()
    let type = module.addType(FuncType())
    let priorities = [
      CompilationPriority(function: 0, compilation: 300, optimization: 5), CompilationPriority(function: 1, compilation: 1),
      CompilationPriority(function: 2, compilation: 0, optimization: CompilationPriority.runsOnce),
    ]
    for priority in priorities {
      let function = module.addFunction(type: type)
      module.addPriority(priority)
      var body = FunctionBodyWriter(parameterCount: 0)
      body.end()
      module.addBody(body)
      #expect(function == priority.function)
    }
    let bytes = module.finish().bytes
    func read(_ bytes: [UInt8]) throws -> [CompilationPriority] {
      try bytes.withUnsafeBytes { try ModuleReader.read($0).compilationPriorities(in: $0) }
    }
    #expect(try read(bytes) == priorities)
    // The section's content, cut off at the end, one byte more each time: what is whole is there.
    let content: [UInt8] = [3, 0, 1, 0, 3, 0xAC, 2, 5, 1, 1, 0, 1, 1, 2, 1, 0, 2, 0, 127]
    let name = [UInt8]("metadata.code.compilation_priority".utf8)
    let start = try #require(bytes.indices.first { bytes[$0...].starts(with: name) }) + name.count
    #expect(Array(bytes[start..<start + content.count]) == content)
    for length in 0..<content.count {
      var cut = Array(bytes[..<(start - name.count - 3)])
      cut += [0, UInt8(1 + name.count + length), UInt8(name.count)] + name + content[..<length]
      cut += bytes[(start + content.count)...]
      #expect(try read(cut) == Array(priorities.prefix(length < 8 ? 0 : length < 13 ? 1 : 2)))
    }
  }

  /// Two functions with branches after locals, the second one's written in two parts.
  private func moduleWithHints() -> [UInt8] {
    var module = ModuleWriter()
    _ = module.importFunction("m", "f", type: module.addType(FuncType()))
    let type = module.addType(FuncType([.i32], []))
    for _ in 0..<2 { _ = module.addFunction(type: type) }
    for isSecond in [false, true] {
      var body = FunctionBodyWriter(parameterCount: 1)
      _ = body.addLocal(.i64)
      body.localGet(0)
      body.hint(isLikely: false)
      body.if()
      body.end()
      if isSecond {
        var rest = FunctionBodyWriter(parameterCount: 1)
        rest.localGet(0)
        rest.hint(isLikely: true)
        rest.brIf(0)
        body.append(rest)
      }
      body.end()
      module.addBody(body)
    }
    return module.finish().bytes
  }

  private func hints(_ bytes: [UInt8]) throws -> [[BranchHint]] {
    try bytes.withUnsafeBytes { bytes in
      let hints = try ModuleReader.read(bytes).branchHints(in: bytes)
      return (0..<4).map { Array(hints.hints[hints.range(ofFunction: $0)]) }
    }
  }

  @Test func branchHintsAreReadBackWithTheOffsetsOfTheirBranches() throws {
    let bytes = moduleWithHints()
    // One run of locals is three bytes, `local.get 0` two.
    let first = BranchHint(offset: 5, isLikely: false)
    #expect(try hints(bytes) == [[], [first], [first, BranchHint(offset: 10, isLikely: true)], []])
    let bodies = try bytes.withUnsafeBytes { try ModuleReader.read($0).bodies }
    #expect(bytes[bodies[0].lowerBound + 5] == 0x04)
    #expect(bytes[bodies[1].lowerBound + 5] == 0x04)
    #expect(bytes[bodies[1].lowerBound + 10] == 0x0D)
  }

  @Test(arguments: [
    // The whole section; then, from the end on, what is wrong or missing.
    ([2, 1, 1, 5, 1, 0, 2, 2, 5, 1, 0, 10, 1, 1], 3), ([2, 1, 1, 5, 1, 0, 2, 2, 5, 1, 0, 10, 1], 2),
    ([2, 1, 1, 5, 1, 0, 2, 2, 5, 1, 0, 10, 1, 2], 2), ([2, 1, 1, 5, 1, 0, 2, 2, 5, 1, 0, 10, 2, 0, 0], 2),
    ([2, 1, 1, 5, 1, 0, 2, 2, 5, 1, 0, 5, 1, 0], 2), ([2, 1, 1, 5, 1, 0, 2, 2, 5, 1, 0, 4, 1, 0], 2),
    ([2, 1, 1, 5, 1, 0, 2, 9, 5, 1, 0, 10, 1, 1], 1), ([2, 1, 1, 5, 1, 0, 1, 1, 6, 1, 0], 1),
    ([2, 2, 1, 5, 1, 0, 1, 1, 5, 1, 0], 1), ([9, 1, 1, 5, 1, 0], 0), ([2, 1, 1, 5, 1, 0], 1), ([1, 1, 1, 5, 1], 0), ([], 0),
    // Functions that are imported or not there, and offsets after the body's end, do no harm.
    ([2, 0, 1, 5, 1, 0, 1, 1, 5, 1, 0], 1), ([2, 1, 1, 5, 1, 0, 3, 1, 5, 1, 0], 1), ([1, 1, 2, 5, 1, 0, 100, 1, 0], 1),
    ([1, 1, 2, 5, 1, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0x07, 1, 0], 1), ([1, 1, 2, 5, 1, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 1, 0], 1),
    ([1, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 1, 5, 1, 0], 0),
    // A body's hints may be none; what follows the last ones is not looked at.
    ([2, 1, 0, 2, 1, 5, 1, 0], 1), ([1, 1, 1, 5, 1, 0, 7, 7, 7], 1),
  ])
  func mistakesInBranchHintsAreIgnored(_ content: [UInt8], _ expected: Int) throws {
    let bytes = moduleWithHints()
    let name = [UInt8]("metadata.code.branch_hint".utf8)
    let start = try #require(bytes.indices.first { bytes[$0...].starts(with: name) })
    let size = Int(bytes[start - 2])
    let section = [0, UInt8(1 + name.count + content.count), UInt8(name.count)] + name + content
    let (before, after) = (bytes[..<(start - 3)], bytes[(start - 1 + size)...])
    #expect(try hints(before + section + after).joined().count == expected)
    // Only the first such section counts, and none after the code.
    #expect(try hints(before + section + bytes[(start - 3)...]).joined().count == expected)
    #expect(try hints(before + after + section).joined().isEmpty)
  }

  @Test func errorsSayWhere() throws {
    let bytes: [UInt8] = [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0, 1, 4, 1, 0x60, 1, 0x55]
    let error = #expect(throws: ModuleError.self) { try bytes.withUnsafeBytes { try ModuleReader.read($0) } }
    #expect(error == .malformed(DecodingError("malformed value type", offset: 13)))
  }

  @Test func sharedMemoriesSurvive() throws {
    var writer = ModuleWriter()
    let types = [
      MemoryType(Limits(1, 2), isShared: true), MemoryType(Limits(0, 70_000), is64: true, isShared: true),
      MemoryType(Limits(3, 300), pageSizeLog2: 0, isShared: true),
    ]
    _ = writer.importMemory("env", "memory", types[0])
    for type in types[1...] { _ = writer.addMemory(type) }
    let nothing = writer.addType(FuncType())
    _ = writer.addFunction(type: nothing)
    var body = FunctionBodyWriter(parameterCount: 0)
    body.atomicFence()
    body.i32Const(8)
    body.i64Const(1)
    body.load(.i64AtomicAdd16U, offset: 2)
    body.drop()
    body.end()
    writer.addBody(body)
    let bytes = writer.finish().bytes
    let module = try bytes.withUnsafeBytes { try ModuleReader.read($0) }
    #expect(module.memories == types)
    let text = bytes.withUnsafeBytes { WatPrinter.print(module, $0) }
    #expect(
      text.contains("(memory 1 2 shared)") && text.contains("(memory i64 0 70000 shared)") && text.contains("(memory 3 300 shared (pagesize 1))"))
    #expect(text.contains("atomic.fence\n") && text.contains("i64.atomic.rmw16.add_u offset=2\n"))
  }
}
