// Generates the module of a batch and gets it linked: by pushing it to the host in the middle of a run, or by handing it out on request.
import GuestABI
import SchemeCore
import WasmFormat

public enum Linking {
  nonisolated(unsafe) private static var host = ModuleHost()
  /// The host took no module: there is no use in pushing more.
  nonisolated(unsafe) private static var isPullOnly = false
  /// There was no room for a module: so many batches are not pushed before the next try, and so many after the next refusal.
  nonisolated(unsafe) private static var batchesToSkip = 0
  nonisolated(unsafe) private static var patience = 0
  /// The loops of long arithmetic were generated, whether the host took them or not.
  nonisolated(unsafe) private static var areLimbLoopsPushed = false
  /// What has been generated so far.
  nonisolated(unsafe) public private(set) static var modules: UInt64 = 0
  nonisolated(unsafe) public private(set) static var bytes: UInt64 = 0
  nonisolated(unsafe) public private(set) static var seconds = 0.0

  static func start(_ host: ModuleHost) { self.host = host }

  /// Generates the module of all that was called and is not compiled, which the host links some time; how many procedures it has. With none there is
  /// no module.
  public static func generateForPull(_ module: inout ByteWriter) -> Int {
    let units = Batch.recorded().units
    if units.isEmpty { return 0 }
    for unit in units { CodeStore.pin(unit.function.address) }
    module = generate(units, at: nil)
    for function in ModuleGenerator.inlined { CodeStore.pin(function.address) }
    return units.count
  }

  /// Has everything compiled and linked that can be; not the loops of long arithmetic, which need more of WebAssembly than the rest.
  public static func pushAll() {
    while !isPullOnly {
      let batch = Batch.uncompiled()
      if batch.units.isEmpty || batchesToSkip > 0 { return }
      push(batch)
    }
  }

  /// Has the batch's module linked now, if the host takes modules.
  static func push(_ batch: Batch) {
    let units = batch.units
    if units.isEmpty || isPullOnly { return }
    if batchesToSkip > 0 {
      batchesToSkip -= 1
      return
    }
    let count = CompilationUnit.functionCount(units)
    let free = LinkedCode.takePlace(count)
    let end = Int(host.tableSize())
    let number = link(generate(units, at: free))
    if number > 0 {
      patience = 0
      return LinkedCode.add(module: number, for: units.map { $0.function }, inlined: ModuleGenerator.inlined, at: free ?? end..<end + count)
    }
    if let free { LinkedCode.giveBack(free) }
    if LinkFailure(rawValue: number)?.isForWantOfRoom == true { return makeRoom() }
    isPullOnly = true
    Hotness.threshold = Hotness.never
  }

  /// Has what is not needed any more unlinked. Where nothing is, trying costs less and less.
  private static func makeRoom() {
    patience = min(max(2 * patience, JITTuning.leastPatience), JITTuning.mostPatience)
    batchesToSkip = patience
    LinkedCode.requestSweep()
  }

  /// Puts generated loops of long arithmetic in place, once; whether the host took them.
  static func pushLimbLoops() -> Bool {
    if areLimbLoopsPushed || isPullOnly { return false }
    areLimbLoopsPushed = true
    let target = withUnsafeMutablePointer(to: &limbLoops) { UInt32(truncatingIfNeeded: UInt(bitPattern: $0)) }
    return link(LimbLoopModule.generate(target: target)) > 0
  }

  /// Takes a module out of the table and has the host drop it.
  static func unlink(_ number: Int32, first: Int32, count: Int32) {
    host.clearTable(first, count)
    host.unlink(number)
  }

  private static func generate(_ units: [CompilationUnit], at place: Range<Int>?) -> ByteWriter {
    let start = hostClock()
    let generator = ModuleGenerator(units, at: place)
    let module = generator.generate()
    seconds += hostClock() - start
    modules += 1
    bytes += UInt64(module.count)
    return module
  }

  /// Has a module linked by the host; the host's number for it, 0 if it did not.
  private static func link(_ module: borrowing ByteWriter) -> Int32 {
    host.link(UInt32(truncatingIfNeeded: UInt(bitPattern: module.address)), Int32(module.count))
  }
}
