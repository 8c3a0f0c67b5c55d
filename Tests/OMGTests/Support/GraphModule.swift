// A module for graphs of tests to refer to: one memory of one page, mutable globals i32, i64, f64, and a type.

import CompilerInterface
import RuntimeLayout
import WasmFormat

enum GraphModule {
  /// Accesses trap by themselves.
  static let guarded = make(.guarded)
  /// The same for a processor that has everything that the compiler knows of.
  static let modern = make(.guarded, .everything)
  /// Accesses out of bounds are found by comparisons.
  static let checked = make(.checked)

  /// The same for a memory with 64-bit addresses.
  static let checked64 = make(.checked, limits: 4)

  private static func make(_ strategy: MemoryStrategy, _ processor: ProcessorFeatures = [], limits: UInt8 = 0) -> ModuleInformation {
    let bytes: [UInt8] = [
      0, 0x61, 0x73, 0x6D, 1, 0, 0, 0,
      1, 4, 1, 0x60, 0, 0,
      5, 3, 1, limits, 1,
      6, 20, 3, 0x7F, 1, 0x41, 0, 0x0B, 0x7E, 1, 0x42, 0, 0x0B, 0x7C, 1, 0x44, 0, 0, 0, 0, 0, 0, 0, 0, 0x0B,
    ]
    var copy = bytes
    copy[20] = UInt8(bytes.count - 21)
    guard let module = try? copy.withUnsafeBytes({ try ModuleReader.read($0) }) else { preconditionFailure("the test module is valid") }
    return ModuleInformation(module, strategy: strategy, processor: processor)
  }
}

extension ProcessorFeatures {
  static var everything: ProcessorFeatures { names.reduce(into: []) { $0.insert($1.feature) } }
}
