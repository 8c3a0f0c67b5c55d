// How compiled code calls compiled code, in prose first. Roles of registers have names; which register has which role is the instruction set's:
//
//   role                     x86-64
//   context                  r14            the instance's context (InstanceContext)
//   memory base              r15            base of the instance's memory 0
//   frame                    rbp            frame pointer, always: backtraces walk it
//   integer arguments 0–5    rdi rsi rdx rcx r8 r9
//   float arguments 0–7      xmm0–xmm7
//   result                   rax, xmm0      the first result, by its type
//   preserved                rbx r12 r13    the callee leaves them as they were
//   result area              r13            where further results go
//   record, caller           rax, r10       of a call through a FunctionRecord
//   index, place             r10, r11       of a function, and of a loop in its body; for the engine's thunks
//   stub                     rax r10 r11    free for lazy stubs; every other register may hold an argument
//
// Pinned      The context, the memory base and the frame.
// Preserved   A function that uses preserved registers saves them and gives them back when it returns or leaves by a tail call. Nothing else survives
//             a call, no floats either; optimized code may know better of its callee (CompilerInterface's KnownClobbers). An exception
//             that passes a frame does not give its registers back: a function that catches saves all preserved registers.
//             They are among those of the C convention, so what the engine is called for leaves them alone.
// Arguments   Integers (references among them) and floats, each in their order; the rest, of either kind, in 8-byte stack slots (a vector takes
//             two): the first of them at the lowest address, just above the return address. The stack area is padded to a multiple of 16
//             bytes and *the callee pops it*, which is what lets a tail call give its callee a larger or smaller area than its own.
//             An i32 is zero-extended to 64 bits, in registers and in stack slots; an f32 occupies the low 4 bytes.
// Results     An i32 is zero-extended. A function with n > 1 results is given in the result area register the address of the highest word of
//             an area of 8·(n − 1) bytes; result k ≥ 1 is stored 8·(k − 1) bytes below. A vector takes two words, its lower half in the
//             lower one, and moves those after it down. A tail call hands the register on.
// Records     A call through a FunctionRecord (imports, tables) arrives with the record's address, the caller's context (host functions learn
//             their caller from it) if that is another one, and the memory base loaded from the record's context, so the context of a
//             host function's record must be readable, too.
// Alignment   The stack pointer is a multiple of 16 at every call.
// Instance    A call returns with the context and the memory base that it was made with. Direct calls stay within the instance and change neither.
//             A caller of an import sets both to the callee's instance, and takes its own back from its frame. A call through a table compares the
//             contexts: if they differ, it goes to a crossing thunk instead, with the record in its register, the context still the
//             caller's, and the size of the stack area in the caller register unless it is 0. The thunk makes a frame of its own, with the
//             caller's context in it and a copy of the stack area, calls the function, and switches back. A tail call to another instance goes through such a
//             thunk, too; but if it would return to a crossing frame anyway, the thunk only switches. So tail calls take
//             constant space whatever instances they lead to.
// Direct call One whose target can be changed by one atomic store while threads run it (MachineCode's CodeLinkage). Code starts at
//             16-byte aligned addresses.

public enum CallingConvention {
  @inlinable public static var integerArgumentRegisters: Int { 6 }
  @inlinable public static var floatArgumentRegisters: Int { 8 }
  /// Size of the stack-argument area for this many arguments that found no register.
  @inline(__always)
  public static func stackAreaSize(argumentsOnStack count: Int) -> Int { (count * 8 + 15) & ~15 }
}

/// Where an argument of a call is.
public enum ArgumentPlace: Sendable, Equatable {
  /// In the integer argument register with this number.
  case integer(Int)
  case float(Int)
  /// From the stack area's word with this number on.
  case stack(Int)
}

/// Where the arguments of a call are: asked for one after another, from the first.
@frozen public struct ArgumentPlaces {
  @usableFromInline var integers = 0
  @usableFromInline var floats = 0
  /// How many words of the stack area the arguments so far take.
  public var stackCount = 0

  @inlinable public init() {}

  /// - Parameters:
  ///   - isFloat: it goes into a float register if there is one left.
  ///   - slots: the words that it takes on the stack otherwise.
  @inlinable @inline(__always)
  public mutating func next(isFloat: Bool, slots: Int = 1) -> ArgumentPlace {
    if isFloat {
      floats += 1
      if floats <= CallingConvention.floatArgumentRegisters { return .float(floats - 1) }
    } else {
      integers += 1
      if integers <= CallingConvention.integerArgumentRegisters { return .integer(integers - 1) }
    }
    defer { stackCount += slots }
    return .stack(stackCount)
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
