// A set of registers for each point of the code, with questions about ranges of points: which registers are in the set anywhere between two points? It is
// asked, and sets are changed, for ranges that may reach over the whole function, so that going from point to point would take quadratic time.
//
// Points are in buckets of 64, those in groups of 64. What concerns a whole bucket or group is noted there only. A bucket besides has the union of the sets
// of its points, a group that of its buckets.

import RawCollections

struct PointSets: ~Copyable {
  /// By point, bucket and group: the registers that were added for all of it.
  private var points = UncheckedArray<RegisterSet>(capacity: 4096)
  private var buckets = UncheckedArray<PointBucket>(capacity: 64)
  private var groups = UncheckedArray<PointBucket>(capacity: 4)
  /// Something has been added for a whole bucket.
  private var hasWholes = false

  private static var shift: Int { 6 }
  private static var size: Int { 1 << shift }

  init() {}

  var count: Int { points.count }

  /// Empty sets.
  mutating func reset(count: Int) {
    let rounded = (count + Self.size - 1) & ~(Self.size - 1)
    points.fill(0, count: rounded)
    buckets.fill(PointBucket(), count: rounded >> Self.shift)
    groups.fill(PointBucket(), count: buckets.count >> Self.shift + 1)
    hasWholes = false
  }

  /// The set of one point.
  @inline(__always)
  subscript(point: Int) -> RegisterSet { points[point] | wholes(point >> Self.shift) }

  // MARK: Asking

  /// All registers that are in the set of some point from `from` up to, not including, `to`.
  @inline(__always)
  func union(_ from: Int, _ to: Int) -> RegisterSet {
    if to - from > Self.size { return longUnion(from, to) }
    if from >= to { return 0 }
    var set: RegisterSet = 0
    for point in points.slice(from, count: to - from) { set |= point }
    return hasWholes ? set | wholes(from >> Self.shift) | wholes((to - 1) >> Self.shift) : set
  }

  @inline(__always)
  private func wholes(_ bucket: Int) -> RegisterSet { buckets[bucket].whole | groups[bucket >> Self.shift].whole }

  @inline(never)
  private func longUnion(_ from: Int, _ to: Int) -> RegisterSet {
    var set: RegisterSet = 0
    let (first, last) = (from >> Self.shift, (to - 1) >> Self.shift)
    for point in from..<min(to, (first + 1) << Self.shift) { set |= points[point] }
    for point in max(from, last << Self.shift)..<to { set |= points[point] }
    set |= buckets[first].whole | buckets[last].whole
    var bucket = first + 1
    while bucket < last {
      if bucket & (Self.size - 1) == 0, bucket + Self.size <= last {
        set |= groups[bucket >> Self.shift].parts
        bucket += Self.size
      } else {
        set |= buckets[bucket].whole | buckets[bucket].parts
        bucket += 1
      }
    }
    for group in (first >> Self.shift)...(last >> Self.shift) { set |= groups[group].whole }
    return set
  }

  // MARK: Changing

  /// Adds registers to the set of one point, for good.
  @inline(__always)
  mutating func insert(_ set: RegisterSet, at point: Int) {
    points[point] |= set
    buckets[point >> Self.shift].parts |= set
    groups[point >> (2 * Self.shift)].parts |= set
  }

  /// Adds registers to the sets of the points from `from` up to, not including, `to`. They are in none of those now.
  @inline(__always)
  mutating func add(_ set: RegisterSet, _ from: Int, _ to: Int) { change(from, to, adding: set, removing: 0) }

  /// Takes registers out of the sets of the points from `from` up to, not including, `to`, for which they were added at once.
  @inline(__always)
  mutating func remove(_ set: RegisterSet, _ from: Int, _ to: Int) { change(from, to, adding: 0, removing: set) }

  @inline(__always)
  private mutating func change(_ from: Int, _ to: Int, adding: RegisterSet, removing: RegisterSet) {
    var point = from
    while point < to {
      let bucket = point >> Self.shift
      if point & (Self.size - 1) == 0, point + Self.size <= to {
        point = changeBuckets(bucket, to >> Self.shift, adding, removing) << Self.shift
        continue
      }
      let end = min(to, (bucket + 1) << Self.shift)
      let part = points.slice(point, count: end - point)
      for index in 0..<part.count { part[index] = part[index] & ~removing | adding }
      point = end
      renew(bucket, adding: adding, isShrinking: removing != 0)
    }
  }

  /// Whole buckets, up to one, or up to the end of the whole groups. Returns the one up to which it has come.
  private mutating func changeBuckets(_ first: Int, _ end: Int, _ adding: RegisterSet, _ removing: RegisterSet) -> Int {
    hasWholes = true
    if first & (Self.size - 1) == 0, first + Self.size <= end {
      let group = groups.at(first >> Self.shift)
      group.pointee.whole = group.pointee.whole & ~removing | adding
      return first + Self.size
    }
    let stop = min(end, ((first >> Self.shift) + 1) << Self.shift)
    for bucket in first..<stop { buckets[bucket].whole = buckets[bucket].whole & ~removing | adding }
    renewGroup(first >> Self.shift, adding: adding, isShrinking: removing != 0)
    return stop
  }

  @inline(__always)
  private mutating func renew(_ bucket: Int, adding: RegisterSet, isShrinking: Bool) {
    if isShrinking {
      var parts: RegisterSet = 0
      for point in points.slice(bucket << Self.shift, count: Self.size) { parts |= point }
      buckets[bucket].parts = parts
    } else {
      buckets[bucket].parts |= adding
    }
    renewGroup(bucket >> Self.shift, adding: adding, isShrinking: isShrinking)
  }

  @inline(__always)
  private mutating func renewGroup(_ group: Int, adding: RegisterSet, isShrinking: Bool) {
    if !isShrinking {
      groups[group].parts |= adding
      return
    }
    var parts: RegisterSet = 0
    for bucket in (group << Self.shift)..<min(buckets.count, (group + 1) << Self.shift) { parts |= buckets[bucket].whole | buckets[bucket].parts }
    groups[group].parts = parts
  }
}

/// Registers that were added for the whole of a bucket or group, and for some of its parts.
struct PointBucket {
  var whole: RegisterSet = 0
  var parts: RegisterSet = 0
}
