// What engines compile with: a region of executable memory, the queue of the optimizing compiler with its threads, and compilers that are not in use.
// Engines share one runtime unless they are given others: code of one is then compiled, and finds room, whatever the others do.

import BBQ
import MachineCode
import RuntimeLayout
import SavedModules
import Synchronization

/// Executable memory and compiler threads. Thread-safe.
///
/// All engines share one runtime unless they are told otherwise. An engine with a runtime of its own does not wait until the hot functions of other
/// engines are compiled, and its code does not take their room:
///
/// ```swift
/// let runtime = EngineRuntime(codeBytes: 64 << 20)
/// let engine = Engine(configuration, runtime: runtime)
/// ```
///
/// A runtime takes address space when its first module is made, and gives it back when it and all modules are gone. A process can have up to 256.
public final class EngineRuntime: Sendable {
  /// The runtime of engines that are given no other.
  public static let shared = EngineRuntime()

  let queue: CompileQueue
  /// For modules that guests want linked.
  let lateQueue = LateCompileQueue()
  let validators = CompilerPool { BodyValidator() }
  let baselineCompilers = CompilerPool { BBQCompiler() }
  let optimizingCompilers = CompilerPool { OptimizingCompiler() }
  let savedFunctionReaders = CompilerPool { SavedFunctionReader() }
  private let codeBytes: Int
  private let region = Mutex<CodeRegion?>(nil)

  /// A runtime of its own.
  ///
  /// - Parameters:
  ///   - codeBytes: address space for compiled code, at most 1 GiB; modules for which there is no room throw `ResourceError`.
  ///   - compileThreads: how many threads of the optimizing compiler work at the same time, at most; nil: as many as there are processors that the
  ///     program leaves idle, but not more than a few.
  public init(codeBytes: Int = Tuning.codeRegionSize, compileThreads: Int? = nil) {
    self.codeBytes = codeBytes
    let processors = Processors.available
    queue = CompileQueue(threads: max(compileThreads ?? min(processors - 1, Tuning.compileThreads), 1), isThrottled: processors == 1)
  }

  /// The region of code, made at the first call that succeeds.
  func codeRegion() throws(ResourceError) -> CodeRegion {
    let known = region.withLock { region in
      if region == nil { region = CodeRegion(size: codeBytes) }
      return region
    }
    guard let known else { throw ResourceError("no executable memory") }
    return known
  }

  /// Bytes of executable memory in use.
  public var allocatedCodeSize: Int { region.withLock { $0?.allocated ?? 0 } }
}
