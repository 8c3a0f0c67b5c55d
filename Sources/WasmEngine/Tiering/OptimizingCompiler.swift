// The optimizing compiler as the engine sees it: a function of a module in, code out, or nothing if the compiler does not do this function.

import CompilerInterface
import OMG
import RuntimeLayout
import Synchronization
import WasmFormat

/// Keeps its working memory between functions; for one thread.
struct OptimizingCompiler: ~Copyable {
  private var compiler = OMGCompiler()

  /// Compiles a function whose body is valid. The result lives in this compiler's memory until the next call.
  mutating func compile(
    _ module: Module, _ place: CompilePlace, _ observer: OptimizerObserver = OptimizerObserver()
  ) -> CompiledFunction? {
    let content = module.content
    guard let bodies = content.bodies else { return nil }
    let index = module.importedFunctionCount + place.function
    guard isWanted(module, place) else { return nil }
    var input = OMGInput(module: content.information, functionIndex: index, bytes: module.bytes, bodies: bodies.ranges)
    if place.loop >= 0 { input.entry = .loop(bodyOffset: place.loop) }
    input.mayInline = UnsafePointer(bodies.isValid)
    input.branchHints = bodies.branchHints(module)
    input.clobbers = bodies.clobbers
    input.options.verifies = module.engine.configuration.debug.verifiesOptimizer
    input.options.limitDivisor = module.engine.configuration.debug.optimizerLimitDivisor
    input.options.dump = observer.dump
    input.options.time = observer.time
    input.options.work = observer.work
    input.options.memory = observer.memory
    let joined = addGuest(of: module, to: &input)
    return withExtendedLifetime((content, joined)) { compiler.compile(input) }
  }

  /// Of larger guests nothing is put in place of calls: their tables are copied for each function that is compiled.
  private static let mostFunctions = 1 << 16

  /// If the module calls functions of its guest that are small enough to be put in place of calls: lets it have all that the guest has.
  private func addGuest(of module: Module, to input: inout OMGInput) -> ModuleInformation? {
    guard let joined = module.joined, let guest = module.guest, let bodies = guest.bodies, module.byteCount + guest.byteCount <= UInt32.max,
      guest.information.functionCount <= Self.mostFunctions, guest.information.typeCount <= Self.mostFunctions,
      joined.importsSmallFunction({ Int(bodies.ranges[$0].end - bodies.ranges[$0].start) <= OMGInput.largestInlinedBody }),
      let information = ModuleInformation(module.information, importingAllOf: guest.information), let imported = information.guest
    else { return nil }
    input.module = information
    input.functionIndex += imported.shift
    input.guest = GuestBodies(
      bytes: guest.bytes, bodies: bodies.ranges, mayInline: UnsafePointer(bodies.isValid), offset: module.byteCount)
    return information
  }

  /// Why it did not do the last function.
  var refusal: OMGRefusal? { compiler.refusal }

  /// Gives back memory after a large function. What was compiled is gone.
  mutating func trim() { compiler.trim() }
}

extension OptimizingCompiler {
  /// Numbers what comes in, and looks whether the debug options want it compiled.
  private func isWanted(_ module: Module, _ place: CompilePlace) -> Bool {
    let engine = module.engine
    let debug = engine.configuration.debug
    guard debug.tracesOptimizer || debug.optimizedOrdinals != nil else { return true }
    let ordinal = engine.optimizerOrdinal.add(1, ordering: .relaxed).oldValue
    let isWanted = debug.optimizedOrdinals?.contains(ordinal) ?? true
    if debug.tracesOptimizer {
      let index = module.importedFunctionCount + place.function
      let name = module.functionName(index).map { " <\($0)>" } ?? ""
      let loop = place.loop < 0 ? "" : ", loop at byte \(place.loop)"
      StandardError.print("omg \(ordinal): function \(index)\(name)\(loop)\(isWanted ? "" : ", left out")\n")
    }
    return isWanted
  }
}
