import GuestABI
/// How a value is written.
public enum PrintStyle { case write, display, writeShared, writeSimple }
public func printValue(_ value: Word, _ style: PrintStyle, to text: inout TextBuffer) { text.append("?") }
