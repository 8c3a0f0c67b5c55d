// Every debug switch of the native side. Plain values: whoever starts an engine fills one in and hands it down.

public struct DebugOptions: Sendable, Equatable {
  /// Write each function's code to standard error as hexadecimal lines when it has been compiled.
  public var dumpCode = false
  /// Compile every function when its module is made, instead of at its first call.
  public var eagerCompilation = false

  /// Write the map by which `perf` knows compiled functions.
  public var writesPerfMap = false
  /// Write compiled functions with their code to the file `jit-PID.dump` in this directory, for `perf inject --jit`. A process has one such file for each
  /// directory, whatever engines it has.
  public var jitDumpDirectory: String?
  /// Write to this file what the engine does and when, as trace events.
  public var traceFile: String?
  /// Note how long each phase of the optimizing compiler takes (TierStatistics.phases).
  public var timesPhases = false

  /// Memory that an instance has used is made as it was for the next one page by page, where the system says which pages were written.
  public var restoresPages = true

  /// Features of the processor that compilers make no use of.
  public var disabledProcessorFeatures: ProcessorFeatures = []

  /// In place of Tuning.hotCount: 0 makes every function hot at its first entry.
  public var hotCount: Int32?
  /// A hot function or loop waits until the optimizing compiler is done with it.
  public var waitsForOptimizer = false
  /// The optimizing compiler does only these of the functions and loops that it is given, counted from 0 in the order in which it gets them.
  public var optimizedOrdinals: Range<Int>?
  /// The optimizing compiler checks what each of its phases leaves, and the allocation of registers; a mistake ends the process.
  public var verifiesOptimizer = false
  /// Write a line to standard error for each function or loop that the optimizing compiler is given: its number in that order, and what it is.
  public var tracesOptimizer = false

  /// Divides the optimizing compiler's limits on the size of a function's graph, so that small modules reach them.
  public var optimizerLimitDivisor = 1

  public init() {}
}
