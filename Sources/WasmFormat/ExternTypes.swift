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

public struct TableType: Equatable, Hashable, Sendable {
  public var element: ValueType
  public var limits: Limits

  public init(_ element: ValueType, _ limits: Limits) {
    self.element = element
    self.limits = limits
  }
}

public struct MemoryType: Equatable, Hashable, Sendable {
  public var limits: Limits

  /// The size of a page in bytes.
  public static let pageSize = 65536
  /// The most pages a 32-bit memory can have.
  public static let maximumPages: UInt64 = 65536

  public init(_ limits: Limits) { self.limits = limits }
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
public enum ExternKind: UInt8, Equatable, Hashable, Sendable {
  case function = 0
  case table = 1
  case memory = 2
  case global = 3

  /// The keyword of the text format.
  public var name: StaticString {
    switch self {
    case .function: "func"
    case .table: "table"
    case .memory: "memory"
    case .global: "global"
    }
  }
}
