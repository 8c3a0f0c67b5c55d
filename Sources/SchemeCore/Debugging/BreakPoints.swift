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
    function.start = node(before: function.start, of: function)
    function.state = .refused
    function.reason = refusal
  }

  /// A break point of a procedure. Its frame has the parameters and goes on at the procedure's start.
  private static func node(before start: Node, of function: Func) -> Node {
    if row == .max { row = Address(Primitives.row(named: "%break-point")) }
    let depth = function.parameters + (function.hasRest ? 1 : 0)
    let node = CodeStore.inUnit(of: function.address) {
      Node.make(.primitiveCall, slot: depth, depth: depth, next: start, payload: row, position: function.position)
    }
    var live = Node.liveProcedure
    for slot in 0..<depth { live |= Node.bit(slot) }
    node.live = live
    if function.keepsAllSlots { node.flags |= Node.keepAllFlag }
    return node
  }

  /// The record that a break point would have left of a call; nil if the procedure is not the user's or does not take so many arguments.
  static func record(ofCall procedure: Word, _ arguments: Word, before next: Word) -> Word? {
    guard procedure.isProcedure else { return nil }
    let function = Func(procedureFunction(procedure))
    let count = listLength(arguments)
    guard function.kind == .lambda, function.start.address != 0, Sources.isUserCode(function.position),
      function.hasRest ? count >= function.parameters : count == function.parameters
    else { return nil }
    let node = node(before: function.hasBreakPoint ? function.start.next : function.start, of: function)
    let record = allocateObject(.frame, words: FrameField.slots + node.liveCount)
    record.setField(FrameField.next, next)
    record.setField(FrameField.node, Word(node.address))
    record.setField(FrameField.procedure, procedure)
    var field = FrameField.slots
    var rest = arguments
    node.forEachLive { slot in
      if let slot, slot < function.parameters {
        record.setField(field, car(rest))
        rest = cdr(rest)
      } else {
        record.setField(field, slot == nil ? procedure : rest)
      }
      field += 1
    }
    return record
  }
}
