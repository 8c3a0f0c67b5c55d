// Hash tables and hashes: what the libraries' hash tables (SRFI 69, 125) are made of. A table's entries have numbers, in the order in which they were made;
// `(%table-hole)` is the key of those that were deleted.
import GuestABI

private func isTable(_ name: StaticString, _ value: Word) -> Bool {
  if value.isKind(.hashTable) { return true }
  _ = raiseWrongType(name, 1, "a hash table", value)
  return false
}

/// The hash of a string, or of the part of it whose optional bounds are arguments 2 and 3 (SRFI 13).
private func stringHash(_ name: StaticString, _ a: Address, _ count: Int32, _ hash: (Word) -> UInt32) -> Word {
  let string = count > 2 ? copyRange(name, a, count, 2) : a.first
  if string == Constant.unwind { return string }
  if !string.isString { return raiseWrongType(name, 1, "a string", string) }
  // SRFI 13: a bound of 0 is none.
  return bounded(name, hash(string), a, count > 1 && a.second == .fixnum(0) ? 1 : count)
}

/// A hash, reduced by an optional bound, which is argument 1.
private func bounded(_ name: StaticString, _ hash: UInt32, _ a: Address, _ count: Int32) -> Word {
  if count == 1 || LongWork.isAbandoned { return LongWork.finish(.fixnum64(Int64(hash & 0x1FFF_FFFF))) }
  if !a.second.isFixnum || a.second.fixnumValue <= 0 { return raiseWrongType(name, 2, "a positive exact integer", a.second) }
  return .fixnum64(Int64(hash & 0x1FFF_FFFF) % a.second.fixnumValue)
}

func defineHashTablePrimitives(_ define: PrimitiveDefiner) {
  // Keys are compared by eq?, eqv?, equal? or string=? (0 to 3).
  define("%make-table", 1, 1) { a, _ in HashTable.make(kind: a.first.index) }
  define("%table?", 1, 1) { a, _ in .boolean(a.first.isKind(.hashTable)) }
  define("%table-ref", 3, 3, .tableRef) { a, _ in
    if !isTable("hash-table-ref", a.first) { return Constant.unwind }
    let entry = HashTable.find(a.first, a.second)
    return LongWork.finish(entry < 0 ? a.third : HashTable.value(a.first, entry))
  }
  define("%table-set!", 3, 3, .tableSet) { a, _ in
    if !isTable("hash-table-set!", a.first) { return Constant.unwind }
    if HashTable.set(a.first, a.second, a.third) { return LongWork.finish(Constant.unspecified) }
    return LongWork.isAbandoned ? LongWork.unwind() : raiseTooLarge("hash-table-set!", .fixnum(HashTable.count(a.first)))
  }
  define("%table-delete!", 2, 2) { a, _ in
    isTable("hash-table-delete!", a.first) ? LongWork.finish(.boolean(HashTable.delete(a.first, a.second))) : Constant.unwind
  }
  define("%table-count", 1, 1) { a, _ in
    isTable("hash-table-size", a.first) ? .fixnum(HashTable.count(a.first)) : Constant.unwind
  }
  define("%table-clear!", 1, 1) { a, _ in
    if !isTable("hash-table-clear!", a.first) { return Constant.unwind }
    HashTable.reset(a.first)
    return Constant.unspecified
  }
  define("%table-copy", 1, 1) { a, _ in
    if !isTable("hash-table-copy", a.first) { return Constant.unwind }
    return HashTable.copy(a.first) ?? raiseTooLarge("hash-table-copy", .fixnum(HashTable.count(a.first)))
  }
  define("%table-slots", 1, 1, .tableSlots) { a, _ in .fixnum(HashTable.slots(a.first)) }
  define("%table-key", 2, 2, .tableKey) { a, _ in
    a.second.isIndex(below: HashTable.slots(a.first)) ? HashTable.key(a.first, a.second.index) : HashTable.hole
  }
  define("%table-value", 2, 2, .tableValue) { a, _ in
    a.second.isIndex(below: HashTable.slots(a.first)) ? HashTable.value(a.first, a.second.index) : HashTable.hole
  }
  define("%table-hole", 0, 0) { _, _ in HashTable.hole }

  define("equal-hash", 1, 2) { a, count in bounded("equal-hash", Hashing.equal(a.first), a, count) }
  define("string-hash", 1, 4) { a, count in stringHash("string-hash", a, count) { Hashing.equal($0) } }
  define("string-ci-hash", 1, 4) { a, count in stringHash("string-ci-hash", a, count) { Hashing.folded($0) } }
}
