// How large a module may be. The defaults are, where there is one, the limits that browsers agreed on (WebAssembly JavaScript Interface,
// "Limitations").

/// The most that a module may contain. A module with more is refused as invalid.
public struct ModuleLimits: Equatable, Sendable {
  /// Bytes of the whole module.
  public var moduleSize = 1 << 30
  public var types = 1_000_000
  /// Imported ones included, as for all kinds below.
  public var functions = 1_000_000
  public var imports = 1_000_000
  public var exports = 1_000_000
  public var globals = 1_000_000
  public var tables = 100_000
  public var memories = 100
  public var tags = 1_000_000
  public var dataSegments = 100_000
  public var elementSegments = 10_000_000
  /// Parameters of a function type; and results.
  public var parameters = 1000
  /// Parameters and local variables of a function.
  public var locals = 50_000
  /// Bytes of a function's body.
  public var bodySize = 64 << 20

  public init() {}
}

extension ModuleReader {
  /// Throws if there are more than `limit`.
  func check(_ count: Int, _ limit: Int, _ what: String) throws(ModuleError) {
    if count > limit { throw invalid("implementation limit: more than \(limit) \(what)", at: input.position) }
  }

  /// The number of items of a section that adds to `present` ones.
  mutating func itemCount(after present: Int = 0, limit: Int, _ what: String) throws(ModuleError) -> Int {
    let count = try input.vectorCount()
    try check(present + count, limit, what)
    return count
  }
}
