// Exits of a function that are not part of its hot path.
import GuestABI
import SchemeCore
import WasmFormat

enum ColdExit {
  /// The callee of a call node unwound: record this frame, unwind. The slots that were stored at sp for the call, in order, and where the others are.
  case calleeUnwound(Node, stored: [Int?], homes: [TypeState.Home])
  /// The receiver of a `call/cc` unwound, and not to the continuation, which is in `temporaryA`: the same, and the continuation gets the record.
  case leavesCapture(Node, stored: [Int?], homes: [TypeState.Home])
  /// The same for a tail call, which needs no record.
  case leavesTailCapture
  /// The receiver of a `call/cc` returned what is in a local, but the continuation may be called later: the same, then goes on with the value.
  case outlivesCapture(Node, UInt32, stored: [Int?], homes: [TypeState.Home])
  case outlivesTailCapture(UInt32)
  /// Something presumed at a node is not so, or it is an error: the interpreter goes on from the node. Where the slots are that it needs, in order.
  case presumedWrong(Node, [TypeState.Home])
  /// What is presumed about the variables of the loop that is entered from the interpreter's frame, whose body the node begins, is not so.
  case loopPresumedWrong(Node, [TypeState.Home])
  /// A primitive or poll raised an error at a node: record the place, unwind.
  case failed(Node)
  /// The same, for the debugger: record the frame, so that it can go on. Where the slots that it keeps are, in order, and those that the node uses.
  case failedInFrame(Node, [TypeState.Home], uses: [(slot: Int, home: TypeState.Home)])
  /// For the debugger: a poll at the back edge of a loop unwound. The slots that were stored at sp for it, and what the loop needs with where it is, so that it can go on.
  case leavesLoop(jump: Node, stored: [Int?], kept: [Int?], homes: [TypeState.Home])
  /// A primitive raised an error at a node of a procedure that was inlined at a call: record the place and, unless it was a tail call, this frame,
  /// whose values are where they were at the call; unwind.
  case failedInside(Node, call: Node, [TypeState.Home])
  /// Nothing to record: unwind.
  case unwound
  /// The general entry was called with a wrong number of arguments.
  case wrongArgumentCount
}

/// What an exit has to know of the frame that it leaves: the function's own, or that of a procedure that was inlined with a frame.
struct ExitFrame {
  let function: Func
  let procedure: UInt32
  let firstSlot: UInt32
  let doubleLocals: [UInt32]
  let caller: FrameCaller?

  init(_ frame: InlineFrame) {
    function = frame.function
    procedure = frame.procedure
    firstSlot = frame.firstSlot
    doubleLocals = frame.doubleLocals
    caller = frame.caller
  }

  /// The local of a slot's word, or of the procedure.
  func local(_ slot: Int?) -> UInt32 { slot.map { firstSlot + UInt32($0) } ?? procedure }

  /// Words at sp that are the caller's.
  var callerWords: Int { caller?.stored.count ?? 0 }

  /// The local of the procedure, if it is needed at a node or after it.
  func neededProcedure(at node: Node) -> UInt32? {
    function.keepsAllSlots || node.liveBefore & Node.liveProcedure != 0 ? procedure : nil
  }
}

