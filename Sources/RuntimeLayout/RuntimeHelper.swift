// Routines of the engine that compiled code calls through the context's helper table, in the platform's C convention, with at most six
// arguments. The first argument is always the instance context. They run on the wasm stack.
// Arguments are 64-bit words, 32-bit ones zero-extended. "status" results: 0 is success, anything else makes the calling code
// trap with the reason named here.

public enum RuntimeHelper: Int, Sendable, CaseIterable {
  /// (context, memory index, pages to add) -> old size in pages, or all ones.
  case memoryGrow = 0
  /// (context, memory index, destination, byte, count) -> status, memoryOutOfBounds.
  case memoryFill
  /// (context, destination memory index, source memory index, destination, source, count) -> status, memoryOutOfBounds.
  case memoryCopy
  /// (context, memory index, data segment index, destination, source, count) -> status, memoryOutOfBounds.
  case memoryInit
  /// (context, data segment index).
  case dataDrop
  /// (context, table index, reference, elements to add) -> old size, or all ones.
  case tableGrow
  /// (context, table index, destination, reference, count) -> status, tableOutOfBounds.
  case tableFill
  /// (context, destination table index, source table index, destination, source, count) -> status, tableOutOfBounds.
  case tableCopy
  /// (context, table index, element segment index, destination, source, count) -> status, tableOutOfBounds.
  case tableInit
  /// (context, element segment index).
  case elementDrop
  /// (context, tag index, address of the first argument; the others follow below it, as the words of frames do). Does not return: throws.
  case throwTag
  /// (context, exnref). Does not return: throws; a null reference traps.
  case throwReference
  /// (context, memory index, offset, index, expected, nanoseconds) -> 0 notified, 1 another number is there, 2 the time was over. These three trap by themselves.
  case memoryAtomicWait32
  case memoryAtomicWait64
  /// (context, memory index, offset, index, threads) -> number of threads.
  case memoryAtomicNotify
}
