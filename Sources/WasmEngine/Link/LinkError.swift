// Why a module could not be linked.

import WasmFormat

/// An import is missing or is not what the module needs.
///
/// ```swift
/// do {
///   _ = try Instance(module, in: store)
/// } catch let error as LinkError {
///   print("missing: \(error.module).\(error.name)")
/// }
/// ```
public struct LinkError: Error, Sendable, CustomStringConvertible {
  public let module: WasmName
  public let name: WasmName
  public let message: String

  init(_ declaration: ImportDeclaration, _ message: String) {
    module = declaration.module
    name = declaration.name
    self.message = message
  }

  init(module: WasmName, name: WasmName, _ message: String) {
    self.module = module
    self.name = name
    self.message = message
  }

  public var description: String { "cannot link \(module).\(name): \(message)" }
}
