// How many processors this process may use.

import FaultHandler

enum Processors {
  /// Those that the system gives the process, where that can be found out: others may be reserved for somebody else.
  static let available = max(1, Int(latch_available_processors()))
}