extension FunctionGenerator {
  /// Writes an exit's code, which returns.
  mutating func write(_ exit: ColdExit, of frame: ExitFrame, into body: inout FunctionBodyWriter) {
    func call(_ routine: UInt32, _ type: RoutineType) {
      body.i32Const(Int32(bitPattern: routine))
      body.callIndirect(type: routineTypes[type.rawValue])
    }
    func recordPlace(_ node: Node) {
      body.i32Const(Int32(bitPattern: node.address))
      call(routines.recordPlace, .place)
    }
    /// Loads the continuation that is stored after some words.
    func loadContinuation(at position: Int) {
      body.localGet(sp)
      body.load(.i64Load, offset: UInt32(8 * position))
      body.localSet(temporaryA)
    }
    func outlive(_ value: UInt32) {
      body.localGet(value)
      call(routines.outlive, .unary)
      body.drop()
    }
    switch exit {
    case .calleeUnwound(let node, let stored, let homes):
      reload(stored, of: frame, into: &body)
      recordFrame(node, homes, of: frame, into: &body)
    case .leavesCapture(let node, let stored, let homes), .outlivesCapture(let node, _, let stored, let homes):
      if case .outlivesCapture(_, let value, _, _) = exit {
        loadContinuation(at: stored.count)
        outlive(value)
      }
      reload(stored, of: frame, into: &body)
      recordFrame(node, homes, of: frame, into: &body)
      body.drop()
      body.localGet(temporaryA)
      call(routines.keepFrames, .unary)
    case .leavesTailCapture, .outlivesTailCapture:
      if case .outlivesTailCapture(let value) = exit {
        loadContinuation(at: 0)
        outlive(value)
      }
      body.localGet(temporaryA)
      call(routines.keepNextFrames, .unary)
    case .presumedWrong(let node, let homes):
      if let caller = frame.caller { return leave(frame, at: node, homes, calledBy: caller, into: &body) }
      storeNeeded(node, homes, of: frame, into: &body)
      return deoptimize(frame.function, at: node, procedure: frame.neededProcedure(at: node), into: &body)
    case .loopPresumedWrong(let node, let homes):
      storeNeeded(node, homes, of: frame, into: &body)
      return deoptimize(
        frame.function, at: node, flag: Deoptimization.loopFlag, procedure: frame.neededProcedure(at: node), into: &body)
    case .failed(let node): recordPlace(node)
    case .failedInFrame(let node, let homes, let uses):
      for use in uses { storeWord(use.slot, use.home, at: node.liveCount + use.slot, of: frame, into: &body) }
      recordFrame(node, homes, by: routines.recordFailedFrame, of: frame, into: &body)
    case .leavesLoop(let jump, let stored, let kept, let homes):
      reload(stored, of: frame, into: &body)
      for (index, home) in zip(kept, homes) { if let index { storeWord(index, home, at: index, of: frame, into: &body) } }
      body.localGet(frame.procedure)
      body.localGet(sp)
      body.i32Const(Int32(bitPattern: jump.address))
      call(routines.recordLoop, .general)
    case .failedInside(let node, let call, let homes):
      recordPlace(node)
      if call.kind == .call {
        body.drop()
        recordFrame(call, homes, of: frame, into: &body)
      }
    case .unwound: body.i64Const(Int64(bitPattern: Constant.unwind))
    case .wrongArgumentCount:
      body.localGet(frame.procedure)
      body.localGet(sp)
      body.localGet(2)
      call(routines.arityError, .general)
    }
    if let caller = frame.caller {
      body.drop()
      recordFrame(caller.call, caller.homes, of: caller.place, into: &body)
    }
    body.return()
  }
}

extension FunctionGenerator {
  /// Loads what was stored for a call, and for the call that the frame stands for.
  private func reload(_ stored: [Int?], of frame: ExitFrame, into body: inout FunctionBodyWriter) {
    if let caller = frame.caller { load(caller.stored, at: 0, of: caller.place, into: &body) }
    load(stored, at: frame.callerWords, of: frame, into: &body)
  }

  private func load(_ stored: [Int?], at start: Int, of frame: ExitFrame, into body: inout FunctionBodyWriter) {
    for (position, index) in stored.enumerated() {
      body.localGet(sp)
      body.load(.i64Load, offset: UInt32(8 * (start + position)))
      body.localSet(frame.local(index))
    }
  }

  /// Stores what the record of a call's frame keeps, and records it.
  private func recordFrame(
    _ node: Node, _ homes: [TypeState.Home], by routine: UInt32? = nil, of frame: ExitFrame, into body: inout FunctionBodyWriter
  ) {
    var position = 0
    node.forEachLive { index in
      storeWord(index, homes[position], at: position, of: frame, into: &body)
      position += 1
    }
    body.localGet(sp)
    body.i32Const(Int32(bitPattern: node.address))
    body.i32Const(Int32(bitPattern: routine ?? routines.recordFrame))
    body.callIndirect(type: routineTypes[RoutineType.frame.rawValue])
  }

