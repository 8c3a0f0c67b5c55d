// When procedures are compiled (`JITMode`): on request only, when they are hot, or when they are made. Which ones then is the batch's business
// (Batch.swift), and how they get linked is Linking's.
import GuestABI
import SchemeCore

public enum CompilationPolicy {
  nonisolated(unsafe) private static var mode = JITMode.off

  /// Lets the runtime ask here what it wants compiled. To be called once, before anything runs.
  public static func start(_ host: ModuleHost) {
    Linking.start(host)
    var hooks = JITHooks()
    hooks.compile = { if CompilationPolicy.mode == JITMode.auto { Linking.push(.warm(around: Func($0))) } }
    hooks.compileLoop = { if CompilationPolicy.mode == JITMode.auto { Linking.push(.warm(around: Func($0), Node($1))) } }
    hooks.compileResumption = { if CompilationPolicy.mode == JITMode.auto { Linking.push(.resumptions(with: Node($0))) } }
    hooks.compileAnew = { if CompilationPolicy.mode != JITMode.off { Linking.push(.callers(of: Func($0))) } }
    hooks.willRun = { _, before in if CompilationPolicy.mode == JITMode.eager { Linking.push(.made(after: Func(before))) } }
    hooks.generateLimbLoops = { CompilationPolicy.mode != JITMode.off && Linking.pushLimbLoops() }
    hooks.unlink = { Linking.unlink($0, first: $1, count: $2) }
    JITHooks.install(hooks)
  }

  public static func setMode(_ mode: Int32) {
    self.mode = mode
    let isAuto = mode == JITMode.auto
    Hotness.threshold = isAuto ? JITTuning.hotCalls : Hotness.never
    Hotness.resumptionThreshold = isAuto ? JITTuning.hotResumptions : 0
    Hotness.loopThreshold = isAuto ? JITTuning.hotIterations : Hotness.never
  }
}
