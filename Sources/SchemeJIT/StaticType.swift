// What the code generator knows of a value while it generates: the lattice of static types, and which of them a constant has.
import GuestABI
import SchemeCore

enum StaticType: UInt8 {
  /// No value has been seen (of a label's parameter, while types are inferred).
  case unvisited
  /// Nothing is known.
  case any
  case fixnum
  /// A fixnum that is not negative: another such can be subtracted without overflow.
  case natural
  /// A fixnum from 0 up to and without 2^32: a few such can be added without overflow.
  case index
  case flonum
  case pair, vector, string, bytevector, procedure
  /// The object of several values.
  case values
  case character, boolean
  /// Some word that is not a pointer.
  case immediate

  var isFixnum: Bool { self == .fixnum || isNatural }
  var isNatural: Bool { self == .natural || self == .index }
  /// Whether a double may not hold it.
  var isWideFixnum: Bool { isFixnum && self != .index }

  /// Whether the collector has nothing to do with such values. (Of flonums it has: some are boxed.)
  var isPointerFree: Bool {
    switch self {
    case .fixnum, .natural, .index, .character, .boolean, .immediate: true
    default: false
    }
  }

  func join(_ other: StaticType) -> StaticType {
    if self == other || other == .unvisited { return self }
    if self == .unvisited { return other }
    if isNatural && other.isNatural { return .natural }
    if isFixnum && other.isFixnum { return .fixnum }
    if isPointerFree && other.isPointerFree { return .immediate }
    return .any
  }

  static let indexLimit: Int64 = 1 << 32

  static func of(constant word: Word) -> StaticType {
    if word.isFixnum { return word.fixnumValue < 0 ? .fixnum : word.fixnumValue < indexLimit ? .index : .natural }
    if word.isFlonum { return .flonum }
    if word.isPair { return .pair }
    if word.isProcedure { return .procedure }
    if word.isCharacter { return .character }
    if word.isBoolean { return .boolean }
    if !word.isPointer { return .immediate }
    if word.isVector { return .vector }
    if word.isString { return .string }
    return word.isBytevector ? .bytevector : .any
  }
}

/// What is known of all values at one point of a function.
///
/// Slots are assigned once but for labels' parameters, so what is known where a label is introduced holds wherever the label's body runs.
struct TypeState {
  /// Where a slot's value is.
  enum Home: UInt8 {
    /// In its word local. A flonum's double is in its double local too.
    case word
    /// In its double local only.
    case double
    /// In its double local; the word local has the same value until the next call.
    case doubleAndWord
  }

  var slots: [StaticType]
  var homes: [Home]
  var free: [StaticType]
  /// The Funcs of procedures that are made here, by their slots; 0 for other values.
  var made: [Address]

  init(slots count: Int, free freeCount: Int) {
    slots = [StaticType](repeating: .any, count: count)
    homes = [Home](repeating: .word, count: count)
    free = [StaticType](repeating: .any, count: freeCount)
    made = [Address](repeating: 0, count: count)
  }

  func type(_ operand: Operand) -> StaticType {
    switch operand.kind {
    case .slot: slots[operand.index]
    case .free: operand.index < free.count ? free[operand.index] : .any
    case .constant: StaticType.of(constant: load64(operand.address))
    case .global: .any
    case .procedure: .procedure
    }
  }

  /// Notes that a slot is bound to a value of a type; a flonum is in its double local then.
  mutating func bind(_ slot: Int, _ type: StaticType) {
    slots[slot] = type
    homes[slot] = type == .flonum ? .double : .word
    made[slot] = 0
  }

  /// Notes what a check has shown of an operand.
  mutating func refine(_ operand: Operand, _ type: StaticType) {
    switch operand.kind {
    case .slot:
      if type.isFixnum && slots[operand.index].isFixnum && slots[operand.index].rawValue > type.rawValue { return }
      slots[operand.index] = type
    case .free: if operand.index < free.count { free[operand.index] = type }
    case .constant, .global, .procedure: break
    }
  }

  /// Forgets the words of doubles: after a call, or where paths meet.
  mutating func dropWords() {
    for index in homes.indices where homes[index] == .doubleAndWord { homes[index] = .double }
  }
}
