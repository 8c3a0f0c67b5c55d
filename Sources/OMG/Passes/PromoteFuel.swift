// Keeps the fuel in a register between calls: it is read where the first unit is taken, and written before calls and returns, so that an iteration of a loop,
// or a body in place of a call, takes it by one subtraction.
//
//     take_fuel; loop { take_fuel; … }; call    → v0 = fuel_get; v1 = spend_fuel v0; loop { v2 = phi v1, v3; v3 = spend_fuel v2; … }; fuel_set v3; call
//
// What is called takes fuel from the store itself, so after a call the fuel is there. It is in a register at each loop's head, which takes some, and where edges
// meet of which one has it in a register. Runtime helpers are no calls here: they neither take fuel nor look at it. A trap leaves an old number in the
// store, which is why a trap takes all fuel (Store.fuel).

func promoteFuel(_ graph: inout Graph, _ scratch: inout Scratch) {
  guard graph.module.countsFuel else { return }
  findLoops(graph, &scratch)
  var pass = PromoteFuel(blockCount: scratch.order.count)
  pass.run(&graph, scratch.order, scratch.loops)
  scratch.order.compute(graph)
  if eliminateRedundantPhis(&graph, &scratch) { eliminateIdentities(&graph) }
}

private struct PromoteFuel {
  /// By position: the fuel at the block's start and end; none: it is in the store.
  private var atStart: [Value]
  private var atEnd: [Value]
  /// Phis for it whose inputs are still to be found.
  private var phis: [Value] = []

  init(blockCount: Int) {
    atStart = [Value](repeating: .none, count: blockCount)
    atEnd = atStart
  }

  private static func isCall(_ operation: Operation) -> Bool { operation.effects.isSuperset(of: .calls) && operation != .callHelper }

  mutating func run(_ graph: inout Graph, _ order: borrowing BlockOrder, _ loops: borrowing Loops) {
    for position in 0..<order.count {
      let block = order[position]
      graph.work.spend(1)
      let start = startOf(&graph, order, loops, block, position)
      atStart[position] = start
      atEnd[position] = walk(&graph, block, start)
    }
    for position in 0..<order.count { fixEdges(&graph, order, position) }
    for phi in phis {
      let block = graph.at(phi).pointee.block
      for place in 0..<graph.predecessors(block).count {
        graph.work.spend(1)
        graph.appendArgument(phi, value(graph, order, graph.predecessors(block)[place], phi))
      }
    }
  }

  /// The fuel at the end of a block from which an edge leads to where it is in a register; from what cannot be reached anything comes.
  private func value(_ graph: borrowing Graph, _ order: borrowing BlockOrder, _ block: Block, _ anything: Value) -> Value {
    if block.number < order.positions.count {
      return order.isReachable(block) ? atEnd[order.position(block)] : anything
    }
    // It was read on the edge, just before the jump.
    return graph.at(graph.at(block).pointee.last).pointee.previous
  }

  private mutating func startOf(_ graph: inout Graph, _ order: borrowing BlockOrder, _ loops: borrowing Loops, _ block: Block, _ position: Int)
    -> Value
  {
    let predecessors = graph.predecessors(block)
    let loop = loops.innermost[position]
    if loop != Loops.none, Int(loops.loops[Int(loop)].header) == position { return phi(&graph, block) }
    if predecessors.count == 1 { return atEnd[order.position(predecessors[0])] }
    for predecessor in predecessors where order.isReachable(predecessor) {
      graph.work.spend(1)
      if atEnd[order.position(predecessor)].exists { return phi(&graph, block) }
    }
    return .none
  }

  private mutating func phi(_ graph: inout Graph, _ block: Block) -> Value {
    let phi = graph.make(Instruction(.phi, .i64))
    graph.link(phi, after: .none, in: block)
    phis.append(phi)
    return phi
  }

  /// Rewrites what a block takes; returns the fuel at its end.
  private func walk(_ graph: inout Graph, _ block: Block, _ start: Value) -> Value {
    var fuel = start
    var value = graph.at(block).pointee.first
    while value.exists {
      let operation = graph.at(value).pointee.operation
      if operation == .takeFuel {
        if !fuel.exists { fuel = graph.insert(Instruction(.fuelGet, .i64), before: value) }
        let instruction = graph.at(value)
        instruction.pointee.operation = .spendFuel
        instruction.pointee.type = .i64
        instruction.pointee.a = fuel
        fuel = value
      } else if fuel.exists, operation == .returnValues || Self.isCall(operation), operation != .landing {
        graph.insert(Instruction(.fuelSet, .none, fuel), before: value)
        fuel = .none
      }
      value = graph.at(value).pointee.next
    }
    return fuel
  }

  /// Writes or reads the fuel on edges whose two ends have it in different places.
  private func fixEdges(_ graph: inout Graph, _ order: borrowing BlockOrder, _ position: Int) {
    let block = order[position]
    for place in 0..<graph.successors(block).count {
      let target = graph.successors(block)[place]
      let wanted = atStart[order.position(target)]
      guard wanted.exists != atEnd[position].exists, graph.at(graph.at(target).pointee.first).pointee.operation != .trap else { continue }
      let move =
        wanted.exists ? graph.make(Instruction(.fuelGet, .i64)) : graph.make(Instruction(.fuelSet, .none, atEnd[position]))
      graph.placeAtEnd(move, of: graph.splitEdge(block, place))
    }
  }
}
