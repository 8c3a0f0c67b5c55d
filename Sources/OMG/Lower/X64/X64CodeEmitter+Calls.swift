// Calls and tail calls. Arguments are in their places.

import CompilerInterface
import MachineCode
import RuntimeLayout
import WasmFormat

extension X64CodeEmitter {
  private mutating func noteReturn() {
    lastReturn = UInt32(truncatingIfNeeded: asm.offset)
    trapSites.append(TrapSite(returnOffset: lastReturn, wasmOffset: current.pointee.wasmOffset))
  }

  mutating func reloadContext() {
    asm.load(.w64, .r14, Address(.rbp, -8))
    asm.load(.w64, .r15, Address(.r14, Int32(InstanceContext.memory0Base)))
  }

  /// Where the callee stores further results.
  private mutating func passResultArea(_ results: TypeRange) {
    if results.count > 1 { asm.loadAddress(.w64, .r13, Address(.rbp, layout.outgoing)) }
  }

  /// With another instance's function record in rax: loads its context into the pinned registers and leaves the caller's in r10.
  private mutating func enterRecord() {
    asm.move(.w64, .r10, .r14)
    asm.load(.w64, .r14, Address(.rax, Int32(FunctionRecord.contextOffset)))
    asm.load(.w64, .r15, Address(.r14, Int32(InstanceContext.memory0Base)))
  }

  /// The record of an imported function in rax; or, if it is one of the instance that the module has joined, the address of its code.
  private mutating func loadImport(_ function: Int) -> Address? {
    guard let record = module.joinedRecord(ofFunction: function) else {
      asm.load(.w64, .rax, Address(.r14, Int32(truncatingIfNeeded: module.layout.importedFunction(function))))
      return nil
    }
    asm.load(.w64, .rax, Address(.r14, Int32(InstanceContext.functionRecords)))
    return Address(.rax, Int32(truncatingIfNeeded: record + FunctionRecord.codeOffset))
  }

  /// The index by which the module itself knows a function that it defines.
  private func calleeInModule(_ function: Int) -> UInt32 { UInt32(function - (module.guest?.shift ?? 0)) }

  mutating func call(_ function: Int) {
    passResultArea(module.shape(ofFunction: function).results)
    let field = asm.patchable(isJump: false)
    callSites.append(CallSite(offset: UInt32(field), callee: calleeInModule(function), isTail: false))
    noteReturn()
  }

  mutating func callImport(_ function: Int) {
    passResultArea(module.shape(ofFunction: function).results)
    if let code = loadImport(function) {
      asm.call(code)
      return noteReturn()
    }
    enterRecord()
    asm.call(Address(.rax, Int32(FunctionRecord.codeOffset)))
    noteReturn()
    reloadContext()
  }

  mutating func callIndirect() {
    let type = Int(current.pointee.auxiliary)
    let shape = module.types[type]
    findElement(type)
    passResultArea(shape.results)
    goToElement(shape, isTail: false)
    noteReturn()
  }

  /// Whether the call at hand leads to functions of the same instance alone, through a table whose size is known.
  private var staysWithin: Bool { current.pointee.variant != 0 }

  private mutating func goToElement(_ shape: TypeShape, isTail: Bool) {
    if !staysWithin { return asm.goToRecord(isTail: isTail, area: module.stackArea(shape.parameters)) }
    let code = Address(.rax, Int32(FunctionRecord.codeOffset))
    if isTail { asm.jump(code) } else { asm.call(code) }
  }

  /// From the element's number in r10 to its record in rax.
  private mutating func findElement(_ type: Int) {
    let table = Int(current.pointee.payload)
    asm.load(.w64, .r11, Address(.r14, Int32(truncatingIfNeeded: module.layout.table(table))))
    if let fixed = module.fixedTable(table) {
      asm.arithmetic(.cmp, .w64, .r10, constant: Int32(truncatingIfNeeded: fixed.elements.count))
    } else {
      asm.arithmetic(.cmp, .w64, .r10, Address(.r11, Int32(TableRecord.countOffset)))
    }
    asm.jump(.aboveOrEqual, trapLabel(.undefinedElement))
    asm.load(.w64, .rax, Address(.r11, index: .r10, scale: 3))
    // A null element faults here.
    site(.uninitializedElement)
    let typeID = Address(.rax, Int32(FunctionRecord.typeIDOffset))
    let id = Int32(bitPattern: module.types[type].canonicalID)
    if module.isSaved {
      typeSites.append(TypeSite(offset: UInt32(asm.compare32(typeID, constant: id)), type: UInt32(type)))
    } else {
      asm.arithmetic(.cmp, .w32, typeID, constant: id)
    }
    asm.jump(.notEqual, trapLabel(.indirectCallTypeMismatch))
  }

  // MARK: Tail calls

  mutating func tailCall(_ function: Int) {
    let area = module.stackArea(module.shape(ofFunction: function).parameters)
    let isImported = function < module.importedFunctionCount
    let code = isImported ? loadImport(function) : nil
    leaveFrame(area)
    if let code { return asm.jump(code) }
    if isImported { return asm.crossToRecord(area: area) }
    let field = asm.patchable(isJump: true)
    callSites.append(CallSite(offset: UInt32(field), callee: calleeInModule(function), isTail: true))
  }

  mutating func tailCallIndirect() {
    let type = Int(current.pointee.auxiliary)
    let shape = module.types[type]
    findElement(type)
    leaveFrame(module.stackArea(shape.parameters))
    goToElement(shape, isTail: true)
  }

  // MARK: Calls of references

  mutating func callReference(isTail: Bool) {
    let shape = module.types[Int(current.pointee.auxiliary)]
    let area = module.stackArea(shape.parameters)
    // Where reading the record comes first, a null reference faults there.
    let faults = !isTail && area == 0
    if !faults {
      asm.test(.w64, .rax, .rax)
      asm.jump(.equal, trapLabel(.nullFunctionReference))
    }
    if isTail { leaveFrame(area) } else { passResultArea(shape.results) }
    if faults { site(.nullFunctionReference) }
    asm.goToRecord(isTail: isTail, area: area)
    if !isTail { noteReturn() }
  }

  // MARK: Helpers

  private mutating func callHelper(_ helper: Int) {
    asm.move(.w64, .rdi, .r14)
    asm.load(.w64, .rax, Address(.r14, Int32(InstanceContext.helperTable)))
    asm.call(Address(.rax, Int32(8 * helper)))
    noteReturn()
  }

  mutating func callHelper() {
    let call = X64HelperCall(packed: current.pointee.auxiliary)
    callHelper(Int(call.helper))
    if let trap = call.trap {
      asm.test(.w32, .rax, .rax)
      asm.jump(.notEqual, trapLabel(trap))
    } else if variant.width == .w32 {
      asm.move(.w32, .rax, .rax)
    }
  }

  mutating func throwTag() {
    asm.move(.rsi, constant: Int64(module.layout.tagIndex(Int(current.pointee.auxiliary))))
    if needs.outgoingWords > 0 { asm.loadAddress(.w64, .rdx, Address(.rbp, layout.outgoing)) }
    callHelper(RuntimeHelper.throwTag.rawValue)
  }

  mutating func throwReference() {
    asm.test(.w64, .rsi, .rsi)
    asm.jump(.equal, trapLabel(.nullReference))
    callHelper(RuntimeHelper.throwReference.rawValue)
  }

  // MARK: Exceptions

  mutating func unwindBranch(_ block: Int) {
    noteHandledCall(block)
    jump(successor(block, 0))
  }

  mutating func landing(_ block: Int) {
    noteLanding(block)
    reloadContext()
  }
}
