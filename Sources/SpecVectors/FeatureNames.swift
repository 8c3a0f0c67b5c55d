// The proposals' names: in the vectors and on the command line.

import WasmEngine

extension Features {
  /// Every switch with its name.
  public static let names: [(name: String, feature: Features)] = [
    ("mutable-globals", .mutableGlobals),
    ("sign-extension", .signExtension),
    ("saturating-float-to-int", .saturatingFloatToInt),
    ("multi-value", .multiValue),
    ("bulk-memory", .bulkMemory),
    ("reference-types", .referenceTypes),
    ("tail-call", .tailCall),
    ("extended-const", .extendedConst),
    ("multi-memory", .multiMemory),
    ("memory64", .memory64),
    ("exceptions", .exceptions),
    ("custom-page-sizes", .customPageSizes),
    ("wide-arithmetic", .wideArithmetic),
    ("simd", .simd),
    ("relaxed-simd", .relaxedSIMD),
    ("threads", .threads),
    ("function-references", .functionReferences),
  ]

  /// The feature with this name.
  public init?(named name: String) {
    guard let row = Features.names.first(where: { $0.name == name }) else { return nil }
    self = row.feature
  }
}
