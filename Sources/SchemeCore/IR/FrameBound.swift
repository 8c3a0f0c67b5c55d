// The bound on the size of frames, which the shadow stack's reserve sets.

/// How large a frame may be: what is stored between two polls must fit after the end of the shadow stack.
enum FrameBound {
  static let slots = Heap.stackReserve / 8 - 2000
  /// A function with a larger frame has been built since this was asked last.
  static var isExceeded: Bool {
    defer { exceeded = false }
    return exceeded
  }
  nonisolated(unsafe) private static var exceeded = false
  static func check(_ slots: Int) { if slots > self.slots { exceeded = true } }
}
