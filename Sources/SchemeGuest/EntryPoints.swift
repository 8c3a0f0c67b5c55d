// Functions that the entry stubs (EntryStubs.s) and generated code call, and the table of their indices.
import GuestABI
import SchemeCore
import SchemeJIT

@_cdecl("latch_enter")
public func enterFromStub(_ closure: Word, _ sp: Address, _ count: Int32) -> Word { enter(closure, sp, Int(count)) }

@_cdecl("latch_arity_error")
public func arityErrorFromStub(_ closure: Word, _ sp: Address, _ count: Int32) -> Word {
  raiseWrongArgumentCount(closure, Int(count))
}

@_cdecl("latch_continue")
public func continueFromStub(_ closure: Word, _ sp: Address, _ node: Address) -> Word {
  continueInterpreted(closure, sp, Node(node))
}

@_cdecl("latch_pending_procedure")
public func pendingProcedure() -> Word { Pending.procedure }
@_cdecl("latch_pending_sp")
public func pendingStackPointer() -> Address { Pending.sp }
@_cdecl("latch_pending_count")
public func pendingCount() -> Int32 { Int32(Pending.count) }

private typealias Binary = @convention(c) (Word, Word) -> Word
private typealias General = @convention(c) (Word, Address, Int32) -> Word
private typealias Frame = @convention(c) (Address, Address) -> Word
private typealias Place = @convention(c) (Address) -> Word
private typealias Allocate = @convention(c) (Int32) -> Address
private typealias Unary = @convention(c) (Word) -> Word
private typealias List = @convention(c) (Address, Int32, Int32) -> Word

private func index<Function>(_ function: Function) -> UInt32 {
  UInt32(truncatingIfNeeded: unsafeBitCast(function, to: UInt.self))
}

/// Tells the code generator where the runtime's routines are.
func installRuntimeRoutines() {
  var routines = RuntimeRoutines()
  routines.add = index({ genericAdd($0, $1) } as Binary)
  routines.subtract = index({ genericSubtract($0, $1) } as Binary)
  routines.multiply = index({ genericMultiply($0, $1) } as Binary)
  routines.quotient = index({ genericQuotient($0, $1) } as Binary)
  routines.remainder = index({ genericRemainder($0, $1) } as Binary)
  routines.modulo = index({ genericModulo($0, $1) } as Binary)
  routines.divide = index({ genericDivide($0, $1) } as Binary)
  routines.numberEqual = index({ genericEqual($0, $1) } as Binary)
  routines.less = index({ genericLess($0, $1) } as Binary)
  routines.lessEqual = index({ genericLessEqual($0, $1) } as Binary)
  routines.pollEntry = index(
    { closure, sp, count in pollEntry(closure, sp, Int(count)) } as General)
  routines.pollLoop = index(
    { _, sp, function in pollGenerated(sp, Func(UInt32(bitPattern: function))) } as General)
  routines.recordFrame = index({ sp, node in recordGeneratedFrame(sp, Node(node)) } as Frame)
  routines.recordPlace = index({ node in recordPlace(Node(node), 0) } as Place)
  routines.badCallee = index({ callee, node, _ in raiseBadCallee(Node(node), callee) } as General)
  routines.arityError = index({ closure, _, count in raiseWrongArgumentCount(closure, Int(count)) } as General)
  routines.allocate = index({ bytes in Heap.allocate(bytes: Int(bytes)) } as Allocate)
  routines.boxFlonum = index({ bits in makeFlonum(Double(bitPattern: bits)) } as Unary)
  routines.listOfArguments = index(
    { sp, first, end in listOfArguments(sp, from: Int(first), to: Int(end)) } as List)
  routines.spreadList = index(
    { closure, sp, count in Word(bitPattern: Int64(spreadList(closure, sp, Int(count)))) } as General)
  func stub(_ number: Int) -> UInt32 { UInt32(bitPattern: entryStubIndex(Int32(number))) }
  routines.gather = stub(EntryStub.gather)
  routines.deoptimize = stub(EntryStub.deoptimize)
  let spread = EntryStub.spread
  routines.spreads = (
    stub(spread), stub(spread + 1), stub(spread + 2), stub(spread + 3), stub(spread + 4), stub(spread + 5), stub(spread + 6)
  )
  runtimeRoutines = routines
}
