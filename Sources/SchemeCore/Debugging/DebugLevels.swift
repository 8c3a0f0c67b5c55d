// Debug levels: programs as they stood when an error nobody handled, an interruption or a break point ended an evaluation. A level has the frame records of its program and
// all else that it takes to go on. Evaluations made meanwhile may leave levels of their own: the newest counts.
//
// What the collector has to know is in a vector for each level (`LevelField`), in the list `Root.debugLevels`. So nothing is kept of a level that was left.
import GuestABI

/// The fields of a level.
private enum LevelField: Int, FieldName {
  case frames
  /// The dynamic state.
  case handlers, parameters, winds
  case raised, escapeTarget, pendingProcedure, pendingArguments
  static var count: Int { pendingArguments.rawValue + 1 }
}

public enum DebugLevels {
  enum Kind { case error, interruption, breakPoint }

  /// What is known of a level besides.
  private struct Level {
    let kind: Kind
    /// See `Debugging.pendingAction`.
    let pending: UnwindAction?
    /// The frames beyond some are gone.
    let isCut: Bool
    /// The frame that expressions are evaluated in.
    var selected = 0
    /// What was to be evaluated after the form, and how.
    var rest: SourceEvaluation?
    var options: Int32 = 0
    let folder: [UInt8]
  }

  nonisolated(unsafe) private static var levels: [Level] = []
  /// The evaluation that goes on has left the newest level.
  nonisolated(unsafe) private static var isNew = false

  /// More levels are not made: whoever has so many does not look at them.
  private static let most = 100
  /// Frames that are kept when memory has run out.
  private static let framesWithoutMemory = 64

  public static var count: Int { levels.count }
  static var isOpen: Bool { !levels.isEmpty }

  private static var newest: Word { car(runtimeState.roots[.debugLevels]) }
  private static var frames: Word { newest.field(LevelField.frames) }

  /// The state that an evaluation begins in: that of the newest level, but for handlers.
  static func enterDynamicState() {
    DynamicState.reset()
    runtimeState.roots[.parameters] = newest.field(LevelField.parameters)
    runtimeState.roots[.winds] = newest.field(LevelField.winds)
  }

  // MARK: Entering

  /// Makes a level of what the trampoline has left.
  static func enter(_ kind: Kind) {
    isNew = false
    if !Debugging.isOn || levels.count >= most { return }
    let roots = runtimeState.roots
    let raised = roots[.raised]
    var frames = roots[.continuation]
    var isCut = false
    // What used up all memory is hardly to go on, and must not stay.
    if kind == .error, raised.isKind(.condition), raised.field(ConditionField.kind) == .fixnum(ErrorKind.outOfMemory.rawValue) {
      (frames, isCut) = copied(frames, count: framesWithoutMemory, linked: false)
      if isCut { Heap.requestFullCollection() }
    }
    var kind = kind
    // A call that was about to begin is a frame, too: it stands as if at a break point.
    if kind == .interruption, Debugging.pendingAction == .apply,
      let record = BreakPoints.record(ofCall: roots[.pendingProcedure], roots[.pendingArguments], before: frames)
    {
      frames = record
      kind = .breakPoint
      Debugging.pendingAction = nil
    }
    let level = makeVector(count: LevelField.count, fill: Constant.false)
    level.setField(LevelField.frames, frames)
    level.setField(LevelField.handlers, roots[.handlers])
    level.setField(LevelField.parameters, roots[.parameters])
    level.setField(LevelField.winds, roots[.winds])
    level.setField(LevelField.raised, raised)
    level.setField(LevelField.escapeTarget, roots[.escapeTarget])
    level.setField(LevelField.pendingProcedure, roots[.pendingProcedure])
    level.setField(LevelField.pendingArguments, roots[.pendingArguments])
    let older = roots[.debugLevels]
    runtimeState.roots[.debugLevels] = cons(level, older.isPair ? older : Constant.null)
    runtimeState.roots[.continuation] = Constant.false
    levels.append(Level(kind: kind, pending: Debugging.pendingAction, isCut: isCut, folder: Libraries.folder))
    Debugging.pendingAction = nil
    isNew = true
  }

  /// No evaluation has left a level yet.
  static func beginEvaluation() { isNew = false }

