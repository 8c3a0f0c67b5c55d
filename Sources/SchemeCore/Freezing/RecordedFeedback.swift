// What the interpreter has recorded of operand types, as bytes: to be taken from a copy of a program that has been warmed up, and given to the program itself, whose code lies at the same
// addresses (`latch freeze --profile`).
//
//     for each Func: its address (4 bytes), the number of its nodes (4 bytes), the feedback of each node in the order of the walk (a byte each)
//
// Feedback is advice: what does not fit is left out, and wrong advice costs a deoptimization.
import GuestABI

public enum RecordedFeedback {
  /// Of all procedures that there are.
  public static func write() -> [UInt8] {
    var bytes: [UInt8] = []
    forEachProcedure { function in
      let nodes = function.body.reachableNodes()
      append(function.address, to: &bytes)
      append(UInt32(nodes.count), to: &bytes)
      for node in nodes { bytes.append(node.feedback) }
    }
    return bytes
  }

  /// Adds what was recorded elsewhere, for those procedures that are here, too.
  public static func add(_ bytes: [UInt8]) {
    var recorded = WordTable()
    var at = 0
    while at + 8 <= bytes.count {
      recorded.set(.fixnum(Int(word(bytes, at))), .fixnum(at + 4))
      at += 8 + Int(word(bytes, at + 4))
    }
    forEachProcedure { function in
      guard let at = recorded.value(.fixnum(Int(function.address)))?.index else { return }
      let nodes = function.body.reachableNodes()
      guard nodes.count == Int(word(bytes, at)), at + 4 + nodes.count <= bytes.count else { return }
      for (index, node) in nodes.enumerated() { node.record(bytes[at + 4 + index]) }
    }
    recorded.free()
  }

  private static func forEachProcedure(_ visit: (Func) -> Void) {
    var function = Func.newest
    while function.address != 0 {
      if function.kind == .lambda { visit(function) }
      function = function.previous
    }
  }

  private static func append(_ word: UInt32, to bytes: inout [UInt8]) {
    for shift in 0..<4 as Range<UInt32> { bytes.append(UInt8(truncatingIfNeeded: word >> (8 * shift))) }
  }

  private static func word(_ bytes: [UInt8], _ at: Int) -> UInt32 {
    if at + 4 > bytes.count { return 0 }
    return UInt32(bytes[at]) | UInt32(bytes[at + 1]) << 8 | UInt32(bytes[at + 2]) << 16 | UInt32(bytes[at + 3]) << 24
  }
}

extension Node {
  /// All nodes on the paths from here.
  public func reachableNodes() -> [Node] {
    var nodes: [Node] = []
    var pending = [self]
    while let start = pending.popLast() {
      var node = start
      while true {
        nodes.append(node)
        if node.kind == .branch || node.kind == .branchOperation { pending.append(node.alternative) }
        if node.kind == .label { pending.append(node.body) }
        if node.isEnd { break }
        node = node.next
      }
    }
    return nodes
  }

  /// Whether a path ends here.
  private var isEnd: Bool {
    switch kind {
    case .return, .jump, .tailApply: true
    case .tailCall: !isSelfCall
    default: false
    }
  }
}
