// Imports that a program wants of a host of its own, and that the user of `latch run` stands in for: MODULE.NAME=WHAT.

import ArgumentParser
import WasmEngine

struct HostImport: ExpressibleByArgument, Equatable {
  enum Content: Equatable {
    /// What another import is: a function of `latch_jit` or of WASI.
    case like(module: String, name: String)
    /// A function that returns this in all its results.
    case number(Double)
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
      if let number = Double(what) {
        content = .number(number)
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
      return Function(store, type) { (_: borrowing Caller, _: [Value]) -> [Value] in type.results.map { HostImport.value(number, $0) } }
    case .print:
      return Function(store, type) { (_: borrowing Caller, arguments: [Value]) -> [Value] in
        Terminal.complain("\(label)(\(arguments.map(\.description).joined(separator: ", ")))\n")
        return type.results.map { HostImport.value(0, $0) }
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
    let zeros = rest.map { value(0, $0) }
    return Function(store, type) { (_: borrowing Caller, arguments: [Value]) throws -> [Value] in
      let results = try other.call(arguments + zeros)
      return type.results.isEmpty ? [] : results
    }
  }

  private static func value(_ number: Double, _ type: ValueType) -> Value {
    switch type {
    case .i32: .i32(Int32(truncatingIfNeeded: Int64(clamping: number)))
    case .i64: .i64(Int64(clamping: number))
    case .f32: .f32(Float(number))
    case .f64: .f64(number)
    default: Value.zero(type) ?? .i32(0)
    }
  }
}

extension Int64 {
  /// The nearest one; 0 for what is no number.
  fileprivate init(clamping number: Double) {
    self = number.isNaN ? 0 : number >= 0x1p63 ? .max : number <= -0x1p63 ? .min : Int64(number)
  }
}
