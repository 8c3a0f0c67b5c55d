// Time, the command line, exit, and other things of the world outside.
import GuestABI

/// The program's arguments; the first is its own name.
public enum CommandLine {
  nonisolated(unsafe) private static var arguments: [[UInt8]] = []

  public static func set(_ arguments: [[UInt8]]) { self.arguments = arguments }

  static func list() -> Word {
    var result = Constant.null
    for argument in arguments.reversed() {
      var text = TextBuffer()
      for byte in argument { text.append(byte) }
      result = cons(text.makeString(), result)
      text.free()
    }
    return result
  }
}

/// The state of `random`: splitmix64.
nonisolated(unsafe) private var randomState: UInt64 = 0x2545_F491_4F6C_DD1D

private func nextRandom() -> UInt64 {
  randomState &+= 0x9E37_79B9_7F4A_7C15
  var bits = randomState
  bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
  bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
  return bits ^ bits >> 31
}

private func random(_ limit: Word) -> Word {
  if limit.isFlonum && limit.flonumValue > 0 {
    return makeFlonum(Double(nextRandom() >> 11) * 0x1p-53 * limit.flonumValue)
  }
  if !isExactInteger(limit) || ExactInteger.sign(limit) <= 0 { return raiseWrongType("random", 1, "a positive number", limit) }
  if limit.isFixnum { return .fixnum64(Int64(nextRandom() % UInt64(limit.fixnumValue))) }
  let count = Bignum.limbs(limit).count + 1
  let bits = Bignum.make(limbs: count)
  for index in 0..<count { Bignum.limbs(bits)[index] = nextRandom() }
  return ExactInteger.divide(Bignum.normalized(bits, negative: false), limit).remainder
}

private func exitCode(_ value: Word) -> Int32 {
  if value == Constant.false { return 1 }
  return value.isFixnum ? Int32(truncatingIfNeeded: value.fixnumValue & 255) : 0
}

/// Writes out the program's output; the exit code, which tells if that failed.
private func finish(_ code: Int32) -> Int32 {
  guard let failure = PortOutput.flush() else { return code }
  var text = TextBuffer()
  for byte in failure { text.append(byte) }
  text.append(10)
  _ = hostWrite(text.base, Int32(text.count), 2)
  text.free()
  return code == 0 ? 1 : code
}

func defineSystemPrimitives(_ define: PrimitiveDefiner) {
  define("emergency-exit", 0, 1) { a, count in
    hostExit(finish(count > 0 ? exitCode(a.first) : 0))
    return Constant.unspecified
  }
  define("command-line", 0, 0) { _, _ in CommandLine.list() }
  define("runtime", 0, 0) { _, _ in makeFlonum(hostClock()) }
  define("real-time", 0, 0) { _, _ in makeFlonum(hostClock() * 1000) }
  define("current-second", 0, 0) { _, _ in makeFlonum(hostWallClock()) }
  define("current-jiffy", 0, 0) { _, _ in .fixnum64(Int64(hostClock() * 1e9)) }
  define("jiffies-per-second", 0, 0) { _, _ in .fixnum(1_000_000_000) }
  define("random", 1, 1) { a, _ in random(a.first) }
  define("%freezing?", 0, 0) { _, _ in .boolean(FrozenProgram.isFreezing) }
  define("void", 0, -1) { _, _ in Constant.unspecified }
}
