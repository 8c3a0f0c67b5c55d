// What `--stats` and `:stats` show: what a session compiled, linked and collected.

import GuestABI
import SchemeHost

enum StatisticsReport {
  static func text(of session: SchemeSession) -> String {
    guard let statistics = try? session.statistics() else { return "" }
    let links = statistics.links
    var rows: [(String, String)] = [
      ("closures", "\(statistics[.closuresRecorded]) recorded, \(statistics[.closuresCompiled]) compiled"),
      (
        "modules",
        "\(statistics[.modulesGenerated]) generated (\(Format.bytes(statistics[.bytesGenerated]))), "
          + "\(links.modules) linked (\(Format.bytes(UInt64(links.bytes)))), \(links.dropped) dropped again"
      ),
      ("generation", Format.duration(nanoseconds: statistics[.generationNanoseconds])),
      ("compile, link", Format.duration(nanoseconds: links.nanoseconds)),
      (
        "collections",
        "\(statistics[.collections]) (\(statistics[.fullCollections]) full), "
          + "\(Format.duration(nanoseconds: statistics[.collectionNanoseconds])), longest pause "
          + Format.duration(nanoseconds: statistics[.longestPauseNanoseconds])
      ),
      ("memory", "\(Format.bytes(statistics[.bytesAllocated])) allocated, \(Format.bytes(statistics[.bytesLive])) live"),
    ]
    if let peak = System.peakResidentBytes() { rows.append(("process", "\(Format.fixed(Double(peak) / 0x1p20, 1)) MiB at most")) }
    rows += TierReport.rows(statistics.tiers)
    if links.refused > 0 {
      rows.append(("refused", "\(Format.plural(links.refused, "module")): \(session.linkRefusal.map { "\($0)" } ?? "")"))
    }
    return TierReport.text(rows)
  }
}
