// Runs one file of test vectors and counts. The tests and the command share it.

import WasmEngine

/// What came of a file.
public struct VectorTally {
  public var passed = 0
  public var skipped = 0
  /// One line each: place, command, what went wrong.
  public var failures: [String] = []

  public init() {}

  public mutating func add(_ other: VectorTally) {
    passed += other.passed
    skipped += other.skipped
    failures += other.failures
  }

  /// "N passed, M failed, K skipped".
  public var summary: String { "\(passed) passed, \(failures.count) failed, \(skipped) skipped" }
}

/// The state while a file runs.
public struct VectorRunner {
  private enum Outcome {
    case passed
    case skipped
    case failed(String)
  }

  private struct Complaint: Error, CustomStringConvertible {
    let description: String
  }

  private let engine: Engine
  private let store: Store
  private var imports = Imports()
  private var current: Instance?
  private var instances: [String: Instance] = [:]
  private var definitions: [String: Module] = [:]
  private var lastDefinition: Module?
  private var hasSkippedModule = false

  private init(_ engine: Engine) {
    self.engine = engine
    store = Store(engine)
  }

  /// Runs all commands of a file on an engine, whose features decide what is skipped. `label` stands for the file in failures.
  public static func run(_ file: VectorFile, on engine: Engine, label: String) throws -> VectorTally {
    var runner = VectorRunner(engine)
    try runner.defineSpectest()
    var tally = VectorTally()
    for command in file.commands {
      switch runner.run(command) {
      case .passed: tally.passed += 1
      case .skipped: tally.skipped += 1
      case .failed(let message): tally.failures.append("\(label):\(command.line): \(command.type): \(message)")
      }
    }
    return tally
  }

  /// The host module `spectest`.
  private mutating func defineSpectest() throws {
    let store = store
    func nothing(_ parameters: ValueType...) -> Function { Function(store, FuncType(parameters)) { _, _ in [] } }
    imports.define("spectest", "print", nothing())
    imports.define("spectest", "print_i32", nothing(.i32))
    imports.define("spectest", "print_i64", nothing(.i64))
    imports.define("spectest", "print_f32", nothing(.f32))
    imports.define("spectest", "print_f64", nothing(.f64))
    imports.define("spectest", "print_i32_f32", nothing(.i32, .f32))
    imports.define("spectest", "print_f64_f64", nothing(.f64, .f64))
    imports.define("spectest", "global_i32", try Global(store, .i32(666)))
    imports.define("spectest", "global_i64", try Global(store, .i64(666)))
    imports.define("spectest", "global_f32", try Global(store, .f32(666.6)))
    imports.define("spectest", "global_f64", try Global(store, .f64(666.6)))
    imports.define("spectest", "table", try Table(store, TableType(.funcref, Limits(10, 20))))
    imports.define("spectest", "table64", try Table(store, TableType(.funcref, Limits(10, 20), is64: true)))
    imports.define("spectest", "memory", try Memory(store, MemoryType(Limits(1, 2))))
    imports.define("spectest", "shared_memory", try Memory(store, MemoryType(Limits(1, 2), isShared: true)))
  }

  private mutating func run(_ command: VectorCommand) -> Outcome {
    do {
      return try dispatch(command)
    } catch is LinkError where hasSkippedModule {
      return .skipped
    } catch {
      return .failed("\(error)")
    }
  }

  private func isSupported(_ names: [String]) -> Bool {
    names.allSatisfy { Features(named: $0).map(engine.configuration.features.isSuperset) ?? false }
  }

  private mutating func dispatch(_ command: VectorCommand) throws -> Outcome {
    switch command.type {
    case "module", "module_definition", "module_instance": return try define(command)
    case "register":
      guard let instance = command.name.map({ instances[$0] }) ?? current else { return .skipped }
      imports.define(WasmName(command.registeredName ?? ""), instance)
      return .passed
    case "action": return try perform(command.action) == nil ? .skipped : .passed
    case "assert_return":
      guard let results = try perform(command.action) else { return .skipped }
      let isRight =
        results.count == command.expected.count && zip(command.expected, results).allSatisfy { $0.matches($1) }
      return isRight ? .passed : .failed("\(command.action?.field ?? ""): got \(results), expected \(command.expected)")
    case "assert_trap", "assert_exhaustion":
      do {
        guard let results = try perform(command.action) else { return .skipped }
        return .failed("returned \(results) instead of trapping: \(command.text ?? "")")
      } catch let trap as Trap {
        return check(trap, command.text)
      }
    case "assert_exception":
      do {
        guard let results = try perform(command.action) else { return .skipped }
        return .failed("returned \(results) instead of throwing")
      } catch is Exception {
        return .passed
      }
    case "assert_uninstantiable":
      if !isSupported(command.features) { return .skipped }
      do {
        _ = try Instance(Module(engine, command.wasm ?? []), imports: imports, in: store)
        return .failed("was instantiated")
      } catch let trap as Trap {
        return check(trap, command.text)
      }
    case "assert_unlinkable":
      if !isSupported(command.features) { return .skipped }
      let module = try Module(engine, command.wasm ?? [])
      do {
        _ = try Instance(module, imports: imports, in: store)
        return .failed("was linked")
      } catch is LinkError {
        return .passed
      }
    case "assert_invalid", "assert_malformed": return try checkRefusal(command)
    default: return .skipped
    }
  }

  private func checkRefusal(_ command: VectorCommand) throws -> Outcome {
    if let unless = command.unless, isSupported(unless) { return .skipped }
    do {
      _ = try Module(engine, command.wasm ?? [])
      return .failed("was accepted: \(command.text ?? "")")
    } catch is DecodingError {
      return .passed
    } catch is ValidationError {
      return .passed
    }
  }

  /// Whether a trap's message is, or begins with, what the vectors say.
  private func check(_ trap: Trap, _ text: String?) -> Outcome {
    guard let text else { return .passed }
    let message = trap.reason.message
    return text.hasPrefix(message) || message.hasPrefix(text) ? .passed : .failed("trapped with \(message) instead of \(text)")
  }

  private mutating func define(_ command: VectorCommand) throws -> Outcome {
    current = nil
    if !isSupported(command.features) {
      hasSkippedModule = true
      if command.type != "module_instance" { lastDefinition = nil }
      return .skipped
    }
    if command.type != "module_instance" {
      let module = try Module(engine, command.wasm ?? [])
      lastDefinition = module
      if let name = command.name { definitions[name] = module }
      if command.type == "module_definition" { return .passed }
    }
    guard let module = command.module.map({ definitions[$0] }) ?? lastDefinition else { return .skipped }
    let instance = try Instance(module, imports: imports, in: store)
    current = instance
    if let name = command.type == "module" ? command.name : command.instance { instances[name] = instance }
    return .passed
  }

  /// The results of an action; nil when its instance was skipped.
  private func perform(_ action: VectorAction?) throws -> [Value]? {
    guard let action, let instance = action.module.map({ instances[$0] }) ?? current else { return nil }
    let export = instance.export(WasmName(action.field))
    if action.type == "get" {
      guard case .global(let global)? = export else { throw Complaint(description: "no global \(action.field)") }
      return [global.value]
    }
    guard case .function(let function)? = export else { throw Complaint(description: "no function \(action.field)") }
    let arguments = action.arguments.compactMap(\.argument)
    guard arguments.count == action.arguments.count else { throw Complaint(description: "unknown kind of argument") }
    return try function.call(arguments)
  }
}
