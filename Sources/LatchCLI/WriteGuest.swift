// `latch guest`: the Scheme's own WebAssembly module, for hosts other than this command.

import ArgumentParser
import SchemeHost

struct WriteGuest: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "latch guest",
    abstract: "Write the WebAssembly module that the Scheme is, for hosts of your own.",
    discussion: """
      What the module imports and exports says docs/hosts.md, which has hosts in JavaScript and Python.

      Exit codes: 0; 1 for a file that cannot be written; 2 for wrong usage.
      """)

  @Option(name: .shortAndLong, help: ArgumentHelp("The module's file.", valueName: "file"))
  var output: String

  func run() throws { try System.writeFile(output, Guest.bytes) }
}
