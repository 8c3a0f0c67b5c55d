// Cuts: what goes on for long in tail position, such as a `cond` of a thousand clauses or a body of a thousand definitions, is built without deep recursion.
//
// The builder's recursion follows an expression to its end. Where that has become deep, a tail position gets a jump to a new label instead, and its expression is put
// off. The label is introduced where the chunk starts that is being built, so that the jump is in its scope; what is bound from there on are its parameters, each in the
// slot that it is in anyway. When everything else is built, the expressions are, each as a chunk of its own.
//
//     label L (x y)  =  ...          built later
//       x = ...
//       y = ...
//       ...
//         jump L (x y)
//
// A chunk starts with the body of the function or of a loop, and where a label's scope does: what is put off may jump to labels around its chunk, and to no others, and
// slots below the chunk's are what they are where it starts.
import GuestABI

/// An expression in tail position that has been put off.
struct Cut {
  let label: Node
  let expression: Expression
  let depth: Int
  let destination: Destination
}

extension FunctionBuilder {
  /// How deep the recursion becomes before something is put off. What is put off knows nothing of variables for the debugger that its chunk has bound.
  @_optimize(none)
  var maximumLevel: Int { takesNotes ? 4000 : 256 }

  /// Whether it is deep enough.
  @_optimize(none)
  var isDeep: Bool { level >= maximumLevel }

  /// Builds a chunk, in which the slots from `base` on are bound.
  @_optimize(none)
  func chunk(_ base: Int, _ build: () -> Node) -> Node {
    let (outerBase, outerCuts) = (chunkBase, cuts)
    chunkBase = base
    cuts = []
    var start = build()
    for cut in cuts {
      cut.label.next = start
      start = cut.label
    }
    waiting += cuts
    chunkBase = outerBase
    cuts = outerCuts
    return start
  }

  /// A jump to what will be built of a tail position.
  @_optimize(none)
  func cut(_ expression: Expression, _ depth: Int, _ destination: Destination) -> Node {
    let count = depth - chunkBase
    let node = Node.make(.label, slot: chunkBase, depth: chunkBase)
    node.setCount(count)
    node.setOwner(lambda.function)
    cuts.append(Cut(label: node, expression: expression, depth: depth, destination: destination))
    return jump(Label(node, base: chunkBase, count: count), (chunkBase..<depth).map { .slot($0) }, depth)
  }

  /// Builds what has been put off.
  @_optimize(none)
  func buildWaiting() {
    level = 0
    while let cut = waiting.popLast() {
      cut.label.payload = chunk(cut.depth) { self.tail(cut.expression, cut.depth, cut.destination) }.address
    }
  }
}
