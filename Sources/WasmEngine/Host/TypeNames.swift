// Types in error messages.

import WasmFormat

extension [ValueType] {
  /// `(i32, f64)`.
  var list: String { "(\(map(\.summary).joined(separator: ", ")))" }
}

extension ValueType {
  /// `i32`; `(ref null (i32) -> (i64))` for references to functions of a type.
  var summary: String { summary(depth: 0) }

  /// Types may refer to types that refer to types.
  fileprivate func summary(depth: Int) -> String {
    guard let type = functionType else { return isRecursive ? "(ref \(isNullable ? "null " : "")itself)" : name }
    func list(_ types: [ValueType]) -> String {
      depth > 1 ? "(…)" : "(\(types.map { $0.summary(depth: depth + 1) }.joined(separator: ", ")))"
    }
    return "(ref \(isNullable ? "null " : "")\(list(type.parameters)) -> \(list(type.results)))"
  }
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
  var summary: String { "table\(is64 ? " with 64-bit indices" : "") of \(limits.range) elements of type \(element.summary)" }
}

extension MemoryType {
  /// `memory of at least 2 pages`.
  var summary: String {
    "\(isShared ? "shared " : "")memory\(is64 ? " with 64-bit addresses" : "") of \(limits.range) pages\(pageSizeLog2 == 16 ? "" : " of \(pageSize) bytes")"
  }
}

extension GlobalType {
  /// `mutable global of type i32`.
  var summary: String { "\(isMutable ? "mutable" : "immutable") global of type \(value.summary)" }
}

extension ImportDescriptor {
  /// What has to be imported, with its type.
  func summary(in module: Module) -> String {
    switch self {
    case .function(let type): "function \(module.functionType(type).signature)"
    case .table(let type): module.declarations.canonical(type).summary
    case .memory(let type): type.summary
    case .global(let type): module.declarations.canonical(type).summary
    case .tag(let type): "tag \(module.functionType(type).parameters.list)"
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
        Limits(UInt64(memory.pageCount), memory.type.limits.maximum), is64: memory.type.is64, pageSizeLog2: memory.type.pageSizeLog2,
        isShared: memory.type.isShared
      ).summary
    case .global(let global): global.type.summary
    case .tag(let tag): "tag \(tag.parameters.list)"
    }
  }
}
