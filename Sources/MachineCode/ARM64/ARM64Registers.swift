// ARM64 registers, condition codes and addresses.

/// A general-purpose register, 64 bits (x) or its low half (w) by the instruction's width. Number 31 is the zero register or the stack
/// pointer, by instruction.
public struct XRegister: Equatable, Sendable {
  public let code: UInt8
  @inline(__always) public init(_ code: UInt8) { self.code = code }

  public static var zero: XRegister { XRegister(31) }
  public static var stackPointer: XRegister { XRegister(31) }
  public static var framePointer: XRegister { XRegister(29) }
  public static var link: XRegister { XRegister(30) }
}

/// A vector register, used as a scalar.
public struct VRegister: Equatable, Sendable {
  public let code: UInt8
  @inline(__always) public init(_ code: UInt8) { self.code = code }
}

/// A condition on the flags; raw values are the encoding, and the lowest bit negates.
public enum ARM64Condition: UInt8, Sendable {
  case equal = 0, notEqual, carrySet, carryClear, negative, positive, overflow, noOverflow
  case higher, lowerOrSame, greaterOrEqual, less, greater, lessOrEqual

  @inline(__always) public var negated: ARM64Condition { ARM64Condition(rawValue: rawValue ^ 1).unsafelyUnwrapped }
}

/// Add and subtract, with or without setting the flags; raw values are bits 30 and 29.
public enum ARM64AddOp: UInt8, Sendable {
  case add = 0, addSettingFlags = 1, subtract = 2, subtractSettingFlags = 3
}

/// Bitwise operations; raw values are bits 30 and 29.
public enum ARM64LogicOp: UInt8, Sendable {
  case and = 0, or = 1, exclusiveOr = 2, andSettingFlags = 3
}

/// Variable shifts; raw values are the opcode field.
public enum ARM64ShiftOp: UInt8, Sendable {
  case left = 8, rightUnsigned = 9, rightSigned = 10, rotateRight = 11
}
