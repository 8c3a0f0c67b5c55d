// The entries of earlier dialogues in a file. An entry is a line, in which `\n` stands for a newline and `\\` for a backslash, so that an entry of several lines
// comes back as it was. The first line says so; in a file without it, which earlier versions wrote, lines stand for themselves.
//
// The history is a convenience: where its file cannot be read or written there is none.

struct HistoryFile {
  private static let header = "; history of latch, format 2"
  /// The file is cut down to so many entries when it has half as many more.
  static let longest = 2000

  let path: String

  /// $XDG_STATE_HOME/latch/history or ~/.local/state/latch/history; its folder is made if need be.
  init?() {
    let state: String
    if let folder = System.environment("XDG_STATE_HOME"), folder.hasPrefix("/") {
      state = folder
    } else if let home = System.environment("HOME"), !home.isEmpty {
      state = home + "/.local/state"
    } else {
      return nil
    }
    System.makeFolder(state + "/latch")
    path = state + "/latch/history"
  }

  /// The entries, oldest first. A file of another format is written anew.
  func load() -> [String] {
    let bytes = (try? System.readFile(path)) ?? []
    var lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")[...]
    let isCurrent = lines.first == Self.header[...]
    if isCurrent { lines.removeFirst() }
    let entries = lines.suffix(Self.longest).map { isCurrent ? Self.decoded($0) : String($0) }
    if !isCurrent || lines.count > Self.longest * 3 / 2 {
      let text = ([Self.header] + entries.map(Self.encoded)).map { $0 + "\n" }.joined()
      try? System.writeFile(path, Array(text.utf8), mode: 0o600)
    }
    return entries
  }

  func append(_ entry: String) { System.append(Array((Self.encoded(entry) + "\n").utf8), toFile: path) }

  private static func encoded(_ entry: String) -> String {
    var text = ""
    for character in entry {
      switch character {
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      default: text.append(character)
      }
    }
    return text
  }

  private static func decoded(_ line: Substring) -> String {
    var text = ""
    var rest = line
    while let character = rest.popFirst() {
      if character != "\\" {
        text.append(character)
      } else if let escaped = rest.popFirst() {
        text.append(escaped == "n" ? "\n" : escaped)
      }
    }
    return text
  }
}
