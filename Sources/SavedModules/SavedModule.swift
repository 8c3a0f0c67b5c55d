// A saved module: a WebAssembly module together with the machine code that the optimizing compiler has made of its functions. Whoever loads it compiles
// nothing of what is in it.
//
//   offset  size  field
//   0       8     magic
//   8       4     version of this layout and of what the code may rely on
//   12      4     instruction set: 1 for x86-64
//   16      8     layout fingerprint: of the offsets, helpers and registers that the code has in it (LayoutFingerprint)
//   24      4     features of the processor that the code makes use of
//   28      4     settings: bit 0 memories are guarded, bit 1 relaxed operators are deterministic, bit 2 code takes fuel
//   32      8     features of WebAssembly that the module was read with
//   40      4     number of functions that the module defines
//   44      4     reserved, zero
//   48      8     bytes of the wasm module
//   56      8     bytes of the whole
//   64      32    checksum of all the rest (Checksum)
//   96            for each function 4 bytes: where its code is (SavedFunction), from the start of the whole in units of 4 bytes; 0 if it has none
//   ...           for each function 8 bytes: where its body is in the wasm module, its first byte and the one after its last
//   ...           the wasm module, at a multiple of 16
//   ...           the functions' code
//   ...           128 bytes, zero: who reads code may look at some bytes after the last one
//
// Numbers are little-endian. The checksum finds damage, not malice: machine code is in it, so a saved module is trusted like a program.

import RuntimeLayout
import WasmFormat

/// What code depends on besides its module.
public struct SavedModuleSettings: Equatable, Sendable {
  /// What the code makes use of. A processor with more can run it, too.
  public var processor: ProcessorFeatures
  public var features: Features
  public var strategy: MemoryStrategy
  public var isDeterministic: Bool
  public var countsFuel: Bool

  public init(processor: ProcessorFeatures, features: Features, strategy: MemoryStrategy, isDeterministic: Bool, countsFuel: Bool = false) {
    self.processor = processor
    self.features = features
    self.strategy = strategy
    self.isDeterministic = isDeterministic
    self.countsFuel = countsFuel
  }
}

/// Why bytes cannot be loaded as a saved module.
public struct SerializationError: Error, Equatable, CustomStringConvertible, Sendable {
  public let description: String

  public init(_ description: String) { self.description = description }
}

/// A view of a saved module's bytes, which it does not own.
public final class SavedModule: @unchecked Sendable {
  private let bytes: UnsafeRawBufferPointer
  public let settings: SavedModuleSettings
  /// How many functions the module defines.
  public let functionCount: Int
  private let moduleSize: Int
  /// Where their bodies are in the module.
  public let bodies: BodyRanges

  enum Field {
    static let version = 8
    static let instructionSet = 12
    static let fingerprint = 16
    static let processor = 24
    static let settings = 28
    static let features = 32
    static let functionCount = 40
    static let moduleSize = 48
    static let size = 56
    static let checksum = 64
    static let offsets = 96
  }

  /// What saved modules start with.
  public static var magic: [UInt8] { [0x00, 0x6C, 0x61, 0x74, 0x63, 0x68, 0x0D, 0x0A] }
  /// To be raised when old code may not run any more although the fingerprint is the same: when a helper takes or does something else, say.
  static var version: UInt32 { 5 }
  static var instructionSet: UInt32 {
    #if arch(x86_64)
      1
    #elseif arch(arm64)
      2
    #else
      0
    #endif
  }

  /// Bytes at the end. A step of SavedFunctionReader reads at most seven numbers of ten bytes, and a word.
  static var padding: Int { 128 }

  static func startOfBodies(functionCount: Int) -> Int { Field.offsets + 4 * functionCount }
  static func startOfModule(functionCount: Int) -> Int { (startOfBodies(functionCount: functionCount) + 8 * functionCount + 15) & ~15 }

