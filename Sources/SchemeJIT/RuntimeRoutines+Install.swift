// Where generated code finds the runtime's routines. In the guest a C function pointer is an index of the function table.
import GuestABI
import SchemeCore

private typealias Binary = @convention(c) (Word, Word) -> Word
private typealias General = @convention(c) (Word, Address, Int32) -> Word
private typealias Frame = @convention(c) (Address, Address) -> Word
private typealias Place = @convention(c) (Address) -> Word
private typealias Allocate = @convention(c) (Int32) -> Address
private typealias Unary = @convention(c) (Word) -> Word
private typealias List = @convention(c) (Address, Int32, Int32) -> Word

/// Tells the code generator where the runtime's routines are. To be called once, when `Func.stubIndex` is in place.
public func installRuntimeRoutines() {
  var routines = RuntimeRoutines()
  routines.add = tableIndex({ genericAdd($0, $1) } as Binary)
  routines.subtract = tableIndex({ genericSubtract($0, $1) } as Binary)
  routines.multiply = tableIndex({ genericMultiply($0, $1) } as Binary)
  routines.quotient = tableIndex({ genericQuotient($0, $1) } as Binary)
  routines.remainder = tableIndex({ genericRemainder($0, $1) } as Binary)
  routines.modulo = tableIndex({ genericModulo($0, $1) } as Binary)
  routines.divide = tableIndex({ genericDivide($0, $1) } as Binary)
  routines.numberEqual = tableIndex({ genericEqual($0, $1) } as Binary)
  routines.less = tableIndex({ genericLess($0, $1) } as Binary)
  routines.lessEqual = tableIndex({ genericLessEqual($0, $1) } as Binary)
  routines.greater = tableIndex({ genericGreater($0, $1) } as Binary)
  routines.greaterEqual = tableIndex({ genericGreaterEqual($0, $1) } as Binary)
  routines.isZero = tableIndex({ genericIsZero($0) } as Unary)
  routines.isPositive = tableIndex({ genericIsPositive($0) } as Unary)
  routines.isNegative = tableIndex({ genericIsNegative($0) } as Unary)
  routines.pollEntry = tableIndex(
    { closure, sp, count in pollEntry(closure, sp, Int(count)) } as General)
  routines.pollLoop = tableIndex(
    { _, sp, function in pollGenerated(sp, Func(UInt32(bitPattern: function))) } as General)
  routines.recordFrame = tableIndex({ sp, node in recordGeneratedFrame(sp, Node(node)) } as Frame)
  routines.recordPlace = tableIndex({ node in recordPlace(Node(node), 0) } as Place)
  routines.recordFailedFrame = tableIndex({ sp, node in recordFailedFrame(sp, Node(node)) } as Frame)
  routines.recordLoop = tableIndex({ procedure, frame, jump in recordGeneratedLoop(procedure, frame, Node(UInt32(bitPattern: jump))) } as General)
  routines.badCallee = tableIndex({ callee, node, _ in raiseBadCallee(Node(node), callee) } as General)
  routines.arityError = tableIndex({ closure, _, count in raiseWrongArgumentCount(closure, Int(count)) } as General)
  routines.allocate = tableIndex({ bytes in Heap.allocate(bytes: Int(bytes)) } as Allocate)
  routines.boxFlonum = tableIndex({ bits in makeFlonum(Double(bitPattern: bits)) } as Unary)
  routines.listOfArguments = tableIndex(
    { sp, first, end in listOfArguments(sp, from: Int(first), to: Int(end)) } as List)
  routines.spreadList = tableIndex(
    { closure, sp, count in Word(bitPattern: Int64(spreadList(closure, sp, Int(count)))) } as General)
  routines.parameterValue = tableIndex({ parameterValue($0) } as Unary)
  routines.arrive = tableIndex({ Continuation.arrive($0) } as Unary)
  routines.keepFrames = tableIndex({ Continuation.keepFrames($0) } as Unary)
  routines.keepNextFrames = tableIndex({ Continuation.keepNextFrames($0) } as Unary)
  routines.outlive = tableIndex({ Continuation.outlive($0) } as Unary)
  routines.globalAssigned = tableIndex({ Assumptions.noteAssignment($1, after: $0) } as Frame)
  func stub(_ number: Int) -> UInt32 { UInt32(bitPattern: Func.stubIndex(Int32(number))) }
  routines.gather = stub(EntryStub.gather)
  routines.deoptimize = stub(EntryStub.deoptimize)
  let spread = EntryStub.spread
  routines.spreads = (
    stub(spread), stub(spread + 1), stub(spread + 2), stub(spread + 3), stub(spread + 4), stub(spread + 5), stub(spread + 6)
  )
  runtimeRoutines = routines
}
