// Types of references: `(ref null? ht)`, and which of them are subtypes of others (core specification, "Reference Types" and "Matching").
//
// What a reference refers to is a number in the type's word. An abstract type is its code in the binary format, which is less than 128. A type of a module is
// 128 plus its index. Types of two modules are compared as canonical ones: these carry, in the word's highest bit, that the number is one that the
// engine's registry gave to the type, the same to equal types of all modules. A module's declarations have indices, as its bytes do; whoever validates or
// executes has canonical types alone, so that equal types are equal words. The two never match each other.
//
// Within the description of a type that the registry is asked about, a reference to the type itself is `recursive`: so that equal descriptions are equal
// types. A group of types that refer to each other would have as many such numbers, counted down from there.

/// The numbers of what references refer to.
enum HeapNumber {
  @inline(__always) static var function: UInt32 { 0x70 }
  @inline(__always) static var extern: UInt32 { 0x6F }
  @inline(__always) static var exception: UInt32 { 0x69 }
  /// A subtype of all, of references in unreachable code.
  @inline(__always) static var bottom: UInt32 { 0 }
  /// The first number of a type of a module, or a canonical one.
  @inline(__always) static var firstConcrete: UInt32 { 128 }
  @inline(__always) static var recursive: UInt32 { mask }
  @inline(__always) static var mask: UInt32 { 0x3F_FFFF }
}

/// What a reference refers to.
public enum Referent: Equatable, Hashable, Sendable {
  case function, extern, exception
  /// The type with this index in its module.
  case type(UInt32)
  /// The type with this number in the engine's registry.
  case canonical(UInt32)
}

/// What the machine's word of a reference is.
public enum ReferenceKind: UInt8, Equatable, Sendable {
  case function, extern, exception
}

extension ValueType {
  @inline(__always) private static var nullBit: UInt32 { 1 << 8 }
  @inline(__always) private static var canonicalBit: UInt32 { 1 << 31 }

  /// How many types a module, or an engine's registry, may have so that references can name them.
  public static var referableTypes: UInt32 { HeapNumber.recursive - HeapNumber.firstConcrete }

  @inline(__always)
  init(nullable heapNumber: UInt32) { self.init(bits: UInt32(MachineType.reference.rawValue) | ValueType.nullBit | heapNumber << 9) }

  /// The type of references to something; a number must be less than `referableTypes`.
  public init(to referent: Referent, isNullable: Bool) {
    let nullable: ValueType
    switch referent {
    case .function: nullable = .funcref
    case .extern: nullable = .externref
    case .exception: nullable = .exnref
    case .type(let index):
      precondition(index < ValueType.referableTypes, "a reference to a type beyond the limit")
      nullable = ValueType(nullable: HeapNumber.firstConcrete + index)
    case .canonical(let id):
      precondition(id < ValueType.referableTypes, "a reference to a type beyond the limit")
      nullable = ValueType(bits: ValueType(nullable: HeapNumber.firstConcrete + id).bits | ValueType.canonicalBit)
    }
    self = isNullable ? nullable : nullable.nonNull
  }

  /// In the description of a type: a reference to that type.
  static func recursive(isNullable: Bool) -> ValueType {
    let nullable = ValueType(bits: ValueType(nullable: HeapNumber.recursive).bits | canonicalBit)
    return isNullable ? nullable : nullable.nonNull
  }

  /// What is known of a reference in unreachable code: it is not null.
  public static var unknownReference: ValueType { ValueType(nullable: HeapNumber.bottom).nonNull }

  @inline(__always) private var heapNumber: UInt32 { bits >> 9 & HeapNumber.mask }
  @inline(__always) private var isCanonical: Bool { bits & ValueType.canonicalBit != 0 }

  /// Whether a reference may be null.
  @inline(__always)
  public var isNullable: Bool { bits & ValueType.nullBit != 0 }

  /// Whether there is a value that variables of this type have at first: zero, or null.
  @inline(__always)
  public var isDefaultable: Bool { !isReference || isNullable }

  /// The same without null.
  public var nonNull: ValueType { ValueType(bits: bits & ~ValueType.nullBit) }

  /// The same with null.
  public var nullable: ValueType { ValueType(bits: bits | ValueType.nullBit) }

  /// Whether it refers to a type of a module, or to a canonical one.
  @inline(__always)
  public var isConcrete: Bool { isReference && heapNumber >= HeapNumber.firstConcrete }

  /// The index of the module's type that it refers to; nil if it refers to something else.
  public var typeIndex: UInt32? { isConcrete && !isCanonical ? heapNumber - HeapNumber.firstConcrete : nil }

  /// The number of the canonical type that it refers to; nil if it refers to something else.
  public var canonicalID: UInt32? { isConcrete && isCanonical && !isRecursive ? heapNumber - HeapNumber.firstConcrete : nil }

  /// In the description of a type: whether it refers to that type.
  public var isRecursive: Bool { isConcrete && isCanonical && heapNumber == HeapNumber.recursive }

  /// What it refers to; nil if it is no reference, or one in unreachable code.
  public var referent: Referent? {
    if let typeIndex { return .type(typeIndex) }
    if let canonicalID { return .canonical(canonicalID) }
    guard isReference else { return nil }
    switch heapNumber {
    case HeapNumber.function: return .function
    case HeapNumber.extern: return .extern
    case HeapNumber.exception: return .exception
    default: return nil
    }
  }

  /// What the words of such references are; nil if it is no reference, or one in unreachable code.
  public var referenceKind: ReferenceKind? {
    if isConcrete { return .function }
    return switch referent {
    case .function, .type, .canonical: .function
    case .extern: .extern
    case .exception: .exception
    case nil: nil
    }
  }

  /// The name of a reference type in the text format; types by their indices, canonical ones by their numbers.
  var referenceName: String? {
    guard isReference else { return nil }
    return "(ref " + (isNullable ? "null " : "") + heapName + ")"
  }

  /// The name of what it refers to in the text format.
  public var heapName: String {
    switch referent {
    case .function: "func"
    case .extern: "extern"
    case .exception: "exn"
    case .type(let index): String(index)
    case .canonical(let id): "#" + String(id)
    case nil: isRecursive ? "#itself" : "any type"
    }
  }
}

// MARK: Subtyping

extension ValueType {
  /// Whether a value of this type may stand where `expected` is wanted. All that validation, instantiation and the host's calls ask about two types, which
  /// must be both of one module, or both canonical.
  @inlinable @inline(__always)
  public func matches(_ expected: ValueType) -> Bool { self == expected || isProperSubtype(of: expected) }

  @usableFromInline @inline(never)
  func isProperSubtype(of expected: ValueType) -> Bool {
    if self == .unknown { return true }
    guard isReference, expected.isReference, expected.isNullable || !isNullable else { return false }
    let (own, wanted) = (heapNumber, expected.heapNumber)
    if own == HeapNumber.bottom || own == wanted && isCanonical == expected.isCanonical { return true }
    // All types of modules are those of functions.
    return isConcrete && wanted == HeapNumber.function
  }
}
