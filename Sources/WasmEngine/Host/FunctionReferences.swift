// Types of references to functions of a type, as the host writes them.

import WasmFormat

extension ValueType {
  /// The type of references to functions of a type.
  ///
  /// ```swift
  /// let binary = FuncType([.i32, .i32], [.i32])
  /// let table = try Table(store, TableType(.function(binary), Limits(4)), initial: .funcref(add))
  /// let fold = Function(store, FuncType([.function(binary, isNullable: true), .i32], [.i32])) { _, arguments in [arguments[1]] }
  /// ```
  public static func function(_ type: FuncType, isNullable: Bool = false) -> ValueType {
    let reference = Signature.of(type).reference
    return isNullable ? reference.nullable : reference
  }

  /// The type of the functions that it refers to; nil if it is no reference, or one to functions of any type.
  public var functionType: FuncType? { canonicalID.map { Signature.with(id: $0).type } }
}
