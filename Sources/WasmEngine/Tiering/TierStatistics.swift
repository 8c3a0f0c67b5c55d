// How much each compiler did, and what the program noticed of it.

import OMG

/// What an engine's compilers have done so far, for all its modules.
///
/// ```swift
/// let statistics = engine.tierStatistics
/// print(statistics.optimized.functions, "of", statistics.baseline.functions, "functions were hot")
/// ```
public struct TierStatistics: Sendable {
  /// What one compiler did.
  public struct Compilation: Sendable {
    /// Functions that it compiled.
    public var functions = 0
    /// Bytes of the functions' bodies.
    public var wasmBytes = 0
    /// Bytes of machine code.
    public var codeBytes = 0
    /// The time that it took.
    public var nanoseconds: UInt64 = 0

    mutating func add(functions: Int, wasmBytes: Int, codeBytes: Int, nanoseconds: UInt64) {
      self.functions += functions
      self.wasmBytes += wasmBytes
      self.codeBytes += codeBytes
      self.nanoseconds += nanoseconds
    }
  }

  /// The baseline compiler.
  public var baseline = Compilation()
  /// The optimizing compiler.
  public var optimized = Compilation()
  /// Functions whose code was there already, saved with their module. The time is that of installing it.
  public var loaded = Compilation()
  /// How many of them run where their code lies in the program, and take no time.
  public var linked = 0
  /// The optimizing compiler: entries into running functions at their loops.
  public var loopEntries = Compilation()
  /// How often a running function went on in optimized code.
  public var loopEntriesTaken = 0
  /// How many of the entries were taken at all.
  public var loopEntriesUsed = 0
  /// Bytes of baseline code that optimized code has replaced. It stays until its module goes; see ModuleCode.
  public var replacedBytes = 0
  /// Functions that the optimizing compiler did not do.
  public var refused = 0
  /// Those among them for which its budget of work, or of memory for the function's graph, was too small.
  public var overBudget = 0
  /// How many hot functions and loops waited in the queue until they were compiled.
  public var queued = 0
  /// How long they waited together, in nanoseconds.
  public var queueWait: UInt64 = 0
  /// How long one of them waited at most, in nanoseconds.
  public var longestQueueWait: UInt64 = 0
  /// How many were taken out of the queue because they were not hot any more; they may have come back.
  public var dropped = 0
  /// The longest time, in nanoseconds, that installing optimized code kept a lock for which the program might have waited.
  public var longestInstallPause: UInt64 = 0
  /// How often the program wanted to compile something in the baseline tier while another thread, most likely the optimizing compiler's, kept that
  /// lock.
  public var waits = 0
  /// The longest time that it waited then, in nanoseconds.
  public var longestWait: UInt64 = 0
  /// The phases of the optimizing compiler in the background, in the order in which they first came, with their nanoseconds (DebugOptions.timesPhases).
  public var phases: [(name: String, nanoseconds: UInt64)] = []

  mutating func addPhase(_ name: String, _ nanoseconds: UInt64) {
    if let index = phases.firstIndex(where: { $0.name == name }) { return phases[index].nanoseconds += nanoseconds }
    phases.append((name: name, nanoseconds: nanoseconds))
  }
}

extension Engine {
  /// What the compilers have done so far.
  public var tierStatistics: TierStatistics { statistics.withLock { $0 } }

  /// Takes note of a function that the optimizing compiler did not do.
  func noteRefusal(_ refusal: OMGRefusal?) {
    note {
      $0.refused += 1
      if refusal == .overBudget || refusal == .overMemory || refusal == .tooLarge { $0.overBudget += 1 }
    }
  }

  func note(_ change: (inout TierStatistics) -> Void) { statistics.withLock { change(&$0) } }
}