  /// What an evaluation that has just left a level would have gone on with.
  public static func keep(rest: SourceEvaluation?, options: Int32) {
    if !isNew { return }
    levels[levels.count - 1].rest = rest
    levels[levels.count - 1].options = options
  }

  /// A chain with copies of the first records: no longer than that, or (`linked`) with the others after them. Also whether there are others.
  private static func copied(_ frames: Word, count: Int, linked: Bool) -> (frames: Word, hasMore: Bool) {
    var first = Constant.false
    var last = Constant.false
    var record = frames
    var left = count
    while record.isTrue && left > 0 {
      let copy = allocateObject(.frame, words: record.payloadWords)
      for field in 0..<record.payloadWords { copy.setField(field, record.field(field)) }
      if last.isTrue { last.setField(FrameField.next, copy) } else { first = copy }
      last = copy
      record = record.field(FrameField.next)
      left -= 1
    }
    if last.isTrue { last.setField(FrameField.next, linked ? record : Constant.false) } else if linked { first = record }
    return (first, record.isTrue)
  }

  private static func pop() -> Level {
    runtimeState.roots[.debugLevels] = cdr(runtimeState.roots[.debugLevels])
    return levels.removeLast()
  }

  /// The text for a program that has come to a break point.
  static func breakPointText() -> [UInt8] {
    let frame = DebugFrame(runtimeState.roots[.continuation])
    var text = [UInt8]("break: (".utf8)
    text.append(contentsOf: frame.function.name.isSymbol ? SymbolTable.utf8(frame.function.name) : [UInt8]("anonymous procedure".utf8))
    for slot in 0..<frame.function.parameters + (frame.function.hasRest ? 1 : 0) {
      guard let field = frame.field(ofSlot: slot) else { continue }
      let isRest = slot == frame.function.parameters
      text.append(contentsOf: isRest ? " . ".utf8 : " ".utf8)
      text.append(contentsOf: writtenText(frame.record.field(field), limit: 60))
    }
    text.append(UInt8(ascii: ")"))
    Sources.appendPlace(frame.position, to: &text)
    return text
  }

  // MARK: Looking

  /// How many frames the newest level has, and lines that show some of them (GuestABI's `debugFrames`).
  public static func describeFrames(from first: Int, count: Int) -> (text: [UInt8], total: Int) {
    if !isOpen { return ([], 0) }
    runtimeState.busy &+= 1
    defer { runtimeState.busy &-= 1 }
    var text: [UInt8] = []
    var total = 0
    frames.forEachDebugFrame { index, record in
      total = index + 1
      if index >= first && index - first < count { append(index, DebugFrame(record), to: &text) }
      return true
    }
    return (text, total)
  }

  private static func append(_ index: Int, _ frame: DebugFrame, to text: inout [UInt8]) {
    text.append(contentsOf: "F\t\(index)\t".utf8)
    if frame.function.address != 0 && !frame.function.isTopLevel {
      text.append(contentsOf: frame.function.name.isSymbol ? SymbolTable.utf8(frame.function.name) : [UInt8]("an anonymous procedure".utf8))
    } else {
      text.append(contentsOf: "the top level".utf8)
    }
    text.append(9)
    Sources.appendName(frame.position, to: &text)
    text.append(9)
    text.append(contentsOf: Sources.line(of: frame.position))
    text.append(contentsOf: "\t\(frame.position.column)\n".utf8)
    for variable in frame.variables {
      text.append(contentsOf: "V\t".utf8)
      text.append(contentsOf: SymbolTable.utf8(variable.name))
      text.append(9)
      if let (word, isBox) = frame.word(variable) {
        let value = isBox ? word.field(0) : word
        text.append(contentsOf: value == Constant.undefined ? [UInt8]("not defined yet".utf8) : writtenText(value, limit: 400))
      }
      text.append(10)
    }
  }

  /// Selects the frame that expressions are evaluated in; false if there is none of that number.
  public static func select(_ index: Int) -> Bool {
    if !isOpen || index < 0 || frame(index) == nil { return false }
    levels[levels.count - 1].selected = index
    return true
  }

