// What Unicode says of single characters: letters, digits, white space, case. ASCII is decided here; for all else the tables of UnicodeTables.swift are
// unpacked when they are first needed.
import GuestABI

enum UnicodeCase {
  nonisolated(unsafe) private static var alphabetic = ScalarSet()
  nonisolated(unsafe) private static var uppercase = ScalarSet()
  nonisolated(unsafe) private static var lowercase = ScalarSet()
  nonisolated(unsafe) private static var caseIgnorable = ScalarSet()
  nonisolated(unsafe) private static var digits = ScalarSet()
  nonisolated(unsafe) private static var toUpper = ScalarMap()
  nonisolated(unsafe) private static var toLower = ScalarMap()
  nonisolated(unsafe) private static var longUpper = LongMap()

  // MARK: One character to one

  @inline(__always)
  static func upper(_ scalar: UInt32) -> UInt32 {
    if scalar < 0x80 { return scalar >= 0x61 && scalar <= 0x7A ? scalar - 32 : scalar }
    return toUpper.value(scalar, UnicodeTables.toUpper)
  }

  @inline(__always)
  static func lower(_ scalar: UInt32) -> UInt32 {
    if scalar < 0x80 { return scalar >= 0x41 && scalar <= 0x5A ? scalar + 32 : scalar }
    return toLower.value(scalar, UnicodeTables.toLower)
  }

  /// What case-insensitive comparison of characters compares (simple folding).
  @inline(__always)
  static func fold(_ scalar: UInt32) -> UInt32 { scalar < 0x80 ? lower(scalar) : foldLong(scalar) }

  private static func foldLong(_ scalar: UInt32) -> UInt32 {
    switch scalar {
    case 0x130, 0x131: scalar
    // Cherokee folds to its older, upper-case letters.
    case 0x13A0...0x13F5: scalar
    case 0x13F8...0x13FD, 0xAB70...0xABBF: upper(scalar)
    default: lower(upper(scalar))
    }
  }

  // MARK: One character to several

  /// The uppercase of a character, in strings: one to three scalars, the rest being 0.
  static func fullUpper(_ scalar: UInt32) -> (UInt32, UInt32, UInt32) {
    if scalar < 0xDF { return (upper(scalar), 0, 0) }
    return longUpper.value(scalar, UnicodeTables.longUpper) ?? (upper(scalar), 0, 0)
  }

  /// The folding of a character, in strings.
  static func fullFold(_ scalar: UInt32) -> (UInt32, UInt32, UInt32) {
    if scalar < 0xDF { return (fold(scalar), 0, 0) }
    if scalar == 0x1E9E { return (0x73, 0x73, 0) }
    if scalar == 0x130 { return (0x69, 0x307, 0) }
    guard let (a, b, c) = longUpper.value(scalar, UnicodeTables.longUpper) else { return (fold(scalar), 0, 0) }
    return (fold(a), fold(b), c == 0 ? 0 : fold(c))
  }

  // MARK: Properties

  static func isUpper(_ scalar: UInt32) -> Bool {
    scalar < 0x80 ? scalar >= 0x41 && scalar <= 0x5A : uppercase.contains(scalar, UnicodeTables.uppercase)
  }
  static func isLower(_ scalar: UInt32) -> Bool {
    scalar < 0x80 ? scalar >= 0x61 && scalar <= 0x7A : lowercase.contains(scalar, UnicodeTables.lowercase)
  }
  static func isAlphabetic(_ scalar: UInt32) -> Bool {
    scalar < 0x80
      ? (scalar | 32) >= 0x61 && (scalar | 32) <= 0x7A : alphabetic.contains(scalar, UnicodeTables.alphabetic)
  }

  /// Whether a character is a letter with case, or one that is passed over in search of such.
  static func isCased(_ scalar: UInt32) -> Bool { isUpper(scalar) || isLower(scalar) || lower(scalar) != scalar }
  static func isCaseIgnorable(_ scalar: UInt32) -> Bool { caseIgnorable.contains(scalar, UnicodeTables.caseIgnorable) }

  /// The value of a decimal digit, or nil.
  static func digit(_ scalar: UInt32) -> Int? {
    if scalar < 0x80 { return scalar >= 48 && scalar <= 57 ? Int(scalar) - 48 : nil }
    guard let start = digits.runStart(scalar, UnicodeTables.digits) else { return nil }
    return Int((scalar - start) % 10)
  }

  /// Where the runs of the characters start and end, in turn, whose general category is in a mask: bit n stands for the nth category of the table.
  static func bounds(ofCategories mask: UInt32) -> [UInt32] {
    var reader = TableReader(UnicodeTables.categories)
    var result: [UInt32] = []
    var start: UInt32 = 0
    while !reader.isAtEnd {
      let end = start + reader.next()
      if mask >> reader.next() & 1 != 0 {
        if result.last == start { result.removeLast() } else { result.append(start) }
        result.append(end)
      }
      start = end
    }
    return result
  }

