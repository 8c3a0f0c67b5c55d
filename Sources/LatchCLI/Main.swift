// The entry: runs the command and turns what it throws into a message and an exit code.

import ArgumentParser
import SchemeHost
import WasmEngine

@main
enum Main {
  static func main() {
    System.ignoreSignalsOfWriting()
    System.leaveQuitToTheSystem()
    do {
      let arguments = Array(CommandLine.arguments.dropFirst())
      if let invocation = Invocation(simple: arguments) {
        try invocation.perform()
      } else {
        var command = try Latch.command(arguments)
        try command.run()
      }
    } catch {
      System.exit(report(error))
    }
    System.exit(0)
  }

  /// Says what went wrong, if that is not said yet, and returns the exit code.
  static func report(_ error: any Error) -> Int32 {
    switch error {
    case let exit as ProgramExit:
      return exit.code
    case let error as ProgramError:
      Terminal.complain("latch: \(error)\n")
      return error.code
    case let error as UsageError:
      Terminal.complain("\(error)\n")
      return 2
    case let exit as ExitCode where exit != .success && exit != .validationFailure:
      return exit.rawValue
    case is SchemeFailure:
      return 1
    case let limit as TimeLimitExceeded:
      if !limit.isReported { Terminal.complain("latch: \(limit)\n") }
      return TimeLimitExceeded.exitCode
    case let output as OutputError:
      if !output.isBrokenPipe { Terminal.complain("latch: \(output)\n") }
      return 1
    case let resource as ResourceError:
      // What runs Scheme has no option for what would need less.
      Terminal.complain("latch: \(resource.message)\n")
      return 1
    case let file as FileError:
      Terminal.complain("latch: \(file)\n")
      return 1
    default:
      break
    }
    let code = Latch.exitCode(for: error)
    if code == .success {
      do throws(OutputError) { try Terminal.write(Latch.fullMessage(for: error) + "\n") } catch { return report(error) }
      return 0
    }
    if code == .validationFailure {
      Terminal.complain(Latch.fullMessage(for: error) + "\n")
      return 2
    }
    Terminal.complain("latch: \(error)\n")
    return 1
  }
}

/// Wrong usage: all that is to be said.
struct UsageError: Error, CustomStringConvertible {
  let description: String
}

/// A Scheme error that was reported already.
struct SchemeFailure: Error {}
