// The dump by which Linux' `perf` knows the functions in memory that no file describes, with their code: jit-PID.dump, for DebugOptions.jitDumpDirectory. Other
// than by the map (PerfMap.swift), `perf` can show instructions, and tells apart what was at one address at different times.
//
// The format is that of the Linux sources (tools/perf/Documentation/jitdump-specification.txt), version 1, numbers as the processor has them: a header, then
// records that begin with a kind, their size and a time by the monotonic clock, for which `perf record` needs `-k mono`. The only kind here is the one of
// code that was loaded. That code goes is not said: what is loaded at its address later replaces it. `perf record` has to see that the file is mapped
// executable, and looks for the name.

import FaultHandler
import Synchronization
import WasmFormat

final class JITDump: Sendable {
  private let file: DiagnosticFile
  /// How many functions were written. Records are in the order of their numbers and times.
  private let count = Mutex<UInt64>(0)

  private static let headerSize: UInt32 = 40
  private static let loadedCode: UInt32 = 0
  /// Of a record of loaded code, without name and code.
  private static let loadSize = 56

  private static let all = Mutex<[String: JITDump]>([:])

  /// The one in a directory, which is begun the first time; nil if it cannot be written. It stays open: `perf` expects one for each process.
  static func shared(in directory: String) -> JITDump? {
    all.withLock { all in
      if let known = all[directory] { return known }
      let dump = JITDump(path(in: directory))
      all[directory] = dump
      return dump
    }
  }

  static func path(in directory: String) -> String { "\(directory)/jit-\(DiagnosticFile.processNumber).dump" }

  private init?(_ path: String) {
    guard let file = DiagnosticFile(path) else { return nil }
    self.file = file
    var header: [UInt8] = []
    header.append(number: 0x4A69_5444 as UInt32)
    header.append(number: 1 as UInt32)
    header.append(number: JITDump.headerSize)
    header.append(number: JITDump.machine)
    header.append(number: 0 as UInt32)
    header.append(number: UInt32(DiagnosticFile.processNumber))
    header.append(number: MonotonicClock.nanoseconds)
    header.append(number: 0 as UInt64)
    header.withUnsafeBytes { file.append($0) }
    file.mapExecutable()
  }

  /// There is code under a name.
  func note(_ name: String, _ code: UnsafeRawBufferPointer) {
    // A zero byte would end the name.
    let name = name.utf8.map { $0 < 32 ? UInt8(ascii: "?") : $0 }
    let size = JITDump.loadSize + name.count + 1 + code.count
    let address = UInt64(UInt(bitPattern: code.baseAddress))
    var record: [UInt8] = []
    record.reserveCapacity(size)
    count.withLock { count in
      count += 1
      record.append(number: JITDump.loadedCode)
      record.append(number: UInt32(size))
      record.append(number: MonotonicClock.nanoseconds)
      record.append(number: UInt32(DiagnosticFile.processNumber))
      record.append(number: UInt32(latch_thread_number()))
      record.append(number: address)
      record.append(number: address)
      record.append(number: UInt64(code.count))
      record.append(number: count)
      record += name
      record.append(0)
      record += code
      record.withUnsafeBytes { file.append($0) }
    }
  }

  /// As ELF numbers machines.
  private static var machine: UInt32 {
    #if arch(arm64)
      return 183
    #else
      return 62
    #endif
  }
}

extension [UInt8] {
  fileprivate mutating func append(number: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: number) { append(contentsOf: $0) }
  }
}
