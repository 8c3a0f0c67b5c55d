// A loop with one entry and one back edge, and the tests that have to be passed on every path to the back edge: what InductionRanges,
// RebaseInduction and VersionLoops look at.

struct CountedLoop {
  /// Passed if `value` and `limit` are in the relation.
  struct Test {
    var operation: Operation
    var value: Value
    /// None: 0.
    var limit = Value.none
    var branch: Value
  }

  /// Its number among the loops.
  let number: UInt32
  var header: Block
  /// The input of the header's phis that comes from outside of the loop: 0 or 1. The other one comes along the back edge.
  var entering: Int
  /// At most two: loops have one that matters.
  var tests: [Test] = []
  /// So many blocks before the back edge are looked at.
  private static var mostBlocks: Int { 64 }

  /// The loop with a number; nil if it has another shape.
  static func find(
    _ loop: Int, _ graph: borrowing Graph, _ order: borrowing BlockOrder, _ dominators: borrowing Dominators, _ loops: borrowing Loops
  ) -> CountedLoop? {
    let number = UInt32(truncatingIfNeeded: loop)
    let top = Int(loops.loops[loop].header)
    let header = order[top]
    let predecessors = graph.predecessors(header)
    guard predecessors.count == 2, order.isReachable(predecessors[0]), order.isReachable(predecessors[1]) else { return nil }
    let first = loops.contains(number, order.position(predecessors[0]))
    guard first != loops.contains(number, order.position(predecessors[1])) else { return nil }
    var result = CountedLoop(number: number, header: header, entering: first ? 1 : 0)
    var position = order.position(predecessors[first ? 0 : 1])
    for _ in 0..<mostBlocks {
      graph.work.spend(1)
      if let test = test(at: order[position], number, graph, order, loops) {
        result.tests.append(test)
        if result.tests.count == 2 { break }
      }
      if position == top { break }
      position = Int(dominators.immediate[position])
    }
    return result
  }

  /// What a block's branch asks for staying in the loop.
  private static func test(
    at block: Block, _ loop: UInt32, _ graph: borrowing Graph, _ order: borrowing BlockOrder, _ loops: borrowing Loops
  ) -> Test? {
    let branch = graph.at(block).pointee.last
    guard graph.at(branch).pointee.operation == .branch else { return nil }
    let successors = graph.successors(block)
    let staysIfTrue = loops.contains(loop, order.position(successors[0]))
    guard staysIfTrue != loops.contains(loop, order.position(successors[1])) else { return nil }
    let condition = graph.at(branch).pointee.a
    let comparison = graph.at(condition)
    if !comparison.pointee.operation.isComparison {
      return staysIfTrue ? Test(operation: .notEqual, value: condition, branch: branch) : nil
    }
    guard graph.at(comparison.pointee.a).pointee.type.isInteger,
      let operation = staysIfTrue ? comparison.pointee.operation : comparison.pointee.operation.inverted
    else { return nil }
    return Test(operation: operation, value: comparison.pointee.a, limit: comparison.pointee.b, branch: branch)
  }

  /// The constant that is added to a phi of the header in each iteration; nil if something else comes along the back edge.
  func step(of phi: Value, _ graph: borrowing Graph) -> Int64? {
    let stepped = graph.at(graph.arguments(phi)[1 - entering])
    guard stepped.pointee.operation == .add, stepped.pointee.a == phi else { return nil }
    return graph.constant(stepped.pointee.b)
  }
}
