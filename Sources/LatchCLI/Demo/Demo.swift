// `latch demo`: experiments that show what the system does.

import ArgumentParser
import SchemeHost

struct Demo: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "latch demo",
    abstract: "Experiments: fib (interpreted against compiled), links (many late links).",
    subcommands: [FibDemo.self, LinksDemo.self])

  func run() throws { throw CleanExit.helpRequest(Demo.self) }
}

/// The program of the experiments.
enum FibProgram {
  static let text = """
    (define (fib n)
      (if (< n 2)
          n
          (+ (fib (- n 1)) (fib (- n 2)))))
    """

  /// Evaluates text that must not fail and returns the value as text.
  static func value(_ text: String, _ session: SchemeSession) throws -> String {
    switch try session.evaluate(text, name: "demo", .showResult) {
    case .value(let value): return value
    case .error(let message):
      Terminal.complain(message + "\n")
      throw SchemeFailure()
    case .incomplete, .interrupted:
      throw SchemeFailure()
    }
  }
}
