// All numbers that one may want to turn, in one place.

public enum Tuning {
  /// Guarded memories: bytes reserved from the base. Index and 32-bit offset together never reach further.
  public static var guardedReservation: Int { (8 << 30) + (64 << 10) }
  /// What a memory grows by in small pages. Programs that use more mostly use much more.
  public static var smallPageBytes: Int { 8 << 20 }
  /// Address space reserved for compiled code, reachable by 32-bit displacements.
  public static var codeRegionSize: Int { 1 << 30 }
  /// When there is less address space, smaller regions are tried, down to this.
  public static var smallestCodeRegion: Int { 16 << 20 }
  /// Alignment of a loop's code.
  public static var codeAlignment: Int { 16 }
  /// Bytes of code that are fetched at once at best, and alignment of a function's code.
  public static var fetchedLine: Int { 64 }
  /// Loops of at most so many bytes are placed so that they reach into as few lines as possible.
  public static var shortLoop: Int { 128 }
  /// How many integer locals of a function live in registers, at most.
  public static var integerHomes: Int { 7 }
  /// How many float locals of a function live in registers, at most.
  public static var floatHomes: Int { 6 }

  /// The most code that the baseline compiler makes of a body of so many bytes. Programs get two or three bytes for each.
  public static func codeBytes(ofBody count: Int) -> Int { min((4 << 20) + 64 * count, codeRegionSize / 2) }

  // MARK: Tiers

  /// What a function's entry and an iteration of a loop take from its count, and what the count starts with: a function is hot after
  /// `hotCount / entryWeight` calls.
  public static var entryWeight: Int32 { 8 }
  public static var loopWeight: Int32 { 1 }
  /// Whole processes, 2 processors and as much other work, geometric means relative to 16,000:
  ///
  ///     count                                    4,000  8,000  16,000  32,000  64,000  128,000  256,000
  ///     24 kernels that take 40 ms                0.97   0.95       1    1.00    0.98     1.00     1.04
  ///     the same, 10 ms                           0.98   1.02       1    0.98    0.96     0.98     1.01
  ///     Scheme examples, mostly start-up          1.29   1.11       1    0.92    0.90     0.88     0.90
  ///     48 Scheme programs of 10 ms to 1 s                          1            0.94     0.95
  public static var hotCount: Int32 { 64_000 }
  /// The same for modules that are late-linked: whoever sends them knows already that they are hot. Between 500 and 16,000 no difference was found
  /// (Scheme examples).
  public static var lateLinkedHotCount: Int32 { 2_000 }
  /// Bytes of active data segments from which on a module's memories are mapped copy-on-write rather than copied, once it is instantiated again.
  public static var smallestMemoryImage: Int { 64 << 10 }
  /// How many memories of a module's former instances are kept for its next ones, at most.
  public static var idleMemories: Int { 16 }
  /// Up to so many bytes and ranges that an instance has written are made as they were before; more is given back to the system.
  public static var restoredBytes: Int { 2 << 20 }
  public static var restoredRanges: Int { 256 }
  /// How many modules are unlinked before the store is searched for what refers to them; more when there are many instances.
  public static var retiredModules: Int { 32 }
  /// How many functions of a module are compiled at once because the module says that they are hot.
  public static var markedFunctions: Int { 64 }
  /// The count of a function for which there is nothing left to do.
  public static var neverHot: Int32 { .max }
  /// How many functions and loops may wait for the optimizing compiler; what is colder than all of them has to ask again later.
  public static var compileQueueCapacity: Int { 1024 }
  /// Nanoseconds of waiting that count as much as being asked for once more; bytes of a body that take as long as what each function takes.
  public static var compileAging: UInt64 { 50_000_000 }
  public static var compileOverhead: Int { 256 }
  /// Nanoseconds after which a function, or a loop, that nobody has asked for again is not hot any more.
  public static var compileInterest: UInt64 { 400_000_000 }
  public static var loopEntryInterest: UInt64 { 100_000_000 }
  /// Nanoseconds of compiling a byte, at a guess. Before a loop is entered, a frame has to go on in baseline code for as long as compiling takes: if that is longer than
  /// the function runs, it is better to wait for its end.
  public static var compileByteTime: UInt64 { 500 }
  /// On one processor: how many times the time of compiling the program runs first.
  public static var compileReluctance: UInt64 { 5 }
  /// Bytes of a body from which on it is entered at outer loops rather than inner ones.
  public static var largeLoopEntry: Int { 16 << 10 }
  /// What a count starts with where another back edge of the same function is looked for; a prime, so that it is not the same one again and again.
  public static var shortCount: Int32 { 61 }
  /// How many loops of a function are entered, at most.
  public static var loopEntries: Int { 4 }
  /// Bytes of a body that takes long to compile: a tenth of a second at the optimizing compiler's usual speed.
  public static var largeBody: Int { 64 << 10 }
  /// Background threads that compile, at most, if there are processors for them; one more while a large body is compiled.
  public static var compileThreads: Int { 3 }
  /// Bytes of address space that have to be left when something is to be optimized: a thread's stack, the allocator's arena, and working memory.
  public static var compileAddressSpace: Int { 256 << 20 }
  /// Bytes of a compile thread's stack.
  public static var compileThreadStackSize: Int { 2 << 20 }
  /// When the optimizing compiler's arrays take more than so many bytes after a function, they are given back.
  public static var keptCompilerBytes: Int { 32 << 20 }
  /// How long a compile thread waits for work before it ends, in seconds.
  public static var compileThreadPatience: Int { 2 }
}
