// Counts the bytes that a compiler's arrays take, as WorkMeter counts what it does. Arrays know no meter: each allocation is charged to the one that runs
// on the thread, since a compiler belongs to one thread while it compiles. A limit ends the work: the meter of work is exhausted then, and whoever
// asks it, as all that repeat something do, stops.

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

public struct MemoryMeter: ~Copyable {
  private let cell: UnsafeMutablePointer<MemoryCount>

  public init() {
    cell = .allocate(capacity: 1)
    cell.initialize(to: MemoryCount())
  }

  deinit { cell.deallocate() }

  /// From now on what this thread's arrays allocate and free is counted here. More bytes than `limit`, those held from before included, exhaust `work`.
  public func begin(limit: Int, _ work: borrowing WorkMeter) {
    cell.pointee.limit = limit
    cell.pointee.peak = cell.pointee.held
    cell.pointee.isSpent = cell.pointee.held > limit
    stop(work)
    pthread_setspecific(MemoryCount.key, cell)
  }

  /// It is another meter's work that is to end.
  public func stop(_ work: borrowing WorkMeter) {
    cell.pointee.work = work.cell
    if isSpent { work.exhaust() }
  }

  /// The thread's arrays are somebody else's again.
  public func end() {
    cell.pointee.work = nil
    pthread_setspecific(MemoryCount.key, nil)
  }

  /// For what is no array: charges bytes to the thread's meter; negative ones are given back.
  public static func charge(_ bytes: Int) { MemoryCount.charge(bytes) }

  /// What the arrays take now, and the most that they took since `begin`.
  public var held: Int { cell.pointee.held }
  public var peak: Int { cell.pointee.peak }
  /// More was asked for than the limit.
  public var isSpent: Bool { cell.pointee.isSpent }
}

@usableFromInline
struct MemoryCount {
  var held = 0
  var peak = 0
  var limit = Int.max
  var isSpent = false
  var work: UnsafeMutablePointer<WorkCount>?

  /// Under which a thread has its meter.
  fileprivate static let key: pthread_key_t = {
    var key = pthread_key_t()
    guard pthread_key_create(&key, nil) == 0 else { preconditionFailure("no key for a value of each thread") }
    return key
  }()

  /// Charges bytes to the thread's meter, if there is one; negative ones are given back.
  @usableFromInline @inline(never)
  static func charge(_ bytes: Int) {
    guard let cell = pthread_getspecific(key)?.assumingMemoryBound(to: MemoryCount.self) else { return }
    cell.pointee.held += bytes
    cell.pointee.peak = max(cell.pointee.peak, cell.pointee.held)
    if cell.pointee.held > cell.pointee.limit {
      cell.pointee.isSpent = true
      cell.pointee.work?.pointee.limit = -1
    }
  }
}
