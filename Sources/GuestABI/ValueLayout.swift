// How a Scheme value is laid out in the guest's linear memory: the contract shared by the guest's runtime, by the code
// that its generator emits, and by hosts that look inside.
//
// A value is one 64-bit word; the low three bits are its tag.
//
//   000  fixnum: a 61-bit signed integer, shifted left by three. Addition, subtraction and comparison work on tagged words.
//   001  pair: two words, car and cdr, no header.
//   010  procedure: header, the address of its `Func`, the values of its free variables.
//   011  any other heap object: header, then fields (see `ObjectKind`).
//   100, 101  flonum by self-tagging (Melançon, Serrano, Feeley, "Float Self-Tagging"): the double's bits rotated left by
//        four, plus one. Doubles whose three top exponent bits are 011 or 100 (magnitudes of about 2^-255 to 2^256) land on these
//        tags; all others, zero among them, are boxed objects. (There is one object for 0.0 and one for -0.0.)
//   110  never a value: a header word, or (in the collector) a forwarding word, or (on the shadow stack) a skip word.
//   111  constants (#f, #t, (), ...) and characters.
//
// A pointer is the object's 32-bit address minus eight, plus the tag, in the low half of the word; the high half is
// zero. So word k of an object (k = 0 is a header, or a pair's car) is at the non-negative offset `8 - tag + 8 * k` from the wrapped word.
// Objects are aligned to eight bytes.

/// One Scheme value, as it lies in memory.
public typealias Word = UInt64

/// The low three bits of a word.
public enum Tag {
  public static let mask: Word = 7
  public static let fixnum: Word = 0
  public static let pair: Word = 1
  public static let procedure: Word = 2
  public static let object: Word = 3
  /// Flonums are the words for which `word & flonumMask == flonum`.
  public static let flonum: Word = 4
  public static let flonumMask: Word = 6
  public static let header: Word = 6
  public static let constant: Word = 7

  /// How far a fixnum's value is shifted.
  public static let fixnumShift: Word = 3
  /// The double's bits are rotated left by this many places ...
  public static let flonumRotation: Word = 4
  /// ... and this is added.
  public static let flonumBias: Word = 1

  /// The offset of word `index` of an object from its wrapped, tagged pointer.
  @inline(__always)
  public static func offset(_ tag: Word, _ index: Int) -> Int { 8 - Int(tag) + 8 * index }
}

/// The words with the tag `constant`.
public enum Constant {
  public static let `false`: Word = 0x07
  public static let `true`: Word = 0x0F
  /// The empty list.
  public static let null: Word = 0x17
  /// What expressions without a useful value return.
  public static let unspecified: Word = 0x1F
  public static let eof: Word = 0x27
  /// The content of a global that has no definition, or of a `letrec` variable before its initialisation.
  public static let undefined: Word = 0x2F
  /// Characters: the Unicode scalar in the high half, this in the low half.
  public static let characterTag: Word = 0xF7
  /// Not a value. A procedure that returns it could not finish: its caller appends its own frame to the record of the
  /// unwound frames and returns `unwind` too (see `RuntimeState`).
  public static let unwind: Word = 0xFFFF_FFFF_FFFF_FFFF
  /// Not a value. What the interpreter's entry stubs see when an interpreted procedure ended in a tail call of compiled
  /// code: the stub makes that call.
  public static let tailCall: Word = 0xFFFF_FFFF_FFFF_FFEF
}

