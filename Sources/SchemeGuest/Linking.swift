// Chooses what to compile, generates its module, and gets it linked: by pushing it to the host in the middle of a run, or by handing it out
// on request.
import GuestABI
import SchemeCore
import SchemeJIT
import WasmFormat

enum Linking {
  nonisolated(unsafe) static var modules: UInt64 = 0
  nonisolated(unsafe) static var bytes: UInt64 = 0
  nonisolated(unsafe) static var seconds = 0.0
  /// The host took no module: there is no use in pushing more.
  nonisolated(unsafe) private static var isPullOnly = false

  /// The loops of long arithmetic were generated, whether the host took them or not.
  nonisolated(unsafe) private static var areLoopsPushed = false

  /// Calls of an interpreted procedure before it is compiled, in auto mode; others come along from this fraction of it.
  static let hotCalls: UInt32 = 400
  static let warmFraction: UInt32 = 16
  /// Iterations of an interpreted loop before the rest of it is compiled.
  static let hotRounds: UInt32 = 2000
  /// How many procedures one module takes at most in auto mode.
  static let maximumBatch = 256

  static func setMode(_ mode: Int32) {
    let isAuto = mode == JITMode.auto
    Hotness.threshold = isAuto ? hotCalls : Hotness.never
    Hotness.compile = isAuto ? { push(warmBatch(around: $0)) } : { _ in }
    Hotness.compileAnew = mode == JITMode.off ? { _ in } : { push(withCallers($0)) }
    Hotness.loopThreshold = isAuto ? hotRounds : Hotness.never
    Hotness.compileLoop = isAuto ? { push(warmBatch(around: $0) + loopUnit($0, $1)) } : { _, _ in }
    LimbWork.generateLoops = mode == JITMode.off || areLoopsPushed ? nil : { pushLimbLoops() }
    LinkedCode.unlink = { number, place in
      clearTable(Int32(place.lowerBound), Int32(place.count))
      importedUnlink(number)
    }
    Session.willRun = mode == JITMode.eager ? { form, before in push(functions(until: before)) } : { _, _ in }
  }

  // MARK: Batches

  /// Adds a Func unless it is there, cannot be compiled, or is compiled.
  private static func add(_ function: Func, to batch: inout [CompilationUnit]) {
    if function.state != .interpreted || batch.contains(where: { $0.function == function }) { return }
    let refusal = Refusal.reason(for: function)
    if refusal != .none {
      function.state = .refused
      function.reason = refusal.rawValue
      return
    }
    batch.append(CompilationUnit(function))
  }

  /// The Funcs made after one.
  private static func functions(until before: Func) -> [CompilationUnit] {
    var batch: [CompilationUnit] = []
    var function = Func.newest
    while function != before && function.address != 0 {
      if function.kind == .lambda { add(function, to: &batch) }
      function = function.previous
    }
    return batch
  }

  /// A loop of a function, unless the function cannot be compiled.
  private static func loopUnit(_ function: Func, _ loop: Node) -> [CompilationUnit] {
    Refusal.reason(for: function) == .none ? [CompilationUnit(function, loop: loop)] : []
  }

  private static func warmBatch(around hot: Func) -> [CompilationUnit] {
    var batch: [CompilationUnit] = []
    add(hot, to: &batch)
    var function = Func.newest
    while function.address != 0 && batch.count < maximumBatch {
      if function.kind == .lambda && function.calls >= hotCalls / warmFraction { add(function, to: &batch) }
      function = function.previous
    }
    return batch
  }

  /// A procedure whose code is to be replaced, and those whose code calls that code directly.
  private static func withCallers(_ replaced: Func) -> [CompilationUnit] {
    var batch = [CompilationUnit(replaced)]
    var function = Func.newest
    while function.address != 0 && batch.count < maximumBatch {
      if function.kind == .lambda && function.state == .compiled && function != replaced && calls(replaced, from: function.body) {
        batch.append(CompilationUnit(function))
      }
      function = function.previous
    }
    return batch
  }

  /// Everything that was called and is not compiled.
  static func recordedBatch() -> [CompilationUnit] {
    var batch: [CompilationUnit] = []
    var function = Func.newest
    while function.address != 0 {
      if function.kind == .lambda && function.calls > 0 && !function.isTopLevel { add(function, to: &batch) }
      function = function.previous
    }
    return batch
  }

  // MARK: Modules

  /// The module of a batch that the host will link some time.
  static func generateForPull(_ batch: [CompilationUnit]) -> ByteWriter {
    for unit in batch { CodeStore.pin(unit.function.address) }
    return generate(batch, at: nil)
  }

  private static func generate(_ batch: [CompilationUnit], at place: Range<Int>?) -> ByteWriter {
    let start = importedClock()
    let generator = ModuleGenerator(batch, at: place)
    let module = generator.generate()
    seconds += importedClock() - start
    modules += 1
    bytes += UInt64(module.count)
    return module
  }

  private static func pushLimbLoops() -> Bool {
    areLoopsPushed = true
    if isPullOnly { return false }
    let target = withUnsafeMutablePointer(to: &limbLoops) { UInt32(UInt(bitPattern: $0)) }
    return link(LimbLoopModule.generate(target: target)) > 0
  }

  /// Has a module linked by the host; the host's number for it, 0 if it did not.
  private static func link(_ module: borrowing ByteWriter) -> Int32 {
    importedLink(UInt32(UInt(bitPattern: module.address)), Int32(module.count))
  }

  private static func push(_ batch: [CompilationUnit]) {
    if batch.isEmpty || isPullOnly { return }
    let free = LinkedCode.takePlace(batch.count)
    let end = Int(tableSize())
    let number = link(generate(batch, at: free))
    if number > 0 {
      return LinkedCode.add(module: number, for: batch.map { $0.function }, at: free ?? end..<end + batch.count)
    }
    if let free { LinkedCode.giveBack(free) }
    isPullOnly = true
    Hotness.threshold = Hotness.never
  }
}
