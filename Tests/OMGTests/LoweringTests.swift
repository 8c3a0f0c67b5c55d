// Golden files of lowering and of emission: what becomes of a graph as machine code over virtual registers, and as code, for a processor that has the
// baseline only, and for one that has everything if that makes a difference.

import CompilerInterface
import GoldenCode
import RuntimeLayout
import Testing
import WasmFormat

@testable import OMG

@Suite struct LoweringTests {
  @Test("Lowering to x86-64", arguments: Golden.files(in: "Lowering"))
  func lowering(_ name: String) throws {
    try compare(name, GraphModule.make) { graph in
      var target = X64BackEnd()
      var machine = MachineFunction()
      target.lower(&graph, into: &machine)
      return .text(machine.text(X64Printer.self, Allocations()))
    }
  }

  /// Operands and results of other types are other code: `add` of i32 has no golden lowering because `add` of i64 has one.
  @Test func everyNumericOperatorHasAGoldenLowering() throws {
    /// An operation with the names of its first operand's type and of its result's.
    struct Use: Hashable { var operation, operand, result: String }
    var seen: Set<Use> = []
    for name in Golden.files(in: "Lowering") + ["code"] {
      for section in try GoldenFile(name).sections {
        var types: [Substring: Substring] = [:]
        // vN: type = operation arguments
        for line in section.input.split(separator: "\n") {
          let words = line.split(whereSeparator: { " ,:".contains($0) })
          guard words.count > 3, words[2] == "=" else { continue }
          types[words[0]] = words[1]
          if words.count > 4, let operand = types[words[4]] {
            seen.insert(Use(operation: String(words[3]), operand: String(operand), result: String(words[1])))
          }
        }
      }
    }
    let missing = OpcodeTable.all.filter { row in
      guard row.exists, let operation = row.operation else { return false }
      let use = Use(
        operation: Operation(operation).name.description, operand: ValueKind(row.operand0.machineType).name,
        result: ValueKind(row.result.machineType).name)
      return !seen.contains(use)
    }
    #expect(missing.isEmpty, "no golden file of lowering has \(missing.map(\.name))")
  }

  @Test func everyOperatorOnVectorsHasAGoldenLowering() throws {
    // vN: type = vector2.operation.shape arguments
    var seen: Set<Substring> = []
    for name in Golden.files(in: "Lowering") {
      for section in try GoldenFile(name).sections {
        for word in section.input.split(whereSeparator: { " \n".contains($0) }) {
          let parts = word.split(separator: ".", maxSplits: 1)
          if parts[0].hasPrefix("vector") { seen.insert(parts[parts.count - 1]) }
          if parts[0] == "shuffle" { seen.insert("shuffle.i8x16") }
        }
      }
    }
    let missing = OpcodeTable.all.filter { row in
      guard row.exists, let operation = row.vectorOperation else { return false }
      return !seen.contains("\(operation).\(row.shape)")
    }
    #expect(missing.isEmpty, "no golden file of lowering has \(missing.map(\.name))")
  }

  @Test("Code for x86-64")
  func code() throws {
    // Emission asks the module for the function's type, which is that of the graph's parameters and of what it returns.
    var modules: [TestModule] = []
    func module(_ section: GoldenFile.Section, _ processor: ProcessorFeatures) throws -> ModuleInformation {
      let lines = section.input.split(separator: "\n")
      let returned = lines.first { $0.contains("return ") }?.split(separator: " ").last ?? ""
      func types(_ isWanted: (Substring) -> Bool) -> [ValueType] {
        lines.filter(isWanted).map { $0.contains(": v128") ? .v128 : $0.contains(": i64") ? .i64 : .i32 }
      }
      let function = TestModule.Function(
        parameters: types { $0.contains("= parameter") }, results: types { $0.contains(" \(returned):") }, body: { $0.unreachable() })
      modules.append(try TestModule(processor: processor, [function]))
      return modules.last!.information
    }
    try compare("code", module) { graph in
      var target = X64BackEnd()
      var machine = MachineFunction()
      target.lower(&graph, into: &machine)
      var allocator = RegisterAllocator()
      var allocations = Allocations()
      #expect(allocator.allocate(machine, into: &allocations))
      #expect(AllocationChecker.check(machine, allocations) == nil)
      let code = target.emit(machine, allocations, graph.module)
      let sites = Array(code.trapSites)
      #expect(sites.indices.dropFirst().allSatisfy { sites[$0 - 1].codeOffset < sites[$0].codeOffset })
      return .code(
        GoldenCode(
          Array(code.code), data: code.data.map { GoldenCode.Data(Int($0.start)..<Int($0.end), width: Int($0.width)) }, triple: "x86_64-linux-gnu"))
    }
  }

