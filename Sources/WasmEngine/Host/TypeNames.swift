// Types in error messages.

import WasmFormat

extension [ValueType] {
  /// `(i32, f64)`.
  var list: String { "(\(map(\.name).joined(separator: ", ")))" }
}

extension FuncType {
  /// `(i32, f64) -> (i64)`.
  public var signature: String { "\(parameters.list) -> \(results.list)" }
}

extension Limits {
  /// `1 to 3`, `at least 1`.
  fileprivate var range: String { maximum.map { "\(minimum) to \($0)" } ?? "at least \(minimum)" }
}

extension TableType {
  /// `table of 1 to 3 elements of type funcref`.
  var summary: String { "table\(is64 ? " with 64-bit indices" : "") of \(limits.range) elements of type \(element.name)" }
}

extension MemoryType {
  /// `memory of at least 2 pages`.
  var summary: String {
    "memory\(is64 ? " with 64-bit addresses" : "") of \(limits.range) pages\(pageSizeLog2 == 16 ? "" : " of \(pageSize) bytes")"
  }
}

extension GlobalType {
  /// `mutable global of type i32`.
  var summary: String { "\(isMutable ? "mutable" : "immutable") global of type \(value.name)" }
}

extension ImportDescriptor {
  /// What has to be imported, with its type.
  func summary(in module: ModuleDeclarations) -> String {
    switch self {
    case .function(let type): "function \(module.types[Int(type)].signature)"
    case .table(let type): type.summary
    case .memory(let type): type.summary
    case .global(let type): type.summary
    case .tag(let type): "tag \(module.types[Int(type)].parameters.list)"
    }
  }
}

extension Extern {
  /// What it is, with its type; sizes are those at present.
  var summary: String {
    switch self {
    case .function(let function): "function \(function.type.signature)"
    case .table(let table): TableType(table.type.element, Limits(UInt64(table.count), table.type.limits.maximum), is64: table.type.is64).summary
    case .memory(let memory):
      MemoryType(
        Limits(UInt64(memory.pageCount), memory.type.limits.maximum), is64: memory.type.is64, pageSizeLog2: memory.type.pageSizeLog2
      ).summary
    case .global(let global): global.type.summary
    case .tag(let tag): "tag \(tag.parameters.list)"
    }
  }
}
