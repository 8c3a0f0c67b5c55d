// Where the paths of a function under construction lead to.

/// A place to jump to, with parameters in consecutive slots.
final class Label {
  let node: Node
  let base: Int
  let count: Int
  init(_ node: Node, base: Int, count: Int) {
    self.node = node
    self.base = base
    self.count = count
  }
}

/// Where the value of a tail position goes.
enum Destination {
  case `return`
  case jump(Label)
}
