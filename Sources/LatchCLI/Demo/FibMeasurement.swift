// What `latch demo fib` measures: each call, and each step from a definition to code that runs.

import SchemeHost

struct FibMeasurement {
  let n: Int
  /// Nanoseconds, of each call.
  let interpreted, compiled: [Double]
  /// Those of Guile, if it was asked.
  var guile: [Double]?
  /// Nanoseconds, of each step. The generator's own code is warm when it has generated a few modules.
  let parse, generation, warmGeneration, link: Double
  let closures, moduleBytes: Int
  let result: String
  /// The module's function in the text format, and the instructions that it becomes.
  let text, machineCode: String

  var speedup: Double { Self.mean(interpreted) / Self.mean(compiled) }

  /// Throws SchemeFailure if the calls do not all give the same.
  init(_ n: Int, calls: Int, _ arguments: DemoArguments) throws {
    self.n = n
    let session = try arguments.makeSession()
    var result: String?
    func call() throws -> [Double] {
      try (0..<calls).map { _ in
        let (time, value) = try Self.timed { try FibProgram.value("(fib \(n))", session) }
        if let result, value != result {
          Terminal.complain("latch: (fib \(n)) gave \(result) and then \(value)\n")
          throw SchemeFailure()
        }
        result = value
        return time
      }
    }
    parse = try Self.timed { try FibProgram.value(FibProgram.text, session) }.time
    let interpreted = try call()
    let (generation, module) = try Self.timed { try arguments.generateModule(session) }
    let bytes = try session.bytes(of: module)
    link = Double(try session.link(module))
    let compiled = try call()
    let warm = try (0..<Self.warmGenerations).map { _ in try Self.timed { try session.generateModule(of: "fib") }.time }
    warmGeneration = warm.sorted()[Self.warmGenerations / 2]
    let listing = try session.machineCode(ofModule: bytes).first
    text = listing?.text ?? ""
    machineCode = listing.map { Disassembler.text(of: $0.bytes, at: $0.address) } ?? ""
    (closures, moduleBytes) = (module.closures, module.byteCount)
    (self.interpreted, self.compiled, self.generation, self.result) = (interpreted, compiled, generation, result ?? "")
  }

  /// The median of so many is shown.
  private static var warmGenerations: Int { 21 }

  private static func timed<Value>(_ body: () throws -> Value) rethrows -> (time: Double, value: Value) {
    let start = monotonicNanoseconds()
    let value = try body()
    return (Double(monotonicNanoseconds() - start), value)
  }

  static func mean(_ times: [Double]) -> Double { times.reduce(0, +) / Double(times.count) }

  /// The bars: what took how long for one call.
  var bars: [(name: String, time: Double)] {
    [("interpreted", Self.mean(interpreted)), ("compiled", Self.mean(compiled))] + (guile.map { [("Guile", Self.mean($0))] } ?? [])
  }

  /// The steps, each with a note.
  var steps: [(name: String, time: Double, note: String)] {
    let perCall = compiled.count == 1 ? "one call" : "per call, mean of \(compiled.count)"
    let steps = [
      ("parse the definition", parse, ""),
      ("interpreted", Self.mean(interpreted), perCall),
      ("generate the module", generation, "\(Format.plural(closures, "closure")), \(moduleBytes) bytes"),
      ("the same, later", warmGeneration, "median of \(Self.warmGenerations)"),
      ("compile, instantiate, patch", link, ""),
      ("compiled", Self.mean(compiled), perCall),
    ]
    return steps + (guile.map { [("compiled by Guile", Self.mean($0), perCall)] } ?? [])
  }

  /// For people.
  var table: String {
    func row(_ name: String, _ value: String, _ note: String) -> String { "  \(Format.left(name, 30))\(Format.right(value, 10)) \(note)\n" }
    var text = "(fib \(n)) = \(result)\n\n"
    for step in steps { text += row(step.name, Format.duration(nanoseconds: step.time), step.note.isEmpty ? "" : "  " + step.note) }
    text += row("speed-up", Format.fixed(speedup, 1), "times") + "\n"
    let longest = bars.map(\.time).max() ?? 1
    for bar in bars { text += "  \(Format.left(bar.name, 11)) \(Self.bar(bar.time / longest))\n" }
    return text
  }

  /// A bar of up to 60 columns, to an eighth of a column.
  private static func bar(_ fraction: Double) -> String {
    let eighths = max(1, Int((fraction * 60 * 8).rounded()))
    let rest = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8]
    return String(repeating: "█", count: eighths / 8) + rest
  }

  /// For programs: one JSON object.
  var object: String {
    func seconds(_ nanoseconds: Double) -> String { Format.fixed(nanoseconds / 1e9, 9) }
    return """
      {"n": \(n), "interpreted_s": \(seconds(Self.mean(interpreted))), "compiled_s": \(seconds(Self.mean(compiled))), \
      "speedup": \(Format.fixed(speedup, 2)), "module_bytes": \(moduleBytes), "generation_s": \(seconds(generation)), \
      "warm_generation_s": \(seconds(warmGeneration)), "link_s": \(seconds(link)), \
      "guile_s": \(guile.map { seconds(Self.mean($0)) } ?? "null"), "result": \(result)}

      """
  }
}
