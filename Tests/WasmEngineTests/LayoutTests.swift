// The numbers of BoundaryLayout.h, which assembly and C go by, are those of RuntimeLayout, which the compilers and the engine go by; and the structs
// that Swift fills lie in memory as RuntimeLayout says. (Offsets of C's own structs are checked when C is compiled.)

import FaultHandler
import RuntimeLayout
import Testing

@Suite struct LayoutTests {
  @Test func assemblyAndCompilersAgreeOnContextsAndFrames() {
    #expect(Int(LATCH_INSTANCE_MEMORY_BASE) == InstanceContext.memory0Base)
    #expect(Int(LATCH_INSTANCE_CROSSING) == InstanceContext.crossing)
    #expect(Int(LATCH_RECORD_CODE) == FunctionRecord.codeOffset)
    #expect(Int(LATCH_RECORD_CONTEXT) == FunctionRecord.contextOffset)
    #expect(Int(LATCH_FRAME_CONTEXT) == BaselineFrame.context)
    #expect(Int(LATCH_INTEGER_ARGUMENTS) == CallingConvention.integerArgumentRegisters)
    #expect(Int(LATCH_FLOAT_ARGUMENTS) == CallingConvention.floatArgumentRegisters)
    #expect(Int(LATCH_STACK_GUARD) == StackLayout.guardSize)
    #expect(Int(LATCH_HOST_HEADROOM) == StackLayout.hostHeadroom)
  }

  @Test func trapReasonsHaveTheNumbersThatCKnows() {
    #expect(LATCH_TRAP_STACK_OVERFLOW == Int32(TrapReason.stackOverflow.rawValue))
    #expect(LATCH_TRAP_INTERRUPTED == Int32(TrapReason.interrupted.rawValue))
    #expect(LATCH_TRAP_TIME_LIMIT == Int32(TrapReason.timeLimitExceeded.rawValue))
  }

  @Test func trapSitesLieAsCReadsThem() {
    #expect(MemoryLayout<TrapSite>.offset(of: \.codeOffset) == Int(LATCH_SITE_CODE_OFFSET))
    #expect(MemoryLayout<TrapSite>.offset(of: \.wasmOffset) == Int(LATCH_SITE_WASM_OFFSET))
    #expect(MemoryLayout<TrapSite>.offset(of: \.reason) == Int(LATCH_SITE_REASON))
    #expect(MemoryLayout<TrapSite>.stride == Int(LATCH_SITE_SIZE))
  }

  @Test func helpersHaveTheirThunks() {
    #expect(RuntimeHelper.throwTag.rawValue == Int(LATCH_HELPER_THROW_TAG))
    #expect(RuntimeHelper.throwReference.rawValue == Int(LATCH_HELPER_THROW_REFERENCE))
    #expect(RuntimeHelper.allCases.allSatisfy { $0.rawValue < Int(LATCH_HELPER_COUNT) })
  }

  @Test func handlerTablesHaveTheSizesThatTheUnwinderGoesBy() {
    #expect(HandlerTable.headerWords == Int(LATCH_HANDLER_HEADER_WORDS))
    #expect(HandlerTable.callWords == Int(LATCH_HANDLER_CALL_WORDS))
    #expect(HandlerTable.tryWords == Int(LATCH_HANDLER_TRY_WORDS))
    #expect(HandlerTable.clauseWords == Int(LATCH_HANDLER_CLAUSE_WORDS))
    #expect(UInt(HandlerTable.none) == UInt(LATCH_HANDLER_NONE))
    #expect(UInt(HandlerTable.anyTag) == UInt(LATCH_HANDLER_ANY_TAG))
  }

  @Test func recordsLieAsCompiledCodeReadsThem() {
    #expect(MemoryLayout<FunctionRecord>.offset(of: \.code) == FunctionRecord.codeOffset)
    #expect(MemoryLayout<FunctionRecord>.offset(of: \.context) == FunctionRecord.contextOffset)
    #expect(MemoryLayout<FunctionRecord>.offset(of: \.typeID) == FunctionRecord.typeIDOffset)
    #expect(MemoryLayout<FunctionRecord>.offset(of: \.functionIndex) == FunctionRecord.functionIndexOffset)
    #expect(MemoryLayout<FunctionRecord>.offset(of: \.owner) == FunctionRecord.ownerOffset)
    #expect(MemoryLayout<FunctionRecord>.stride == FunctionRecord.size)
    #expect(MemoryLayout<TableRecord>.offset(of: \.count) == TableRecord.size + TableRecord.countOffset)
    #expect(MemoryLayout<TableRecord>.stride == TableRecord.size)
    #expect(MemoryLayout<MemoryRecord>.offset(of: \.base) == MemoryRecord.baseOffset)
    #expect(MemoryLayout<MemoryRecord>.offset(of: \.byteCount) == MemoryRecord.byteCountOffset)
    #expect(MemoryLayout<MemoryRecord>.stride == MemoryRecord.size)
    #expect(MemoryLayout<ExceptionRecord>.offset(of: \.tag) == Int(LATCH_EXCEPTION_TAG))
    #expect(MemoryLayout<ExceptionRecord>.stride == ExceptionRecord.size)
  }

  /// The fixed part of a context: fields in order, none over another, all before the variable part.
  @Test func contextFieldsDoNotOverlap() {
    let fields = [
      InstanceContext.helperTable, InstanceContext.memory0Base, InstanceContext.memory0Record, InstanceContext.functionRecords,
      InstanceContext.owner, InstanceContext.lazyThunk, InstanceContext.hotEntryThunk, InstanceContext.hotLoopThunk,
    ]
    #expect(fields == fields.indices.map { 8 * $0 })
    #expect(InstanceContext.variablePart >= 8 * fields.count)
    #expect(InstanceContext.variablePart % InstanceContext.alignment == 0)
  }

  @Test func vectorsOfHostFramesAreAligned() {
    #expect(LATCH_HOST_FRAME_FLOATS % 16 == 0 && LATCH_HOST_FRAME_VECTOR_RESULT % 16 == 0)
  }
}
