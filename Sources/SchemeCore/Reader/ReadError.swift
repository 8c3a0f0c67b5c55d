// What is wrong with a source text.

public struct ReadError: Error {
  /// More input could make the text right: a REPL should ask for it.
  public let isIncomplete: Bool
  public let message: StaticString
  /// The place, from 1; for what is never closed, the place where it was opened. Columns count characters.
  public let line: Int
  public let column: Int
}