  /// Stores a slot's value as a word (nil: the procedure).
  private func storeWord(_ index: Int?, _ home: TypeState.Home, at position: Int, of frame: ExitFrame, into body: inout FunctionBodyWriter) {
    body.localGet(sp)
    if let index, home != .word {
      body.localGet(frame.doubleLocals[index])
      body.emit(.i64ReinterpretF64)
      body.i32Const(Int32(bitPattern: routines.boxFlonum))
      body.callIndirect(type: routineTypes[RoutineType.unary.rawValue])
    } else {
      body.localGet(frame.local(index))
    }
    body.store(.i64Store, offset: UInt32(8 * position))
  }

  // MARK: Back to the interpreter

  /// Stores what a node and all that follows needs as the interpreter's frame has it, after some words.
  private func storeNeeded(_ node: Node, _ homes: [TypeState.Home], after words: Int = 0, of frame: ExitFrame, into body: inout FunctionBodyWriter) {
    var position = 0
    node.forEachSlotNeeded(frame.function.keepsAllSlots) { index in
      storeWord(index, homes[position], at: words + index, of: frame, into: &body)
      position += 1
    }
  }

  /// The interpreter goes on from a node of a function, whose frame is stored. `procedure` is the local of the procedure of the frame at sp; nil: it is not needed.
  private func deoptimize(_ function: Func, at node: Node, flag: Address = 0, procedure: UInt32?, into body: inout FunctionBodyWriter) {
    body.i32Const(0)
    body.i32Const(Int32(bitPattern: function.address | flag))
    body.store(.i32Store, offset: Deoptimization.functionAddress)
    pushProcedure(procedure, into: &body)
    body.localGet(sp)
    body.i32Const(Int32(bitPattern: node.address))
    body.i32Const(Int32(bitPattern: routines.deoptimize))
    body.returnCallIndirect(type: routineTypes[RoutineType.general.rawValue])
  }

  private func pushProcedure(_ local: UInt32?, into body: inout FunctionBodyWriter) {
    if let local { body.localGet(local) } else { body.i64Const(0) }
  }

  /// The same in a procedure that was inlined with a frame of its own: the interpreter goes on after the call, too (SchemeCore's `continueInlined`).
  private func leave(
    _ frame: ExitFrame, at node: Node, _ homes: [TypeState.Home], calledBy caller: FrameCaller, into body: inout FunctionBodyWriter
  ) {
    let call = caller.call
    var position = 0
    call.forEachLive { index in
      if let index { storeWord(index, caller.homes[position], at: index, of: caller.place, into: &body) }
      position += 1
    }
    body.localGet(sp)
    pushProcedure(frame.neededProcedure(at: node), into: &body)
    body.store(.i64Store, offset: UInt32(8 * (call.depth + 1)))
    storeNeeded(node, homes, after: call.depth + 2, of: frame, into: &body)
    body.i32Const(0)
    body.i32Const(Int32(bitPattern: call.address))
    body.store(.i32Store, offset: Deoptimization.callerAddress)
    deoptimize(frame.function, at: node, flag: Deoptimization.inlinedFlag, procedure: caller.place.neededProcedure(at: call.next), into: &body)
  }
}

/// All operands of an operation node, or of a call of a primitive.
struct Operands {
  let node: Node
  let count: Int
  init(_ node: Node) {
    self.node = node
    count = node.kind == .primitiveCall ? node.count : node.operation.operandCount
  }
  subscript(index: Int) -> Operand {
    if node.kind == .primitiveCall { return node.argument(index) }
    return index == 0 ? node.a : index == 1 ? node.b : node.argument(index - 2)
  }
}
