// What the command was asked to do, in plain values; and a reading of the common command lines that needs no ArgumentParser, whose
// reflection costs more time (2 ms) than many programs run.

import SchemeHost
import WasmEngine

struct Invocation {
  var settings = SessionSettings()
  /// From `-e`, in order.
  var expressions: [String] = []
  /// The program's file and its arguments.
  var program: [String] = []

  init() {}

  /// Reads a command line if it has nothing but well-formed options in their plainest spelling. Everything else, errors among it, is left to
  /// `Latch`.
  init?(simple arguments: [String]) {
    var rest = arguments[...]
    while let argument = rest.first, argument.hasPrefix("-"), argument != "-" {
      rest.removeFirst()
      switch argument {
      case "--stats":
        settings.stats = true
      case "-e":
        guard let expression = rest.popFirst() else { return nil }
        expressions.append(expression)
      case "--jit":
        guard let policy = rest.popFirst().flatMap(JITPolicy.init) else { return nil }
        settings.jit = policy
      case "--tier":
        guard let tier = rest.popFirst().flatMap(Tier.init) else { return nil }
        settings.engine.tier = tier
      case "--gc-stress":
        settings.stressesCollector = true
      case "--sandbox":
        settings.sandbox = true
      case "--dir":
        guard let directory = rest.popFirst() else { return nil }
        settings.directories.append(directory)
      case "--library-path":
        guard let folder = rest.popFirst() else { return nil }
        settings.libraryPath.append(folder)
      case "--guest-image":
        guard let file = rest.popFirst() else { return nil }
        settings.guest = file
      default:
        return nil
      }
    }
    if let first = rest.first, expressions.isEmpty, Latch.isCommand(first) { return nil }
    program = Array(rest)
  }

  func perform() throws {
    if !expressions.isEmpty {
      try Batch(settings).evaluate(expressions, arguments: program)
    } else if let file = program.first {
      try Batch(settings).run(file, arguments: program)
    } else {
      try REPL(settings).run()
    }
  }
}
