// The types of what a module imports and exports: tables, memories, globals (core specification, "External Types").

/// A size range. Units: pages for memories, elements for tables.
public struct Limits: Equatable, Hashable, Sendable {
  public var minimum: UInt64
  public var maximum: UInt64?

  public init(_ minimum: UInt64, _ maximum: UInt64? = nil) {
    self.minimum = minimum
    self.maximum = maximum
  }
}

/// The bits of the byte before a size range.
enum LimitFlags {
  static var hasMaximum: UInt8 { 1 }
  static var isShared: UInt8 { 2 }
  static var is64: UInt8 { 4 }
  static var hasPageSize: UInt8 { 8 }
}

public struct TableType: Equatable, Hashable, Sendable {
  public var element: ValueType
  public var limits: Limits
  /// Whether indices are `i64`.
  public var is64: Bool

  public init(_ element: ValueType, _ limits: Limits, is64: Bool = false) {
    self.element = element
    self.limits = limits
    self.is64 = is64
  }

  /// What stands before a table's type, in the binary format, if an expression for its initial elements follows.
  static var initialPrefix: [UInt8] { [0x40, 0x00] }
}

public struct MemoryType: Equatable, Hashable, Sendable {
  public var limits: Limits
  /// Whether addresses are `i64`.
  public var is64: Bool
  /// log2 of the size of a page in bytes: 16, or 0 for pages of one byte.
  public var pageSizeLog2: UInt8
  /// Whether instances on several threads may use it at the same time. Then it has a maximum.
  public var isShared: Bool

  /// The usual size of a page in bytes.
  public static let pageSize = 65536

  public init(_ limits: Limits, is64: Bool = false, pageSizeLog2: UInt8 = 16, isShared: Bool = false) {
    self.limits = limits
    self.is64 = is64
    self.pageSizeLog2 = pageSizeLog2
    self.isShared = isShared
  }

  /// The size of a page in bytes.
  public var pageSize: Int { 1 << Int(pageSizeLog2) }

  /// The most pages that addresses can tell apart.
  public var maximumPages: UInt64 {
    if is64 { return pageSizeLog2 == 0 ? .max : 1 << (64 - UInt64(pageSizeLog2)) }
    return pageSizeLog2 == 0 ? UInt64(UInt32.max) : 1 << (32 - UInt64(pageSizeLog2))
  }
}

public struct GlobalType: Equatable, Hashable, Sendable {
  public var value: ValueType
  public var isMutable: Bool

  public init(_ value: ValueType, mutable: Bool = false) {
    self.value = value
    isMutable = mutable
  }
}

/// What kind of thing an import or an export is. Raw values are the binary encoding.
public enum ExternKind: UInt8, Equatable, Hashable, CaseIterable, Sendable {
  case function = 0
  case table = 1
  case memory = 2
  case global = 3
  case tag = 4

  /// The keyword of the text format.
  public var name: StaticString {
    switch self {
    case .function: "func"
    case .table: "table"
    case .memory: "memory"
    case .global: "global"
    case .tag: "tag"
    }
  }
}
