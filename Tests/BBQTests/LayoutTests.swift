// The records' Swift structs have the layout that code relies on; validation errors say where.

import BBQ
import CompilerInterface
import RuntimeLayout
import Testing
import WasmFormat

@Suite struct LayoutTests {
  @Test func recordsHaveTheirDocumentedLayout() {
    #expect(MemoryLayout<FunctionRecord>.size == FunctionRecord.size)
    #expect(MemoryLayout<FunctionRecord>.offset(of: \.context) == FunctionRecord.contextOffset)
    #expect(MemoryLayout<FunctionRecord>.offset(of: \.typeID) == FunctionRecord.typeIDOffset)
    #expect(MemoryLayout<FunctionRecord>.offset(of: \.functionIndex) == FunctionRecord.functionIndexOffset)
    #expect(MemoryLayout<FunctionRecord>.offset(of: \.owner) == FunctionRecord.ownerOffset)
    #expect(MemoryLayout<TableRecord>.size == TableRecord.size)
    #expect(MemoryLayout<TableRecord>.offset(of: \.count) == TableRecord.size + TableRecord.countOffset)
    #expect(MemoryLayout<MemoryRecord>.size == MemoryRecord.size)
    #expect(MemoryLayout<MemoryRecord>.offset(of: \.byteCount) == MemoryRecord.byteCountOffset)
    #expect(MemoryLayout<TrapSite>.size == 12)
  }

  @Test func contextsVariablePartsDoNotOverlap() {
    let layout = ContextLayout(importedFunctionCount: 3, tableCount: 1, memoryCount: 1, globalCount: 2, importedGlobalCount: 1)
    #expect(layout.importedFunction(0) == InstanceContext.variablePart)
    #expect(layout.table(0) == layout.importedFunction(3))
    #expect(layout.memory(0) == layout.table(1))
    #expect(layout.global(0) >= layout.memory(1) && layout.global(0) % 16 == 0)
    #expect(layout.size == layout.global(2))
  }

  @Test func invalidBodiesAreRefusedWithTheirPlace() throws {
    let function = try TextFunction("(param i64) (result i32)\nlocal.get 0")
    #expect(throws: ModuleError.self) { try function.compile { _ in } }
    do {
      try function.compile { _ in }
    } catch ModuleError.invalid(let error) {
      #expect(error.function == TextFunction.index && error.offset > 0)
    } catch {
      Issue.record("wrong kind of error: \(error)")
    }
  }
}
