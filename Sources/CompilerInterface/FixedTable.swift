// Tables whose elements are known when the module is: nobody else can reach them (they are neither imported nor exported), no function of the module
// writes or grows them, and everything that instantiation puts into them is said in constants. What a call through such a table finds is then a
// matter of its index alone, whatever instance of the module it is in.

import WasmFormat

/// A table as instantiation leaves it, for ever.
public struct FixedTable {
  /// What each element is: a function's index, or `null`.
  public let elements: UnsafeMutableBufferPointer<Int32>

  public static var null: Int32 { -1 }

  /// How many elements the tables of a module may have in all; tables beyond that are not looked at.
  private static var limit: UInt64 { 1 << 14 }

  /// For each table of a module: its elements, or nil if the declarations alone show that it may hold something else. Takes time and memory by the
  /// length of the module, not by what the tables are said to hold.
  static func all(_ module: ModuleDeclarations) -> [FixedTable?] {
    var isReachable = [Bool](repeating: false, count: module.tables.count)
    for export in module.exports where export.kind == .table { isReachable[Int(export.index)] = true }
    var contents = [[Int32]?](repeating: nil, count: module.tables.count)
    var room = limit
    for index in module.importedTableCount..<module.tables.count {
      let table = module.tables[index]
      guard table.element.referenceKind == .function, module.tableInitials[index - module.importedTableCount] == nil, !isReachable[index],
        table.limits.minimum <= room
      else { continue }
      room -= table.limits.minimum
      contents[index] = Array(repeating: null, count: Int(table.limits.minimum))
    }
    for segment in module.elements {
      guard case .active(let number, let offset) = segment.mode else { continue }
      let table = Int(number)
      // A segment that does not fit ends instantiation, while functions may be out in an imported table already.
      guard table >= module.importedTableCount, let start = offset.integerConstant, start >= 0, fits(segment, at: start, in: module.tables[table])
      else {
        return Array(repeating: nil, count: module.tables.count)
      }
      guard contents[table] != nil else { continue }
      for position in 0..<segment.items.count {
        guard let element = segment.items.function(position) else {
          contents[table] = nil
          break
        }
        contents[table]![Int(start) + position] = element
      }
    }
    return contents.map { $0.map(FixedTable.init) }
  }

  private init(_ contents: [Int32]) {
    elements = .allocate(capacity: contents.count)
    _ = elements.initialize(from: contents)
  }

  private static func fits(_ segment: ElementSegment, at start: Int64, in table: TableType) -> Bool {
    UInt64(start) <= table.limits.minimum && UInt64(segment.items.count) <= table.limits.minimum - UInt64(start)
  }
}

extension ElementItems {
  /// The function that an item is, or `FixedTable.null`; nil if the item is something else.
  fileprivate func function(_ position: Int) -> Int32? {
    switch self {
    case .functions(let functions): return Int32(truncatingIfNeeded: functions[position])
    case .expressions(let expressions):
      switch expressions[position].single {
      case .refFunc(let function): return Int32(truncatingIfNeeded: function)
      case .refNull: return FixedTable.null
      default: return nil
      }
    }
  }
}

/// What a call through a table comes to.
public enum IndirectTarget: Equatable {
  case unknown
  /// It calls this function.
  case function(Int)
  /// It calls this function if the index is `at`, otherwise it traps.
  case functionIf(Int, at: Int)
  /// It calls some function that the module defines, in the same instance; or it traps.
  case withinInstance
  case undefinedElement, uninitializedElement, typeMismatch
}

extension ModuleInformation {
  /// The table, if its elements are known.
  public func fixedTable(_ table: Int) -> FixedTable? { validatesLazily || isTableWritten[table] ? nil : fixedTables[table] }

  /// Where a call of a function of this type through this table leads to; `index` nil: unknown.
  public func target(ofTable number: Int, type: Int, index: UInt64?) -> IndirectTarget {
    guard let table = fixedTable(number) else { return .unknown }
    let id = types[type].canonicalID
    if let index {
      guard index < UInt64(table.elements.count) else { return .undefinedElement }
      let function = Int(table.elements[Int(index)])
      if function < 0 { return .uninitializedElement }
      return shape(ofFunction: function).canonicalID == id ? .function(function) : .typeMismatch
    }
    var place = -1
    var isOnly = true
    var staysWithin = true
    for position in 0..<table.elements.count {
      let function = Int(table.elements[position])
      guard function >= 0, shape(ofFunction: function).canonicalID == id else { continue }
      if place >= 0 { isOnly = false }
      place = position
      if function < importedFunctionCount { staysWithin = false }
    }
    if isOnly, place >= 0 { return .functionIf(Int(table.elements[place]), at: place) }
    return staysWithin ? .withinInstance : .unknown
  }

  /// A body that may write this table has been seen.
  public func noteTableWrite(_ table: Int) { if !isTableWritten[table] { isTableWritten[table] = true } }
}
