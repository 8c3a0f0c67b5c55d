// How much the runtime's own recursion may take of the host's stack. The expander and the IR builder recur over the nesting of a source text, rules over that of
// their templates. The host's stack cannot be seen from inside, but the compiled code has one of its own in memory, which those phases use at every level: an
// engine's frames take at most a few times as much. So the host says how many bytes of the visible one are to be had, and who recurs looks now and then.
//
// Active procedures are bounded by the shadow stack (Heap.start), and go on in the heap.
import GuestABI

public enum NativeStack {
  /// The address that the stack, which grows downwards, must not reach; 0: there is no bound but the expander's on nesting.
  nonisolated(unsafe) private static var end: UInt32 = 0
  nonisolated(unsafe) private static var bytes = Int.max
  nonisolated(unsafe) private static var wasExhausted = false

  /// Bounds what is used from the present depth on.
  public static func setBound(_ bytes: Int) {
    let top = nativeStackPointer()
    self.bytes = bytes
    end = bytes < Int(top) ? top - UInt32(bytes) : 0
  }

  static var isExhausted: Bool { nativeStackPointer() < end }

  /// How deep expressions may nest. The phases after the expander recur over it too, and cannot look.
  static var maximumNesting: Int { min(20_000, bytes / 128) }

  /// How deep the rules of a macro may nest: whoever matches and fills them in recurs too, and cannot look.
  static var maximumRuleNesting: Int { min(2000, bytes / 256) }

  /// For phases that cannot throw: they note it, and end with anything.
  static func noteExhaustion() { wasExhausted = true }

  /// Whether that was noted since this was asked last.
  static func takeExhaustion() -> Bool {
    defer { wasExhausted = false }
    return wasExhausted
  }
}