  /// Looks at the header and, unless `isTrusted`, whether every byte is as it was saved, by a program with the same layouts: not to be asked of what has been
  /// made together with this program. The bytes must stay, and stay as they are, while the view is used.
  ///
  /// Throws `SerializationError`: these are no saved module, or one of another version or instruction set, or they are damaged.
  public init(_ bytes: UnsafeRawBufferPointer, isTrusted: Bool = false) throws(SerializationError) {
    guard bytes.count >= 8, bytes[..<8].elementsEqual(SavedModule.magic) else { throw SerializationError("not a saved module") }
    guard bytes.count >= Field.offsets else { throw SerializationError("the saved module is damaged: it ends in its header") }
    func word32(_ offset: Int) -> UInt32 { UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)) }
    func word64(_ offset: Int) -> UInt64 { UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) }
    guard word32(Field.version) == SavedModule.version, isTrusted || word64(Field.fingerprint) == LayoutFingerprint.value else {
      throw SerializationError("the module was saved by another version of this program; save it again")
    }
    guard word32(Field.instructionSet) == SavedModule.instructionSet else {
      throw SerializationError("the module was saved for another kind of processor; save it again on this one")
    }
    guard word64(Field.size) == UInt64(bytes.count) else {
      throw SerializationError("the saved module is damaged: \(bytes.count) bytes instead of \(word64(Field.size))")
    }
    if !isTrusted {
      guard bytes[Field.checksum..<Field.offsets].elementsEqual(Self.checksum(bytes)) else {
        throw SerializationError("the saved module is damaged: its checksum is another one")
      }
    }
    functionCount = Int(word32(Field.functionCount))
    let start = SavedModule.startOfModule(functionCount: functionCount)
    let size = word64(Field.moduleSize)
    guard size <= UInt64(bytes.count), start <= bytes.count - Int(size) - SavedModule.padding else {
      throw SerializationError("the saved module is damaged: its parts do not fit into it")
    }
    moduleSize = Int(size)
    let table = SavedModule.startOfBodies(functionCount: functionCount)
    guard let bodies = BodyRanges(UnsafeRawBufferPointer(rebasing: bytes[table..<table + 8 * functionCount]), moduleSize: moduleSize) else {
      throw SerializationError("the saved module is damaged: a function's body is not in it")
    }
    self.bodies = bodies
    let bits = word32(Field.settings)
    settings = SavedModuleSettings(
      processor: ProcessorFeatures(rawValue: word32(Field.processor)),
      features: Features(rawValue: UInt32(truncatingIfNeeded: word64(Field.features))),
      strategy: bits & 1 != 0 ? .guarded : .checked, isDeterministic: bits & 2 != 0, countsFuel: bits & 4 != 0)
    self.bytes = bytes
  }

  /// The checksum of a whole.
  static func checksum(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
    Checksum.of([UnsafeRawBufferPointer(rebasing: bytes[..<Field.checksum]), UnsafeRawBufferPointer(rebasing: bytes[Field.offsets...])])
  }

  /// The WebAssembly module.
  public var module: UnsafeRawBufferPointer {
    let start = SavedModule.startOfModule(functionCount: functionCount)
    return UnsafeRawBufferPointer(rebasing: bytes[start..<start + moduleSize])
  }

  /// The code of a function, counted from the first that the module defines; nil if there is none.
  func code(of function: Int) -> UnsafeRawBufferPointer? {
    guard let offset = offset(of: function) else { return nil }
    return UnsafeRawBufferPointer(rebasing: bytes[offset...])
  }

  /// Where the code of a function is; nil if there is none.
  private func offset(of function: Int) -> Int? {
    guard function < functionCount else { return nil }
    let offset = 4 * Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: Field.offsets + 4 * function, as: UInt32.self)))
    return offset > 0 && offset < bytes.count ? offset : nil
  }

  /// Functions and the bytes of their code, as they lie there.
  func codes() -> [(function: Int, bytes: UnsafeRawBufferPointer)] {
    let starts = (0..<functionCount).compactMap { function in offset(of: function).map { (function: function, offset: $0) } }
      .sorted { $0.offset < $1.offset }
    return starts.indices.map { index in
      let end = index + 1 < starts.count ? starts[index + 1].offset : bytes.count - SavedModule.padding
      return (starts[index].function, UnsafeRawBufferPointer(rebasing: bytes[starts[index].offset..<max(end, starts[index].offset)]))
    }
  }
}
