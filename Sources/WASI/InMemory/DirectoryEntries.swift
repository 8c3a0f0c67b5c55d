// What is in a directory in memory: names in the order in which they came, each at a place of its own that no other name ever has. So a cookie, which is
// a place, stays right whatever is made and removed while a program reads the directory: each name that stays is seen once.

/// The names in one directory, without "." and "..".
struct DirectoryEntries: Sendable {
  struct Entry {
    let name: [UInt8]
    let node: FileNodes.ID
    let place: Int
  }

  /// The places before the first name are for "." and "..".
  static let firstPlace = 2

  private var places: [[UInt8]: Int] = [:]
  /// By ascending places; nil where a name was removed.
  private var order: [(place: Int, entry: Entry?)] = []
  private var nextPlace = firstPlace

  var count: Int { places.count }
  var isEmpty: Bool { places.isEmpty }
  /// In the order in which they came.
  var all: [Entry] { order.compactMap(\.entry) }

  subscript(_ name: [UInt8]) -> FileNodes.ID? { places[name].flatMap { order[index(of: $0)].entry?.node } }

  /// The first entry at a place or after it.
  func first(from place: Int) -> Entry? {
    order[index(of: place)...].first { $0.entry != nil }?.entry
  }

  /// Adds a name that is not there.
  mutating func add(_ name: [UInt8], _ node: FileNodes.ID) {
    places[name] = nextPlace
    order.append((nextPlace, Entry(name: name, node: node, place: nextPlace)))
    nextPlace += 1
  }

  mutating func remove(_ name: [UInt8]) {
    guard let place = places.removeValue(forKey: name) else { return }
    order[index(of: place)].entry = nil
    if order.count > 2 * places.count + 16 { order.removeAll { $0.entry == nil } }
  }

  /// The index of a place, or of the first one after it.
  private func index(of place: Int) -> Int {
    var (low, high) = (0, order.count)
    while low < high {
      let middle = (low + high) / 2
      if order[middle].place < place { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
