// What the engine believes the processor has.

#if os(Linux) && arch(x86_64)
  import Foundation
  import MachineCode
  import RuntimeLayout
  import Testing

  @Suite struct HostProcessorTests {
    @Test func theProcessorHasWhatTheSystemSays() throws {
      let information = try String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)
      let line = try #require(information.split(separator: "\n").first { $0.hasPrefix("flags") })
      let flags = Set(line.split(separator: " "))
      let names: [(String, ProcessorFeatures)] = [
        ("bmi1", .bmi1), ("bmi2", .bmi2), ("abm", .lzcnt), ("avx", .avx), ("avx2", .avx2), ("fma", .fma), ("sse4_1", .sse41),
      ]
      for (name, feature) in names { #expect(HostProcessor.features.contains(feature) == flags.contains(Substring(name)), "\(name)") }
    }
  }
#endif
