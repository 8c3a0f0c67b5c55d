// Typed host functions that don't ask who calls them.

import FaultHandler

extension Function {
  /// A function whose type is that of a Swift closure over `Int32`, `UInt32`, `Int64`, `UInt64`, `Float`, `Double` and `V128`. Arguments and result go
  /// straight from and to registers.
  ///
  /// ```swift
  /// imports.define("env", "scale", Function(store) { (a: Int32, b: Int64) -> Double in Double(a) * Double(b) })
  /// ```
  @inlinable
  public init<each Parameter: WasmNumber, Result: WasmNumber>(
    _ store: Store, _ body: @escaping (repeat each Parameter) throws -> Result
  ) {
    self.init(store) { (_: borrowing Caller, parameter: repeat each Parameter) -> Result in try body(repeat each parameter) }
  }

  /// As above, for a closure without result.
  @inlinable
  public init<each Parameter: WasmNumber>(_ store: Store, _ body: @escaping (repeat each Parameter) throws -> Void) {
    self.init(store) { (_: borrowing Caller, parameter: repeat each Parameter) -> Void in try body(repeat each parameter) }
  }
}
