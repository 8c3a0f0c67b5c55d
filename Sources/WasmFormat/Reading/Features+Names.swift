// What errors call the proposals, and which opcodes belong to those that nothing here implements.

extension Features {
  /// The names of the proposals in the set, with commas.
  var names: String {
    var result = ""
    for (feature, name) in Self.names where contains(feature) { result += (result.isEmpty ? "" : ", ") + name }
    return result
  }

  private static var names: [(Features, String)] {
    [
      (.signExtension, "sign-extension operators"), (.saturatingFloatToInt, "non-trapping float-to-int conversions"),
      (.multiValue, "multiple values"), (.bulkMemory, "bulk memory operations"), (.referenceTypes, "reference types"),
      (.tailCall, "tail calls"), (.extendedConst, "extended constant expressions"), (.mutableGlobals, "mutable globals"),
      (.multiMemory, "multiple memories"), (.memory64, "64-bit memories"), (.exceptions, "exception handling"),
      (.customPageSizes, "custom page sizes"), (.wideArithmetic, "wide arithmetic"), (.simd, "SIMD"), (.relaxedSIMD, "relaxed SIMD"),
      (.threads, "threads"), (.functionReferences, "typed function references"), (.garbageCollection, "garbage collection"),
      (.legacyExceptions, "legacy exception handling"), (.stackSwitching, "stack switching"), (.memoryControl, "memory control"),
    ]
  }

  /// The proposal that has taken an opcode that has no row.
  static func ofUnimplementedOpcode(prefix: UInt8, number: UInt32) -> Features? {
    switch (prefix, number) {
    case (0, 0x06), (0, 0x07), (0, 0x09), (0, 0x18), (0, 0x19): .legacyExceptions
    case (0, 0xD3), (0, 0xFB): .garbageCollection
    case (0, 0xE0...0xE6): .stackSwitching
    case (0xFC, 18): .memoryControl
    default: nil
    }
  }

  /// The proposal that has taken the code of a type, if nothing here implements it.
  static func ofUnimplementedType(_ code: UInt8) -> Features? {
    switch code {
    case 0x6A...0x6E, 0x71...0x74, 0x5E, 0x5F, 0x4E...0x50: .garbageCollection
    case 0x5D, 0x68, 0x75: .stackSwitching
    default: nil
    }
  }
}
