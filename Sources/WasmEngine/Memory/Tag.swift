// Tags: what tells one kind of exception from another.

import RuntimeLayout
import WasmFormat

/// A tag's record, which is its identity.
final class TagStorage {
  let signature: Signature
  let record: UnsafeMutablePointer<TagRecord>
  /// Words of the values that such exceptions carry.
  let payloadWords: Int
  /// Under which the module that defines it exports it.
  let name: WasmName?

  init(_ signature: Signature, name: WasmName? = nil) {
    self.signature = signature
    self.name = name
    payloadWords = signature.type.parameters.reduce(0) { $0 + $1.slotCount }
    record = .allocate(capacity: 1)
    record.initialize(to: TagRecord(typeID: UInt64(signature.id), owner: 0))
    record.pointee.owner = UInt(bitPattern: Unmanaged.passUnretained(self).toOpaque())
  }

  deinit { record.deallocate() }

  static func from(_ record: UnsafeMutablePointer<TagRecord>) -> TagStorage {
    Unmanaged<TagStorage>.fromOpaque(UnsafeRawPointer(bitPattern: record.pointee.owner)!).takeUnretainedValue()
  }
}

/// A kind of exception, with the types of the values that such exceptions carry.
///
/// ```swift
/// let tag = Tag(store, [.i32, .f64])
/// imports.define("env", "failure", tag)
/// throw try Exception(tag, [.i32(1), .f64(0.5)])
/// ```
public struct Tag: Equatable, CustomStringConvertible {
  /// The store that the tag belongs to.
  public let store: Store
  let storage: TagStorage

  init(_ storage: TagStorage, in store: Store) {
    self.storage = storage
    self.store = store
  }

  /// A new tag, to be imported by modules; it is equal to no other.
  public init(_ store: Store, _ parameters: [ValueType] = []) {
    let storage = TagStorage(Signature.of(FuncType(parameters)))
    store.tags.append(storage)
    self.init(storage, in: store)
  }

  /// Whether both are the same tag, not just alike.
  public static func == (left: Tag, right: Tag) -> Bool { left.storage === right.storage }

  /// The types of an exception's values.
  public var parameters: [ValueType] { storage.signature.parameters }

  /// `tag failure (i32, f64)`; without a name for a tag that its module does not export.
  public var description: String { "tag \(storage.name.map { "\($0) " } ?? "")\(parameters.list)" }
}
