// A compiler's working memory, kept from one compilation to the next: functions that are compiled one by one, when they are first called,
// would otherwise spend as much time on allocating it as on compiling.

import BBQ
import Synchronization

/// An optimizing compiler, likewise.
final class PooledOptimizer: @unchecked Sendable {
  @exclusivity(unchecked) private var compiler = OptimizingCompiler()
  private static let spare = Mutex<PooledOptimizer?>(nil)

  /// Calls `body` with a compiler.
  static func use<Result>(_ body: (inout OptimizingCompiler) throws -> Result) rethrows -> Result {
    let taken = spare.withLock { spare in
      let taken = spare
      spare = nil
      return taken
    }
    let pooled = taken ?? PooledOptimizer()
    defer { spare.withLock { $0 = pooled } }
    return try body(&pooled.compiler)
  }
}

/// A compiler that one thread at a time uses.
final class PooledCompiler: @unchecked Sendable {
  @exclusivity(unchecked) private var compiler = BBQCompiler()
  /// The one that is not in use, if there is one.
  private static let spare = Mutex<PooledCompiler?>(nil)

  /// Calls `body` with a compiler.
  static func use<Result>(_ body: (inout BBQCompiler) throws -> Result) rethrows -> Result {
    let taken = spare.withLock { spare in
      let taken = spare
      spare = nil
      return taken
    }
    let pooled = taken ?? PooledCompiler()
    defer { spare.withLock { $0 = pooled } }
    return try body(&pooled.compiler)
  }
}
