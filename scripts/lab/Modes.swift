// The modes in which an engine can run a module, by name: a memory strategy, a tier. All of them must come to the same results.

import WasmEngine

enum Modes {
  /// In the first one, code is plainest: the others are compared with it.
  static let all = ["guarded", "checked", "omg-guarded", "omg-checked", "hot-guarded", "warm-guarded", "warm-checked"]

  /// The engine of a mode: a memory strategy, and before it how functions get to the optimizing tier.
  static func engine(_ name: String) -> Engine? {
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
    default: return nil
    }
    return Engine(configuration)
  }
}
