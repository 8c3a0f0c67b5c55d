// Calls with more arguments than the stack has room for, as `apply` can make them. They are made where the stack is shallow (see `Trampoline`),
// and the arguments stay a list until the procedure gets them: as its rest parameter, or in memory that is not the stack's.
import GuestABI

enum LongCall {
  /// So many arguments always fit a shallow stack.
  static var stackWords: Int { Int(runtimeState.realStackLimit &- runtimeState.stackBase) / 16 }

  /// Calls a procedure with a list of arguments; may return `tailCall`.
  static func make(_ procedure: Word, _ arguments: Word, _ count: Int) -> Word {
    if !procedure.isProcedure { return raiseNotAProcedure(procedure) }
    let function = Func(procedureFunction(procedure))
    // What takes all arguments makes a list of them, or something smaller.
    if !Heap.hasRoom(forObjectsOf: Int64(count) * 16) { return raiseOutOfMemory() }
    switch function.kind {
    case .lambda: return function.accepts(count) ? interpret(function, procedure, arguments) : raiseWrongArgumentCount(procedure, count)
    case .primitive: return function.accepts(count) ? callPrimitive(function, arguments, count) : raiseWrongArgumentCount(procedure, count)
    case .continuation: return Continuation.enter(procedure, runtimeState.stackBase, arguments: copy(arguments))
    case .parameter: return raiseWrongArgumentCount(procedure, count)
    }
  }

  /// Generated code would take the arguments from the stack, so the interpreter runs the procedure. It has a rest parameter, having been given so much.
  private static func interpret(_ function: Func, _ procedure: Word, _ arguments: Word) -> Word {
    let frame = runtimeState.stackBase
    var rest = arguments
    for index in 0..<function.parameters {
      store64(frame &+ UInt32(index) &* 8, car(rest))
      rest = cdr(rest)
    }
    store64(frame &+ UInt32(function.parameters) &* 8, copy(rest))
    return run(function.start, frame, procedure)
  }

  /// No collection happens while a primitive runs, so its arguments may lie anywhere.
  private static func callPrimitive(_ function: Func, _ arguments: Word, _ count: Int) -> Word {
    let pages = (count * 8 + pageSize - 1) / pageSize
    let memory = PageAllocator.allocateIfThereIsRoom(pages: pages)
    if memory == 0 { return raiseOutOfMemory() }
    var rest = arguments
    for index in 0..<count {
      store64(memory &+ UInt32(index) &* 8, car(rest))
      rest = cdr(rest)
    }
    let result = Primitives.function(function.primitive)(memory, Int32(count))
    // Only `apply` asks for a call.
    let next = result == Constant.tailCall ? listOfArguments(Pending.sp, from: 0, to: Pending.count) : Constant.null
    PageAllocator.free(memory, pages: pages)
    return result == Constant.tailCall ? make(Pending.procedure, next, Pending.count) : result
  }

  private static func copy(_ list: Word) -> Word {
    if !list.isPair { return list }
    let first = cons(car(list), Constant.null)
    var last = first
    var rest = cdr(list)
    while rest.isPair {
      let next = cons(car(rest), Constant.null)
      setCdr(last, next)
      last = next
      rest = cdr(rest)
    }
    return first
  }
}
