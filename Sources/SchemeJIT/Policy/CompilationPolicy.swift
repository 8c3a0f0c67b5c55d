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
    hooks.compile = { if mode == JITMode.auto { Linking.push(.warm(around: $0)) } }
    hooks.compileLoop = { if mode == JITMode.auto { Linking.push(.warm(around: $0, $1)) } }
    hooks.compileResumption = { if mode == JITMode.auto { Linking.push(.resumptions(with: $0)) } }
    hooks.compileAnew = { if mode != JITMode.off { Linking.push(.callers(of: $0)) } }
    hooks.willRun = { _, before in if mode == JITMode.eager { Linking.push(.made(after: before)) } }
    hooks.generateLimbLoops = { mode != JITMode.off && Linking.pushLimbLoops() }
    hooks.unlink = { Linking.unlink($0, $1) }
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
