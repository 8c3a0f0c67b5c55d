// Which procedures generated code calls directly.
import GuestABI
import SchemeCore

/// Whether a path calls a procedure that is known there: by the global that holds it, or as a local one.
public func calls(_ callee: Func, from start: Node) -> Bool {
  var node = start
  while true {
    switch node.kind {
    case .call, .tailCall:
      if node.payload == callee.address { return true }
      if node.a.kind == .global {
        let known = load32(node.a.address + UInt32(SymbolLayout.knownFunc))
        if known == callee.address || callee.isVariant && known == callee.general.address { return true }
      }
      if node.kind == .tailCall { return false }
    case .branch, .branchOperation: if calls(callee, from: node.alternative) { return true }
    case .label: if calls(callee, from: node.body) { return true }
    case .return, .jump, .tailApply: return false
    default: break
    }
    node = node.next
  }
}
