// Random numbers that are the same for the same seed on every machine (splitmix64).

public struct RandomNumbers: RandomNumberGenerator {
  public var state: UInt64

  public init(state: UInt64) { self.state = state }
  /// For seeds that are small numbers.
  public init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 0x1234_5678 }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }

  /// A number below `count`.
  public mutating func below(_ count: Int) -> Int { Int(next() >> 33) % count }

  /// True once in `count` times.
  public mutating func once(in count: Int) -> Bool { below(count) == 0 }

  public mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }
}
