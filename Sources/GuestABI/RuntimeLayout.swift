// The runtime structures that generated code reads and writes: what a procedure's `Func` looks like, the one block of runtime
// state, and the calling convention.
//
// ## Calling convention
// Every procedure of up to `maximumDirectArity` arguments can be called through the table as
//     (closure: i64, sp: i32, argument...: i64) -> i64
// and every procedure, with any number of arguments, as
//     (closure: i64, sp: i32, count: i32) -> i64        with the arguments at sp, sp + 8, ...
// `closure` is the procedure's own word. `sp` is the first free word of the *shadow stack*, which grows upwards: all words from its
// base to `sp` are values (or skipped by a skip word), so the collector needs no description of frames. A caller stores
// what it will need after the call at its own `sp` and passes the address after that. The callee may overwrite anything from `sp` on.
//
// ## Polls
// Allocation never collects. A collection happens only in a poll: at the entry of a procedure and at a loop's back edge, when
// `sp >= stackLimit`. Setting `stackLimit` to 0 therefore asks for attention: a collection, an interrupt, or the stack is deep.
//
// ## Unwinding
// A call that returns `Constant.unwind` has not finished. The caller calls the runtime's unwind routine with its `sp` and the
// address of the call's IR node; the node says how many live values the caller had stored at `sp` (ascending slots, then
// the closure if it is needed later). The routine makes a frame record of them and appends it to `RuntimeState.unwindTail`;
// the caller returns `unwind` too. At the bottom a trampoline owns the records and acts on `RuntimeState.action`.

/// A procedure's code object; never moves. Offsets in bytes. What the runtime's assembly uses of it stands in GuestImage/runtime/GuestLayout.h too; a
/// test compares them.
public enum FuncLayout {
  /// Table indices for calls of 0 ... `maximumDirectArity` arguments, four bytes each.
  public static let directEntries = 0
  /// The table index for any number of arguments.
  public static let generalEntry = 28
  public static let maximumDirectArity = 6
  /// The first node of the body.
  public static let body = 32
  // The next three are compared as one word: see `Func.isInterpreted`.
  /// 16 bits: required parameters; of a primitive, the least number of arguments.
  public static let parameters = 36
  /// One byte of flags: `restFlag`, `linkedFlag`.
  public static let flags = 38
  /// There is a rest parameter.
  public static let restFlag: UInt8 = 1
  /// Generated code is linked.
  public static let linkedFlag: UInt8 = 2
  /// One byte: what runs when it is called.
  public static let kind = 39
  public static let calls = 40
  /// The row of a primitive.
  public static let primitive = 44
  /// 64 bits: a symbol, or #f.
  public static let name = 48
  /// One byte each: whether code generation was refused, why, whether it is a top-level form.
  public static let isRefused = 56
  public static let refusal = 57
  public static let isTopLevel = 58
  /// One byte: 0, or, of code that another Func has for some numbers of arguments, 1, or 2 and the number of the variable of that one's closures that holds the procedure.
  public static let variantPlace = 59
  public static let frameSlots = 60
  /// The address of the one made before.
  public static let previous = 64
  public static let freeVariables = 68
  /// 64 bits.
  public static let position = 72
  /// The greatest number of arguments of a primitive; -1: any.
  public static let maximumArguments = 80
  /// One byte each: wrong presumptions of the present code, and how often code was generated anew.
  public static let failures = 84
  public static let regenerations = 85
  /// Of a procedure with a rest parameter: the address of `maximumDirectArity + 1` addresses of Funcs, the code for each number of arguments that has
  /// its own; or 0. Of such a Func: the address of the one that it belongs to.
  public static let variants = 88
  /// The address of a constant cell that holds the one procedure of this code; 0 where there may be several, or none is known.
  public static let ownProcedure = 92
  /// Where the interpreter starts: at the body, or in it.
  public static let start = 96
  /// The table index of a primitive's function: (arguments: i32, count: i32) -> i64.
  public static let primitiveFunction = 100
  /// What the debugger knows of the variables: the address of the newest note (SchemeCore's VariableNote), or 0.
  public static let notes = 104
  public static let size = 112
}

/// The entry stubs of GuestImage/runtime/EntryStubs.S, by their numbers in `latch_stub_index`. Where there is one for each number of arguments, this is the
/// number of the first.
public enum EntryStub {
  public static let interpret = 0
  public static let interpretAny = 7
  public static let spread = 8
  public static let gather = 15
  public static let deoptimize = 16
  public static let primitive = 17
  public static let count = 24
}

/// Offsets of the fields of the runtime state that generated code uses.
public enum RuntimeStateLayout {
  /// i32: the next free byte of the allocation chunk.
  public static let allocationPointer = 0
  /// i32: its end.
  public static let allocationLimit = 4
  /// i32: a poll is due when sp is not below this.
  public static let stackLimit = 8
  /// i32: not 0 when the host wants something of the program: an `InterruptReason`.
  public static let interrupt = 12
  /// i32: not 0 while the guest cannot be stopped so that it can go on afterwards: see `GuestExport.recover`.
  public static let busy = 16
  /// i32 each: the address and the length of a text that says why the guest trapped; 0 if it does not know.
  public static let lastWords = 20
  public static let lastWordsCount = 24
  /// Of the last collection, for hosts that watch. i32 each: the number of collections so far, what was collected (`CollectionExtent`), the bytes that were copied; f64 each:
  /// when it began and when it ended, by `GuestImport.clock`. Nothing but a collection calls that between a beginning and the next, so a host
  /// that looks whenever it is asked for the time misses none.
  public static let collections = 28
  public static let collectionExtent = 32
  public static let collectionBytes = 36
  public static let collectionStart = 40
  public static let collectionEnd = 48
}

/// What a collection collects.
public enum CollectionExtent: UInt32 {
  /// The nursery, and a step of the cycle that collects old objects.
  case nursery
  /// The same, and all of the cycle that is left.
  case cycle
  /// Everything, by copying.
  case everything
}

/// What the host wants of a running program at its next poll.
public enum InterruptReason {
  public static let stop: UInt32 = 1
  /// Note what is running, for the profile; then go on.
  public static let sample: UInt32 = 2
}
