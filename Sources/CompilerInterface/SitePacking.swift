// Trap sites as the fault handler reads them (latch_find_site), and as saved modules keep them: for each its distance from the one before in the code and, with the sign in the
// lowest bit, in the module, both LEB128, and a byte for the reason. That is three or four bytes for most, in place of twelve; nobody looks at them until there is a fault.

import RuntimeLayout

public enum SitePacking {
  /// How many bytes so many sites take at most.
  public static func mostBytes(_ count: Int) -> Int { count * 11 }

  /// Writes sites, which are sorted by code offset; how many bytes they take.
  public static func pack(_ sites: UnsafeBufferPointer<TrapSite>, to target: UnsafeMutablePointer<UInt8>) -> Int {
    var next = target
    var last: UInt32 = 0
    var lastOperator: UInt32 = 0
    for site in sites {
      write(site.codeOffset &- last, &next)
      let distance = Int32(bitPattern: site.wasmOffset &- lastOperator)
      write(UInt32(bitPattern: distance << 1 ^ distance >> 31), &next)
      next.pointee = UInt8(truncatingIfNeeded: site.reason)
      next += 1
      last = site.codeOffset
      lastOperator = site.wasmOffset
    }
    return next - target
  }

  @inline(__always)
  private static func write(_ number: UInt32, _ next: inout UnsafeMutablePointer<UInt8>) {
    var rest = number
    while rest >= 0x80 {
      next.pointee = UInt8(truncatingIfNeeded: rest) | 0x80
      next += 1
      rest >>= 7
    }
    next.pointee = UInt8(truncatingIfNeeded: rest)
    next += 1
  }
}
