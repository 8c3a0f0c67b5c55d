// Why a module could not be linked.

import WasmFormat

/// Imports are missing or are not what the module needs; or what was to be linked belongs elsewhere.
///
/// ```swift
/// do {
///   _ = try Instance(module, in: store)
/// } catch let error as LinkError {
///   for problem in error.problems { print("\(problem.module).\(problem.name): \(problem.message)") }
/// }
/// ```
public struct LinkError: Error, Sendable, CustomStringConvertible {
  /// What is wrong with one import.
  public struct Problem: Sendable, CustomStringConvertible {
    /// The first of the two names that the module imports by; empty if it is not about an import.
    public let module: WasmName
    /// The second one.
    public let name: WasmName
    /// What kind of thing the module wants, and of which type, in words: `function (i32) -> (i64)`.
    public let expected: String
    /// What is wrong.
    public let message: String

    /// `env.log: unknown import, expected function (i32) -> ()`.
    public var description: String {
      let place = module.utf8.isEmpty && name.utf8.isEmpty ? "" : "\(module).\(name): "
      return place + message + (expected.isEmpty ? "" : ", expected \(expected)")
    }
  }

  /// All problems, in the order of the module's imports; at least one.
  public let problems: [Problem]
  /// What is to be linked, if that is not obvious: `module 3 (214 bytes)`.
  public private(set) var subject: String?

  init(_ problems: [Problem]) { self.problems = problems }

  /// The same, said of a module.
  func about(_ subject: String) -> LinkError {
    var error = self
    error.subject = subject
    return error
  }

  init(module: WasmName = "", name: WasmName = "", _ message: String) {
    self.init([Problem(module: module, name: name, expected: "", message: message)])
  }

  /// The first problem's module name.
  public var module: WasmName { problems[0].module }
  /// The first problem's name.
  public var name: WasmName { problems[0].name }
  /// What is wrong with the first import.
  public var message: String { problems[0].message }

  /// A line for each problem.
  public var description: String {
    let place = subject.map { "\($0): " } ?? ""
    if problems.count == 1 { return "cannot link \(place)\(problems[0])" }
    return "cannot link \(place)\(problems.count) imports:" + problems.map { "\n  \($0)" }.joined()
  }
}
