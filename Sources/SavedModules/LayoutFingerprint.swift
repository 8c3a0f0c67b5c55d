// What compiled code takes for granted about the runtime that it runs in, as one number. Code that was saved under another one would read wrong fields
// or call wrong helpers: it is refused. A test holds the number, so that a change of the layout is seen where it is made.

import RuntimeLayout

public enum LayoutFingerprint {
  /// FNV-1a over the facts.
  public static let value: UInt64 = {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    func mix(_ number: Int) {
      for shift in stride(from: 0, to: 64, by: 8) { hash = (hash ^ (UInt64(bitPattern: Int64(number)) >> UInt64(shift) & 255)) &* 0x100_0000_01B3 }
    }
    func mix(_ name: String) {
      for byte in name.utf8 { mix(Int(byte)) }
      mix(-1)
    }
    for helper in RuntimeHelper.allCases {
      mix("\(helper)")
      mix(Int(helper.rawValue))
    }
    for reason in TrapReason.allCases {
      mix("\(reason)")
      mix(Int(reason.rawValue))
    }
    for fact in facts { mix(fact) }
    return hash
  }()

  private static var facts: [Int] {
    let layout = ContextLayout(importedFunctionCount: 3, tableCount: 5, memoryCount: 7, globalCount: 11, importedGlobalCount: 2, tagCount: 13)
    return [
      InstanceContext.helperTable, InstanceContext.memory0Base, InstanceContext.memory0Record, InstanceContext.functionRecords,
      InstanceContext.lazyThunk, InstanceContext.crossing, InstanceContext.variablePart,
      FunctionRecord.codeOffset, FunctionRecord.contextOffset, FunctionRecord.typeIDOffset, FunctionRecord.size, TableRecord.countOffset,
      MemoryRecord.baseOffset, MemoryRecord.byteCountOffset, ExceptionRecord.size,
      CallingConvention.integerArgumentRegisters, CallingConvention.floatArgumentRegisters,
      StackLayout.largestFrame, StackLayout.largestUnprobedFrame, BaselineFrame.context, BaselineFrame.resultArea,
      HandlerTable.headerWords, HandlerTable.callWords, HandlerTable.tryWords, HandlerTable.clauseWords,
      layout.importedFunction(1), layout.table(1), layout.memory(1), layout.tag(1), layout.global(1), layout.global(4),
    ]
  }
}
