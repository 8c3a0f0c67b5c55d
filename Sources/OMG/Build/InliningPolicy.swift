// Which calls become the callee's body: small functions always, larger ones in loops, and a function in itself, once, within a budget for the whole function.

struct InliningPolicy {
  /// Bodies of at most so many bytes always.
  static var smallBody: Int { 48 }
  /// Bodies of at most so many bytes in loops.
  static var loopBody: Int { 160 }
  /// Bodies of at most so many bytes in themselves, not deeper than once, and so many bytes of them in all. Half of a recursion's calls are gone then, or more, and as many
  /// returns, which processors predict for a few levels only.
  static var recursiveBody: Int { 1200 }
  static var recursiveBudget: Int { 2400 }
  /// How deep bodies are put into each other.
  static var depth: Int { 6 }
  /// How often a function may be in the chain of bodies that are being built: the first time it is the function itself.
  static var recursion: Int { 2 }
  /// Bytes that all inlined bodies of a function may have together: this, and as many times the function's own bytes.
  static var budget: Int { 1200 }
  static var growth: Int { 2 }

  /// Bytes that may be added, and what is left of them.
  private var allowed = 0
  private(set) var left = 0
  private var leftForRecursion = 0
  private var isOn = true
  /// Some call has been replaced.
  private(set) var hasAdmitted = false

  mutating func begin(bodySize: Int, inlines: Bool) {
    isOn = inlines
    hasAdmitted = false
    allowed = Self.budget + Self.growth * bodySize
    startAgain()
  }

  /// Before a part of the function is built once more: it gets what the first time got.
  mutating func startAgain() {
    left = allowed
    leftForRecursion = Self.recursiveBudget
  }

  /// Whether a call of a body of this many bytes is replaced by it. `depth`: of the caller; `repetitions`: of the callee in the chain.
  mutating func admits(size: Int, inLoop: Bool, depth: Int, repetitions: Int) -> Bool {
    guard isOn, depth < Self.depth, repetitions < Self.recursion else { return false }
    guard size <= left else { return false }
    if size > (inLoop ? Self.loopBody : Self.smallBody) {
      let isRecursion = repetitions > 0 && depth == 0
      guard isRecursion, size <= min(Self.recursiveBody, leftForRecursion) else { return false }
      leftForRecursion -= size
    }
    left -= size
    hasAdmitted = true
    return true
  }
}
