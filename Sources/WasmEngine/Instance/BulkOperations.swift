// Filling and copying memories and tables, as much as a program may ask for: in pieces, between which one looks whether the program is to be stopped. Then
// the rest is left; the thunk through which the helper returns makes the trap.

import FaultHandler

enum BulkOperations {
  /// So many bytes take about 0.1 ms.
  private static var pieceSize: Int { 1 << 20 }

  /// Calls `body` for pieces of `0 ..< count`, in order or from the end: (first, number of elements).
  @inline(__always)
  private static func inPieces<Element>(_ count: Int, of _: Element.Type, backwards: Bool = false, _ body: (Int, Int) -> Void) {
    let size = pieceSize / MemoryLayout<Element>.stride
    if count <= size { return body(0, count) }
    var done = 0
    while done < count && !latch_is_stopping() {
      let part = min(size, count - done)
      body(backwards ? count - done - part : done, part)
      done += part
    }
  }

  @inline(__always)
  static func fill<Element: BitwiseCopyable>(_ target: UnsafeMutablePointer<Element>, _ element: Element, _ count: Int) {
    inPieces(count, of: Element.self) { first, number in (target + first).update(repeating: element, count: number) }
  }

  /// Source and target may overlap.
  @inline(__always)
  static func copy<Element: BitwiseCopyable>(_ target: UnsafeMutablePointer<Element>, from source: UnsafePointer<Element>, _ count: Int) {
    inPieces(count, of: Element.self, backwards: UnsafeRawPointer(target) > UnsafeRawPointer(source)) { first, number in
      (target + first).update(from: source + first, count: number)
    }
  }
}
