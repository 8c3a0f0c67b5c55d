// A set of addresses. One of a single address, as most modules have one instance, takes no memory of its own.

struct AddressSet {
  /// 0: none, or all are in `many`.
  private var single: UInt = 0
  /// Ascending.
  private var many: [UInt] = []

  /// Adds an address that is not in the set, and not 0.
  mutating func insert(_ address: UInt) {
    if many.isEmpty {
      if single == 0 { return single = address }
      many = [single]
      single = 0
    }
    many.insert(address, at: place(of: address))
  }

  /// Takes an address out, if it is in the set.
  mutating func remove(_ address: UInt) {
    if single == address { return single = 0 }
    let place = place(of: address)
    if place < many.count && many[place] == address { many.remove(at: place) }
  }

  func forEach(_ body: (UInt) -> Void) {
    if single != 0 { body(single) }
    for address in many { body(address) }
  }

  /// Where an address is in `many`, or would be.
  private func place(of address: UInt) -> Int {
    var low = 0
    var high = many.count
    while low < high {
      let middle = (low + high) / 2
      if many[middle] < address { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