  private static func frame(_ index: Int) -> (frame: DebugFrame, depth: Int)? {
    var depth = 0
    var record = frames
    var number = 0
    while record.isTrue {
      if DebugFrame.position(record) != .none {
        if number == index { return (DebugFrame(record), depth) }
        number += 1
      }
      depth += 1
      record = record.field(FrameField.next)
    }
    return nil
  }

  /// The selected frame of the newest level, and how many records are before it.
  static var selectedFrame: (frame: DebugFrame, depth: Int)? { isOpen ? frame(levels[levels.count - 1].selected) : nil }

  /// Gives slots of the selected frame other values.
  static func assign(_ slots: [(slot: Int, value: Word)], inLevel level: Int) {
    if slots.isEmpty || levels.count < level { return }
    // A level that the evaluation has left is newer.
    var rest = runtimeState.roots[.debugLevels]
    for _ in level..<levels.count { rest = cdr(rest) }
    var record = car(rest).field(LevelField.frames)
    var left = levels[level - 1].selected
    var depth = 0
    while record.isTrue {
      if DebugFrame.position(record) != .none {
        if left == 0 { break }
        left -= 1
      }
      depth += 1
      record = record.field(FrameField.next)
    }
    if !record.isTrue { return }
    let (copies, _) = copied(car(rest).field(LevelField.frames), count: depth + 1, linked: true)
    var changed = copies
    for _ in 0..<depth { changed = changed.field(FrameField.next) }
    let frame = DebugFrame(changed)
    for (slot, value) in slots {
      // It may be there twice: as what is needed to go on, and among all.
      if let field = frame.field(ofSlot: slot) { changed.setField(field, value) }
      if let field = frame.fieldAmongAll(ofSlot: slot) { changed.setField(field, value) }
    }
    car(rest).setField(LevelField.frames, copies)
  }

  // MARK: Going on

  /// Leaves the newest level and lets its program go on with a value, or without one. Also what was to be evaluated after the form.
  public static func goOn(with value: Word?) -> (result: EvaluationResult, rest: SourceEvaluation?, options: Int32) {
    guard isOpen else { return (.error([UInt8]("error: there is no debug level".utf8)), nil, 0) }
    isNew = false
    if let refusal = refusal(hasValue: value != nil) {
      var text = [UInt8]("error: ".utf8)
      refusal.withUTF8Buffer { text.append(contentsOf: $0) }
      return (.error(text), nil, 0)
    }
    let fields = newest
    let level = pop()
    Libraries.folder = level.folder
    LongWork.forget()
    restore(fields)
    let start = begin(level, value)
    return (Session.result(of: Trampoline.run(from: start)), level.rest, level.options)
  }

  private static func restore(_ level: Word) {
    runtimeState.roots[.continuation] = level.field(LevelField.frames)
    runtimeState.roots[.handlers] = level.field(LevelField.handlers)
    runtimeState.roots[.parameters] = level.field(LevelField.parameters)
    runtimeState.roots[.winds] = level.field(LevelField.winds)
    runtimeState.roots[.raised] = level.field(LevelField.raised)
    runtimeState.roots[.escapeTarget] = level.field(LevelField.escapeTarget)
    runtimeState.roots[.pendingProcedure] = level.field(LevelField.pendingProcedure)
    runtimeState.roots[.pendingArguments] = level.field(LevelField.pendingArguments)
    runtimeState.roots[.unwindHead] = Constant.false
    runtimeState.roots[.unwindTail] = Constant.false
    runtimeState.roots[.waitingContinuations] = Constant.null
    runtimeState.action = UnwindAction.raise.rawValue
  }

  /// Why the program cannot go on; nil if it can.
  private static func refusal(hasValue: Bool) -> StaticString? {
    let level = levels[levels.count - 1]
    switch level.kind {
    case .breakPoint: return nil
    case .interruption:
      if level.pending != nil || Node(UInt32(truncatingIfNeeded: frames.field(FrameField.node))).kind == .label {
        return hasValue ? "an interrupted program goes on without a value" : nil
      }
      if hasValue || DebugFrame(frames).isRepeatable { return nil }
      return "compiled code has not kept what the primitive was called with: give a value for it"
    case .error:
      if !hasValue { return "give a value: what the expression that failed returns" }
      if level.isCut { return "memory had run out: frames that the program would need are gone" }
      if raiseFrame(in: frames) == nil && frames.isTrue && !DebugFrame(frames).isResumable {
        return "the program cannot go on here: compiled code has not kept what comes after"
      }
      return nil
    }
  }

