// Indices as bodies have them, made those of the module that the compiler sees: they differ if a late-linked module has been given all that its guest has
// (CompilerInterface's ImportedGuest.swift).

import CompilerInterface
import WasmFormat

extension GraphBuilder {
  /// The guest that the body at hand is of; nil for bodies of the module itself.
  @inline(__always)
  private var guest: ImportedGuest? { frame.isGuests ? module.guest : nil }

  mutating func typeIndex() -> Int { typeIndex(cursor.index()) }

  func typeIndex(_ index: Int) -> Int { guest?.type(index) ?? index }

  mutating func functionIndex() -> Int { functionIndex(cursor.index()) }

  func functionIndex(_ index: Int) -> Int {
    guard let imported = module.guest else { return index }
    if frame.isGuests { return imported.function(index) }
    return index < imported.firstDefined ? index : index + imported.shift
  }

  /// What the function's own body calls it.
  func indexInBody(_ function: Int) -> Int {
    guard let imported = module.guest else { return function }
    return function < module.importedFunctionCount ? function - imported.firstDefined : function - imported.shift
  }

  mutating func globalIndex() -> Int {
    let index = cursor.index()
    return guest?.global(index) ?? index
  }

  mutating func tableIndex() -> Int { tableIndex(cursor.index()) }

  func tableIndex(_ index: Int) -> Int { guest?.table(index) ?? index }

  mutating func memoryIndex() -> Int { memoryIndex(cursor.index()) }

  func memoryIndex(_ index: Int) -> Int { guest?.memory(index) ?? index }

  func tagIndex(_ index: UInt32) -> UInt32 { guest.map { UInt32($0.tag(Int(index))) } ?? index }

  /// What helpers call the memory, or the table, at the cursor.
  mutating func memoryNumber() -> Int { module.layout.memoryIndex(memoryIndex()) }
  mutating func tableNumber() -> Int { module.layout.tableIndex(tableIndex()) }

  /// What helpers call an element or data segment.
  func segmentNumber(_ index: Int) -> Int { frame.isGuests ? index : module.layout.segmentIndex(index) }

  /// One value of a type.
  func range(of type: ValueType) -> TypeRange { guest?.range(of: type, module) ?? module.range(of: type) }
}
