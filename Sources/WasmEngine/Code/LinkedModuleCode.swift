// Linked code in use (SavedModules' LinkedCode): all functions of a module run where their code lies in the program. They are final: nothing is compiled, copied or replaced.
//
// The fault handler tells functions by their addresses, so the code serves one module at a time; another one of the same bytes, for an engine of another kind, has copies.

import FaultHandler
import SavedModules
import Synchronization
import WasmFormat

/// Linked code that a module has.
final class LinkedModuleCode: @unchecked Sendable {
  let code: LinkedCode
  private var region: OpaquePointer?

  /// The addresses of code that modules have.
  private static let taken = Mutex<[UInt]>([])

  /// Nil if another module has it, or if it does not go with this process.
  init?(_ code: LinkedCode, _ declarations: ModuleDeclarations) {
    guard code.functionCount == declarations.bodies.count, code.functionCount > 0, code.fits(typeIDs: declarations.canonicalTypeIDs) else {
      return nil
    }
    let isFree = Self.taken.withLock { taken in
      if taken.contains(code.code) { return false }
      taken.append(code.code)
      return true
    }
    guard isFree else { return nil }
    self.code = code
  }

  /// Tells the fault handler whose code it is; to be called before any of it runs.
  func register(_ owner: Module) throws(ResourceError) {
    var common = latch_code()
    common.function_index = UInt32(owner.importedFunctionCount)
    common.names = owner.nameSection?.bindMemory(to: UInt8.self).baseAddress
    common.names_size = UInt32(owner.nameSection?.count ?? 0)
    common.owner = Unmanaged.passUnretained(owner).toOpaque()
    region = latch_linked_code_add(
      code.code, code.codeSize, code.functions.assumingMemoryBound(to: latch_linked_function.self), UInt32(code.functionCount),
      code.start.assumingMemoryBound(to: UInt8.self), &common)
    guard region != nil else { throw ResourceError("no memory for what the fault handler knows of code") }
  }

  deinit {
    if let region { latch_code_region_remove(region) }
    Self.taken.withLock { [code] taken in taken.removeAll { $0 == code.code } }
  }
}
