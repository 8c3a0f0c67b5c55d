// The options that say which compilers are used, of all commands that run WebAssembly; those after --tier are for finding bugs in the compilers.

import ArgumentParser
import WasmEngine

struct TierArguments: ParsableArguments {
  @Option(
    help:
      "Which compilers are used: bbq (the fast one), omg (the optimizing one, at each function's first call) or auto (what is hot is optimized in the background)."
  )
  var tier = EngineConfiguration().tier

  @Option(
    help: ArgumentHelp(
      "What counts as hot for --tier auto: 0 for everything, at once; a call takes 8 of it, an iteration of a loop 1.",
      valueName: "count", visibility: .hidden))
  var hotCount: Int32?

  @Flag(help: ArgumentHelp("Let what is hot wait until it is optimized.", visibility: .hidden))
  var waitForOmg = false

  @Option(
    help: ArgumentHelp(
      "Optimize only the FIRST to LAST of what would be, counted from 0; the rest stays in bbq.", valueName: "first..last",
      visibility: .hidden))
  var omgOnly: OrdinalRange?

  @Flag(help: ArgumentHelp("Let the optimizing compiler check itself.", visibility: .hidden))
  var omgVerify = false

  @Flag(help: ArgumentHelp("Write a line for everything that is given to the optimizing compiler.", visibility: .hidden))
  var omgTrace = false

  @Option(
    help: ArgumentHelp(
      "Compile for a processor without these features (\(ProcessorFeatures.names.map(\.name).joined(separator: ", ")), or all of these; without sse4.1 there is no SIMD).",
      valueName: "name,...",
      visibility: .hidden))
  var withoutFeatures = FeatureList()

  @Flag(help: ArgumentHelp("Write the map by which perf knows compiled functions by name: /tmp/perf-PID.map.", visibility: .hidden))
  var perfMap = false

  @Option(
    help: ArgumentHelp(
      "Write compiled functions with their code to jit-PID.dump in a directory, for perf inject --jit.", valueName: "directory", visibility: .hidden))
  var jitDump: String?

  @Option(
    help: ArgumentHelp(
      "Write what the engine compiles, links and enters, and when, to FILE, for chrome://tracing or Perfetto.", valueName: "file", visibility: .hidden
    ))
  var traceEvents: String?

  /// Options whose value is the next argument.
  static let optionsWithValues: Set<String> = ["--tier", "--hot-count", "--omg-only", "--without-features", "--jit-dump", "--trace-events"]

  func validate() throws {
    if let jitDump, let error = System.checkExecutableFiles(in: jitDump) {
      throw ValidationError("--jit-dump: no files that can be mapped executable can be written in \(jitDump): \(error)")
    }
    if let hotCount, hotCount < 0 { throw ValidationError("--hot-count must not be negative") }
    if let traceEvents {
      if let error = System.beginFile(traceEvents) { throw ValidationError("--trace-events: cannot write \(traceEvents): \(error)") }
    }
  }

  func apply(to configuration: inout EngineConfiguration) {
    configuration.tier = tier
    configuration.debug.hotCount = hotCount
    configuration.debug.waitsForOptimizer = waitForOmg
    configuration.debug.optimizedOrdinals = omgOnly?.range
    configuration.debug.verifiesOptimizer = omgVerify
    configuration.debug.tracesOptimizer = omgTrace
    configuration.debug.disabledProcessorFeatures = withoutFeatures.features
    configuration.debug.writesPerfMap = perfMap
    configuration.debug.jitDumpDirectory = jitDump
    configuration.debug.traceFile = traceEvents
  }
}

/// "3..17", both included.
struct OrdinalRange: ExpressibleByArgument {
  let range: Range<Int>

  init?(argument: String) {
    let parts = argument.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[1].isEmpty, let first = Int(parts[0]), let last = Int(parts[2]), first >= 0, last >= first - 1,
      last < .max
    else { return nil }
    range = first..<last + 1
  }
}

/// "bmi1,lzcnt".
struct FeatureList: ExpressibleByArgument {
  var features: ProcessorFeatures = []
  var defaultValueDescription: String { "none" }

  init() {}

  init?(argument: String) {
    guard let features = ProcessorFeatures(named: argument) else { return nil }
    self.features = features
  }
}

extension Tier: ExpressibleByArgument {}
