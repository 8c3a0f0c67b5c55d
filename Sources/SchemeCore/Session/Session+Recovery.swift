// Going on after a stop that asked nobody: the host can end a call of the guest at any instruction (SchemeHost). Then the host puts back Swift's stack
// pointer and calls `recover`, provided that the runtime was not busy.
//
// What a stopped primitive or interpreter leaves is valid as far as memory goes, but for four things, which are mended here: a store whose card is not
// set yet, a global whose known procedure is not set yet, pages that belonged to an operation, and what the stop was asked for by other means.
import GuestABI

extension Session {
  /// Makes the runtime ready for the next evaluation.
  public static func recover() {
    LongWork.forget()
    runtimeState.interrupt = 0
    runtimeState.action = UnwindAction.raise.rawValue
    SymbolTable.forEachSymbol { setGlobal($0, globalValue($0)) }
    // Everything is forgotten that may have pages.
    SourcePositions.reset()
    Port.reset()
    PageAllocator.freeAll(use: PageUse.scratch)
    for root in [Root.unwindHead, .unwindTail, .continuation, .pendingProcedure, .pendingArguments, .result, .escapeTarget, .waitingContinuations] {
      runtimeState.roots[root] = Constant.false
    }
    // A collection of everything asks no card.
    Heap.collectAll(sp: runtimeState.stackBase)
  }
}
