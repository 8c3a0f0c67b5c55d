// A module's compiled code and what is needed to link it: stubs for functions that are not compiled yet, call sites to re-point when a function
// gets (other) code, and the records of living instances. Re-pointing is a single store in each place: code may be running meanwhile.
//
// Code that has been replaced stays until the module goes. Frames of it may be on any thread's stack, below host functions too; a thread may have
// read its address from a record, or be at a call of it, and not have arrived yet; and code runs without safepoints, so that only a thread
// without any activation is known to be out of it. A program's main function is one activation from its start to its end: while it
// matters, next to nothing could be proved to be free. What stays is bounded: one baseline version of each function that was hot. Of the Scheme
// guest and its auxiliary modules after five seconds of a mixture of programs that was 820 KiB, beside 1.9 MiB of baseline and 0.6 MiB of optimized
// code made in all (TierStatistics.replacedBytes).

import BBQ
import CompilerInterface
import FaultHandler
import MachineCode
import RuntimeLayout
import WasmFormat

/// The state that a module's lock guards. Functions are counted from the first one that the module defines.
struct ModuleCode: ~Copyable {
  private var functions: [Function]
  /// If all functions run where they lie in the program: their offsets are those in this.
  private let linked: LinkedModuleCode?
  /// The stubs of all functions; nil when everything is compiled before anything runs.
  private let stubs: CodeBlock?
  let region: CodeRegion
  private var pieces: [CodeRegion.Piece] = []
  /// What the fault handler knows about the pieces.
  private var facts = FactArena()
  /// Functions may get other code after their first.
  private let tiersUp: Bool
  private var calls: [Call] = []
  /// The first unused element of `calls`, or -1.
  private var firstUnused: Int32 = -1
  /// The addresses of the records of living instances, whose code addresses follow compilation.
  private var recordArrays = AddressSet()
  /// Bytes of code, not counting stubs.
  private(set) var codeSize = 0

  /// A function that the module defines.
  private struct Function {
    /// Its code's offset in the region, or in linked code; -1: it is not compiled.
    var offset: Int32 = -1
    /// The first of the calls to it in `calls`, or -1. It has none if it is settled.
    var firstCall: Int32 = -1
    /// It will not get other code than it has.
    var isSettled = false
  }

  /// A call of a function that is not settled.
  private struct Call {
    /// Its offset in the region.
    var site: Int32
    /// The next one in its list, or -1.
    var next: Int32
  }

  private init(count: Int, stubs: CodeBlock?, region: CodeRegion, tiersUp: Bool) {
    functions = Array(repeating: Function(), count: count)
    linked = nil
    // Nothing is left over of a small module that is compiled at once.
    if stubs == nil { pieces.reserveCapacity(count) }
    self.stubs = stubs
    self.region = region
    self.tiersUp = tiersUp
  }

  /// The state of a module that needs no compiler.
  init(_ linked: LinkedModuleCode, in region: CodeRegion) {
    functions = (0..<linked.code.functionCount).map { Function(offset: Int32(linked.code.offset(ofFunction: $0)), isSettled: true) }
    self.linked = linked
    stubs = nil
    self.region = region
    tiersUp = false
    codeSize = linked.code.codeSize
  }

  /// Whether all functions run where they lie in the program.
  var isLinked: Bool { linked != nil }

  /// Where offsets are counted from.
  private var base: UInt { linked.map { $0.code.code } ?? region.address(0) }

  /// The state of a module that nothing of has been compiled. `lazily`: functions may be called before they are compiled; `tiersUp`: they may
  /// be compiled again.
  static func make(
    _ declarations: ModuleDeclarations, in region: CodeRegion, lazily: Bool, tiersUp: Bool
  ) throws(ResourceError) -> ModuleCode {
    let count = declarations.bodies.count
    guard lazily && count > 0 else { return ModuleCode(count: count, stubs: nil, region: region, tiersUp: tiersUp) }
    guard let block = region.allocate(count * HostLinkage.stubSize) else { throw ResourceError("the code region is full") }
    region.writeStubs(block, first: declarations.importedFunctionCount, count: count)
    return ModuleCode(count: count, stubs: block, region: region, tiersUp: tiersUp)
  }

  /// Gives all code back; nothing of it may be running.
  mutating func release() {
    region.deallocate(pieces)
    pieces = []
    facts.removeAll()
    if let stubs { region.deallocate(stubs) }
  }

  /// Calls `body` with the address and the size of each block of code, stubs included.
  func forEachBlock(_ body: (UInt, Int) -> Void) {
    for piece in pieces { body(region.address(piece.block.offset), piece.block.size) }
    if let stubs { body(region.address(stubs.offset), stubs.size) }
    if let linked { body(linked.code.code, linked.code.codeSize) }
  }

