// The collector as programs see it: statistics, collecting on request, and ephemerons (SRFI 124).
import GuestABI

/// The fields of an ephemeron.
enum EphemeronField {
  static let key = 0
  static let datum = 1
  /// #t once the key is gone.
  static let isBroken = 2
  static let count = 3
}

func defineMemoryPrimitives(_ define: PrimitiveDefiner) {
  // The next poll collects everything.
  define("%request-collection", 0, 0) { _, _ in
    Heap.requestFullCollection()
    return Constant.unspecified
  }
  define("gc-stats", 0, 0) { _, _ in
    let statistics = Heap.statistics
    var list = ListBuilder()
    func add(_ name: StaticString, _ value: Word) { list.append(cons(SymbolTable.intern(name), value)) }
    add("collections", .fixnum(statistics.collections))
    add("full-collections", .fixnum(statistics.fullCollections))
    add("bytes-allocated", .fixnum64(Int64(truncatingIfNeeded: statistics.allocatedBytes)))
    add("bytes-copied", .fixnum64(Int64(truncatingIfNeeded: statistics.copiedBytes)))
    add("bytes-live", .fixnum64(Heap.liveBytes))
    add("bytes-limit", .fixnum64(Heap.limit))
    add("seconds", makeFlonum(statistics.collectionSeconds))
    add("longest-pause", makeFlonum(statistics.longestPauseSeconds))
    return list.list
  }

  define("make-ephemeron", 2, 2) { a, _ in
    let ephemeron = allocateObject(.ephemeron, words: EphemeronField.count)
    ephemeron.setField(EphemeronField.key, a.first)
    ephemeron.setField(EphemeronField.datum, a.second)
    ephemeron.setField(EphemeronField.isBroken, Constant.false)
    return ephemeron
  }
  define("ephemeron?", 1, 1) { a, _ in .boolean(a.first.isKind(.ephemeron)) }
  define("ephemeron-key", 1, 1) { a, _ in field("ephemeron-key", a.first, EphemeronField.key) }
  define("ephemeron-datum", 1, 1) { a, _ in field("ephemeron-datum", a.first, EphemeronField.datum) }
  define("ephemeron-broken?", 1, 1) { a, _ in field("ephemeron-broken?", a.first, EphemeronField.isBroken) }
  define("reference-barrier", 1, 1) { _, _ in Constant.unspecified }
}

private func field(_ name: StaticString, _ value: Word, _ index: Int) -> Word {
  value.isKind(.ephemeron) ? value.field(index) : raiseWrongType(name, 1, "an ephemeron", value)
}
