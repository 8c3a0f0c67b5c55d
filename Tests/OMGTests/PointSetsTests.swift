// Sets of registers by point against a plain array of sets.

import Testing

@testable import OMG

@Suite struct PointSetsTests {
  @Test("Unions over ranges are those of the points", arguments: [100, 5_000, 20_000])
  func unions(count: Int) {
    var random = RandomSource(seed: count)
    var sets = PointSets()
    sets.reset(count: count)
    var model = [RegisterSet](repeating: 0, count: sets.count)
    var added: [(set: RegisterSet, from: Int, to: Int)] = []
    func range() -> (Int, Int) {
      let from = random.below(count)
      return (from, from + 1 + random.below(min([3, 100, 9_000][random.below(3)], count - from)))
    }
    for step in 0..<2_000 {
      if added.count > 0, random.below(3) == 0 {
        let (set, from, to) = added.remove(at: random.below(added.count))
        sets.remove(set, from, to)
        for point in from..<to { model[point] &= ~set }
      } else {
        let (from, to) = range()
        // Registers that are free there, as the allocator takes them.
        let set = RegisterSet(1) << RegisterSet(random.below(64)) & ~model[from..<to].reduce(0, |)
        if set != 0 {
          sets.add(set, from, to)
          for point in from..<to { model[point] |= set }
          added.append((set, from, to))
        }
      }
      let (from, to) = range()
      let (union, first) = (sets.union(from, to), sets[from])
      #expect(union == model[from..<to].reduce(0, |), "step \(step): \(from)..<\(to)")
      #expect(first == model[from])
    }
  }

  @Test("What is inserted at points is found")
  func insertions() {
    var sets = PointSets()
    sets.reset(count: 10_000)
    for point in stride(from: 5, to: 10_000, by: 700) { sets.insert(1 << RegisterSet(point % 64), at: point) }
    var rest: RegisterSet = 0
    for point in stride(from: 705, to: 10_000, by: 700) { rest |= 1 << RegisterSet(point % 64) }
    let unions: [RegisterSet] = [sets.union(0, 5), sets.union(0, 6), sets.union(6, 10_000)]
    let expected: [RegisterSet] = [0, 1 << 5, rest]
    #expect(unions == expected)
  }
}
