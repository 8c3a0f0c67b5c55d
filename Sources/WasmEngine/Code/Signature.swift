// Canonical function types. Equal types, of whatever module, have the same id, which `call_indirect` compares; with each id go the facts about
// calling such functions. Signatures are never freed: there are few, and records refer to them by number.
//
// The registry is one for all engines. It finds a type by its description, in which references to other types are canonical and those to itself are
// `recursive` (WasmFormat's ReferenceType.swift): so a type that refers to itself is not the type that only refers to that one. Once published, a signature
// never changes; modules that are loaded on several threads at the same time get the same ones.

import RuntimeLayout
import Synchronization
import WasmFormat

/// A canonical function type.
@usableFromInline final class Signature: Sendable {
  let id: UInt32
  /// The description.
  let type: FuncType
  /// The same, in which the type itself is a canonical one.
  let parameters: [ValueType]
  let results: [ValueType]
  /// Where a function finds its arguments.
  let arguments: [ArgumentPlace]
  let stackArgumentCount: Int
  /// Words of the results after the first.
  let furtherResultWords: Int
  /// Bytes of stack arguments, which the callee pops.
  let stackArea: Int
  /// The parameters as `WasmNumber.wasmKind`s, four bits each after a leading 1; 0 for functions that typed calls cannot reach.
  @usableFromInline let packedParameters: UInt64
  /// The kind of the only result, 0 for none; `UInt64.max` for functions that typed calls cannot reach.
  @usableFromInline let packedResult: UInt64

  private init(id: UInt32, type: FuncType) {
    self.id = id
    self.type = type
    parameters = Signature.resolve(type.parameters, itself: id)
    results = Signature.resolve(type.results, itself: id)
    var places = ArgumentPlaces()
    arguments = type.parameters.map { places.next(isFloat: $0.registerClass == .float, slots: $0.slotCount) }
    let stack = places.stackCount
    let integers = type.parameters.count { $0.registerClass == .general }
    let floats = type.parameters.count - integers
    packedParameters = integers <= 6 && floats <= 8 && stack == 0 ? Signature.pack(type.parameters) : 0
    packedResult =
      switch type.results.count {
      case 0: 0
      case 1: Signature.kind(type.results[0]) ?? .max
      default: .max
      }
    stackArgumentCount = stack
    furtherResultWords = type.results.dropFirst().reduce(0) { $0 + $1.slotCount }
    stackArea = CallingConvention.stackAreaSize(argumentsOnStack: stack)
  }

  private static func resolve(_ types: [ValueType], itself id: UInt32) -> [ValueType] {
    guard id < ValueType.referableTypes, types.contains(where: \.isRecursive) else { return types }
    return types.map { $0.isRecursive ? ValueType(to: .canonical(id), isNullable: $0.isNullable) : $0 }
  }

  /// The type of references to such functions; only of functions if there are more types than references can tell apart.
  var reference: ValueType { id < ValueType.referableTypes ? ValueType(to: .canonical(id), isNullable: false) : .funcref.nonNull }

  private static func kind(_ type: ValueType) -> UInt64? {
    switch type {
    case .i32: 1
    case .i64: 2
    case .f32: 3
    case .f64: 4
    case .v128: 5
    default: nil
    }
  }

  private static func pack(_ types: [ValueType]) -> UInt64 {
    var packed: UInt64 = 1
    guard types.count < 16 else { return 0 }
    for type in types {
      guard let kind = kind(type) else { return 0 }
      packed = packed << 4 | kind
    }
    return packed
  }

  /// The types of which `pack` has made this number.
  static func unpack(_ packed: UInt64) -> [ValueType] {
    var types: [ValueType] = []
    var rest = packed
    while rest > 1, let type = type(kind: rest & 15) {
      types.append(type)
      rest >>= 4
    }
    return types.reversed()
  }

  /// The number type with a `WasmNumber.wasmKind`.
  static func type(kind: UInt64) -> ValueType? {
    switch kind {
    case 1: .i32
    case 2: .i64
    case 3: .f32
    case 4: .f64
    case 5: .v128
    default: nil
    }
  }

  /// All signatures, by their ids and by their types. A table of its own: with a Dictionary, the runtime looks through the conformances of the whole program for that
  /// of FuncType to Hashable, 0.1 ms of each start.
  private struct Registry {
    private(set) var all: [Signature] = []
    /// Ids by the hashes of types, with open addressing, or -1; at most half of them are taken.
    private var slots: [Int32] = Array(repeating: -1, count: 128)

    mutating func signature(of type: FuncType) -> Signature {
      var slot = slot(of: type)
      if slots[slot] >= 0 { return all[Int(slots[slot])] }
      if 2 * (all.count + 1) > slots.count {
        slots = Array(repeating: -1, count: 2 * slots.count)
        for signature in all { slots[self.slot(of: signature.type)] = Int32(signature.id) }
        slot = self.slot(of: type)
      }
      let signature = Signature(id: UInt32(all.count), type: type)
      slots[slot] = Int32(all.count)
      all.append(signature)
      return signature
    }

    /// The slot that a type has, or would get.
    private func slot(of type: FuncType) -> Int {
      let mask = slots.count - 1
      var slot = type.hashValue & mask
      while slots[slot] >= 0 && all[Int(slots[slot])].type != type { slot = (slot + 1) & mask }
      return slot
    }
  }

  private static let registry = Mutex(Registry())

  /// The signature of a type. One of a module, with indices, is an error of the program: see `Module.functionType`.
  static func of(_ type: FuncType) -> Signature {
    precondition(!type.hasTypeIndices, "a function type with indices of a module's types: use Module.functionType")
    return registry.withLock { $0.signature(of: type) }
  }

  /// The signature with an id.
  static func with(id: UInt32) -> Signature { registry.withLock { $0.all[Int(id)] } }
}
