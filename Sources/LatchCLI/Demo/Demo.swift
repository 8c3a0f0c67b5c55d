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

/// The options of both experiments, and what both do with them.
struct DemoArguments: ParsableArguments {
  @OptionGroup var tiers: TierArguments

  @Flag(help: "Write one JSON object.")
  var json = false

  /// A session that compiles nothing by itself.
  func makeSession() throws -> SchemeSession {
    var options = SchemeOptions()
    options.jit = .off
    tiers.apply(to: &options.engine)
    return try SchemeSession(options)
  }

  /// The module of everything that the session has recorded.
  func generateModule(_ session: SchemeSession) throws -> GeneratedModule {
    if let module = try session.generateModule() { return module }
    Terminal.complain("latch: the guest found nothing to compile\n")
    throw SchemeFailure()
  }
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
    case .incomplete, .interrupted, .stopped:
      throw SchemeFailure()
    }
  }
}
