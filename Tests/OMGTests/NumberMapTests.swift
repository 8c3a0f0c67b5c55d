// The map of numbers does what a dictionary does.

import RawCollections
import Testing

@Suite struct NumberMapTests {
  @Test(arguments: 1...20) func itDoesWhatADictionaryDoes(_ seed: UInt64) {
    var state = seed &* 0x9E37_79B9_7F4A_7C15
    func random(_ count: UInt64) -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (state >> 33) % count
    }
    var map = NumberMap<Int>()
    var expected: [UInt32: Int] = [:]
    // Few keys are set and removed again and again; 0 and the largest number are among them.
    let keys = (0..<UInt32(1 + random(60))).map { $0 &* (random(2) == 0 ? 1 : 0x0100_0193) } + [0, .max]
    for step in 0..<3000 {
      let key = keys[Int(random(UInt64(keys.count)))]
      let value = random(3) == 0 ? nil : step
      map[key] = value
      expected[key] = value
      #expect(map.count == expected.count)
      let other = keys[Int(random(UInt64(keys.count)))]
      #expect(map[other] == expected[other])
    }
    #expect(keys.allSatisfy { map[$0] == expected[$0] })
    var all: [UInt32: Int] = [:]
    map.forEach { all[$0] = $1 }
    #expect(all == expected)
  }

  @Test func anEmptyMapHasNothing() {
    var map = NumberMap<String>()
    #expect(map[0] == nil)
    map[7] = nil
    #expect(map.count == 0)
    map.forEach { _, _ in Issue.record("something is there") }
  }
}
