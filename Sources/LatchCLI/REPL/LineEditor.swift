// Lines edited on a terminal with readline: history kept in a file across runs, completion of bound names, Ctrl-C.
//
// readline's callback interface is used, so that the wait for a key is ours: SIGINT is blocked but for that wait, and an interrupted wait
// abandons the line. readline has one state per process; so has this file.

import CReadline
import SchemeHost

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// What completes a word.
nonisolated(unsafe) private var completer: ((String) -> [String])?
/// What readline's line callback left: nil while editing; a null pointer at the end of input.
nonisolated(unsafe) private var finishedLine: UnsafeMutablePointer<CChar>??

final class LineEditor {
  private let historyFile: String?
  private static let historyLength: Int32 = 2000

  init(complete: @escaping (String) -> [String]) {
    completer = complete
    latch_readline_prepare(completionEntry)
    historyFile = Self.historyPath()
    if let historyFile { read_history(historyFile) }
    stifle_history(Self.historyLength)
  }

  func readLine(prompt: String) -> LineInput {
    finishedLine = nil
    rl_callback_handler_install(prompt) { line in
      finishedLine = .some(line)
      rl_callback_handler_remove()
    }
    while finishedLine == nil {
      switch Interrupts.waitForInput(System.standardInput) {
      case .ready:
        rl_callback_read_char()
      case .interrupted:
        latch_readline_abandon()
        try? Terminal.write("^C\n")
        return .interrupted
      case .closed:
        rl_callback_handler_remove()
        return .end
      }
    }
    guard let line = finishedLine ?? nil else { return .end }
    defer { free(line) }
    return .line(String(cString: line))
  }

  /// Adds an entry, which may have several lines, to the history and to its file. A repetition of the last entry is not added.
  func remember(_ entry: String) {
    // The file has a line per entry. Joining the lines of one must not let a comment swallow the next.
    let joined = entry.contains(";") ? entry : entry.split(separator: "\n").joined(separator: " ")
    guard joined.contains(where: { !$0.isWhitespace }) else { return }
    if let newest = latch_history_newest(), String(cString: newest) == joined { return }
    add_history(joined)
    if let historyFile, append_history(1, historyFile) != 0 { write_history(historyFile) }
  }

  /// $XDG_STATE_HOME/latch/history or ~/.local/state/latch/history; its folder is made if need be.
  private static func historyPath() -> String? {
    let state: String
    if let folder = System.environment("XDG_STATE_HOME"), folder.hasPrefix("/") {
      state = folder
    } else if let home = System.environment("HOME"), !home.isEmpty {
      state = home + "/.local/state"
    } else {
      return nil
    }
    System.makeFolder(state + "/latch")
    return state + "/latch/history"
  }
}

/// Called by readline for a word to complete.
private func completionEntry(
  _ word: UnsafePointer<CChar>?, _ start: Int32, _ end: Int32
) -> UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? {
  latch_readline_no_file_names()
  guard let word, let completer else { return nil }
  let candidates = completer(String(cString: word))
  guard let first = candidates.first, let last = candidates.last else { return nil }
  // The candidates are sorted, so what the first and the last share is shared by all.
  let common = String(decoding: zip(first.utf8, last.utf8).prefix { $0 == $1 }.map(\.0), as: UTF8.self)
  let entries = candidates.count == 1 ? [first] : [common] + candidates
  let array = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocateForC(entries.count + 1)
  for (index, entry) in entries.enumerated() { array[index] = strdup(entry) }
  array[entries.count] = nil
  return array
}

extension UnsafeMutablePointer {
  /// Memory that C will free.
  fileprivate static func allocateForC(_ count: Int) -> UnsafeMutablePointer<Pointee> {
    malloc(count * MemoryLayout<Pointee>.stride)!.bindMemory(to: Pointee.self, capacity: count)
  }
}
