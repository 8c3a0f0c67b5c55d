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

/// A procedure's code object; never moves. Offsets in bytes.
public enum FuncLayout {
  /// Table indices for calls of 0 ... `maximumDirectArity` arguments.
  public static let directEntries = 0
  /// The table index for any number of arguments.
  public static let generalEntry = 28
  public static let maximumDirectArity = 6
  /// One byte of flags: bit 0 there is a rest parameter, bit 1 generated code is linked.
  public static let flags = 38
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
}

/// What the host wants of a running program at its next poll.
public enum InterruptReason {
  public static let stop: UInt32 = 1
  /// Note what is running, for the profile; then go on.
  public static let sample: UInt32 = 2
}
