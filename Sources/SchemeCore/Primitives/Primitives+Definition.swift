// The table of primitives that are computations: one row each, `define(name, minimum, maximum arguments, operation) { body }`. A maximum of
// -1 means any number. Implementations rely on the number of arguments; they return `Constant.unwind` after raising an error, and
// they never poll, so words in locals stay valid.
import GuestABI

/// Calls `define` with each row: name, minimum and maximum argument count, implementation, what the interpreter can do in place.
func definePrimitives(_ define: @escaping (StaticString, Int, Int, PrimitiveFunction, InlineOperation) -> Void) {
  let rows = PrimitiveDefiner(define: define)
  defineEquivalencePrimitives(rows)
  definePairPrimitives(rows)
  defineListPrimitives(rows)
  defineNumberPrimitives(rows)
  defineDivisionPrimitives(rows)
  defineComplexPrimitives(rows)
  defineBitPrimitives(rows)
  defineRealPrimitives(rows)
  defineCharacterPrimitives(rows)
  defineStringPrimitives(rows)
  defineStringComparisonPrimitives(rows)
  defineVectorPrimitives(rows)
  defineBytevectorPrimitives(rows)
  defineSymbolPrimitives(rows)
  defineHashTablePrimitives(rows)
  defineRecordPrimitives(rows)
  defineMultipleValuesPrimitives(rows)
  defineConditionPrimitives(rows)
  definePortPrimitives(rows)
  defineDynamicStatePrimitives(rows)
  defineMemoryPrimitives(rows)
  defineOutputPrimitives(rows)
  defineInputPrimitives(rows)
  defineSystemPrimitives(rows)
}

struct PrimitiveDefiner {
  let define: (StaticString, Int, Int, PrimitiveFunction, InlineOperation) -> Void

  @inline(__always)
  func callAsFunction(
    _ name: StaticString, _ minimum: Int, _ maximum: Int, _ operation: InlineOperation = .none,
    _ function: PrimitiveFunction
  ) {
    define(name, minimum, maximum, function, operation)
  }
}

extension Address {
  /// Argument `index` of a primitive.
  @inline(__always) func argument(_ index: Int) -> Word { load64(self, index &* 8) }
  @inline(__always) var first: Word { load64(self) }
  @inline(__always) var second: Word { load64(self, 8) }
  @inline(__always) var third: Word { load64(self, 16) }
}

/// The optional arguments `start` and `end` of a procedure on sequences, checked against a length; nil after raising an error.
/// `start` is argument `position` (from 0).
func sequenceRange(
  _ name: StaticString, _ arguments: Address, _ count: Int32, _ position: Int, length: Int
) -> (start: Int, end: Int)? {
  var start = 0
  var end = length
  if count > position + 1 {
    let word = arguments.argument(position + 1)
    if !word.isIndex(below: length + 1) {
      _ = raiseBadIndex(name, position + 2, word, length: length)
      return nil
    }
    end = word.index
  }
  if count > position {
    let word = arguments.argument(position)
    if !word.isIndex(below: end + 1) {
      _ = raiseBadIndex(name, position + 1, word, length: end)
      return nil
    }
    start = word.index
  }
  return (start, end)
}

/// The same of the first argument, which must be of a kind, and whose length is given; nil after raising an error.
@inline(__always)
func firstArgumentRange(
  _ name: StaticString, _ a: Address, _ count: Int32, from position: Int = 1, _ kind: StaticString, _ isKind: Bool, _ length: (Word) -> Int
) -> (start: Int, end: Int)? {
  if isKind { return sequenceRange(name, a, count, position, length: length(a.first)) }
  _ = raiseWrongType(name, 1, kind, a.first)
  return nil
}

/// The sum of the arguments' lengths, which must all be of a kind; nil after raising an error.
@inline(__always)
func lengthOfAll(
  _ name: StaticString, _ a: Address, _ count: Int32, _ kind: StaticString, _ isKind: (Word) -> Bool, _ length: (Word) -> Int
) -> Int64? {
  var sum: Int64 = 0
  for index in 0..<Int(count) {
    let argument = a.argument(index)
    if !isKind(argument) {
      _ = raiseWrongType(name, index + 1, kind, argument)
      return nil
    }
    sum += Int64(length(argument))
  }
  return sum
}

/// The part of the third argument that `vector-copy!` and the like copy into the first one, from the index that the second one is; nil after raising an error.
/// `kind` is what the first and the third must be, `isKind` whether they are.
func copiedRange(
  _ name: StaticString, _ a: Address, _ count: Int32, _ kind: StaticString, _ isKind: (Bool, Bool), _ length: (Word) -> Int
) -> (start: Int, end: Int)? {
  if !isKind.0 {
    _ = raiseWrongType(name, 1, kind, a.first)
  } else if !isKind.1 {
    _ = raiseWrongType(name, 3, kind, a.third)
  } else {
    let room = length(a.first)
    if !a.second.isIndex(below: room + 1) {
      _ = raiseBadIndex(name, 2, a.second, length: room)
    } else if let range = sequenceRange(name, a, count, 3, length: length(a.third)) {
      if range.end - range.start <= room - a.second.index { return range }
      _ = raiseOutOfRange(name, .fixnum(range.end), length: room)
    }
  }
  return nil
}

/// A size argument: nil after raising an error. `elementBytes` is what one element takes, in one object or in many small ones.
func sizeArgument(_ name: StaticString, _ position: Int, _ word: Word, elementBytes: Int, inObjects: Bool = false) -> Int? {
  if !word.isFixnum || word.fixnumValue < 0 {
    _ = raiseWrongType(name, position, "a non-negative exact integer", word)
    return nil
  }
  let bytes = min(word.fixnumValue, 1 << 40) * Int64(elementBytes) + 32
  if word.fixnumValue > 1 << 28 || !(inObjects ? Heap.hasRoom(forObjectsOf: bytes) : Heap.hasRoom(bytes: bytes)) {
    _ = raiseTooLarge(name, word)
    return nil
  }
  return word.index
}

/// Whether there is room for a list; raises an error if not.
@inline(__always)
func hasRoom(_ name: StaticString, pairs count: Int) -> Bool {
  if Heap.hasRoom(forObjectsOf: Int64(count) * 16) { return true }
  _ = raiseTooLarge(name, .fixnum(count))
  return false
}

/// Whether there is room for a sequence; raises an error if not. Lengths have 64 bits because sums of them may be large.
@inline(__always)
func hasRoom(_ name: StaticString, count: Int64, elementBytes: Int64) -> Bool {
  if Heap.hasRoom(bytes: count * elementBytes + 32) { return true }
  _ = raiseTooLarge(name, .fixnum64(count))
  return false
}
