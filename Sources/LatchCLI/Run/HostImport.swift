// Imports that a program wants of a host of its own, and that the user of `latch run` stands in for: MODULE.NAME=WHAT.

import ArgumentParser
import WasmEngine

struct HostImport: ExpressibleByArgument, Equatable {
  enum Content: Equatable {
    /// What another import is: a function of `latch_jit` or of WASI.
    case like(module: String, name: String)
    /// A function that returns this number in all its results.
    case number(String)
    /// Writes its arguments on the standard error, and returns zeros.
    case print
    case trap
  }

  let module: String
  let name: String
  let content: Content

  init?(argument: String) {
    guard let sign = argument.firstIndex(of: "="), let (module, name) = HostImport.names(argument[..<sign]) else { return nil }
    self.module = module
    self.name = name
    let what = argument[argument.index(after: sign)...]
    switch what {
    case "print": content = .print
    case "trap": content = .trap
    default:
      if Double(what) != nil {
        content = .number(String(what))
      } else if let (module, name) = HostImport.names(what) {
        content = .like(module: module, name: name)
      } else {
        return nil
      }
    }
  }

  /// MODULE.NAME; the name has no dot.
  private static func names(_ text: Substring) -> (module: String, name: String)? {
    guard let dot = text.lastIndex(of: "."), dot > text.startIndex, text.index(after: dot) < text.endIndex else { return nil }
    return (String(text[..<dot]), String(text[text.index(after: dot)...]))
  }

  /// Defines the import for a module that wants it as a function.
  func define(in imports: inout Imports, for module: Module, _ store: Store) throws {
    let wanted = module.imports.first { $0.module == WasmName(self.module) && $0.name == WasmName(name) }
    guard let wanted, case .function(let index) = wanted.descriptor else {
      throw ProgramError(description: "--import \(self.module).\(name): the program imports no such function")
    }
    let type = module.functionType(index)
    imports.define(wanted.module, wanted.name, try function(type, imports, store))
  }

  private func function(_ type: FuncType, _ imports: Imports, _ store: Store) throws -> Function {
    let label = "\(module).\(name)"
    switch content {
    case .like(let module, let name):
      guard case .function(let other)? = imports[WasmName(module), WasmName(name)] else {
        throw ProgramError(description: "--import \(label): latch run has no function \(module).\(name)")
      }
      return try HostImport.adapted(other, to: type, label, store)
    case .number(let number):
      let results = try type.results.map { try InvokeArguments.value(number, $0, of: "--import \(label)") }
      return Function(store, type) { (_: borrowing Caller, _: [Value]) -> [Value] in results }
    case .print:
      return Function(store, type) { (_: borrowing Caller, arguments: [Value]) -> [Value] in
        Terminal.complain("\(label)(\(arguments.map(\.description).joined(separator: ", ")))\n")
        return type.results.map(HostImport.zero)
      }
    case .trap:
      return Function(store, type) { (_: borrowing Caller, _: [Value]) throws -> [Value] in
        throw ProgramError(description: "the program called \(label)", code: ProgramRun.trapCode)
      }
    }
  }

  /// A function with fewer parameters, the others of which are 0, and perhaps without the result.
  private static func adapted(_ other: Function, to type: FuncType, _ label: String, _ store: Store) throws -> Function {
    if other.type == type { return other }
    let rest = other.type.parameters.dropFirst(type.parameters.count)
    guard other.type.parameters.starts(with: type.parameters), type.results.isEmpty || type.results == other.type.results else {
      throw ProgramError(description: "--import \(label): the program wants a function \(type.signature), but this is one \(other.type.signature)")
    }
    let zeros = rest.map(zero)
    return Function(store, type) { (_: borrowing Caller, arguments: [Value]) throws -> [Value] in
      let results = try other.call(arguments + zeros)
      return type.results.isEmpty ? [] : results
    }
  }

  private static func zero(_ type: ValueType) -> Value { Value.zero(type) ?? .i32(0) }
}
