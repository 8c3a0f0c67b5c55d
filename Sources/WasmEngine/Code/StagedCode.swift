// Staged code: code that will become a module's. It is placed in the region and the fault handler knows it, but nobody calls it. All of that is done
// without the lock of the module's code, for which the program may be waiting; with the lock, the optimizing compiler's thread only links.

import CompilerInterface
import FaultHandler
import MachineCode

struct StagedCode: ~Copyable {
  let compiled: CompiledFunction
  let piece: CodeRegion.Piece
  /// What the fault handler reads; becomes the module's.
  var facts = FactArena()

  /// Throws ResourceError if there is no room.
  init(_ compiled: CompiledFunction, of function: Int, owner: Module, in region: CodeRegion) throws(ResourceError) {
    self.compiled = compiled
    let block = try region.place(compiled.code)
    piece = try region.register(compiled, at: block, function: function, owner: owner, &facts)
  }
}

extension CodeRegion {
  /// Tells the fault handler about code of a function, counted from the first that the module defines.
  func register(
    _ compiled: CompiledFunction, at block: CodeBlock, function: Int, owner: Module, _ facts: inout FactArena
  ) throws(ResourceError) -> Piece {
    let names = owner.nameSection
    var code = latch_code()
    code.start = address(block.offset)
    code.size = UInt32(compiled.code.count)
    code.function_index = UInt32(owner.importedFunctionCount + function)
    if let packed = compiled.packedSites {
      code.sites = packed.bytes.bindMemory(to: UInt8.self).baseAddress
      code.site_count = UInt32(packed.count)
    } else {
      code.sites = facts.pack(compiled.trapSites)
      code.site_count = UInt32(compiled.trapSites.count)
    }
    code.handlers = facts.copy(compiled.handlers)
    code.names = names?.bindMemory(to: UInt8.self).baseAddress
    code.names_size = UInt32(names?.count ?? 0)
    code.owner = Unmanaged.passUnretained(owner).toOpaque()
    let number = register(code)
    guard number != 0 else {
      deallocate(block)
      throw ResourceError("too many functions")
    }
    return Piece(block: block, number: number)
  }
}
