// What the policy needs of the guest's host and of its function table. Natively (in tests) there is neither: the initial functions take no module.
import SchemeCore

public struct ModuleHost {
  /// Links the module at an address, of so many bytes: its handle, which is above 0, or why it was not (`LateLinkInterface.link`).
  public var link: @convention(c) (Address, Int32) -> Int32 = { _, _ in 0 }
  /// Drops a module (`LateLinkInterface.unlink`).
  public var unlink: @convention(c) (Int32) -> Void = { _ in }
  /// The size of the function table.
  public var tableSize: @convention(c) () -> Int32 = { 0 }
  /// Makes entries of the table null: first, count.
  public var clearTable: @convention(c) (Int32, Int32) -> Void = { _, _ in }

  public init() {}
}
