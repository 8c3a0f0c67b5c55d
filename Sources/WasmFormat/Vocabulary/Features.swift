// One switch per proposal beyond WebAssembly 1.0. Those that nothing here implements are known by name and by their opcodes (Features+Names.swift), so that
// an error can say what a module would need.

/// The set of proposals that a reader, a validator or an engine accepts.
public struct Features: OptionSet, Equatable, Hashable, Sendable {
  public let rawValue: UInt32

  public init(rawValue: UInt32) { self.rawValue = rawValue }

  public static let signExtension = Features(rawValue: 1 << 0)
  public static let saturatingFloatToInt = Features(rawValue: 1 << 1)
  public static let multiValue = Features(rawValue: 1 << 2)
  public static let bulkMemory = Features(rawValue: 1 << 3)
  public static let referenceTypes = Features(rawValue: 1 << 4)
  public static let tailCall = Features(rawValue: 1 << 5)
  public static let extendedConst = Features(rawValue: 1 << 6)
  public static let mutableGlobals = Features(rawValue: 1 << 7)
  public static let multiMemory = Features(rawValue: 1 << 8)
  /// Memories and tables with 64-bit indices.
  public static let memory64 = Features(rawValue: 1 << 9)
  /// Tags, `throw`, `throw_ref`, `try_table`, `exnref`.
  public static let exceptions = Features(rawValue: 1 << 10)
  public static let customPageSizes = Features(rawValue: 1 << 11)
  /// 128-bit addition, subtraction and multiplication.
  public static let wideArithmetic = Features(rawValue: 1 << 12)
  /// Vectors of 128 bits.
  public static let simd = Features(rawValue: 1 << 13)
  public static let relaxedSIMD = Features(rawValue: 1 << 14)
  /// Shared memories and atomic operators.
  public static let threads = Features(rawValue: 1 << 15)
  /// References to functions of a type, and references that are not null.
  public static let functionReferences = Features(rawValue: 1 << 16)

  // Known by name only.
  public static let garbageCollection = Features(rawValue: 1 << 17)
  public static let legacyExceptions = Features(rawValue: 1 << 18)
  public static let stackSwitching = Features(rawValue: 1 << 19)
  public static let memoryControl = Features(rawValue: 1 << 20)

  /// No proposal: vectors are switched off because the processor has none, which errors then say.
  public static let lacksVectorProcessor = Features(rawValue: 1 << 31)

  /// WebAssembly 1.0 without any proposal.
  public static let mvp: Features = []
  /// Everything that this version implements.
  public static let standard: Features = [
    .signExtension, .saturatingFloatToInt, .multiValue, .bulkMemory, .referenceTypes, .tailCall, .extendedConst,
    .mutableGlobals, .multiMemory, .memory64, .exceptions, .customPageSizes, .wideArithmetic, .simd, .relaxedSIMD,
    .functionReferences, .threads,
  ]
}
