// What `--stats` says about the engine's compilers.

import WasmEngine

enum TierReport {
  static func rows(_ statistics: TierStatistics) -> [(String, String)] {
    func row(_ compilation: TierStatistics.Compilation, _ things: String = "function") -> String {
      "\(Format.plural(compilation.functions, things)), \(Format.bytes(UInt64(compilation.wasmBytes))) to "
        + "\(Format.bytes(UInt64(compilation.codeBytes))) in \(Format.duration(nanoseconds: compilation.nanoseconds))"
    }
    var rows: [(String, String)] = []
    if statistics.loaded.functions > 0 { rows.append(("saved code", row(statistics.loaded) + linked(statistics))) }
    rows.append(("bbq", row(statistics.baseline)))
    let optimized = statistics.optimized
    guard optimized.functions + statistics.refused > 0 else { return rows }
    rows.append(("omg", row(optimized) + refusals(statistics)))
    if statistics.replacedBytes > 0 { rows.append(("replaced", "\(Format.bytes(UInt64(statistics.replacedBytes))) of bbq's code, kept")) }
    if statistics.loopEntries.functions > 0 {
      rows.append(
        (
          "omg at loops",
          row(statistics.loopEntries, "loop") + "; entered \(Format.plural(statistics.loopEntriesTaken, "time")), "
            + "\(statistics.loopEntries.functions - statistics.loopEntriesUsed) of them never"
        ))
    }
    if statistics.queued > 0 {
      let mean = Double(statistics.queueWait) / Double(statistics.queued)
      rows.append(
        (
          "omg queue",
          "\(statistics.queued) waited \(Format.duration(nanoseconds: mean)) on average, "
            + "\(Format.duration(nanoseconds: statistics.longestQueueWait)) at most, \(statistics.dropped) given up; "
            + "longest install \(Format.duration(nanoseconds: statistics.longestInstallPause)), "
            + "waited for \(Format.plural(statistics.waits, "time"))"
            + (statistics.waits > 0 ? ", at most \(Format.duration(nanoseconds: statistics.longestWait))" : "")
        ))
    }
    let phases = statistics.phases.sorted { $0.nanoseconds > $1.nanoseconds }
    if !phases.isEmpty {
      rows.append(("omg phases", phases.map { "\($0.name) \(Format.duration(nanoseconds: $0.nanoseconds))" }.joined(separator: ", ")))
    }
    return rows
  }

  private static func linked(_ statistics: TierStatistics) -> String {
    statistics.linked == 0 ? "" : "; \(statistics.linked == statistics.loaded.functions ? "all" : "\(statistics.linked)") run where they lie"
  }

  private static func refusals(_ statistics: TierStatistics) -> String {
    if statistics.refused == 0 { return "" }
    return "; \(statistics.refused) refused" + (statistics.overBudget > 0 ? ", \(statistics.overBudget) of them over budget" : "")
  }

  static func text(_ rows: [(String, String)]) -> String { rows.map { "\(Format.left($0.0, 14)) \($0.1)\n" }.joined() }
}
