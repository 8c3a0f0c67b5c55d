// Which compilers an engine uses.

public enum Tier: String, Sendable, CaseIterable {
  /// The baseline compiler for everything.
  case bbq
  /// The optimizing compiler for every function that it can do, when the function is first called.
  case omg
  /// The baseline compiler first; what turns out to be hot goes to the optimizing compiler in the background.
  case auto
}
