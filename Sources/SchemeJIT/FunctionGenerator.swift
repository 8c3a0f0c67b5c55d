// Generates one function: a walk over the procedure's IR in order, a wasm local for each slot, a wasm block or loop for each label.
//
// What leaves the function and never comes back (unwinding, errors) is a *cold exit*: its code follows the body, which is wrapped in one
// block for each exit, so that the hot path only has a `br_if`. Branches to cold exits, and to other code that is rarely needed, say so
// (WasmFormat's BranchHint).
//
//     block              exit 1
//       block            exit 0
//         body: ... br_if exit
//       end
//       code of exit 0; return
//     end
//     code of exit 1; return
//
// Values that are live across a call, and the running procedure if it is needed later, are stored at sp before it, where the collector finds them, and
// loaded again after it; but those that are no pointers, and doubles, stay in their locals. Only a frame record has them all, in the order of
// `Node.forEachLive`: the exit for a callee that unwound stores them.
//
// A slot's value is in its word local, or, where it is known to be a flonum, in its double local (see `TypeState`). What is known is followed
// through the walk in `state`.
import GuestABI
import SchemeCore
import WasmFormat

struct FunctionGenerator: ~Copyable {
  let unit: CompilationUnit
  /// What is being generated: the unit's own function, or one that is inlined into it.
  var frame: InlineFrame
  /// The call whose callee is being generated in its place; nil: none.
  var inlining: Inlining?
  /// What the procedure whose frame was made last returns.
  var inferredResult = StaticType.any
  /// The call at hand, if all that matters is whether its value is true; 0: the value is wanted.
  var testedCall: Address = 0
  /// It has been inlined so that its paths go on with what the branch after it goes on with: the block is open at whose end the alternative is.
  var isTestOpen = false
  /// Where short paths of a callee stand before its call (FunctionGenerator+EarlyExits.swift): the nodes from which on the call is made, and the block to leave for that;
  /// -1: there are none.
  var earlyEnds: [Address] = []
  var callNesting = -1
  /// A call whose callee has been found to be a procedure of this Func.
  var verified: (call: Address, callee: Func) = (0, Func(0))
  /// The call that stands for the node being generated, if that is made up.
  var place: Node?
  /// The nodes that may still be inlined into this function.
  var inliningBudget = JITTuning.maximumInlinedNodes
  /// A call and a Func that its callee, a global, certainly does not have.
  var exception: (call: Address, function: Address) = (0, 0)
  /// The entry poll is still to be done on this path.
  var pollIsPending = false
  /// The first of the slots that then hold the arguments.
  var pollBase = 0
  var body: FunctionBodyWriter
  /// How many blocks are open in `body`.
  var nesting = 0
  var exits: [(exit: ColdExit, frame: ExitFrame)] = []
  /// The labels in scope and the nesting of their blocks.
  var labels: [(node: Address, nesting: Int, isLoop: Bool)] = []
  let batch: [CompilationUnit]
  let routines: RuntimeRoutines
  let directTypes: [UInt32]
  let routineTypes: [UInt32]

  // Locals.
  let sp: UInt32 = 1
  let temporaryA: UInt32
  let temporaryB: UInt32
  let temporaryC: UInt32
  let address: UInt32
  /// Where an encoded flonum passes through.
  let encoded: UInt32
  /// The locals after `address`: those of doubles, and the slots of inlined functions.
  var moreLocals: [ValueType] = []
  /// Those of inlined functions: runs of slots, doubles of the call that is being inlined, and doubles that are free.
  var slotRuns: [(first: UInt32, count: Int, isUsed: Bool)] = []
  /// The same of procedures inlined with frames of their own.
  var frameRuns: [(first: UInt32, count: Int, isUsed: Bool)] = []
  var inlinedDoubles: [UInt32] = []
  var spareDoubles: [UInt32] = []

  let speculates: Bool
  /// Operands that have no double local of their own, or are not certainly flonums, and where their doubles are for the node at hand.
  var preparedDoubles: [(operand: Operand, local: UInt32)] = []
  /// The nodes whose failed presumptions have an exit, which may be shared within the node.
  var lastFailure: (node: Address, exit: Int) = (0, 0)
  /// The variables of a loop are being taken from the interpreter's frame.
  var entersLoop = false

  init(_ unit: CompilationUnit, module: borrowing ModuleGenerator) {
    self.unit = unit
    let function = unit.function
    batch = module.batch
    routines = module.routines
    directTypes = (0...FuncLayout.maximumDirectArity).map { module.directType($0) }
    routineTypes = RoutineType.allCases.map { module.type($0) }
    let parameters = unit.hasDirectEntry ? 2 + function.entrySlots : 3
    body = FunctionBodyWriter(parameterCount: parameters)
    let firstSlot: UInt32 = unit.hasDirectEntry ? 2 : 3
    // The locals are declared in `finish`, in this order.
    let end = firstSlot + UInt32(function.slotCount)
    temporaryA = end
    temporaryB = end + 1
    temporaryC = end + 2
    encoded = end + 3
    address = end + 4
    speculates = function.speculates
    let start = TypeState(slots: function.slotCount, free: function.freeVariables)
    var inference = TypeInference(unit, speculates: speculates, from: start)
    frame = InlineFrame(function, procedure: 0, firstSlot: firstSlot, start, inference.infer())
  }

  // Of the frame.
  var function: Func { frame.function }
  var procedure: UInt32 { frame.procedure }
  /// What is known here.
  var state: TypeState {
    get { frame.state }
    _modify { yield &frame.state }
  }
  var labelTypes: LabelTypes { frame.labelTypes }

  func slot(_ index: Int) -> UInt32 { frame.firstSlot + UInt32(index) }

  mutating func newLocal(_ type: ValueType) -> UInt32 {
    moreLocals.append(type)
    return address + UInt32(moreLocals.count)
  }

  mutating func generate() {
    if let rest = unit.rest {
      restOfFunction(from: rest)
    } else {
      if !function.hasDirectEntry { loadArguments() }
      pollIsPending = needsPoll
      path(function.body)
    }
    body.unreachable()
  }

  /// The function with its cold exits.
  consuming func finish() -> FunctionBodyWriter {
    var whole = FunctionBodyWriter(parameterCount: unit.hasDirectEntry ? 2 + function.entrySlots : 3)
    while whole.localCount < address { _ = whole.addLocal(.i64) }
    _ = whole.addLocal(.i32)
    for type in moreLocals { _ = whole.addLocal(type) }
    for _ in exits { whole.block() }
    whole.append(body)
    for (exit, frame) in exits {
      whole.end()
      write(exit, of: frame, into: &whole)
    }
    whole.end()
    return whole
  }

  /// The function of a procedure of this module.
  func functionIndex(_ address: Address) -> UInt32? {
    for index in batch.indices where batch[index].rest == nil && batch[index].function.address == address {
      return UInt32(index)
    }
    return nil
  }
}
