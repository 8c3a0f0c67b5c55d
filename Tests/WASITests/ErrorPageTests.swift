// Every line of docs/wasi-errors.md is true.

import Foundation
import Testing

@testable import WASI

/// A line of the page.
struct ErrorPageLine: CustomTestStringConvertible, Sendable {
  let text: String
  let error: String
  /// Where it is another one: in memory.
  let errorInMemory: String?

  func error(in system: FileSystem) -> String { system == .memory ? errorInMemory ?? error : error }

  var testDescription: String { "\(text): \(error)" }

  /// The function that the last call of the line calls.
  var function: String { String(text.split(separator: ";").last!.firstMatch(of: /([a-z_]+)\(/)!.1) }

  static let all: [ErrorPageLine] = {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let page = (try? String(contentsOf: root.appendingPathComponent("docs/wasi-errors.md"), encoding: .utf8)) ?? ""
    let lines = page.split(separator: "\n")
    func call(_ text: Substring) -> String { text.replacingOccurrences(of: "\\|", with: "|") }
    // The lines of two columns.
    var inMemory: [String: String] = [:]
    for line in lines { if let match = line.wholeMatch(of: /\| `(.*)` \| (\S+) \|/) { inMemory[call(match.1)] = String(match.2) } }
    return lines.compactMap { line in
      line.wholeMatch(of: /\| `(.*)` \| .*?\| (\S+) \|\s*\S* \|/).map {
        ErrorPageLine(text: call($0.1), error: String($0.2), errorInMemory: inMemory[call($0.1)])
      }
    }
  }()
}

@Suite struct ErrorPageTests {
  @Test(arguments: ErrorPageLine.all, FileSystem.allCases)
  func aCallReturnsWhatThePageSays(_ line: ErrorPageLine, _ system: FileSystem) throws {
    let stage = try Stage(system)
    let (name, words) = try stage.prepare(line.text)
    let (state, memory) = (try stage.state(), stage.memoryContents())
    let result = try stage.call(name, words)
    #expect(result == line.error(in: system))
    if result == "success" { return }
    #expect(try stage.state() == state, "a call that fails has had no effect")
    if result == "fault" { #expect(stage.memoryContents() == memory) }
  }

  @Test func thePageHasEveryFunctionAndOnlyErrorsThatThereAre() {
    let lines = ErrorPageLine.all
    #expect(Set(lines.filter { $0.error == "success" }.map(\.function)) == Set(Stage.rows.map(\.name.string)))
    #expect(lines.allSatisfy { Stage.errors.contains($0.error) })
    #expect(lines.count { $0.errorInMemory != nil } == 3)
    #expect(Stage.errors.count == Int(Errno.notCapable.rawValue) + 1)
  }

  /// Whatever pointer of a call that would succeed is wrong, nothing happens.
  @Test(arguments: Stage.rows.map(\.name.string), [FileSystem.host, .memory])
  func everyPointerIsCheckedBeforeAnythingHappens(_ function: String, _ system: FileSystem) throws {
    let line = try #require(ErrorPageLine.all.first { $0.function == function && $0.error == "success" })
    let parts = try #require(Stage.rows.first { $0.name.string == function }).parts
    for index in parts.indices where parts[index] == .pointer {
      for address in [Stage.bad, Stage.memorySize, Stage.memorySize - 1] {
        let stage = try Stage(system)
        var (name, words) = try stage.prepare(line.text)
        words[index] = address
        let (state, memory) = (try stage.state(), stage.memoryContents())
        #expect(try stage.call(name, words) == "fault", "argument \(index) is \(address)")
        #expect(try stage.state() == state, "argument \(index) is \(address)")
        #expect(stage.memoryContents() == memory, "argument \(index) is \(address)")
      }
    }
  }

  /// So that the test above does not miss one: pointers are found in the types, and counts belong to them.
  @Test func everyFunctionSaysWhichOfItsParametersArePointers() {
    let pointers = Dictionary(uniqueKeysWithValues: Stage.rows.map { ($0.name.string, $0.parts.count { $0 == .pointer }) })
    let expected = [
      "args_get": 2, "args_sizes_get": 2, "environ_get": 2, "environ_sizes_get": 2, "clock_res_get": 1, "clock_time_get": 1, "fd_fdstat_get": 1,
      "fd_filestat_get": 1, "fd_pread": 2, "fd_prestat_get": 1, "fd_prestat_dir_name": 1, "fd_pwrite": 2, "fd_read": 2, "fd_readdir": 2, "fd_seek": 1,
      "fd_tell": 1, "fd_write": 2, "path_create_directory": 1, "path_filestat_get": 2, "path_filestat_set_times": 1, "path_link": 2, "path_open": 2,
      "path_readlink": 3, "path_remove_directory": 1, "path_rename": 2, "path_symlink": 2, "path_unlink_file": 1, "poll_oneoff": 3, "random_get": 1,
      "sock_accept": 1, "sock_recv": 3, "sock_send": 2,
    ]
    #expect(pointers.filter { $0.value > 0 } == expected)
  }
}
