// How large a function's graph may become while it is built, and what all phases may use together. The shapes of wasm let a few bytes ask for millions of
// phis (many locals in nested loops, a jump table whose labels all lead to one loop): such functions stay in the baseline tier. A debug switch lowers the
// limits, so that small modules reach them in tests.

struct GraphLimits {
  /// Locals of one function.
  var locals = 50_000
  /// Words of all snapshots together.
  var snapshotWords = 1 << 20
  /// Landings of calls in `try_table`s.
  var landings = 50_000
  /// Instructions, phis included.
  var instructions = 100_000
  /// Words of argument lists, inputs of phis, and lists of edges.
  var poolWords = 1 << 20
  /// Units of work, of all phases together. A unit takes 20 to 60 ns. Programs need 24 for each byte on average, and at most 150.
  var work = 1 << 20
  /// Bytes of all arrays of the compiler together, beside what it has kept from other functions (Tuning.keptCompilerBytes). Most shapes
  /// (Tests/GrowthShapes) need 20 to 200 for each byte of 31 KB.
  var memory = 64 << 20

  init() {}

  /// For a body of this many bytes: an operator makes a few instructions, so that a large body alone is no reason to give up.
  init(bodySize: Int, divisor: Int) {
    instructions += 4 * bodySize
    poolWords += 16 * bodySize
    snapshotWords += 32 * bodySize
    work += 256 * bodySize
    memory += 64 * bodySize
    guard divisor > 1 else { return }
    locals = max(locals / divisor, 1)
    snapshotWords /= divisor
    landings /= divisor
    instructions /= divisor
    poolWords /= divisor
    work /= divisor
    memory /= divisor
  }
}
