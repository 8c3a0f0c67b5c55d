// What the dialogue says when code has been linked: how long a call took before and how long it takes now. An input that was interpreted is remembered with its time and the
// calls in it. When the same input comes again, and the procedure that it calls most often has been compiled meanwhile, both times are shown, once.

import SchemeHost

struct SpeedUps {
  /// An input that was interpreted.
  private struct Run {
    var nanoseconds: UInt64
    /// The procedure that is called most often in it, and how often.
    var procedure: String
    var calls: Int
  }

  /// By their texts.
  private var interpreted: [String: Run] = [:]
  /// More inputs are not remembered.
  private static var mostInputs: Int { 100 }

  /// An input gave values after so long; the procedures that were recorded before and after it. Returns what is to be said about it, if anything.
  mutating func note(_ input: String, _ nanoseconds: UInt64, before: [RecordedClosure], after: [RecordedClosure]) -> String? {
    if let run = interpreted[input], Self.isCompiled(run.procedure, before) {
      interpreted[input] = nil
      return Self.comparison(run, nanoseconds)
    }
    guard interpreted.count < Self.mostInputs, let (procedure, calls) = Self.busiest(before, after), !Self.isCompiled(procedure, after)
    else { return nil }
    interpreted[input] = Run(nanoseconds: nanoseconds, procedure: procedure, calls: calls)
    return nil
  }

  /// The newest procedure of a name comes first.
  private static func isCompiled(_ name: String, _ closures: [RecordedClosure]) -> Bool { closures.first { $0.name == name }?.state == "compiled" }

  private static func busiest(_ before: [RecordedClosure], _ after: [RecordedClosure]) -> (name: String, calls: Int)? {
    var calls: [String: Int] = [:]
    for closure in after { calls[closure.name, default: 0] += closure.calls }
    for closure in before { calls[closure.name, default: 0] -= closure.calls }
    return calls.filter { $0.value > 0 }.max { ($0.value, $1.key) < ($1.value, $0.key) }.map { ($0.key, $0.value) }
  }

  private static func comparison(_ run: Run, _ nanoseconds: UInt64) -> String {
    func perCall(_ nanoseconds: UInt64) -> String { Format.duration(nanoseconds: Double(nanoseconds) / Double(run.calls)) }
    let factor = Double(run.nanoseconds) / Double(max(nanoseconds, 1))
    return "; \(run.procedure), \(Format.plural(run.calls, "call")): \(perCall(run.nanoseconds)) a call before, \(perCall(nanoseconds)) now, "
      + "\(Format.fixed(factor, 1)) times as fast"
  }
}
