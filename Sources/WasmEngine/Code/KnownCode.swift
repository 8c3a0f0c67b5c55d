// Code on its way into a module: placed in the region and known to the fault handler, but called by nobody. All that can be done without the lock of
// the module's code, so that the optimizing compiler's thread holds that lock for the rest alone; the program may be waiting for it.

import CompilerInterface
import FaultHandler
import MachineCode

struct KnownCode: ~Copyable {
  let compiled: CompiledFunction
  let piece: CodeRegion.Piece
  /// What the fault handler reads; becomes the module's.
  var facts = FactArena()

  /// Throws ResourceError if there is no room.
  init(_ compiled: CompiledFunction, of function: Int, owner: Module, in region: CodeRegion) throws(ResourceError) {
    self.compiled = compiled
    let block = try region.place(compiled.code)
    piece = try region.makeKnown(compiled, at: block, function: function, owner: owner, &facts)
  }
}

extension CodeRegion {
  /// Tells the fault handler about code of a function, counted from the first that the module defines.
  func makeKnown(
    _ compiled: CompiledFunction, at block: CodeBlock, function: Int, owner: Module, _ facts: inout FactArena
  ) throws(ResourceError) -> Piece {
    let number = latch_code_register(
      address(block.offset), UInt32(compiled.code.count), UInt32(owner.declarations.importedFunctionCount + function),
      facts.copy(compiled.trapSites), UInt32(compiled.trapSites.count), facts.copy(compiled.handlers),
      Unmanaged.passUnretained(owner).toOpaque())
    guard number != 0 else {
      deallocate(block)
      throw ResourceError("too many functions")
    }
    return Piece(block: block, number: number)
  }
}
