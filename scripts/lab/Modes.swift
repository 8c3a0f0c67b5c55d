// The modes in which an engine can run a module, by name: a memory strategy, a tier. All of them must come to the same results.

import WasmEngine

/// An engine, and how it gets at a module.
struct Mode {
  let name: String
  let engine: Engine
  /// Modules are saved and loaded again.
  let isSaved: Bool

  func module(_ bytes: [UInt8]) throws -> Module {
    let module = try Module(engine, bytes)
    return isSaved ? try Module(engine, serialized: module.serialized()) : module
  }
}

enum Modes {
  /// In the first one, code is plainest: the others are compared with it.
  static let all = [
    "guarded", "checked", "omg-guarded", "omg-checked", "hot-guarded", "warm-guarded", "warm-checked", "saved-guarded", "saved-checked",
  ]

  /// A mode by its name: a memory strategy, and before it how functions get to the optimizing tier.
  static func mode(_ name: String) -> Mode? {
    let parts = name.split(separator: "-").map(String.init)
    guard let strategy = parts.last, ["guarded", "checked"].contains(strategy), parts.count <= 2 else { return nil }
    var configuration = EngineConfiguration()
    configuration.memoryStrategy = strategy == "guarded" ? .guarded : .checked
    // Recursion is as deep as there is fuel: no mode may run out of stack.
    configuration.limits.stackSize = 64 << 20
    configuration.debug.waitsForOptimizer = true
    configuration.debug.verifiesOptimizer = true
    switch parts.count == 2 ? parts[0] : "" {
    case "": configuration.tier = .bbq
    case "omg": configuration.tier = .omg
    case "hot":
      configuration.tier = .auto
      configuration.debug.hotCount = 0
    case "warm":
      configuration.tier = .auto
      configuration.debug.hotCount = 3
    case "saved": configuration.tier = .omg
    default: return nil
    }
    return Mode(name: name, engine: Engine(configuration), isSaved: parts[0] == "saved")
  }
}
