// The names of characters (R7RS 6.6, and two that are common).

enum CharacterName {
  static let count = 12

  static func name(_ index: Int) -> StaticString {
    switch index {
    case 0: "space"
    case 1: "newline"
    case 2: "tab"
    case 3: "return"
    case 4: "null"
    case 5: "alarm"
    case 6: "backspace"
    case 7: "delete"
    case 8: "escape"
    case 9: "nul"
    case 10: "linefeed"
    default: "rubout"
    }
  }

  static func scalar(_ index: Int) -> UInt32 {
    switch index {
    case 0: 32
    case 1: 10
    case 2: 9
    case 3: 13
    case 4: 0
    case 5: 7
    case 6: 8
    case 7: 127
    case 8: 27
    case 9: 0
    case 10: 10
    default: 127
    }
  }
}
