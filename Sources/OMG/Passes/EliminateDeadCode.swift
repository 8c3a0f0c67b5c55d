// Removes what nobody needs: instructions without effects whose values are not used, directly or indirectly, by an instruction with effects. So
// phis that only feed each other go too. A load that may trap has that effect.

import RawCollections

func eliminateDeadCode(_ graph: inout Graph, _ scratch: inout Scratch) { eliminateDeadCode(graph, &scratch.words) }

private func eliminateDeadCode(_ graph: borrowing Graph, _ words: inout UncheckedArray<UInt32>) {
  let isLive: UInt8 = 1
  let count = graph.instructions.count
  words.removeAll()
  for index in 0..<count where graph.instructions[index].block.exists {
    let value = Value(index)
    let visible: Effects = [.writesMemory, .writesState, .traps, .leaves]
    if graph.effects(value).isDisjoint(with: visible) { continue }
    graph.at(value).pointee.mark = isLive
    words.append(value.index)
  }
  while words.count > 0 {
    for argument in graph.arguments(Value(words.removeLast())) where graph.at(argument).pointee.mark != isLive {
      graph.at(argument).pointee.mark = isLive
      words.append(argument.index)
    }
  }
  for index in 0..<count where graph.instructions[index].block.exists {
    if graph.instructions[index].mark == isLive {
      graph.instructions[index].mark = 0
    } else {
      graph.unlink(Value(index))
    }
  }
}
