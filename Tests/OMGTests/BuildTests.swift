// Graphs as they are built from bodies.

import GoldenCode
import Testing
import WasmFormat

@testable import OMG

@Suite struct BuildTests {
  private func graph(_ module: TestModule, _ input: OMGInput) -> String {
    var builder = GraphBuilder()
    guard (try? builder.build(input)) != nil else { return "not built\n" }
    return builder.graph.text()
  }

  @Test("A function's structure becomes blocks, and what its branches disagree about becomes phis")
  func fibonacci() throws {
    let module = try TestModule([.fibonacci])
    #expect(Golden.problems(.text(graph(module, module.input())), "build-fibonacci") == [])
  }

  @Test("A small function's body takes the place of calls, also of calls by itself, but only so often")
  func inlining() throws {
    let module = try TestModule([.fibonacci])
    #expect(Golden.problems(.text(graph(module, module.input(inlining: true))), "build-fibonacci-inlined") == [])
  }

  @Test("A function that is larger takes the place of its own calls once, unless it is too large", arguments: [(0, 2), (20, 4), (300, 4), (400, 2)])
  func recursion(padding: Int, calls: Int) throws {
    let module = try TestModule([
      .init(parameters: [.i32], results: [.i32]) { body in
        for decrement in 1...2 as ClosedRange<Int32> {
          body.localGet(0)
          body.i32Const(decrement)
          body.emit(.i32Sub)
          body.call(0)
        }
        body.emit(.i32Add)
        for _ in 0..<padding {
          body.localGet(0)
          body.drop()
        }
      }
    ])
    let text = graph(module, module.input(inlining: padding > 0))
    #expect(text.split(separator: " ").filter { $0 == "call" }.count == calls)
  }

  @Test("Calls of references to known functions are direct calls; branches on null are comparisons")
  func references() throws {
    let module = try TestModule([.fibonacci, .references], elements: [0])
    #expect(Golden.problems(.text(graph(module, module.input(1))), "build-references") == [])
  }

  @Test("Loops have phis for what they assign")
  func loops() throws {
    let module = try TestModule([.nestedLoops])
    #expect(Golden.problems(.text(graph(module, module.input())), "build-nested-loops") == [])
  }

  @Test("An entry at an inner loop takes all locals and operands from the frame")
  func entryInTheMiddle() throws {
    let module = try TestModule([.nestedLoops])
    let input = module.input(entry: .loop(bodyOffset: module.loopOffset(0, 1)))
    #expect(Golden.problems(.text(graph(module, input)), "build-entry-at-loop") == [])
  }

  @Test("A call in a `try_table` has landings for the clauses around it; a `throw` whose clause is known is a branch, also out of an inlined body")
  func tries() throws {
    let module = try TestModule(.tries)
    #expect(Golden.problems(.text(graph(module, module.input(inlining: true))), "build-tries") == [])
  }

  @Test("Calls through a table that nobody changes are direct ones where the index, or the type, says which function it is")
  func fixedTable() throws {
    let module = try TestModule(
      [
        .init(parameters: [.i32], results: [.i32]) { body in
          body.localGet(0)
          body.i32Const(1)
          body.callIndirect(type: 0)
          body.localGet(0)
          body.callIndirect(type: 1)
          body.localGet(0)
          body.localGet(0)
          body.callIndirect(type: 0)
          body.emit(.i32Add)
        },
        .init(parameters: [.i32], results: [.i32]) { body in
          body.localGet(0)
          body.i32Const(3)
          body.emit(.i32Mul)
        },
        .init(parameters: [], results: []) { $0.emit(.nop) },
      ], elements: [0, 1, 2])
    #expect(Golden.problems(.text(graph(module, module.input(inlining: true))), "build-fixed-table") == [])
    module.information.noteTableWrite(0)
    #expect(graph(module, module.input(inlining: true)).split(separator: " ").filter { $0 == "call_indirect" }.count == 3)
  }

  @Test("Hints of the module stand at the branches of its functions, and of those in place of calls; hints for anything else are ignored")
  func hints() throws {
    let module = try TestModule([
      .init(parameters: [.i32], results: [.i32]) { body in
        body.block()
        body.localGet(0)
        body.hint(isLikely: true)
        body.emit(.i32Eqz)
        body.hint(isLikely: true)
        body.brIf(0)
        body.localGet(0)
        body.call(1)
        body.return()
        // Nothing leads here.
        body.localGet(0)
        body.hint(isLikely: true)
        body.brIf(0)
        body.end()
        body.localGet(0)
        body.hint(isLikely: true)
        body.if(.value(.i32))
        body.i32Const(1)
        body.else()
        body.i32Const(2)
        body.end()
      },
      .init(parameters: [.i32], results: [.i32]) { body in
        body.localGet(0)
        body.hint(isLikely: false)
        body.if()
        body.i32Const(3)
        body.return()
        body.end()
        body.i32Const(4)
      },
    ])
    #expect(Golden.problems(.text(graph(module, module.input(inlining: true))), "build-hints") == [])
  }

  @Test("A call of the function by itself in tail position is a loop")
  func tailCallOfItself() throws {
    let module = try TestModule([
      .init(parameters: [.i32, .i32], results: [.i32]) { body in
        body.localGet(0)
        body.if()
        body.localGet(0)
        body.i32Const(1)
        body.emit(.i32Sub)
        body.localGet(1)
        body.localGet(0)
        body.emit(.i32Mul)
        body.returnCall(0)
        body.end()
        body.localGet(1)
      }
    ])
    #expect(Golden.problems(.text(graph(module, module.input())), "build-tail-call-of-itself") == [])
  }
}