/// What an object with a header is. The header word is
/// `payload words << 32 | flags << 8 | kind << 3 | 110`, where "payload words" counts all words after the header.
public enum ObjectKind: UInt8 {
  /// Tag `procedure`: Func address (8-aligned, so it reads as a fixnum), then the free variables' values.
  case procedure = 0
  /// One word: the raw bits of a double that cannot be an immediate.
  case flonum = 1
  /// Sign and length in the first word (raw), then 64-bit limbs, least significant first.
  case bignum = 2
  /// Numerator and denominator.
  case ratnum = 3
  /// Length in characters (raw), then one 32-bit Unicode scalar each.
  case string = 4
  /// Name (a string), global value, link to the next symbol of the bucket; see `SymbolLayout`. Never moves.
  case symbol = 5
  /// The elements.
  case vector = 6
  /// Length in bytes (raw), then the bytes.
  case bytevector = 7
  /// The record type, then the fields.
  case record = 8
  /// Name (a symbol), list of field names.
  case recordType = 9
  /// An assigned variable's value.
  case box = 10
  /// A captured continuation: the first frame record, then the three words of the dynamic state.
  case continuation = 11
  /// One frame of a continuation: next record, site node (8-aligned address), procedure (or a fixnum), the live values.
  case frame = 12
  /// The values of a `values` call of other than one.
  case multipleValues = 13
  case promise = 14
  /// A frame that can be returned to, and the dynamic state to return to: what `guard` puts among the handlers.
  case escapePoint = 15
  case environment = 16
  case port = 17
  /// What `error` raises: message, list of irritants, kind (fixnum), site node (fixnum).
  case condition = 18
  case hashTable = 19
  /// Key, datum, whether both are gone. The datum is kept only while the key is, and the key is not kept by this.
  case ephemeron = 20
  /// An identifier of the expander's: see Identifier.swift. In forms only.
  case alias = 21
  /// Real and imaginary part of a number that is not real, both exact or both flonums.
  case compnum = 22
}

/// Header words.
public enum Header {
  @inline(__always)
  public static func make(_ kind: ObjectKind, words: Int) -> Word {
    Word(UInt32(truncatingIfNeeded: words)) << 32 | Word(kind.rawValue) << 3 | Tag.header
  }
  /// The kind bits of the low half of a header; compare `header & kindMask` with `kindBits(kind)`.
  public static let kindMask: Word = 0xFF
  @inline(__always)
  public static func kindBits(_ kind: ObjectKind) -> Word { Word(kind.rawValue) << 3 | Tag.header }
  @inline(__always)
  public static func words(_ header: Word) -> Int { Int(header >> 32) }
  /// Whether the payload holds raw bits that the collector must not look at.
  @inline(__always)
  public static func isRaw(_ header: Word) -> Bool {
    let rawKinds: UInt32 =
      1 << UInt32(ObjectKind.flonum.rawValue) | 1 << UInt32(ObjectKind.bignum.rawValue)
      | 1 << UInt32(ObjectKind.string.rawValue) | 1 << UInt32(ObjectKind.bytevector.rawValue)
    return rawKinds >> UInt32(header >> 3 & 31) & 1 != 0
  }
  /// In the second byte of the header of a string that cannot be changed: the name of a symbol.
  public static let immutable: Word = 1 << 8

  /// On the shadow stack only: this word and the `words - 1` after it hold no values.
  @inline(__always)
  public static func skip(words: Int) -> Word { Word(words) << 32 | Word(31) << 3 | Tag.header }
  @inline(__always)
  public static var skipBits: Word { Word(31) << 3 | Tag.header }
  /// In the collector only: the low half of a forwarding word is this; its high half is the tagged new pointer.
  @inline(__always)
  public static var forwardBits: Word { Word(30) << 3 | Tag.header }
}

/// A symbol holds the global variable of its name. It lives outside the moving heap, so that code can embed its address.
/// Offsets from the object's address (not from the tagged word).
public enum SymbolLayout {
  public static let name = 8
  public static let value = 16
  /// The address of the `Func` of the procedure in `value`, or 0: one load tells whether a known callee is still there.
  public static let knownFunc = 24
  /// What the name means to the expander: keyword, primitive, procedure of the library.
  public static let flags = 28
  /// The next symbol of the same hash bucket (tagged), or #f.
  public static let next = 32
  /// Payload words.
  public static let words = 4
}
