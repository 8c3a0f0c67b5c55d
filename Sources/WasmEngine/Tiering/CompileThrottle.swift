// Where the program and the optimizing compiler share one processor, each takes it from the other. How long the program will go on is not known; as long as it
// has run already is the usual guess. So compiling may have taken a fraction of the time since it was asked for the first time, the function to
// begin with included: short programs end before much has been compiled in vain, long ones lose little by the delay.

import RuntimeLayout

struct CompileThrottle {
  let isOn: Bool
  /// When something was to be compiled for the first time, in nanoseconds.
  private var start: UInt64?
  /// Nanoseconds of compiling.
  private var spent: UInt64 = 0

  init(isOn: Bool) { self.isOn = isOn }

  /// How many nanoseconds to wait before a body of this many bytes.
  mutating func pause(before size: Int, at now: UInt64) -> UInt64 {
    guard isOn else { return 0 }
    let begun = start ?? now
    start = begun
    let due = (spent + UInt64(size) * Tuning.compileByteTime) * Tuning.compileReluctance
    let elapsed = now - min(begun, now)
    return due > elapsed ? due - elapsed : 0
  }

  mutating func note(_ nanoseconds: UInt64) { spent += nanoseconds }
}
