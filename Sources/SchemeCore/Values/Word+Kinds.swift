// What kind of value a word is, and the immediate values: fixnums, characters, booleans. Pure bit work; `GuestABI`'s
// ValueLayout.swift is the contract.
import GuestABI

/// The names of an object's payload words, in their order, from 0 on.
protocol FieldName: RawRepresentable where RawValue == Int {}

extension Word {
  // MARK: Fixnums

  /// The largest and the smallest fixnum.
  public static var maximumFixnum: Int64 { (1 << 60) - 1 }
  public static var minimumFixnum: Int64 { -(1 << 60) }

  /// The fixnum of a number that is known to fit.
  @inline(__always)
  public static func fixnum(_ value: Int) -> Word { Word(bitPattern: Int64(value)) << 3 }
  /// The fixnum of a number that is known to fit.
  @inline(__always)
  public static func fixnum64(_ value: Int64) -> Word { Word(bitPattern: value) << 3 }
  @inline(__always)
  public static func fitsFixnum(_ value: Int64) -> Bool { (value << 3) >> 3 == value }

  @inline(__always)
  public var isFixnum: Bool { self & Tag.mask == 0 }
  /// The value of a fixnum.
  @inline(__always)
  public var fixnumValue: Int64 { Int64(bitPattern: self) >> 3 }
  /// Whether this is a fixnum from 0 up to and without `limit`.
  @inline(__always)
  public func isIndex(below limit: Int) -> Bool { isFixnum && self < Word(limit) << 3 }
  /// The value of a fixnum that is known to be an index.
  @inline(__always)
  public var index: Int { Int(truncatingIfNeeded: self >> 3) }

  // MARK: Booleans

  @inline(__always)
  public static func boolean(_ value: Bool) -> Word { value ? Constant.true : Constant.false }
  /// Everything but #f counts as true.
  @inline(__always)
  public var isTrue: Bool { self != Constant.false }
  @inline(__always)
  public var isBoolean: Bool { self | 8 == Constant.true }
  @inline(__always)
  public var isNull: Bool { self == Constant.null }

  // MARK: Characters

  @inline(__always)
  public static func character(_ scalar: UInt32) -> Word { Word(scalar) << 32 | Constant.characterTag }
  @inline(__always)
  public var isCharacter: Bool { UInt32(truncatingIfNeeded: self) == UInt32(Constant.characterTag) }
  /// The Unicode scalar of a character.
  @inline(__always)
  public var characterValue: UInt32 { UInt32(self >> 32) }

  // MARK: Pointers

  /// The pointer without its tag: 8 bytes before the object.
  @inline(__always)
  private var objectBase: Address { UInt32(truncatingIfNeeded: self) & ~7 }
  /// The address of the object, for any pointer.
  @inline(__always)
  public var address: Address { objectBase &+ 8 }
  /// The pointer to the object at an address.
  @inline(__always)
  public static func pointer(_ address: Address, _ tag: Word) -> Word { Word(address &- 8) | tag }

  @inline(__always)
  public var isPair: Bool { self & Tag.mask == Tag.pair }
  @inline(__always)
  public var isProcedure: Bool { self & Tag.mask == Tag.procedure }
  /// Whether this points at an object with a header that is not a procedure.
  @inline(__always)
  public var isObject: Bool { self & Tag.mask == Tag.object }
  /// Whether this points at anything at all.
  @inline(__always)
  public var isPointer: Bool { (self &- 1) & Tag.mask < 3 }

  /// Whether none of four words that lie side by side is a pointer; false if some are neither numbers alone nor without fixnums. Two tests, where each word alone needs one:
  /// pointers are the words whose tags have a bit of the lower two, but not the third.
  @inline(__always)
  public static func areClearlyNoPointers(at address: Address) -> Bool {
    let (first, second) = (load64(address), load64(address, 8))
    let (third, fourth) = (load64(address, 16), load64(address, 24))
    return (first | second | third | fourth) & 3 == 0 || first & second & third & fourth & 4 != 0
  }

  /// The header of an object that has one.
  @inline(__always)
  public var header: Word { load64(objectBase, 8) }
  /// The kind of an object that has a header.
  @inline(__always)
  public var objectKind: ObjectKind { ObjectKind(rawValue: UInt8(header >> 3 & 31)).unsafelyUnwrapped }
  /// The words of payload of an object that has a header.
  @inline(__always)
  public var payloadWords: Int { Header.words(header) }
  @inline(__always)
  public func isKind(_ kind: ObjectKind) -> Bool {
    isObject && load64(UInt32(truncatingIfNeeded: self), Tag.offset(Tag.object, 0)) & Header.kindMask == Header.kindBits(kind)
  }

  @inline(__always)
  public var isString: Bool { isKind(.string) }
  @inline(__always)
  public var isSymbol: Bool { isKind(.symbol) }
  @inline(__always)
  public var isVector: Bool { isKind(.vector) }
  @inline(__always)
  public var isBytevector: Bool { isKind(.bytevector) }
  @inline(__always)
  public var isBignum: Bool { isKind(.bignum) }
  @inline(__always)
  public var isRatnum: Bool { isKind(.ratnum) }
  @inline(__always)
  public var isCompnum: Bool { isKind(.compnum) }
  @inline(__always)
  public var isRecord: Bool { isKind(.record) }

  /// Payload word `index` of an object with a header.
  @inline(__always)
  public func field(_ index: Int) -> Word { load64(objectBase, 16 &+ index &* 8) }
  @inline(__always)
  public func setField(_ index: Int, _ value: Word) {
    storeValue(address &+ 8 &+ UInt32(truncatingIfNeeded: index) &* 8, value)
  }
  @inline(__always)
  func field<Name: FieldName>(_ name: Name) -> Word { field(name.rawValue) }
  @inline(__always)
  func setField<Name: FieldName>(_ name: Name, _ value: Word) { setField(name.rawValue, value) }
  /// The same in an object that has been allocated since the last collection: it is not old, so the write barrier (Cards.swift) has nothing to note.
  @inline(__always)
  public func initializeField(_ index: Int, _ value: Word) {
    store64(address &+ 8 &+ UInt32(truncatingIfNeeded: index) &* 8, value)
  }
  @inline(__always)
  func initializeField<Name: FieldName>(_ name: Name, _ value: Word) { initializeField(name.rawValue, value) }
}