  /// Compares with the file's sections what is made of their graphs, for each of the processors named there. Where only the baseline is named, one that has
  /// every feature gets the same.
  private func compare(
    _ name: String, _ module: (GoldenFile.Section, ProcessorFeatures) throws -> ModuleInformation, _ make: (inout Graph) throws -> GoldenOutput
  ) throws {
    func output(_ section: GoldenFile.Section, _ processor: ProcessorFeatures) throws -> GoldenOutput {
      var graph = Graph.parse(section.input)
      graph.module = try module(section, processor)
      if let problem = VerifyGraph.problem(graph) { Issue.record("\(name), \(section.title): \(problem)") }
      return try make(&graph)
    }
    let everything = "x86-64 \(ProcessorFeatures.everything)"
    var file = try GoldenFile(name)
    let problems = file.problems { section, heading in
      #expect(["x86-64", everything].contains(heading), "no processor is called \(heading)")
      if heading == everything { return try output(section, .everything) }
      let baseline = try output(section, [])
      if !section.headings.contains(everything) {
        #expect(try output(section, .everything) == baseline, "\(name), \(section.title): features make a difference; add a line `--- \(everything)`")
      }
      return baseline
    }
    #expect(problems.isEmpty, "\(problems.joined(separator: "\n"))")
  }

  @Test("Calls in a `try_table`: landings, and the table by which the runtime finds them")
  func tries() throws {
    let module = try TestModule(.tries)
    var builder = GraphBuilder()
    try builder.build(module.input())
    var scratch = Scratch()
    try Pipeline.run(&builder.graph, &scratch, OMGOptions())
    var lowering = LowerToX64()
    var machine = MachineFunction()
    let needs = lowering.run(&builder.graph, into: &machine)
    #expect(needs.savesContext)
    var allocator = RegisterAllocator()
    var allocations = Allocations()
    #expect(allocator.allocate(machine, into: &allocations))
    #expect(AllocationChecker.check(machine, allocations) == nil)
    #expect(Golden.problems(.text(machine.text(X64Printer.self, Allocations()) + "\n"), "x64-tries") == [])
    var emitter = X64CodeEmitter()
    let code = emitter.emit(machine, allocations, needs, module.information)
    let table = Array(code.handlers)
    // One call, whose try has no parent and two clauses: for tag 0, then for any.
    #expect(Array(table[0...3]) == [UInt32(code.frameSize), 1, 1, 2])
    #expect(code.trapSites.contains { $0.codeOffset + 1 == table[4] && $0.reason == TrapSite.callReason })
    #expect(Array(table[5...9]) == [0, HandlerTable.none, 0, 2, UInt32(module.information.layout.tag(0))])
    #expect(table[11] == HandlerTable.anyTag)
    #expect(table.count == 13 && table[10] < code.code.count && table[12] < code.code.count && table[10] != table[12])
  }

  @Test("A call of code that is known changes only what that changes")
  func knownClobbers() throws {
    let module = try TestModule([
      TestModule.Function(parameters: [.i32, .i32], results: [.i32]) { body in
        body.localGet(0)
        body.call(1)
        body.localGet(1)
        body.emit(.i32Add)
      },
      TestModule.Function(parameters: [.i32], results: [.i32]) { body in
        body.localGet(0)
        body.localGet(0)
        body.emit(.i32Mul)
      },
    ])
    let clobbers = KnownClobbers(count: 2)
    defer { clobbers.deallocate() }
    var compiler = OMGCompiler()
    var input = module.input()
    input.clobbers = clobbers
    let unknown = compiler.compile(input)?.frameSize
    let changed = compiler.compile(module.input(1))?.clobbers ?? KnownClobbers.unknown
    clobbers.note(1, changed)
    let known = compiler.compile(input)
    let (frameSize, all) = (known?.frameSize, known?.clobbers ?? 0)
    // The second parameter stays where it came in.
    #expect(unknown! > 0 && frameSize == 0)
    #expect(all & changed == changed && all != KnownClobbers.unknown)
  }
}

extension GraphModule {
  /// The module that a section's title asks for.
  fileprivate static func make(_ section: GoldenFile.Section, _ processor: ProcessorFeatures) -> ModuleInformation {
    if section.title.hasPrefix("Checked") { return checked }
    return processor.isEmpty ? guarded : modern
  }
}
