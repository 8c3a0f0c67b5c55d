// How compiled code calls compiled code, in prose first. Register numbers are x86-64's.
//
// Pinned      r14 = instance context, r15 = base of its memory 0. rbp = frame pointer, always (backtraces walk it).
//             Nothing else survives a call: there are no callee-saved registers.
// Arguments   In order, integers and references in rdi rsi rdx rcx r8 r9 rbx r12, floats in xmm0–xmm7; the rest, of
//             either kind, in 8-byte stack slots: the first of them at the lowest address, just above the return address.
//             The stack area is padded to a multiple of 16 bytes and *the callee pops it* (`ret n`), which is what
//             lets a tail call give its callee a larger or smaller area than its own.
//             An i32 is zero-extended to 64 bits, in registers and in stack slots; an f32 occupies the low 4 bytes.
// Results     The first in rax or xmm0 (i32 zero-extended). A function with n > 1 results is given in r13 the address of
//             the highest word of an area of 8·(n − 1) bytes; result k ≥ 1 is stored at r13 − 8·(k − 1). A tail call hands r13 on.
// Records     A call through a FunctionRecord (imports, tables) arrives with the record's address in rax, the caller's context in r10
//             (host functions learn their caller from it) and r15 loaded from the record's context, so the context of a host function's record must be readable, too.
// Alignment   rsp is a multiple of 16 at every call instruction.
// r14, r15    The caller sets them to the callee's instance. The callee may return with others (it may have left by a tail
//             call into another instance); callers reload them wherever that is possible.
// Direct call `call rel32` or `jmp rel32` whose displacement lies within one aligned 8-byte word, so that one atomic
//             store re-points it. Code starts at 16-byte aligned addresses.
// Lazy stubs  may use rax, r10 and r11 freely; every other register may hold an argument.

public enum CallingConvention {
  public static var integerArgumentRegisters: Int { 8 }
  public static var floatArgumentRegisters: Int { 8 }
  /// Size of the stack-argument area for this many arguments that found no register.
  @inline(__always)
  public static func stackAreaSize(argumentsOnStack count: Int) -> Int { (count * 8 + 15) & ~15 }
}

/// Where an argument of a call is.
public enum ArgumentPlace: Sendable, Equatable {
  /// In the integer argument register with this number.
  case integer(Int)
  case float(Int)
  /// In the stack area's word with this number.
  case stack(Int)
}

/// Where the arguments of a call are: asked for one after another, from the first.
public struct ArgumentPlaces {
  private var integers = 0
  private var floats = 0
  /// How many of the arguments so far are on the stack.
  public private(set) var stackCount = 0

  @inline(__always) public init() {}

  @inline(__always)
  public mutating func next(isFloat: Bool) -> ArgumentPlace {
    if isFloat {
      floats += 1
      if floats <= CallingConvention.floatArgumentRegisters { return .float(floats - 1) }
    } else {
      integers += 1
      if integers <= CallingConvention.integerArgumentRegisters { return .integer(integers - 1) }
    }
    stackCount += 1
    return .stack(stackCount - 1)
  }
}

/// Wasm code runs on its own stack. Function entry does not check for overflow: below the stack lies a guard zone without
/// access rights, and a function whose frame is larger than `largestUnprobedFrame` touches every page of it in order.
/// So any fault of compiled code at an address within the guard zone means stack overflow, whatever the instruction.
/// Code that leaves wasm (host functions, runtime helpers, lazy compilation) runs on the same stack and needs
/// `hostHeadroom` bytes: the engine's thunks check for it and trap with stackOverflow when there is less.
public enum StackLayout {
  public static var guardSize: Int { 1 << 20 }
  public static var largestUnprobedFrame: Int { 256 << 10 }
  public static var hostHeadroom: Int { 256 << 10 }
  public static var defaultSize: Int { 256 << 20 }
  /// No function's frame may be larger; a body that would need more is refused.
  public static var largestFrame: Int { 64 << 20 }
}
