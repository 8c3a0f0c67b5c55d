// Break points: procedures whose calls stop before anything else is done in them.
//
// The interpreter begins such a procedure with a node that calls a primitive, which unwinds for `UnwindAction.stop`: the frame is recorded with the arguments, as that of
// any other call, and goes on at what comes after the node. So that the interpreter gets to see all calls, generated code goes when a break point is set: of everything,
// since other code may have the procedure's in it. What is hot is compiled anew, but for the procedures with break points.
import GuestABI

extension Node {
  /// Whether this is a break point.
  var isBreakPoint: Bool { kind == .primitiveCall && payload == BreakPoints.row }
}

extension Func {
  /// Whether calls stop.
  public var hasBreakPoint: Bool { kind == .lambda && start.address != 0 && start.isBreakPoint }
}

public enum BreakPoints {
  /// `Func.reason` of procedures with break points.
  public static let refusal: UInt8 = 4
  /// The primitive's row.
  nonisolated(unsafe) static var row = Address.max

  /// Sets a break point, or takes it away. Why it cannot be set, or nil.
  public static func set(_ name: [UInt8], isOn: Bool) -> StaticString? {
    guard let function = Session.function(named: name) else { return "is not the name of a procedure" }
    if function.kind != .lambda { return "is built in" }
    if !Sources.isUserCode(function.position) { return "is in the library; :trace shows its calls" }
    if function.hasBreakPoint == isOn { return nil }
    if row == .max { row = Address(Primitives.row(named: "%break-point")) }
    runtimeState.busy &+= 1
    defer { runtimeState.busy &-= 1 }
    for count in 0...FuncLayout.maximumDirectArity { if let variant = function.variant(count) { change(variant, isOn) } }
    change(function, isOn)
    if isOn { LinkedCode.unlinkAll() }
    return nil
  }

  private static func change(_ function: Func, _ isOn: Bool) {
    if function.hasBreakPoint == isOn { return }
    if !isOn {
      function.start = function.start.next
      function.state = .interpreted
      return
    }
    let depth = function.parameters + (function.hasRest ? 1 : 0)
    let node = CodeStore.inUnit(of: function.address) {
      Node.make(.primitiveCall, slot: depth, depth: depth, next: function.start, payload: row, position: function.position)
    }
    var live = Node.liveProcedure
    for slot in 0..<depth { live |= Node.bit(slot) }
    node.live = live
    if function.keepsAllSlots { node.flags |= Node.keepAllFlag }
    function.start = node
    function.state = .refused
    function.reason = refusal
  }
}
