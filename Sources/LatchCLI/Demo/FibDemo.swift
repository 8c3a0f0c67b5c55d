// `latch demo fib [N]`: the experiment that the project started from. The same calls, interpreted; then everything recorded is compiled into one
// module, which is linked into the running instance; then again.

import ArgumentParser
import SchemeHost

struct FibDemo: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fib",
    abstract: "Time (fib N) interpreted and compiled.",
    discussion: """
      With --json, writes one object: n; interpreted_s and compiled_s, the mean seconds of one call; speedup; module_bytes; \
      link_s, the seconds to compile, instantiate and patch; result.
      """)

  @Argument(help: "The argument of fib.")
  var n = 30

  @Option(help: "How many calls are timed, interpreted and compiled each.")
  var calls = 5

  @OptionGroup var arguments: DemoArguments

  func validate() throws {
    if n < 0 || n > 60 { throw ValidationError("N must be between 0 and 60") }
    if calls < 1 || calls > 100_000 { throw ValidationError("--calls must be between 1 and 100000") }
  }

  /// What was measured; times in nanoseconds, those of calls per call.
  private struct Measurement {
    var parse, interpreted, generation, link, compiled: Double
    var closures, moduleBytes: Int
    var result: String

    var speedup: Double { interpreted / compiled }
  }

  func run() throws {
    let measurement = try measure()
    try Terminal.write(arguments.json ? object(measurement) : table(measurement))
  }

  private func measure() throws -> Measurement {
    let session = try arguments.makeSession()
    var result = ""
    func timed<Value>(_ body: () throws -> Value) rethrows -> (time: Double, value: Value) {
      let start = monotonicNanoseconds()
      let value = try body()
      return (Double(monotonicNanoseconds() - start), value)
    }
    func call() throws {
      for _ in 0..<calls {
        let value = try FibProgram.value("(fib \(n))", session)
        if !result.isEmpty && value != result {
          Terminal.complain("latch: (fib \(n)) gave \(result) and then \(value)\n")
          throw SchemeFailure()
        }
        result = value
      }
    }
    let parse = try timed { try FibProgram.value(FibProgram.text, session) }.time
    let interpreted = try timed(call).time / Double(calls)
    let (generation, module) = try timed { try arguments.generateModule(session) }
    let link = Double(try session.link(module))
    let compiled = try timed(call).time / Double(calls)
    return Measurement(
      parse: parse, interpreted: interpreted, generation: generation, link: link, compiled: compiled, closures: module.closures,
      moduleBytes: module.byteCount, result: result)
  }

  private func table(_ m: Measurement) -> String {
    func row(_ name: String, _ nanoseconds: Double, _ note: String) -> String {
      "  \(Format.left(name, 30))\(Format.right(Format.duration(nanoseconds: nanoseconds), 10))   \(note)\n"
    }
    let perCall = calls == 1 ? "one call" : "per call, mean of \(calls)"
    var text = "(fib \(n)) = \(m.result)\n\n"
    text += row("parse the definition", m.parse, "")
    text += row("interpreted", m.interpreted, perCall)
    text += row("generate the module", m.generation, "\(Format.plural(m.closures, "closure")), \(m.moduleBytes) bytes")
    text += row("compile, instantiate, patch", m.link, "")
    text += row("compiled", m.compiled, perCall)
    text += "  \(Format.left("speed-up", 30))\(Format.right(Format.fixed(m.speedup, 1), 10)) times\n\n"
    let longest = max(m.interpreted, m.compiled)
    text += "  interpreted \(bar(m.interpreted / longest))\n"
    text += "  compiled    \(bar(m.compiled / longest))\n"
    return text
  }

  /// A bar of up to 60 columns, to an eighth of a column.
  private func bar(_ fraction: Double) -> String {
    let eighths = max(1, Int((fraction * 60 * 8).rounded()))
    let rest = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8]
    return String(repeating: "█", count: eighths / 8) + rest
  }

  private func object(_ m: Measurement) -> String {
    func seconds(_ nanoseconds: Double) -> String { Format.fixed(nanoseconds / 1e9, 9) }
    return """
      {"n": \(n), "interpreted_s": \(seconds(m.interpreted)), "compiled_s": \(seconds(m.compiled)), \
      "speedup": \(Format.fixed(m.speedup, 2)), "module_bytes": \(m.moduleBytes), "link_s": \(seconds(m.link)), \
      "result": \(m.result)}

      """
  }
}
