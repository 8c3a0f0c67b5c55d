// `latch test FILE...`: runs files with test suites of SRFI 64, each in a session of its own, and sums up.

import ArgumentParser
import SchemeHost

struct TestSuites: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "latch test",
    abstract: "Run test suites (SRFI 64).",
    discussion: """
      Runs each file as a program of its own. Writes each test that fails with its place, what was expected and what was given, and how many tests passed, failed and \
      were skipped, for each file and for all. An error that nothing handles, an exit code other than 0, a group with another number of tests than it says and one that does not \
      end are failures of their file.

      Exit codes: 0 when nothing failed; 1 when something did, or a file cannot be read; 2 for wrong usage. The time limit is that of each file.
      """)

  @OptionGroup var options: SessionArguments

  @Argument(help: "The files.")
  var files: [String]

  func run() throws {
    var total = SuiteTally()
    var failedFiles = 0
    let progress = Progress(count: files.count)
    let width = files.map(\.count).max() ?? 0
    for (index, file) in files.enumerated() {
      progress.show(index, file)
      let tally = try TestRun(file, options.settings).run()
      progress.clear()
      try Terminal.write("\(Format.left(file, width))  \(tally.summary)\n")
      total.add(tally)
      if tally.isFailure { failedFiles += 1 }
    }
    if files.count > 1 { try Terminal.write("\(Format.plural(files.count, "file")): \(total.summary)\n") }
    if failedFiles > 0 {
      if files.count > 1 { try Terminal.write("\(Format.plural(failedFiles, "file")) failed\n") }
      throw SchemeFailure()
    }
  }
}

/// What became of the tests of a file, or of all files.
struct SuiteTally {
  var passed = 0
  var failed = 0
  var unexpectedlyPassed = 0
  var failedAsExpected = 0
  var skipped = 0
  /// Groups that have another number of tests than they say.
  var badGroups = 0
  /// Groups that have begun and not ended, in files that ended without an error.
  var openGroups = 0
  /// Files that ended with an error.
  var errors = 0

  var isFailure: Bool { failed + unexpectedlyPassed + badGroups + openGroups + errors > 0 }

  mutating func add(_ other: SuiteTally) {
    passed += other.passed
    failed += other.failed
    unexpectedlyPassed += other.unexpectedlyPassed
    failedAsExpected += other.failedAsExpected
    skipped += other.skipped
    badGroups += other.badGroups
    openGroups += other.openGroups
    errors += other.errors
  }

  var summary: String {
    var parts: [String] = []
    func add(_ count: Int, _ what: String) { if count > 0 { parts.append("\(count) \(what)") } }
    add(passed, "passed")
    add(failed, "failed")
    add(unexpectedlyPassed, "passed unexpectedly")
    add(failedAsExpected, "failed as expected")
    add(skipped, "skipped")
    add(badGroups, badGroups == 1 ? "group of a wrong size" : "groups of a wrong size")
    add(openGroups, openGroups == 1 ? "group without an end" : "groups without an end")
    add(errors, errors == 1 ? "error" : "errors")
    return parts.isEmpty ? "no tests" : parts.joined(separator: ", ")
  }
}

/// One file.
private struct TestRun {
  let file: String
  let settings: SessionSettings

  init(_ file: String, _ settings: SessionSettings) {
    self.file = file
    self.settings = settings
  }

  func run() throws -> SuiteTally {
    var tally = SuiteTally()
    let source: [UInt8]
    do {
      source = try Interrupts.limitingProcess(to: settings.timeLimit) { try ProgramFile.text(file, for: settings) }
      try ProgramFile.refuseWebAssembly(source, file)
    } catch let error as FileError {
      Terminal.complain("latch: \(error)\n")
      tally.errors = 1
      return tally
    } catch let error as ProgramError {
      Terminal.complain("latch: \(error)\n")
      tally.errors = 1
      return tally
    }
    let session = try settings.makeSession(program: file)
    try session.setArguments([file])
    Interrupts.setTarget(session.interrupter)
    defer {
      Interrupts.setTarget(nil)
      if settings.stats { Terminal.complain(StatisticsReport.text(of: session)) }
    }
    return try withExtendedLifetime(session) {
      let name = "latch test"
      _ = try Batch.value(session.evaluate("(import (prefix (latch testing) %testing-)) (%testing-install!)", name: name), session)
      let end = try evaluate(source, session)
      if end == .good { _ = try Batch.value(session.evaluate("(%testing-report-open-groups)", name: name), session) }
      guard case .value(let counts) = try session.evaluate("(%testing-counts)", name: name, .showResult) else { throw SchemeFailure() }
      let numbers = counts.split { !$0.isNumber }.compactMap { Int($0) }
      if numbers.count == 7 {
        (tally.passed, tally.failed, tally.unexpectedlyPassed) = (numbers[0], numbers[1], numbers[2])
        (tally.failedAsExpected, tally.skipped, tally.badGroups) = (numbers[3], numbers[4], numbers[5])
        tally.openGroups = numbers[6]
      }
      // A suite may end with an exit code that says that tests have failed.
      if end == .error || end == .exitCode && !tally.isFailure { tally.errors = 1 }
      return tally
    }
  }

  private enum End { case good, exitCode, error }

  private func evaluate(_ source: [UInt8], _ session: SchemeSession) throws -> End {
    do {
      let evaluation = try Interrupts.within(settings.timeLimit) {
        try source.withUnsafeBytes { try session.evaluate($0, name: file == "-" ? "stdin" : file) }
      }
      _ = try Batch.value(evaluation, session)
      return .good
    } catch is SchemeFailure {
      return .error
    } catch let limit as TimeLimitExceeded {
      try session.flush()
      Terminal.complain("\(file): \(limit)\n")
      return .error
    } catch let exit as ProgramExit {
      try session.flush()
      if exit.code != 0 { Terminal.complain("\(file): exit code \(exit.code)\n") }
      return exit.code == 0 ? .good : .exitCode
    }
  }
}
