// Golden files of lowering: a title, a graph, and what becomes of it as machine code over virtual registers, for a processor that has the baseline only,
// and for one that has everything if that makes a difference. With LATCH_BLESS=1 in the environment the results are written anew.

import CompilerInterface
import Foundation
import GoldenCode
import RuntimeLayout
import Testing

@testable import OMG

@Suite struct LoweringTests {
  @Test("Lowering to x86-64", arguments: ["arithmetic", "conditions", "control", "floats", "memory"])
  func x64(_ name: String) throws {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Golden/Lowering/\(name).txt")
    let text = try String(contentsOf: url, encoding: .utf8)
    var blessed = ""
    for part in text.components(separatedBy: "=== ").dropFirst() {
      let input = part.components(separatedBy: "--- ")[0].trimmingCharacters(in: .newlines)
      let lines = input.split(separator: "\n", maxSplits: 1)
      let title = String(lines[0])
      let isChecked = title.hasPrefix("Checked")
      let baseline = Self.lower(String(lines[1]), isChecked ? TestView.checked : TestView.guarded, title)
      var result = "=== \(input)\n\n--- x86-64\n\(baseline)"
      let modern = isChecked ? baseline : Self.lower(String(lines[1]), TestView.modern, title)
      if modern != baseline { result += "--- x86-64 \(ProcessorFeatures.everything)\n\(modern)" }
      if ProcessInfo.processInfo.environment["LATCH_BLESS"] != "1" { #expect(result == "=== \(part)", "\(name): \(title)") }
      blessed += result
    }
    if ProcessInfo.processInfo.environment["LATCH_BLESS"] == "1" { try blessed.write(to: url, atomically: true, encoding: .utf8) }
  }

  @Test("Code: short and long jumps, flags used twice, tables of jumps and of bits, constants and traps after the code")
  func x64Code() throws {
    var graph = Graph.parse(
      """
      b0
        v0: i32 = parameter #0
        v1: i32 = parameter #1
        v2: i32 = lt_s v0, v1
        branch v2 → b1 b2
      b1 ← b0
        switch v0 → b3 b4 b3 b4 b5
      b2 ← b0
        v3: i32 = lt_s v1, v0
        branch v3 → b3 b6
      b3 ← b1 b1 b2
        v4: f64 = constant 2.5
        v5: f64 = convert_s v0
        v6: f64 = fmul v5, v4
        v7: i32 = to_s v6
        return v7
      b4 ← b1 b1
        v8: i32 = load +4 v0
        v9: i32 = div_s v8, v1
        return v9
      b5 ← b1 cold
        trap 0
      b6 ← b2
        switch v1 → b7 b8 b9 b7 b8
      b7 ← b6 b6
        v10: i32 = constant 0
        return v10
      b8 ← b6 b6
        v11: i32 = constant 1
        return v11
      b9 ← b6
        v12: i32 = constant 2
        return v12
      """)
    let module = try TestModule([TestModule.Function(parameters: [.i32, .i32], results: [.i32]) { $0.i32Const(0) }])
    graph.view = module.view
    let (code, sites) = try emit(&graph, module)
    #expect(try Golden.matches(code, "x64-code", triple: "x86_64-linux-gnu"))
    #expect((1..<sites.count).allSatisfy { sites[$0 - 1].codeOffset < sites[$0].codeOffset })
  }

  @Test("Each back edge to a loop header that jumps through a table has a jump through it of its own")
  func dispatch() throws {
    var graph = Graph.parse(
      """
      b0
        v0: i32 = parameter #0
        jump → b1
      b1 ← b0 b3 b4
        v1: i32 = phi v0, v6, v8
        v2: i32 = load v1
        switch v2 → b2 b3 b4 b3 b2
      b2 ← b1 b1
        return v2
      b3 ← b1 b1
        v5: i32 = constant 4
        v6: i32 = add v1, v5
        jump → b1
      b4 ← b1
        v7: i32 = constant 8
        v8: i32 = mul v1, v7
        jump → b1
      """)
    let module = try TestModule([TestModule.Function(parameters: [.i32], results: [.i32]) { $0.i32Const(0) }])
    graph.view = module.view
    let (code, _) = try emit(&graph, module)
    #expect(try Golden.matches(code, "x64-dispatch", triple: "x86_64-linux-gnu"))
  }

  @Test("Shifts and counts of zeros are what the processor's features allow", arguments: ["baseline", "modern"])
  func features(_ processor: String) throws {
    let module = try TestModule(
      processor: processor == "modern" ? .everything : [],
      [TestModule.Function(parameters: [.i32, .i64], results: [.i64]) { $0.i64Const(0) }])
    var graph = Graph.parse(
      """
      b0
        v0: i32 = parameter #0
        v1: i64 = parameter #1
        v2: i32 = clz v0
        v3: i64 = extend_u v2
        v4: i64 = shl v1, v3
        v5: i64 = ctz v4
        v6: i64 = shr_s v4, v5
        v7: i64 = constant 7
        v8: i64 = rotl v6, v7
        v9: i64 = clz v8
        v10: i64 = shr_u v8, v9
        return v10
      """)
    graph.view = module.view
    let (code, _) = try emit(&graph, module)
    #expect(try Golden.matches(code, "x64-bits-\(processor)", triple: "x86_64-linux-gnu"))
  }

  private func emit(_ graph: inout Graph, _ module: TestModule) throws -> (code: [UInt8], sites: [TrapSite]) {
    var target = X64BackEnd()
    var machine = MachineFunction()
    target.lower(&graph, into: &machine)
    var allocator = RegisterAllocator()
    var allocations = Allocations()
    #expect(allocator.allocate(machine, into: &allocations))
    #expect(AllocationChecker.check(machine, allocations) == nil)
    let code = target.emit(machine, allocations, module.view)
    return (Array(code.code), Array(code.trapSites))
  }

  @Test("Calls in a `try_table`: landings, and the table by which the runtime finds them")
  func tries() throws {
    let module = try TestModule(.tries)
    var builder = GraphBuilder()
    let isBuilt = builder.build(module.input())
    #expect(isBuilt)
    var scratch = Scratch()
    Pipeline.run(&builder.graph, &scratch, OMGOptions())
    var lowering = LowerToX64()
    var machine = MachineFunction()
    let needs = lowering.run(&builder.graph, into: &machine)
    #expect(needs.savesContext)
    var allocator = RegisterAllocator()
    var allocations = Allocations()
    #expect(allocator.allocate(machine, into: &allocations))
    #expect(AllocationChecker.check(machine, allocations) == nil)
    #expect(try GoldenText.matches(machine.text(X64Printer.self, Allocations()) + "\n", "x64-tries"))
    var emitter = X64CodeEmitter()
    let code = emitter.emit(machine, allocations, needs, module.view)
    let table = Array(code.handlers)
    // One call, whose try has no parent and two clauses: for tag 0, then for any.
    #expect(Array(table[0...3]) == [UInt32(code.frameSize), 1, 1, 2])
    #expect(code.trapSites.contains { $0.codeOffset + 1 == table[4] && $0.reason == TrapSite.callReason })
    #expect(Array(table[5...9]) == [0, HandlerTable.none, 0, 2, UInt32(module.view.layout.tag(0))])
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
    clobbers.forget()
    let forgotten = compiler.compile(input)?.frameSize
    // The second parameter stays where it came in.
    #expect(unknown! > 0 && frameSize == 0 && forgotten == unknown)
    #expect(all & changed == changed && all != KnownClobbers.unknown)
  }

  private static func lower(_ text: String, _ view: ModuleView, _ title: String) -> String {
    var graph = Graph.parse(text)
    graph.view = view
    if let problem = VerifyGraph.problem(graph) { Issue.record("\(title): \(problem)") }
    var target = X64BackEnd()
    var machine = MachineFunction()
    target.lower(&graph, into: &machine)
    return machine.text(X64Printer.self, Allocations()) + "\n"
  }
}
