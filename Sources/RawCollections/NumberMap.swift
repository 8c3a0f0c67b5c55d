// A map from numbers to values, for what a process does in its first milliseconds: Swift's dictionaries search the program for the conformances of their keys' type when
// the first one of a kind is made, which takes longer than compiling a small module.
//
// Open addressing with linear probing. What lies after a removed key moves up, so there are no marks of removed keys.

@frozen
public struct NumberMap<Value> {
  @usableFromInline var keys: [UInt32] = []
  /// Nil where there is no key.
  @usableFromInline var values: [Value?] = []
  @usableFromInline var used = 0

  @inlinable
  public init() {}

  @inlinable public var count: Int { used }

  @inlinable
  public subscript(key: UInt32) -> Value? {
    get { keys.isEmpty ? nil : values[place(of: key)] }
    set {
      guard let newValue else { return remove(key) }
      if 4 * (used + 1) > 3 * keys.count { grow() }
      let place = place(of: key)
      if values[place] == nil { used += 1 }
      keys[place] = key
      values[place] = newValue
    }
  }

  /// Calls `body` with all keys and values, in no order.
  @inlinable
  public func forEach(_ body: (UInt32, Value) -> Void) {
    for index in keys.indices { if let value = values[index] { body(keys[index], value) } }
  }

  /// Where a key is, or else would be put.
  @inlinable
  func place(of key: UInt32) -> Int {
    var place = home(of: key)
    while values[place] != nil && keys[place] != key { place = after(place) }
    return place
  }

  /// Where a key is put if nothing else is there. Neighbours in number are spread over the table.
  @inlinable
  func home(of key: UInt32) -> Int { Int(key &* 0x9E37_79B1 >> 8) & (keys.count - 1) }

  @inlinable
  func after(_ place: Int) -> Int { (place + 1) & (keys.count - 1) }

  @inlinable
  mutating func remove(_ key: UInt32) {
    if keys.isEmpty { return }
    var hole = place(of: key)
    if values[hole] == nil { return }
    used -= 1
    values[hole] = nil
    var place = after(hole)
    while values[place] != nil {
      let home = home(of: keys[place])
      // The search for it begins at the hole or before.
      let comesOverHole = hole < place ? home <= hole || home > place : home <= hole && home > place
      if comesOverHole {
        keys[hole] = keys[place]
        values[hole] = values[place]
        values[place] = nil
        hole = place
      }
      place = after(place)
    }
  }

  @inlinable
  mutating func grow() {
    let (oldKeys, oldValues) = (keys, values)
    let size = max(2 * oldKeys.count, 8)
    keys = Array(repeating: 0, count: size)
    values = Array(repeating: nil, count: size)
    for index in oldKeys.indices where oldValues[index] != nil {
      let place = place(of: oldKeys[index])
      keys[place] = oldKeys[index]
      values[place] = oldValues[index]
    }
  }
}
