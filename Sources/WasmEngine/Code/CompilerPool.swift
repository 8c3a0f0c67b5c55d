// A compiler's working memory, kept from one compilation to the next: functions that are compiled one by one, when they are first called,
// would otherwise spend as much time on allocating it as on compiling.

import Synchronization

/// Lends compilers of a kind, each to one thread at a time, and keeps one that is not in use.
final class CompilerPool<Compiler: ~Copyable>: Sendable {
  private final class Box: @unchecked Sendable {
    @exclusivity(unchecked) var compiler: Compiler
    init(_ compiler: consuming Compiler) { self.compiler = compiler }
  }

  private let spare = Mutex<Box?>(nil)
  private let make: @Sendable () -> Compiler

  init(_ make: @escaping @Sendable () -> Compiler) { self.make = make }

  /// Calls `body` with a compiler.
  func use<Result>(_ body: (inout Compiler) throws -> Result) rethrows -> Result {
    let taken = spare.withLock { spare in
      let taken = spare
      spare = nil
      return taken
    }
    let box = taken ?? Box(make())
    defer { spare.withLock { $0 = box } }
    return try body(&box.compiler)
  }
}
