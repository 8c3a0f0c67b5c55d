// Why bytes are not a module, or not a valid one. Messages follow the wording of the reference interpreter.

/// The bytes are not a module.
public struct DecodingError: Error, Equatable, Sendable {
  /// Where in the module.
  public let offset: Int
  public let message: String

  public init(_ message: String, offset: Int) {
    self.message = message
    self.offset = offset
  }
}

/// The module does not obey the rules of validation.
public struct ValidationError: Error, Equatable, Sendable {
  /// Where in the module.
  public let offset: Int
  /// The index of the function whose body is at fault, if it is a body.
  public let function: UInt32?
  public let message: String

  public init(_ message: String, offset: Int, function: UInt32? = nil) {
    self.message = message
    self.offset = offset
    self.function = function
  }
}

/// Why a module was rejected: what the reader throws.
public enum ModuleError: Error, Equatable, Sendable {
  case malformed(DecodingError)
  case invalid(ValidationError)
}

extension ModuleError {
  /// The same with the index of the function whose body is at fault.
  public func inFunction(_ index: Int) -> ModuleError {
    guard case .invalid(let error) = self else { return self }
    return .invalid(ValidationError(error.message, offset: error.offset, function: UInt32(index)))
  }
}

extension DecodingError: CustomStringConvertible {
  public var description: String { "malformed module: \(message) (at byte \(offset))" }
}

extension ValidationError: CustomStringConvertible {
  public var description: String {
    guard let function else { return "invalid module: \(message) (at byte \(offset))" }
    return "invalid module: \(message) (at byte \(offset), in function \(function))"
  }
}
