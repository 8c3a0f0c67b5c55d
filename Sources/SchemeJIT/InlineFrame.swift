// What changes when the generator goes from a procedure into one that is inlined: whose slots are where, and what is known of them.
import GuestABI
import SchemeCore

struct InlineFrame {
  /// Where a returned value goes: a local, and the block to leave.
  struct Returns {
    let nesting: Int
    let local: UInt32
    /// The local is that of a double.
    let isDouble: Bool
    /// Nobody wants the value, but whether it is true: the block to leave if it is not; nil: the value is wanted.
    var otherwise: Int?
  }

  let function: Func
  /// The local of the running procedure, and that of slot 0.
  let procedure: UInt32
  let firstSlot: UInt32
  var state: TypeState
  let labelTypes: LabelTypes
  /// For slots and free variables (after the slots) that are ever doubles: their double locals; 0 for others.
  var doubleLocals: [UInt32]
  /// nil: the value is that of the whole function.
  var returns: Returns?
  /// Something is done with the value before the function around it goes on, so that no path may end in a call.
  var mustReturn = false
  /// For a procedure that was inlined with a frame of its own: the call that it stands for.
  var caller: FrameCaller?

  init(_ function: Func, procedure: UInt32, firstSlot: UInt32, _ state: TypeState, _ labelTypes: LabelTypes) {
    self.function = function
    self.procedure = procedure
    self.firstSlot = firstSlot
    self.state = state
    self.labelTypes = labelTypes
    doubleLocals = [UInt32](repeating: 0, count: function.slotCount + function.freeVariables)
  }
}

/// A call in whose place its callee is being generated.
struct Inlining {
  /// The call, in the function that is no inlined one itself.
  let call: Node
  /// That function's frame as it was there.
  let outer: InlineFrame
  /// The procedures that are being inlined into each other.
  var chain: [Func] = []
  /// The exit for what the code was not made for; -1: not used yet.
  var exit = -1
}
