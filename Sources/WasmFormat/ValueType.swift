// The types of values, functions and blocks (core specification, "Types").

/// The type of a value on the operand stack, in a local or in a global. Raw values are the binary encoding.
public enum ValueType: UInt8, Equatable, Hashable, Sendable {
  case i32 = 0x7F
  case i64 = 0x7E
  case f32 = 0x7D
  case f64 = 0x7C
  case v128 = 0x7B
  case funcref = 0x70
  case externref = 0x6F
  case exnref = 0x69

  /// Whether values of this type are references.
  @inline(__always)
  public var isReference: Bool { self == .funcref || self == .externref || self == .exnref }

  /// Whether values of this type are `f32` or `f64`.
  @inline(__always)
  public var isFloat: Bool { self == .f32 || self == .f64 }

  /// Whether values of this type exist with these features.
  public func isSupported(_ features: Features) -> Bool {
    switch self {
    case .v128: false
    case .funcref, .externref: features.contains(.referenceTypes)
    case .exnref: features.contains(.exceptions)
    default: true
    }
  }

  /// The name in the text format.
  public var name: StaticString {
    switch self {
    case .i32: "i32"
    case .i64: "i64"
    case .f32: "f32"
    case .f64: "f64"
    case .v128: "v128"
    case .funcref: "funcref"
    case .externref: "externref"
    case .exnref: "exnref"
    }
  }
}

/// The type of a function: what it takes and what it returns.
public struct FuncType: Equatable, Hashable, Sendable {
  public var parameters: [ValueType]
  public var results: [ValueType]

  public init(_ parameters: [ValueType] = [], _ results: [ValueType] = []) {
    self.parameters = parameters
    self.results = results
  }
}

/// The type of a structured instruction: nothing, one result, or a function type of the module.
public enum BlockType: Equatable, Sendable {
  case empty
  case value(ValueType)
  case type(UInt32)
}
