// Runs one file of the specification's test vectors.

import WasmEngine

struct SpecRunner {
  struct Tally {
    var passed = 0
    var skipped = 0
    var failures: [String] = []
  }

  /// The features, in the vectors' words, that the engine has.
  static let supported: Set<String> = [
    "sign-extension", "saturating-float-to-int", "multi-value", "bulk-memory", "reference-types", "extended-const",
    "tail-call",
  ]

  private enum Outcome {
    case passed
    case skipped
    case failed(String)
  }

  private let engine: Engine
  private let store: Store
  private var imports = Imports()
  private var current: Instance?
  private var instances: [String: Instance] = [:]
  private var definitions: [String: Module] = [:]
  private var lastDefinition: Module?
  private var hasSkippedModule = false

  init(_ engine: Engine) {
    self.engine = engine
    store = Store(engine)
  }

  static func run(_ file: SpecFile, _ engine: Engine) throws -> Tally {
    var runner = SpecRunner(engine)
    try runner.defineSpectest()
    var tally = Tally()
    for command in file.commands {
      switch runner.run(command) {
      case .passed: tally.passed += 1
      case .skipped: tally.skipped += 1
      case .failed(let message):
        tally.failures.append("\(file.group)/\(file.name):\(command.line): \(command.type): \(message)")
      }
    }
    return tally
  }

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
    imports.define("spectest", "global_i32", Global(store, .i32(666)))
    imports.define("spectest", "global_i64", Global(store, .i64(666)))
    imports.define("spectest", "global_f32", Global(store, .f32(666.6)))
    imports.define("spectest", "global_f64", Global(store, .f64(666.6)))
    imports.define("spectest", "table", try Table(store, TableType(.funcref, Limits(10, 20))))
    imports.define("spectest", "memory", try Memory(store, MemoryType(Limits(1, 2))))
  }

  private mutating func run(_ command: SpecCommand) -> Outcome {
    do {
      return try dispatch(command)
    } catch let error as LinkError where hasSkippedModule {
      _ = error
      return .skipped
    } catch {
      return .failed("\(error)")
    }
  }

  private func isSupported(_ command: SpecCommand) -> Bool {
    (command.features ?? []).allSatisfy(Self.supported.contains)
  }

  private mutating func dispatch(_ command: SpecCommand) throws -> Outcome {
    let bytes = command.wasm.map { [UInt8]($0) } ?? []
    switch command.type {
    case "module", "module_definition", "module_instance":
      current = nil
      guard isSupported(command) else {
        hasSkippedModule = true
        return .skipped
      }
      return try define(command, bytes)
    case "register":
      guard let instance = command.name.map({ instances[$0] }) ?? current else { return .skipped }
      imports.define(WasmName(command.as ?? ""), instance)
      return .passed
    case "action":
      guard let results = try perform(command.action) else { return .skipped }
      _ = results
      return .passed
    case "assert_return":
      guard let results = try perform(command.action) else { return .skipped }
      let expected = command.expected ?? []
      let isRight = results.count == expected.count && zip(expected, results).allSatisfy { $0.matches($1) }
      return isRight ? .passed : .failed("\(command.action?.field ?? ""): got \(results), expected \(expected)")
    case "assert_trap", "assert_exhaustion":
      do {
        guard let results = try perform(command.action) else { return .skipped }
        return .failed("returned \(results) instead of trapping: \(command.text ?? "")")
      } catch let trap as Trap {
        return check(trap, command.text)
      }
    case "assert_uninstantiable":
      guard isSupported(command) else { return .skipped }
      do {
        _ = try Instance(Module(engine, bytes), imports: imports, in: store)
        return .failed("was instantiated")
      } catch let trap as Trap {
        return check(trap, command.text)
      }
    case "assert_unlinkable":
      guard isSupported(command) else { return .skipped }
      let module = try Module(engine, bytes)
      do {
        _ = try Instance(module, imports: imports, in: store)
        return .failed("was linked")
      } catch is LinkError {
        return .passed
      }
    case "assert_invalid", "assert_malformed":
      if let unless = command.unless, unless.allSatisfy(Self.supported.contains) { return .skipped }
      do {
        _ = try Module(engine, bytes)
        return .failed("was accepted: \(command.text ?? "")")
      } catch is DecodingError {
        return .passed
      } catch is ValidationError {
        return .passed
      }
    default:
      return .skipped
    }
  }

  /// Whether a trap's message is, or begins with, what the vectors say.
  private func check(_ trap: Trap, _ text: String?) -> Outcome {
    guard let text else { return .passed }
    let message = trap.reason.message
    return text.hasPrefix(message) || message.hasPrefix(text) ? .passed : .failed("trapped with \(message) instead of \(text)")
  }

  private mutating func define(_ command: SpecCommand, _ bytes: [UInt8]) throws -> Outcome {
    switch command.type {
    case "module_definition":
      let module = try Module(engine, bytes)
      lastDefinition = module
      if let name = command.name { definitions[name] = module }
    case "module_instance":
      guard let module = command.module.map({ definitions[$0] }) ?? lastDefinition else { return .skipped }
      let instance = try Instance(module, imports: imports, in: store)
      current = instance
      if let name = command.instance { instances[name] = instance }
    default:
      let module = try Module(engine, bytes)
      lastDefinition = module
      if let name = command.name { definitions[name] = module }
      let instance = try Instance(module, imports: imports, in: store)
      current = instance
      if let name = command.name { instances[name] = instance }
    }
    return .passed
  }

  /// The results of an action; nil when its instance was skipped.
  private func perform(_ action: SpecAction?) throws -> [Value]? {
    guard let action, let instance = action.module.map({ instances[$0] }) ?? current else { return nil }
    let export = instance.export(WasmName(action.field))
    if action.type == "get" {
      guard case .global(let global)? = export else { throw SpecError(message: "no global \(action.field)") }
      return [global.value]
    }
    guard case .function(let function)? = export else { throw SpecError(message: "no function \(action.field)") }
    let arguments = (action.args ?? []).compactMap(\.argument)
    guard arguments.count == action.args?.count ?? 0 else { throw SpecError(message: "unknown kind of argument") }
    return try function.call(arguments)
  }
}

struct SpecError: Error {
  let message: String
}