  /// The first step of a program that goes on.
  private static func begin(_ level: Level, _ value: Word?) -> Word {
    switch level.kind {
    case .breakPoint:
      if let value {
        runtimeState.roots[.continuation] = runtimeState.roots[.continuation].field(FrameField.next)
        return value
      }
      return enterFrame(Constant.unspecified)
    case .interruption:
      if let action = level.pending {
        runtimeState.action = action.rawValue
        return Constant.unwind
      }
      return value.map(enterFrame) ?? repeatNode()
    case .error:
      if let record = raiseFrame(in: runtimeState.roots[.continuation]) {
        // In place of `raise`, which never returns. Its second variable is the handlers that there were.
        if let field = DebugFrame(record).field(ofSlot: 1) { runtimeState.roots[.handlers] = record.field(field) }
        runtimeState.roots[.continuation] = record.field(FrameField.next)
        return value ?? Constant.unspecified
      }
      return runtimeState.roots[.continuation].isTrue ? enterFrame(value ?? Constant.unspecified) : value ?? Constant.unspecified
    }
  }

  /// The record of the library's `%raise`, if only the library's own frames come before it: the object was raised where handlers were, none of which took it.
  private static func raiseFrame(in frames: Word) -> Word? {
    let raise = Func(procedureFunction(LibraryProcedure.raise.value))
    var record = frames
    while record.isTrue && DebugFrame.position(record) == .none {
      if raise.contains(Node(UInt32(truncatingIfNeeded: record.field(FrameField.node)))) { return record }
      record = record.field(FrameField.next)
    }
    return nil
  }

  /// Goes on with the first frame, its node having a value.
  static func enterFrame(_ value: Word) -> Word {
    let record = runtimeState.roots[.continuation]
    let frame = DebugFrame(record)
    let node = frame.node
    runtimeState.roots[.continuation] = record.field(FrameField.next)
    switch node.kind {
    case .tailCall, .tailApply: return value
    case .label:
      frame.restoreSlots()
      return run(node.body, runtimeState.stackBase, record.field(FrameField.procedure))
    case .branchOperation:
      frame.restoreSlots()
      return run(value.isTrue ? node.next : node.alternative, runtimeState.stackBase, record.field(FrameField.procedure))
    default: return resume(record, value)
    }
  }

  /// Does the first frame's node again.
  private static func repeatNode() -> Word {
    let record = runtimeState.roots[.continuation]
    let frame = DebugFrame(record)
    if frame.node.kind == .label { return enterFrame(Constant.unspecified) }
    runtimeState.roots[.continuation] = record.field(FrameField.next)
    frame.restoreSlots()
    return run(frame.node, runtimeState.stackBase, record.field(FrameField.procedure))
  }

  // MARK: Giving up

  /// Leaves the newest level; what its program has to do on its way out is done.
  public static func abort() -> EvaluationResult {
    guard isOpen else { return .error([UInt8]("error: there is no debug level".utf8)) }
    let inner = newest.field(LevelField.winds)
    let parameters = newest.field(LevelField.parameters)
    _ = pop()
    let outer = isOpen ? newest.field(LevelField.winds) : Constant.null
    if inner == outer || !inner.isKind(.vector) { return .value(Constant.unspecified) }
    runtimeState.roots[.continuation] = Constant.false
    runtimeState.roots[.handlers] = Constant.null
    runtimeState.roots[.parameters] = parameters
    runtimeState.roots[.winds] = inner
    LongWork.forget()
    let travel = symbolValue(StandardLibrary.cell(SymbolTable.intern("%travel")))
    store64(runtimeState.stackBase, inner)
    store64(runtimeState.stackBase &+ 8, outer)
    switch Trampoline.run(from: callAny(travel, runtimeState.stackBase, 2)) {
    case .raised: return .error(describeRaised())
    case .interrupted: return .interrupted
    default: return .value(Constant.unspecified)
    }
  }
}
