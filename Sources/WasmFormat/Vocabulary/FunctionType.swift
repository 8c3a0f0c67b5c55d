// The types of functions and of structured instructions (core specification, "Function Types" and "Block Types").

/// The type of a function: what it takes and what it returns.
public struct FuncType: Equatable, Hashable, Sendable {
  public var parameters: [ValueType]
  public var results: [ValueType]

  public init(_ parameters: [ValueType] = [], _ results: [ValueType] = []) {
    self.parameters = parameters
    self.results = results
  }

  /// Whether a parameter or result refers to a type of the module.
  public var hasTypeIndices: Bool { parameters.contains { $0.typeIndex != nil } || results.contains { $0.typeIndex != nil } }

  /// Whether a parameter or result refers to the module's type with this index.
  func refers(to index: UInt32) -> Bool { parameters.contains { $0.typeIndex == index } || results.contains { $0.typeIndex == index } }

  /// The same with other parameters and results.
  public func mapTypes<Failure: Error>(_ map: (ValueType) throws(Failure) -> ValueType) throws(Failure) -> FuncType {
    var type = self
    for index in parameters.indices { type.parameters[index] = try map(parameters[index]) }
    for index in results.indices { type.results[index] = try map(results[index]) }
    return type
  }

  /// The code before a function type in the binary format.
  static var code: UInt8 { 0x60 }
}

/// The type of a structured instruction: nothing, one result, or a function type of the module.
public enum BlockType: Equatable, Sendable {
  case empty
  case value(ValueType)
  case type(UInt32)

  /// The code of the empty type in the binary format.
  @inlinable @inline(__always) public static var emptyCode: UInt8 { 0x40 }
}
