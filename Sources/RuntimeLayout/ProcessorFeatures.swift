// What some processors have beyond the baseline of their instruction set, and compilers make use of. One value holds for a whole engine: what the
// machine has (MachineCode's HostProcessor) without what DebugOptions switch off. It reaches both compilers with the module (ModuleInformation.processor),
// and nothing else in them depends on the machine that they run on: code for a set of features is the same on every host.

public struct ProcessorFeatures: OptionSet, Sendable, Hashable {
  public let rawValue: UInt32

  public init(rawValue: UInt32) { self.rawValue = rawValue }

  // x86-64. The baseline has POPCNT, and SSE4.1 for what rounds floats.
  /// tzcnt, andn, blsr.
  public static let bmi1 = ProcessorFeatures(rawValue: 1)
  /// shlx, shrx, sarx, rorx, mulx.
  public static let bmi2 = ProcessorFeatures(rawValue: 2)
  public static let lzcnt = ProcessorFeatures(rawValue: 4)
  /// Instructions on vectors with three operands, and operands in memory that need not be aligned; 64-bit lanes are compared.
  public static let avx = ProcessorFeatures(rawValue: 8)
  /// A lane in all lanes.
  public static let avx2 = ProcessorFeatures(rawValue: 16)
  /// Products and sums with one rounding. (Only with avx.)
  public static let fma = ProcessorFeatures(rawValue: 32)

  /// Without it there are no vectors: modules that use SIMD are refused. It is no part of "all", so that these stand for code for the least processor that
  /// can run everything.
  public static let sse41 = ProcessorFeatures(rawValue: 64)

  /// What code makes use of where it is there, by name.
  public static let names: [(name: String, feature: ProcessorFeatures)] = [
    ("bmi1", .bmi1), ("bmi2", .bmi2), ("lzcnt", .lzcnt), ("avx", .avx), ("avx2", .avx2), ("fma", .fma),
  ]

  private static var everyName: [(name: String, feature: ProcessorFeatures)] { names + [("sse4.1", .sse41)] }

  /// Those that are named, separated by commas; "all" names all of `names`. nil: there is no feature of some name.
  public init?(named list: String) {
    self = []
    for word in list.split(separator: ",", omittingEmptySubsequences: false) {
      if word == "all" {
        for row in Self.names { insert(row.feature) }
      } else if let row = Self.everyName.first(where: { $0.name == word }) {
        insert(row.feature)
      } else {
        return nil
      }
    }
  }
}

extension ProcessorFeatures: CustomStringConvertible {
  public var description: String {
    let present = Self.everyName.filter { contains($0.feature) }.map(\.name)
    return present.isEmpty ? "baseline" : present.joined(separator: ",")
  }
}