  /// Where calls of a function go now.
  private func target(_ function: Int) -> Int {
    if isCompiled(function) { return Int(functions[function].offset) }
    return stubs.map { $0.offset + function * HostLinkage.stubSize } ?? -1
  }

  /// The address of a function's current code: its own, or its stub.
  func address(_ function: Int) -> UInt { base &+ UInt(bitPattern: target(function)) }

  /// Calls `body` with each function and its code's address.
  @inline(__always)
  func forEachAddress(_ body: (Int, UInt) -> Void) {
    let base = base
    let firstStub = stubs.map { $0.offset } ?? -1
    let stubSize = stubs == nil ? 0 : HostLinkage.stubSize
    functions.withUnsafeBufferPointer { functions in
      for function in functions.indices {
        let own = Int(functions[function].offset)
        let offset = own >= 0 ? own : firstStub + function * stubSize
        body(function, base &+ UInt(bitPattern: offset))
      }
    }
  }

  func isCompiled(_ function: Int) -> Bool { functions[function].offset >= 0 }

  /// Calls of `callee` from `site`.
  private mutating func connect(site: Int, to callee: Int) {
    precondition(linked == nil, "all code of the module has been linked")
    let target = target(callee)
    if target >= 0 { region.retarget(site: site, to: target) }
    if functions[callee].isSettled { return }
    let call = Call(site: Int32(site), next: functions[callee].firstCall)
    if firstUnused >= 0 {
      functions[callee].firstCall = firstUnused
      let next = calls[Int(firstUnused)].next
      calls[Int(firstUnused)] = call
      firstUnused = next
    } else {
      functions[callee].firstCall = Int32(calls.count)
      calls.append(call)
    }
  }

  /// Points the calls of a function at its code.
  private mutating func connectCalls(of function: Int, to offset: Int) {
    var index = functions[function].firstCall
    while index >= 0 {
      region.retarget(site: Int(calls[Int(index)].site), to: offset)
      index = calls[Int(index)].next
    }
  }

  /// Notes that a function will not get other code than it has.
  mutating func settle(_ function: Int) {
    var index = functions[function].firstCall
    functions[function].firstCall = -1
    functions[function].isSettled = true
    while index >= 0 {
      let next = calls[Int(index)].next
      calls[Int(index)].next = firstUnused
      firstUnused = index
      index = next
    }
  }

  /// Bytes of a function's present code, 0 if it has none.
  func codeSize(of function: Int) -> Int {
    !isCompiled(function) ? 0 : latch_code_find(address(function)).map { Int($0.pointee.size) } ?? 0
  }

  /// Makes staged code part of the module, and connects its calls. Nobody calls it yet. Returns its address.
  @discardableResult
  mutating func add(_ staged: inout StagedCode, owner: Module) -> UInt {
    facts.absorb(&staged.facts)
    return link(staged.piece, staged.compiled, owner)
  }

  /// Gives a function its code, which nobody calls yet, and points everyone who calls it there. Returns the code's address.
  @discardableResult
  mutating func install(_ function: Int, _ staged: inout StagedCode, isFinal: Bool, owner: Module) -> UInt {
    facts.absorb(&staged.facts)
    return install(function, staged.piece, staged.compiled, isFinal: isFinal, owner)
  }

  /// The same for code that has only been placed in the region.
  @discardableResult
  mutating func install(
    _ function: Int, _ compiled: CompiledFunction, at block: CodeBlock, isFinal: Bool, owner: Module
  ) throws(ResourceError) -> UInt {
    let piece = try region.register(compiled, at: block, function: function, owner: owner, &facts)
    return install(function, piece, compiled, isFinal: isFinal, owner)
  }

  private mutating func install(
    _ function: Int, _ piece: CodeRegion.Piece, _ compiled: CompiledFunction, isFinal: Bool, _ owner: Module
  ) -> UInt {
    let address = link(piece, compiled, owner)
    let offset = piece.block.offset
    functions[function].offset = Int32(offset)
    connectCalls(of: function, to: offset)
    if isFinal || !tiersUp { settle(function) }
    recordArrays.forEach { records in
      let record = UnsafeMutablePointer<FunctionRecord>(bitPattern: records).unsafelyUnwrapped + function
      SharedWord.store(address, at: UnsafeMutableRawPointer(record) + FunctionRecord.codeOffset)
    }
    return address
  }

  private mutating func link(_ piece: CodeRegion.Piece, _ compiled: CompiledFunction, _ owner: Module) -> UInt {
    let imported = owner.importedFunctionCount
    pieces.append(piece)
    codeSize += compiled.code.count
    for call in compiled.callSites { connect(site: piece.block.offset + Int(call.offset), to: Int(call.callee) - imported) }
    return region.address(piece.block.offset)
  }

  // MARK: Instances

  mutating func adopt(records: UInt) { recordArrays.insert(records) }

  mutating func forget(records: UInt) { recordArrays.remove(records) }
}
