// A module's compiled code and what is needed to link it: stubs for functions that are not compiled yet, call sites to re-point when they are,
// and the records of living instances.

import BBQ
import CompilerInterface
import FaultHandler
import MachineCode
import RuntimeLayout
import WasmFormat

/// The state behind a module's lock. Functions are counted from the first one that the module defines.
struct ModuleCode: ~Copyable {
  /// The address of each function's code in the region, as an offset; -1 for a function that is not compiled.
  private(set) var offsets: [Int]
  /// The stubs of all functions, `stubSize` bytes each; nil when everything is compiled before anything runs.
  private let stubs: CodeBlock?
  private let region: CodeRegion
  private var pieces: [CodeRegion.Piece] = []
  /// For each function that is not compiled: the first of the calls to it in `waitingCalls`, or -1.
  private var firstWaiting: [Int32]
  private var waitingCalls: [WaitingCall] = []
  /// The first unused element of `waitingCalls`, or -1.
  private var firstUnused: Int32 = -1
  /// The addresses of the records of living instances, whose code addresses follow compilation.
  private var recordArrays: Set<UInt> = []
  /// Bytes of code, not counting stubs.
  private(set) var codeSize = 0

  /// A call of a function that is not compiled.
  private struct WaitingCall {
    /// The offset of its displacement field in the region.
    var field: Int32
    /// The next one in its list, or -1.
    var next: Int32
  }

  static let stubSize = 16

  private init(count: Int, stubs: CodeBlock?, region: CodeRegion) {
    offsets = Array(repeating: -1, count: count)
    firstWaiting = Array(repeating: -1, count: count)
    self.stubs = stubs
    self.region = region
  }

  /// The state of a module that nothing of has been compiled. `lazily`: functions may be called before they are compiled.
  static func make(_ declarations: ModuleDeclarations, lazily: Bool) throws(ResourceError) -> ModuleCode {
    guard let region = CodeRegion.shared else { throw ResourceError("no executable memory") }
    let count = declarations.bodies.count
    guard lazily && count > 0 else { return ModuleCode(count: count, stubs: nil, region: region) }
    guard let block = region.allocate(count * stubSize) else { throw ResourceError("the code region is full") }
    // mov r10d, function index; jmp [r14 + the context word that holds the trampoline's address]
    var stub = region.writableAddress(block.offset)
    for index in 0..<count {
      let function = UInt32(declarations.importedFunctionCount + index)
      stub.storeBytes(of: 0xBA41, as: UInt16.self)
      stub.storeBytes(of: function, toByteOffset: 2, as: UInt32.self)
      stub.storeBytes(of: 0xFF41, toByteOffset: 6, as: UInt16.self)
      stub.storeBytes(of: 0x66, toByteOffset: 8, as: UInt8.self)
      stub.storeBytes(of: UInt8(InstanceContext.lazyThunk), toByteOffset: 9, as: UInt8.self)
      stub += stubSize
    }
    return ModuleCode(count: count, stubs: block, region: region)
  }

  /// Gives all code back; nothing of it may be running.
  mutating func release() {
    region.deallocate(pieces)
    pieces = []
    if let stubs { region.deallocate(stubs) }
  }

  /// Forgets all compiled code; nothing of it has run.
  mutating func discard() {
    region.deallocate(pieces)
    pieces = []
    codeSize = 0
    for function in offsets.indices {
      offsets[function] = -1
      firstWaiting[function] = -1
    }
    waitingCalls = []
    firstUnused = -1
  }

  /// Where calls of a function go now.
  private func target(_ function: Int) -> Int {
    if offsets[function] >= 0 { return offsets[function] }
    return stubs.map { $0.offset + function * ModuleCode.stubSize } ?? -1
  }

  /// The address of a function's current code: its own, or its stub.
  func address(_ function: Int) -> UInt { region.address(target(function)) }

  func isCompiled(_ function: Int) -> Bool { offsets[function] >= 0 }

  /// Calls of `callee` from the displacement field at `field`.
  private mutating func connect(field: Int, to callee: Int) {
    let target = target(callee)
    if target >= 0 { region.patchDisplacement(at: field, to: target) }
    if offsets[callee] >= 0 { return }
    let call = WaitingCall(field: Int32(field), next: firstWaiting[callee])
    if firstUnused >= 0 {
      firstWaiting[callee] = firstUnused
      let next = waitingCalls[Int(firstUnused)].next
      waitingCalls[Int(firstUnused)] = call
      firstUnused = next
    } else {
      firstWaiting[callee] = Int32(waitingCalls.count)
      waitingCalls.append(call)
    }
  }

  /// Points the calls that waited for a function at its code.
  private mutating func connectWaiting(_ function: Int, to offset: Int) {
    var index = firstWaiting[function]
    firstWaiting[function] = -1
    while index >= 0 {
      let call = waitingCalls[Int(index)]
      region.patchDisplacement(at: Int(call.field), to: offset)
      waitingCalls[Int(index)].next = firstUnused
      firstUnused = index
      index = call.next
    }
  }

  /// Puts code into the region and points everyone who calls the function at it.
  mutating func install(
    _ function: Int, _ compiled: CompiledFunction, importedFunctionCount: Int, owner: Module
  ) throws(ResourceError) {
    let size = compiled.code.count
    guard let block = region.allocate(size) else { throw ResourceError("the code region is full") }
    region.write(compiled.code, at: block.offset)
    let address = region.address(block.offset)
    let number = latch_code_register(
      address, UInt32(size), UInt32(importedFunctionCount + function), compiled.trapSites.baseAddress,
      UInt32(compiled.trapSites.count), compiled.handlers.baseAddress, UInt32(compiled.handlers.count),
      Unmanaged.passUnretained(owner).toOpaque())
    guard number != 0 else {
      region.deallocate(block)
      throw ResourceError("no memory for trap sites")
    }
    pieces.append(CodeRegion.Piece(block: block, number: number))
    codeSize += size
    offsets[function] = block.offset
    for call in compiled.callSites {
      connect(field: block.offset + Int(call.fieldOffset), to: Int(call.callee) - importedFunctionCount)
    }
    connectWaiting(function, to: block.offset)
    for records in recordArrays { UnsafeMutablePointer<FunctionRecord>(bitPattern: records)![function].code = address }
  }

  // MARK: Instances

  mutating func adopt(records: UInt) { recordArrays.insert(records) }

  mutating func forget(records: UInt) { recordArrays.remove(records) }
}
