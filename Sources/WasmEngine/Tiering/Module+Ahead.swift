// Compiling ahead: functions that a program is about to need, by the baseline compiler on a thread of its own, while the program runs. A function that is called
// before its turn has come is compiled by who calls it, as without.

import BBQ
import CompilerInterface
import RuntimeLayout
import WasmFormat

extension Module {
  /// Compiles some exported functions, in this order, and all that they call directly, without the program waiting for it. Does nothing where there is only one
  /// processor. To be called once.
  public func compileAhead(_ exports: [WasmName]) {
    if Processors.available < 2 || engine.configuration.tier == .omg || engine.configuration.debug.eagerCompilation { return }
    let (functions, owner) = (exportedFunctions(exports), Owner(module: self))
    if !functions.isEmpty { _ = BackgroundThread.start(stackSize: Tuning.compileThreadStackSize) { Module.compileAhead(functions, of: owner) } }
  }

  /// The same on the calling thread.
  package func compileAheadAndWait(_ exports: [WasmName]) { Module.compileAhead(exportedFunctions(exports), of: Owner(module: self)) }

  private func exportedFunctions(_ exports: [WasmName]) -> [Int] {
    exports.compactMap { name in export(name).flatMap { $0.kind == .function ? Int($0.index) : nil } }
  }

  /// Keeps no module alive for longer than compiling one function takes.
  private final class Owner: @unchecked Sendable {
    weak let module: Module?
    init(module: Module) { self.module = module }
  }

  private static func compileAhead(_ functions: [Int], of owner: Owner) {
    var compiler = BBQCompiler()
    var waiting = functions.reversed() as [Int]
    var isKnown = Set(functions)
    while let function = waiting.popLast() {
      guard let module = owner.module else { return }
      guard let called = module.compileAhead(function, &compiler) else { continue }
      for callee in called.reversed() where isKnown.insert(callee).inserted { waiting.append(callee) }
    }
  }

  /// Compiles one function, unless it has code; the functions that it calls.
  private func compileAhead(_ index: Int, _ compiler: inout BBQCompiler) -> [Int]? {
    let function = index - declarations.importedFunctionCount
    if function < 0 { return nil }
    let isCompiled = withCodeInBackground { $0.isCompiled(function) }
    let body = declarations.bodies[function]
    let start = MonotonicClock.nanoseconds
    // What it calls is known when it is compiled, and it is no error here that it cannot be.
    guard
      let compiled = try? compiler.compile(
        information, functionIndex: index, body: UnsafeRawBufferPointer(start: bytes + body.lowerBound, count: body.count),
        moduleOffset: body.lowerBound)
    else { return nil }
    let called = compiled.callSites.map { Int($0.callee) }
    if isCompiled { return called }
    guard let region = try? engine.runtime.codeRegion(), var staged = try? StagedCode(compiled, of: function, owner: self, in: region) else {
      return nil
    }
    bodies?.noteValid(function)
    let address: UInt? = withCodeInBackground { code in
      // The program may have been faster. Then this code is kept with the module's, and nobody calls it.
      if code.isCompiled(function) {
        code.add(&staged, owner: self)
        return nil
      }
      return code.install(function, &staged, isFinal: false, owner: self)
    }
    guard let address else { return called }
    announce(CompilePlace(function: function), .bbq, compiled, at: address, since: start)
    let time = MonotonicClock.nanoseconds - start
    engine.note { $0.baseline.add(functions: 1, wasmBytes: body.count, codeBytes: compiled.code.count, nanoseconds: time) }
    return called
  }
}
