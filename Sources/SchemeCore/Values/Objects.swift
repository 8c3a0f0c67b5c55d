// Allocation and access of the objects with headers: vectors, bytevectors, strings, boxes, records, procedures.
// Makers take sizes that the caller has checked with `Heap.hasRoom`; accessors take operands of the right kind and indices in range.
import GuestABI

/// Allocates an object with a header; the payload is not initialised and must be before the next poll.
@inline(__always)
public func allocateObject(_ kind: ObjectKind, words: Int) -> Word {
  let address = Heap.allocate(bytes: 8 &+ 8 &* words)
  store64(address, Header.make(kind, words: words))
  return .pointer(address, kind == .procedure ? Tag.procedure : Tag.object)
}

// MARK: Vectors

public func makeVector(count: Int, fill: Word) -> Word {
  let vector = allocateObject(.vector, words: count)
  fillWords(vector.address &+ 8, count: count, with: fill)
  return vector
}
@inline(__always) public func vectorCount(_ vector: Word) -> Int { vector.payloadWords }
@inline(__always) public func vectorElement(_ vector: Word, _ index: Int) -> Word { vector.field(index) }
@inline(__always) public func setVectorElement(_ vector: Word, _ index: Int, _ value: Word) { vector.setField(index, value) }
/// The address of element 0.
@inline(__always) public func vectorElements(_ vector: Word) -> Address { vector.address &+ 8 }

// MARK: Bytevectors

/// A bytevector whose bytes are all `fill`.
public func makeBytevector(count: Int, fill: UInt8) -> Word {
  let words = 1 + (count + 7) / 8
  let bytevector = allocateObject(.bytevector, words: words)
  bytevector.initializeField(0, Word(count))
  fillWords(bytevector.address &+ 16, count: words - 1, with: Word(fill) &* 0x0101_0101_0101_0101)
  return bytevector
}
@inline(__always) public func bytevectorCount(_ bytevector: Word) -> Int { Int(truncatingIfNeeded: bytevector.field(0)) }
/// The address of byte 0.
@inline(__always) public func bytevectorBytes(_ bytevector: Word) -> Address { bytevector.address &+ 16 }

// MARK: Strings

/// A string of `count` characters that the caller fills in at once; padding is cleared.
public func makeUninitializedString(count: Int) -> Word {
  let words = 1 &+ (count &+ 1) >> 1
  let string = allocateObject(.string, words: words)
  string.initializeField(words &- 1, 0)
  string.initializeField(0, Word(truncatingIfNeeded: count))
  return string
}
public func makeString(count: Int, fill: UInt32) -> Word {
  let string = makeUninitializedString(count: count)
  for index in 0..<count { setStringElement(string, index, fill) }
  return string
}
/// Whether a string is the name of a symbol.
@inline(__always) func isImmutable(_ string: Word) -> Bool { string.header & Header.immutable != 0 }
@inline(__always) public func stringCount(_ string: Word) -> Int { Int(truncatingIfNeeded: string.field(0)) }
@inline(__always)
public func stringElement(_ string: Word, _ index: Int) -> UInt32 {
  load32(UInt32(truncatingIfNeeded: string), Tag.offset(Tag.object, 2) &+ index &* 4)
}
@inline(__always)
public func setStringElement(_ string: Word, _ index: Int, _ scalar: UInt32) {
  store32(UInt32(truncatingIfNeeded: string), Tag.offset(Tag.object, 2) &+ index &* 4, scalar)
}
/// The address of character 0.
@inline(__always) public func stringCharacters(_ string: Word) -> Address { string.address &+ 16 }

// MARK: Boxes, records, procedures

/// The box of an assigned variable.
@inline(__always)
public func makeBox(_ value: Word) -> Word {
  let box = allocateObject(.box, words: 1)
  box.initializeField(0, value)
  return box
}

/// A procedure of the `Func` at an address; its free variables are to be filled in with `initializeField(1...)`.
@inline(__always)
public func makeProcedure(function: Address, freeVariables: Int) -> Word {
  let procedure = allocateObject(.procedure, words: 1 &+ freeVariables)
  procedure.initializeField(0, Word(function))
  return procedure
}
/// The address of the `Func` of a procedure.
@inline(__always)
public func procedureFunction(_ procedure: Word) -> Address { load32(UInt32(truncatingIfNeeded: procedure), Tag.offset(Tag.procedure, 1)) }

/// A record type: its name (a symbol) and the list of its fields' names.
public func makeRecordType(name: Word, fields: Word) -> Word {
  let type = allocateObject(.recordType, words: 2)
  type.initializeField(0, name)
  type.initializeField(1, fields)
  return type
}
