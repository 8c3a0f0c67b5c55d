// The memory of exceptions. Wasm code holds them as raw addresses, in frames, globals, tables and other exceptions, so it cannot count references.
// Now and then those that nobody can reach are freed: the wasm stack is searched for words that look like addresses of exceptions,
// references of known type are followed, and Swift's handles are counted.

import FaultHandler
import RuntimeLayout
import WasmFormat

/// The address of an exception's record.
struct ExceptionReference: Hashable {
  let address: UInt

  private var header: UnsafeMutablePointer<ExceptionRecord> { UnsafeMutablePointer(bitPattern: address)! }

  /// The values, as compiled code holds them.
  var values: UnsafeMutablePointer<UInt64> { UnsafeMutablePointer(bitPattern: address + UInt(ExceptionRecord.size))! }

  var tag: TagStorage { TagStorage.from(UnsafeMutablePointer(bitPattern: header.pointee.tag)!) }

  // The engine's word counts Swift's handles. Errors cross threads, so it is counted atomically.

  private var count: UnsafeMutablePointer<UInt64> {
    UnsafeMutablePointer(bitPattern: address + UInt(MemoryLayout<ExceptionRecord>.offset(of: \.owner)!))!
  }

  func retain() { _ = latch_atomic_add(count, 1) }
  func release() { _ = latch_atomic_add(count, -1) }
  var isRetained: Bool { latch_atomic_add(count, 0) != 0 }
}

/// All exceptions of a store.
final class ExceptionHeap {
  private var records: Set<ExceptionReference> = []
  /// Search for garbage when there are this many.
  private var threshold = ExceptionHeap.minimumThreshold
  private unowned(unsafe) let store: Store

  private static let minimumThreshold = 1024

  init(_ store: Store) { self.store = store }

  // The store, its tags among it, is going: no budget to give anything back to.
  deinit { for record in records { deallocate(record) } }

  /// Bytes of an exception with such a tag, with what is needed to find it.
  private static func size(_ tag: TagStorage) -> Int { ExceptionRecord.size + 8 * tag.payloadWords }

  var count: Int { records.count }

  /// All that have not been found to be out of reach.
  var all: Set<ExceptionReference> { records }

  /// A new exception, its values all zero. Throws when the store's budget has no room for it, not even after those out of reach are gone.
  func make(_ tag: TagStorage) throws(ResourceError) -> ExceptionReference {
    if records.count >= threshold { collect() }
    let size = Self.size(tag)
    if !store.budget.take(size) {
      collect()
      guard store.budget.take(size) else { throw store.budget.error }
    }
    let memory = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
    memory.initializeMemory(as: UInt8.self, repeating: 0, count: size)
    memory.storeBytes(of: UInt(bitPattern: tag.record), as: UInt.self)
    let record = ExceptionReference(address: UInt(bitPattern: memory))
    records.insert(record)
    return record
  }

  private func free(_ record: ExceptionReference) {
    store.budget.give(Self.size(record.tag))
    deallocate(record)
  }

  private func deallocate(_ record: ExceptionReference) { UnsafeMutableRawPointer(bitPattern: record.address)!.deallocate() }

  /// Calls `visit` with what all exceptions carry of such a kind.
  func visitPayloads(_ kind: ReferenceKind, _ visit: (UInt) -> Void) {
    for record in records {
      var words = 0
      for type in record.tag.signature.type.parameters {
        if type.referenceKind == kind { visit(UInt(record.values[words])) }
        words += type.slotCount
      }
    }
  }

  private func collect() {
    let (start, before) = (MonotonicClock.nanoseconds, records.count)
    defer {
      store.engine.trace?.span(
        "exceptions", "collection", from: start, to: MonotonicClock.nanoseconds, ["freed": before - records.count, "kept": records.count])
    }
    var pending: [ExceptionReference] = records.filter(\.isRetained)
    // Most words of the stack are no addresses of exceptions; these bounds say so at once.
    let lowest = records.lazy.map(\.address).min() ?? .max
    let highest = records.lazy.map(\.address).max() ?? 0
    store.visitRoots(.exception) { word in
      if word >= lowest, word <= highest, records.contains(ExceptionReference(address: word)) { pending.append(ExceptionReference(address: word)) }
    }
    var reached = Set(pending)
    while let record = pending.popLast() {
      var words = 0
      for type in record.tag.signature.type.parameters {
        defer { words += type.slotCount }
        guard type.referenceKind == .exception else { continue }
        let value = ExceptionReference(address: UInt(record.values[words]))
        if records.contains(value), reached.insert(value).inserted { pending.append(value) }
      }
    }
    for record in records where !reached.contains(record) { free(record) }
    records = reached
    threshold = max(ExceptionHeap.minimumThreshold, records.count * 2)
  }
}
