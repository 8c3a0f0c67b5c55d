// Graphs: edits keep lists, edges and inputs of phis in step.

import Testing

@testable import OMG

@Suite struct GraphTests {
  @Test("Arguments in fields and arguments in lists are read alike")
  func arguments() {
    var graph = Graph()
    let block = graph.makeBlock()
    let one = graph.append(Instruction(.constant, .i32, index: 0, immediate: 1), to: block)
    let two = graph.append(Instruction(.constant, .i32, index: 0, immediate: 2), to: block)
    let choice = graph.append(Instruction(.select, .i32, one, two, one), to: block)
    let call = graph.append(Instruction(.call, .i32, index: 7), to: block)
    graph.setArguments(call, [two, one])
    graph.appendArgument(call, choice)
    #expect(Array(graph.arguments(choice)) == [one, two, one])
    #expect(Array(graph.arguments(call)) == [two, one, choice])
  }

  @Test("A block that keeps one of several edges to the same block removes the other inputs of its phis")
  func keepOnlySuccessor() {
    var graph = Graph()
    let start = graph.makeBlock()
    let join = graph.makeBlock()
    let values = (0..<3).map { graph.append(Instruction(.constant, .i32, index: 0, immediate: $0), to: start) }
    graph.append(Instruction(.switchBranch, .none, values[0]), to: start)
    for _ in 0..<3 { graph.connect(start, to: join) }
    let phi = graph.append(Instruction(.phi, .i32), to: join)
    graph.setArguments(phi, values)
    graph.keepOnlySuccessor(start, 1)
    #expect(Array(graph.arguments(phi)) == [values[1]])
    #expect(graph.predecessors(join).count == 1 && graph.successors(start).count == 1)
  }

  @Test("A block on an edge takes the edge's place on both sides")
  func splitEdge() {
    var graph = Graph()
    let start = graph.makeBlock()
    let join = graph.makeBlock()
    let condition = graph.append(Instruction(.constant, .i32, index: 0, immediate: 1), to: start)
    graph.append(Instruction(.branch, .none, condition), to: start)
    graph.connect(start, to: join)
    graph.connect(start, to: join)
    let middle = graph.splitEdge(start, 1)
    #expect(Array(graph.successors(start)) == [join, middle])
    #expect(Array(graph.predecessors(join)) == [start, middle])
  }
}