  /// The same for a property: Alphabetic, Uppercase, Lowercase (0 to 2).
  static func bounds(ofProperty number: Int) -> [UInt32] {
    switch number {
    case 0: alphabetic.allBounds(UnicodeTables.alphabetic)
    case 1: uppercase.allBounds(UnicodeTables.uppercase)
    default: lowercase.allBounds(UnicodeTables.lowercase)
    }
  }

  static func isWhitespace(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 9...13, 32, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
    default: false
    }
  }
}

/// The numbers of a table's text (see scripts/make-unicode-tables.swift).
private struct TableReader {
  private let text: StaticString
  private var at = 0

  init(_ text: StaticString) { self.text = text }

  var isAtEnd: Bool { at >= text.utf8CodeUnitCount }

  mutating func next() -> UInt32 {
    var result: UInt32 = 0
    var shift: UInt32 = 0
    while true {
      let digit = UInt32(text.utf8Start[at]) - 40
      at += 1
      result |= (digit & 31) << shift
      if digit < 32 { return result }
      shift += 5
    }
  }
}

/// Where the last search in a sorted table has ended. The next one looks there first: most texts keep to a few scripts, whose characters lie side by side.
private struct SearchPlace {
  private var place = 0

  /// The first of so many places that is not below what is searched.
  @inline(__always)
  mutating func find(_ count: Int, _ isBelow: (Int) -> Bool) -> Int {
    if (place == 0 || isBelow(place - 1)) && (place == count || !isBelow(place)) { return place }
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if isBelow(middle) { low = middle + 1 } else { high = middle }
    }
    place = low
    return low
  }
}

/// Where runs of scalars start and end, in turn.
private struct ScalarSet {
  private var bounds: [UInt32] = []
  private var place = SearchPlace()

  mutating func allBounds(_ table: StaticString) -> [UInt32] {
    if bounds.isEmpty {
      var reader = TableReader(table)
      var end: UInt32 = 0
      while !reader.isAtEnd {
        end += reader.next()
        bounds.append(end)
      }
    }
    return bounds
  }

  /// The number of bounds that are not above a scalar: odd inside a run.
  private mutating func position(_ scalar: UInt32, _ table: StaticString) -> Int {
    if bounds.isEmpty { _ = allBounds(table) }
    return place.find(bounds.count) { bounds[$0] <= scalar }
  }

  mutating func contains(_ scalar: UInt32, _ table: StaticString) -> Bool { position(scalar, table) & 1 != 0 }

  /// The start of the run that a scalar is in, or nil.
  mutating func runStart(_ scalar: UInt32, _ table: StaticString) -> UInt32? {
    let position = position(scalar, table)
    return position & 1 != 0 ? bounds[position - 1] : nil
  }
}

/// A map from scalars to scalars, in runs.
private struct ScalarMap {
  private struct Run {
    let first: UInt32
    let last: UInt32
    let distance: UInt32
    let difference: UInt32
  }
  private var runs: [Run] = []
  private var place = SearchPlace()

  mutating func value(_ scalar: UInt32, _ table: StaticString) -> UInt32 {
    if runs.isEmpty { unpack(table) }
    let index = place.find(runs.count) { runs[$0].last < scalar }
    if index == runs.count { return scalar }
    let run = runs[index]
    // A distance is 1 or 2.
    if scalar < run.first || (scalar - run.first) & (run.distance - 1) != 0 { return scalar }
    return scalar &+ run.difference
  }

  private mutating func unpack(_ table: StaticString) {
    var reader = TableReader(table)
    var end: UInt32 = 0
    while !reader.isAtEnd {
      let first = end + reader.next()
      let shape = reader.next()
      let difference = reader.next()
      let distance = (shape & 1) + 1
      let last = first + ((shape >> 1) - 1) * distance
      runs.append(
        Run(
          first: first, last: last, distance: distance,
          difference: difference & 1 != 0 ? 0 &- difference >> 1 : difference >> 1))
      end = last + 1
    }
  }
}

/// A map from scalars to two or three scalars.
private struct LongMap {
  private struct Entry {
    let scalar: UInt32
    let value: (UInt32, UInt32, UInt32)
  }
  private var entries: [Entry] = []
  private var place = SearchPlace()

  mutating func value(_ scalar: UInt32, _ table: StaticString) -> (UInt32, UInt32, UInt32)? {
    if entries.isEmpty { unpack(table) }
    let index = place.find(entries.count) { entries[$0].scalar < scalar }
    return index < entries.count && entries[index].scalar == scalar ? entries[index].value : nil
  }

  private mutating func unpack(_ table: StaticString) {
    var reader = TableReader(table)
    var scalar: UInt32 = 0
    while !reader.isAtEnd {
      scalar += reader.next()
      let count = reader.next()
      let (first, second) = (reader.next(), reader.next())
      entries.append(Entry(scalar: scalar, value: (first, second, count > 2 ? reader.next() : 0)))
    }
  }
}
