// Counts what a compiler does for one function, in units of its own: a visit of an instruction, an edge, an input of a phi, a range of a register.
// Units are counted where a function's shape decides how often a step is repeated, so that their number grows as time does; unlike time they are
// the same on every machine and in every run. A limit turns them into a budget.

@frozen
public struct WorkMeter: ~Copyable {
  @usableFromInline let cell: UnsafeMutablePointer<WorkCount>

  @inlinable
  public init() {
    cell = .allocate(capacity: 1)
    cell.initialize(to: WorkCount())
  }

  @inlinable
  deinit { cell.deallocate() }

  /// Starts to count for another function. More units than the limit are too many.
  @inlinable
  public func begin(limit: Int) { cell.pointee = WorkCount(limit: limit) }

  @inlinable
  public var limit: Int { cell.pointee.limit }

  /// From now on everything is too much.
  @inlinable
  public func exhaust() { cell.pointee.limit = -1 }

  @inlinable @inline(__always)
  public func spend(_ units: Int) { cell.pointee.spent &+= units }

  /// Where the units are counted, for code that has no meter at hand.
  @inlinable
  public var counter: UnsafeMutablePointer<WorkCount> { @inline(__always) get { cell } }

  @inlinable
  public var spent: Int { @inline(__always) get { cell.pointee.spent } }

  /// Whether the budget has been used up: whoever repeats something looks, and leaves everything as it is if so.
  @inlinable
  public var isSpent: Bool { @inline(__always) get { cell.pointee.spent > cell.pointee.limit } }
}

@frozen
public struct WorkCount {
  public var spent = 0
  public var limit = Int.max

  @inlinable
  init(limit: Int = .max) { self.limit = limit }
}
