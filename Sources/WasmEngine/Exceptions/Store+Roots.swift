// Where references may be that compiled code holds: what a search for exceptions or host objects that nobody can reach begins with.

import FaultHandler
import RuntimeLayout
import WasmFormat

extension Store {
  /// Calls `visit` with every word that may be a reference of such a kind: all words of the wasm stack in use; globals, tables and passive element segments of that kind.
  /// What exceptions carry is not among them.
  func visitRoots(_ kind: ReferenceKind, _ visit: (UInt) -> Void) {
    var low: UInt = 0
    var high: UInt = 0
    if latch_active_stack(&low, &high) {
      var address = low
      while address < high {
        visit(UnsafePointer<UInt>(bitPattern: address)!.pointee)
        address += 8
      }
    }
    for global in globals { visit(UInt(global.cell.pointee)) }
    for instance in instances {
      // What has joined another one has that one's globals.
      if !instance.hasJoined {
        for (index, type) in instance.module.declarations.globals.enumerated() where type.value.referenceKind == kind {
          visit(UInt(instance.globalCell(index).pointee))
        }
      }
      instance.forEachElement(visit)
    }
    for table in tables where table.type.element.referenceKind == kind {
      for index in 0..<table.count { visit(table.elements[index]) }
    }
  }
}
