// What the module says about its branches. The hints of a body lie in the order of its operators; the builder goes through both side by side.

import WasmFormat

extension GraphBuilder {
  /// Sets the hints of the function whose body begins.
  mutating func beginHints() {
    // Those of the guest are not at hand.
    let range = frame.isGuests ? 0..<0 : input.branchHints.range(ofFunction: UInt32(indexInBody(frame.functionIndex)))
    frame.nextHint = range.lowerBound
    frame.hintsEnd = range.upperBound
  }

  /// Notes what the module says about the branch at the end of a block, whose operator is the current one. Call it when the branch has its two edges.
  mutating func noteHint(_ source: Block) {
    let offset = wasmOffset - UInt32(frame.bodyOffset)
    while frame.nextHint < frame.hintsEnd, input.branchHints.hints[frame.nextHint].offset < offset { frame.nextHint += 1 }
    guard frame.nextHint < frame.hintsEnd, input.branchHints.hints[frame.nextHint].offset == offset else { return }
    let isLikely = input.branchHints.hints[frame.nextHint].isLikely
    graph.unlikelyEdges.append(UnlikelyEdge(block: source, successor: isLikely ? 1 : 0))
  }
}
