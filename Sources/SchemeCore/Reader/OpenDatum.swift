// The reader's stack: what has been opened and not closed yet.
import GuestABI

/// A list, vector or prefix whose end has not been read.
struct OpenDatum {
  enum Kind: UInt8 {
    case list, bracketList, vector, bytevector, quote, quasiquote, unquote, unquoteSplicing, comment
    /// `#12=`
    case label

    var isSequence: Bool { rawValue <= Kind.bytevector.rawValue }

    var symbol: StaticString {
      switch self {
      case .quote: "quote"
      case .quasiquote: "quasiquote"
      case .unquote: "unquote"
      default: "unquote-splicing"
      }
    }
  }
  enum DotState: UInt8 { case before, after, done }

  let kind: Kind
  let line: Int
  let column: Int
  var first: Word = Constant.null
  var last: Word = Constant.null
  var length = 0
  var dotState = DotState.before
  /// The index of a label among the reader's.
  var label = 0

  init(kind: Kind, line: Int, column: Int) {
    self.kind = kind
    self.line = line
    self.column = column
  }
}

/// A stack of them.
struct OpenDataStack {
  private var data: [OpenDatum] = []
  var isEmpty: Bool { data.isEmpty }
  var count: Int { data.count }
  mutating func push(_ datum: OpenDatum) { data.append(datum) }
  mutating func pop() -> OpenDatum { data.removeLast() }
  var top: OpenDatum {
    get { data[data.count - 1] }
    set { data[data.count - 1] = newValue }
  }
}
