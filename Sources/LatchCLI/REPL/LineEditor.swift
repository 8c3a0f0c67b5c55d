// Lines edited on a terminal with readline: history kept in a file across runs, completion, Ctrl-C, Ctrl-Z. What is pasted comes as one line with newlines
// in it, and so do entries of several lines that are taken from the history.
//
// readline's callback interface is used, so that the wait for a key is ours (EditingSignals.swift). readline has one state per process; so has this file.

import CReadline
import SchemeHost

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// What completes a word of a line.
nonisolated(unsafe) private var completer: ((_ before: String, _ word: String) -> Completion)?
/// What readline's line callback left: nil while editing; a null pointer at the end of input.
nonisolated(unsafe) private var finishedLine: UnsafeMutablePointer<CChar>??

final class LineEditor {
  private let history: HistoryFile?

  /// `complete` gets what stands before a word of the line, and the word.
  init(complete: @escaping (String, String) -> Completion) {
    completer = complete
    latch_readline_prepare(completionEntry, wordBreaks)
    history = HistoryFile()
    for entry in history?.load() ?? [] { add_history(entry) }
    stifle_history(Int32(HistoryFile.longest))
  }

  func readLine(prompt: String) -> LineInput {
    finishedLine = nil
    EditingSignals.begin()
    defer { EditingSignals.end() }
    rl_callback_handler_install(prompt) { line in
      finishedLine = .some(line)
      rl_callback_handler_remove()
    }
    while finishedLine == nil {
      switch EditingSignals.wait(for: System.standardInput) {
      case .ready:
        rl_callback_read_char()
      case .interrupted:
        latch_readline_abandon()
        try? Terminal.write("^C\n")
        return .interrupted
      case .suspended:
        latch_readline_leave_terminal()
        EditingSignals.suspend()
        latch_readline_take_terminal()
      case .continued:
        latch_readline_take_terminal()
      case .changed:
        rl_check_signals()
      case .closed:
        rl_callback_handler_remove()
        return .closed
      }
    }
    guard let line = finishedLine ?? nil else {
      if latch_readline_stands_after_prompt() != 0 { try? Terminal.write("\n") }
      return .end
    }
    defer { free(line) }
    return .line(String(cString: line))
  }

  /// Adds an entry, which may have several lines, to the history and to its file. A repetition of the last entry is not added.
  func remember(_ entry: String) {
    guard entry.contains(where: { !$0.isWhitespace }) else { return }
    if let newest = latch_history_newest(), String(cString: newest) == entry { return }
    add_history(entry)
    history?.append(entry)
  }
}

/// Called by readline for a word to complete.
private func completionEntry(
  _ word: UnsafePointer<CChar>?, _ start: Int32, _ end: Int32
) -> UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? {
  guard let word, let completer else { return nil }
  let before = lineStart(Int(start))
  guard case .names(let candidates) = completer(before, String(cString: word)) else { return latch_readline_file_names(word) }
  latch_readline_no_file_names()
  guard let first = candidates.first, let last = candidates.last else { return nil }
  // The candidates are sorted, so what the first and the last share is shared by all.
  let common = String(decoding: zip(first.utf8, last.utf8).prefix { $0 == $1 }.map(\.0), as: UTF8.self)
  let entries = candidates.count == 1 ? [first] : [common] + candidates
  let array = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocateForC(entries.count + 1)
  for (index, entry) in entries.enumerated() { array[index] = strdup(entry) }
  array[entries.count] = nil
  return array
}

/// So many bytes of the line that is edited.
private func lineStart(_ count: Int) -> String {
  String(decoding: UnsafeRawBufferPointer(start: latch_readline_line(), count: count), as: UTF8.self)
}

/// Called by readline for the characters at which the word before the cursor ends; null: the usual ones.
private func wordBreaks() -> UnsafeMutablePointer<CChar>? {
  let before = lineStart(Int(latch_readline_cursor()))
  guard let completer, case .file = completer(before, "") else { return nil }
  return latch_readline_file_breaks(Entry.startsCommand(before) ? 0 : 1)
}

extension UnsafeMutablePointer {
  /// Memory that C will free.
  fileprivate static func allocateForC(_ count: Int) -> UnsafeMutablePointer<Pointee> {
    malloc(count * MemoryLayout<Pointee>.stride)!.bindMemory(to: Pointee.self, capacity: count)
  }
}
