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
      generation_s and warm_generation_s, the seconds to generate the module, the first time and later; link_s, those to compile, \
      instantiate and patch; guile_s, Guile's for one call, or null; result.
      """)

  @Argument(help: "The argument of fib.")
  var n = 30

  @Option(help: "How many calls are timed, interpreted and compiled each.")
  var calls = 5

  @Flag(inversion: .prefixedNo, help: "Time the same calls in Guile. (default: on a terminal, where Guile is installed)")
  var guile: Bool?

  @Flag(help: "Show source, WebAssembly and machine code beside each other, as on a terminal of 120 columns.")
  var code = false

  @Option(help: ArgumentHelp("Write a report with plots, too: one HTML file.", valueName: "file"))
  var html: String?

  @OptionGroup var arguments: DemoArguments

  func validate() throws {
    if n < 0 || n > 60 { throw ValidationError("N must be between 0 and 60") }
    if calls < 1 || calls > 100_000 { throw ValidationError("--calls must be between 1 and 100000") }
  }

  func run() throws {
    var measurement = try FibMeasurement(n, calls: calls, arguments)
    let isOnTerminal = System.isTerminal(System.standardOutput)
    if guile ?? (isOnTerminal && !arguments.json) {
      measurement.guile = Guile.times(of: FibProgram.text, "(fib \(n))", calls: calls)
      if measurement.guile == nil, guile == true {
        Terminal.complain("latch: Guile cannot be run: is it installed, as \"guile\"?\n")
        throw SchemeFailure()
      }
    }
    if let html { try System.writeFile(html, Array(FibReport(measurement).html.utf8)) }
    if arguments.json { return try Terminal.write(measurement.object) }
    try Terminal.write(measurement.table)
    let width = System.width(of: System.standardOutput) ?? CodeColumns.narrowest
    if code || isOnTerminal && width >= CodeColumns.narrowest {
      try Terminal.write("\n" + CodeColumns(measurement, width: max(width, CodeColumns.narrowest)).text)
    }
  }
}
