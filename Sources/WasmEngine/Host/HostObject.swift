// References of type externref to Swift objects. Wasm code holds them as numbers, in frames, globals, tables and exceptions, so it cannot count references; what it
// can no longer reach is found by a search, as with exceptions (ExceptionHeap), now and then when more references are made.

import RuntimeLayout
import WasmFormat

/// A reference to a Swift object, for wasm code to keep and to pass on: a value of type externref.
///
/// The object lives as long as somebody has this reference, or wasm code can reach it; what it cannot is found out when many more references have been made, or by
/// `Store.releaseObjects()`. With the store, all go.
///
/// ```swift
/// final class Connection { func send(_ byte: Int32) { print(byte) } }
///
/// imports.define("env", "open", Function(store, FuncType([], [.externref])) { (caller: borrowing Caller, _) in
///   [.object(HostObject(Connection(), in: caller.store))]
/// })
/// imports.define("env", "send", Function(store, FuncType([.externref, .i32])) { (_, arguments) in
///   guard case .object(let reference) = arguments[0], let connection = reference.object as? Connection, case .i32(let byte) = arguments[1] else {
///     throw Trap(.nullReference)
///   }
///   connection.send(byte)
///   return []
/// })
/// ```
///
/// Each reference that is made is another one, even to the same object.
public final class HostObject {
  /// What it refers to.
  public let object: AnyObject
  /// The store in which it is a reference.
  public let store: Store
  /// What compiled code has, less one. Never given again.
  let number: UInt

  /// Numbers that are not smaller are those of objects.
  static var firstNumber: UInt { 1 << 62 }

  /// A new reference to an object, which the store keeps.
  public convenience init(_ object: AnyObject, in store: Store) {
    self.init(object, store.objects.nextNumber(), store)
    store.objects.add(self)
  }

  fileprivate init(_ object: AnyObject, _ number: UInt, _ store: Store) {
    self.object = object
    self.number = number
    self.store = store
  }
}

/// The objects of a store that have references.
final class HostObjectHeap {
  private struct Entry {
    let object: AnyObject
    /// While there is one, the object stays.
    weak var handle: HostObject?
  }

  private var entries: [UInt: Entry] = [:]
  private var next = HostObject.firstNumber
  /// Search for garbage when there are this many.
  private var threshold = HostObjectHeap.minimumThreshold
  private unowned(unsafe) let store: Store

  private static let minimumThreshold = 1024

  init(_ store: Store) { self.store = store }

  var count: Int { entries.count }

  fileprivate func nextNumber() -> UInt {
    defer { next += 1 }
    return next
  }

  fileprivate func add(_ handle: HostObject) {
    if entries.count >= threshold { collect() }
    entries[handle.number] = Entry(object: handle.object, handle: handle)
  }

  /// The reference that compiled code has as this number plus one; nil if it is a number of the host's own.
  func handle(_ number: UInt) -> HostObject? {
    guard number >= HostObject.firstNumber, let entry = entries[number] else { return nil }
    if let handle = entry.handle { return handle }
    let handle = HostObject(entry.object, number, store)
    entries[number]?.handle = handle
    return handle
  }

  func collect() {
    var reached: Set<UInt> = []
    func visit(_ word: UInt) {
      let number = word &- 1
      if number >= HostObject.firstNumber, number < next, entries[number] != nil { reached.insert(number) }
    }
    store.visitRoots(.extern, visit)
    store.exceptions.visitPayloads(.extern, visit)
    // Objects that go may have references themselves, and look at the store when they do: they go last.
    let former = entries
    withExtendedLifetime(former) {
      entries = former.filter { $0.value.handle != nil || reached.contains($0.key) }
      threshold = max(HostObjectHeap.minimumThreshold, entries.count * 2)
    }
  }
}

extension Store {
  /// How many references to Swift objects the store holds that it has not found to be out of reach.
  public var objectCount: Int { objects.count }

  /// Lets go of the Swift objects to which nobody has a reference any more, neither the host nor wasm code. This happens by itself now and then.
  public func releaseObjects() { objects.collect() }
}
