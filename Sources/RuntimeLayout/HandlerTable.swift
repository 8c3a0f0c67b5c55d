// How the unwinder finds out who catches an exception: one table of 32-bit words for each function that has a `try_table`.
//
//   4 words     size of the frame below the frame pointer; numbers of calls, tries and clauses
//   calls       2 words each, sorted: offset of the return address in the function's code; index of the innermost try around the call
//   tries       3 words each: index of the try around it, or all ones; index of its first clause; number of clauses
//   clauses     2 words each: offset of the tag's word in the instance context, or `anyTag`; offset of the landing in the code
//
// A landing is entered with the exception in the result register, the frame pointer at the function's frame and the stack pointer at that less the
// frame's size. The frame's instance context is 8 bytes below the frame pointer.

public enum HandlerTable {
  public static var headerWords: Int { 4 }
  public static var callWords: Int { 2 }
  public static var tryWords: Int { 3 }
  public static var clauseWords: Int { 2 }
  @inline(__always) public static var anyTag: UInt32 { .max }
  /// In place of a try's number.
  @inline(__always) public static var none: UInt32 { .max }
}
