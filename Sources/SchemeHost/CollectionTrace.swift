// The guest's collections as events of the engine's trace file. The guest tells of the last one alone, in its memory (GuestABI's RuntimeStateLayout); it asks for the time when one
// begins, so who looks whenever it does that misses none.

import GuestABI
import WasmEngine

final class CollectionTrace {
  private let engine: Engine
  private let memory: Memory
  private let state: Int
  /// How many have been written.
  private var count: UInt32 = 0

  /// Nil if the engine writes no trace. `state`: where the guest's runtime state is in its memory.
  init?(_ engine: Engine, _ memory: Memory, state: Int) {
    guard engine.isTraced else { return nil }
    self.engine = engine
    self.memory = memory
    self.state = state
    count = word(RuntimeStateLayout.collections)
  }

  /// Writes the last collection, if it has not been written.
  func update() {
    let now = word(RuntimeStateLayout.collections)
    if now == count { return }
    count = now
    let name =
      switch CollectionExtent(rawValue: word(RuntimeStateLayout.collectionExtent)) {
      case .nursery, nil: "young objects"
      case .cycle: "old objects"
      case .everything: "all objects"
      }
    engine.trace(
      "Scheme: \(name)", "collection", from: time(RuntimeStateLayout.collectionStart), to: time(RuntimeStateLayout.collectionEnd),
      ["copied bytes": Int(word(RuntimeStateLayout.collectionBytes)), "collections": Int(now)])
  }

  private func word(_ field: Int) -> UInt32 { (try? memory.load(at: state + field, as: UInt32.self)) ?? 0 }

  /// In nanoseconds. The guest has it of the host's clock.
  private func time(_ field: Int) -> UInt64 {
    let seconds = (try? memory.load(at: state + field, as: Double.self)) ?? 0
    return UInt64(exactly: (seconds * 1e9).rounded()) ?? 0
  }
}
