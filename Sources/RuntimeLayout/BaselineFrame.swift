// The frame of baseline code, and how optimized code takes one over in the middle of a loop (on-stack replacement). All offsets are from the frame pointer,
// every word has 8 bytes.
//
//   +16 …        parameters that the caller passed on the stack, in order; they stay there (BaselineFrame.stackArgument)
//   +8, +0       return address, the caller's frame pointer
//   −8           the instance context; baseline code fills it only if it needs it later
//   −16          the address of the result area (the result area register at entry) of a function with more than one result
//                other functions keep their caller's value of that register here, if they change it
//   −24, −32     the caller's values of the other preserved registers, if the function changes them
//   −40 …        one word for each parameter and local, in index order, also for those that are elsewhere (BaselineFrame.local)
//   below        one word for each position of the operand stack (BaselineFrame.operand)
// A vector has two words, its lower half in the one with the lower address.
//
// Taking over. At the head of a loop, baseline code counts; when the count is spent it writes every local and every operand (what lies below
// the loop on the operand stack, then the loop's parameters) to its word in memory, and calls the engine. If optimized code for this
// loop is ready, the engine jumps to it, with
//   frame        the baseline frame, unchanged: locals and operands are read from it; the words of unused or not yet written
//                locals hold anything, in all 64 bits (an i32 or f32 is the low 4 bytes)
//   context, memory base   as everywhere
//   preserved registers    as at the function's entry
//   stack        anywhere below the frame: to be set to the frame pointer − (size of the new frame), a multiple of 16
// and nothing in any other register. The new code's own words must lie below `extent(…)` until it has read the old ones; apart from that
// the frame is its own: it may write all words below the frame pointer (the context to −8, as HandlerTable demands), it
// returns as the function itself does, and tail calls replace the frame as usual. If its frame is larger than
// `StackLayout.largestUnprobedFrame` it has to touch the pages first.

public enum BaselineFrame {
  public static var context: Int { -8 }
  public static var resultArea: Int { -16 }
  /// Where the caller's values of preserved registers are, other than the result area register's.
  @inline(__always) public static func preserved(_ ordinal: Int) -> Int { -24 - 8 * ordinal }
  /// Bytes of the words above.
  public static var fixedSize: Int { 32 }

  /// The place of a parameter or local of `size` words that the caller did not pass on the stack, after `words` words of others.
  @inline(__always) public static func local(after words: Int, size: Int = 1) -> Int { -(fixedSize + 8 * (words + size)) }

  /// The word of the parameter that is number `ordinal` (from 0) of those that found no register.
  @inline(__always) public static func stackArgument(_ ordinal: Int) -> Int { 16 + 8 * ordinal }

  /// The place of an operand of `size` words after `words` words of operands below it, in a function whose parameters and locals have so many words.
  @inline(__always)
  public static func operand(after words: Int, localWords: Int, size: Int = 1) -> Int { -(fixedSize + 8 * (localWords + words + size)) }

  /// Bytes below the frame pointer that hold locals and operands of so many words.
  @inline(__always)
  public static func extent(localWords: Int, operandWords: Int) -> Int { fixedSize + 8 * (localWords + operandWords) }
}
