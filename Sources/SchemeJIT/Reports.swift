// What a host is told of recorded procedures, of a profile and of what the runtime has done, in the forms that GuestABI lays down.
import GuestABI
import SchemeCore

public enum Reports {
  /// The recorded procedures: `name TAB calls TAB interpreted|compiled|<reason why not>`, a line each.
  public static func recordedProcedures() -> (text: [UInt8], count: Int) {
    var report = LineReport()
    Session.forEachUserFunction { function in
      if function.isTopLevel || function.calls == 0 && function.state == .interpreted { return }
      let state: StaticString =
        switch function.state {
        case .interpreted: "interpreted"
        case .compiled: "compiled"
        case .refused: (Refusal(rawValue: function.reason) ?? .none).explanation
        }
      report.add(function.name, Int(function.calls), state)
    }
    return (report.text, report.count)
  }

  /// The profile, which begins anew: `name TAB samples TAB interpreted|compiled`, a line each.
  public static func takeProfile() -> (text: [UInt8], count: Int) {
    var report = LineReport()
    Profile.forEach { function, samples in
      let state: StaticString = function?.state == .compiled ? "compiled" : "interpreted"
      report.add(function?.name ?? Constant.false, isTopLevel: function?.isTopLevel ?? false, samples, state)
    }
    Profile.clear()
    return (report.text, report.count)
  }

  /// The tree of a profile with stacks, which ends: `depth TAB name TAB place TAB samples TAB bytes TAB calls TAB interpreted|compiled`, a line each, callers before
  /// callees. No place: the library's.
  public static func stackProfile() -> [UInt8] {
    var text: [UInt8] = []
    StackProfile.finish { depth, function, samples, bytes in
      text.append(contentsOf: "\(depth)\t".utf8)
      if let function, function.isTopLevel {
        text.append(contentsOf: "(top level)".utf8)
      } else if let function, function.name.isSymbol {
        text.append(contentsOf: SymbolTable.utf8(function.name))
      } else {
        text.append(contentsOf: (function == nil ? "(others)" : "(lambda)").utf8)
      }
      text.append(9)
      if let function { text.append(contentsOf: Session.place(of: function)) }
      let state = function?.state == .compiled ? "compiled" : "interpreted"
      text.append(contentsOf: "\t\(samples)\t\(bytes)\t\(function?.calls ?? 0)\t\(state)\n".utf8)
    }
    return text
  }

  /// Stores the counters by the numbers of `Statistic`.
  public static func store(to words: UnsafeMutablePointer<UInt64>) {
    let heap = Heap.statistics
    var recorded: UInt64 = 0
    var compiled: UInt64 = 0
    var function = Func.newest
    while function.address != 0 {
      if function.kind == .lambda {
        if function.calls > 0 && !function.isTopLevel { recorded += 1 }
        if function.state == .compiled { compiled += 1 }
      }
      function = function.previous
    }
    words[Statistic.collections.rawValue] = UInt64(heap.collections)
    words[Statistic.bytesAllocated.rawValue] = UInt64(heap.allocatedBytes)
    words[Statistic.bytesLive.rawValue] = UInt64(Heap.liveBytes)
    words[Statistic.closuresRecorded.rawValue] = recorded
    words[Statistic.closuresCompiled.rawValue] = compiled
    words[Statistic.modulesGenerated.rawValue] = Linking.modules
    words[Statistic.bytesGenerated.rawValue] = Linking.bytes
    words[Statistic.generationNanoseconds.rawValue] = UInt64(Linking.seconds * 1e9)
    words[Statistic.collectionNanoseconds.rawValue] = UInt64(heap.collectionSeconds * 1e9)
    words[Statistic.fullCollections.rawValue] = UInt64(heap.fullCollections)
    words[Statistic.longestPauseNanoseconds.rawValue] = UInt64(heap.longestPauseSeconds * 1e9)
  }
}

/// Lines of a procedure's name, a number and a word, between tabs.
private struct LineReport {
  private(set) var text: [UInt8] = []
  private(set) var count = 0

  mutating func add(_ name: Word, isTopLevel: Bool = false, _ number: Int, _ word: StaticString) {
    if isTopLevel {
      text.append(contentsOf: "(top level)".utf8)
    } else {
      text.append(contentsOf: name.isSymbol ? SymbolTable.utf8(name) : [UInt8]("(lambda)".utf8))
    }
    text.append(9)
    text.append(contentsOf: String(number).utf8)
    text.append(9)
    word.withUTF8Buffer { text.append(contentsOf: $0) }
    text.append(10)
    count += 1
  }
}
