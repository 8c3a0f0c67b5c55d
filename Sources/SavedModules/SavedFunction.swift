// A function's code in a saved module. Numbers are LEB128 (spec 5.2.2), signed ones with the sign in the lowest bit; most offsets are written as the distance
// from the one before, which is a byte or two.
//
//   sizes      of the code in bytes, of the frame in bytes; numbers of calls, trap sites, handler words, data ranges and type sites; bytes of the trap sites;
//              8 bytes: clobbers
//   calls      distance, signed; 2 · callee + 1 if it is a tail call
//   sites      see SitePacking
//   handlers   each word
//   data       start, end, width
//   types      distance of the 4 bytes, signed; index of the type in the module, whose canonical number belongs there
//   code

import CompilerInterface
import RawCollections
import RuntimeLayout

/// Appends what a compiler made of a function.
func appendSavedFunction(_ function: CompiledFunction, to bytes: inout [UInt8]) {
  bytes.appendLEB(UInt64(function.code.count))
  bytes.appendLEB(UInt64(function.frameSize))
  for count in [function.callSites.count, function.trapSites.count, function.handlers.count, function.data.count, function.typeSites.count] {
    bytes.appendLEB(UInt64(count))
  }
  let sites = packedSites(of: function)
  bytes.appendLEB(UInt64(sites.count))
  for shift in stride(from: 0, to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: function.clobbers >> UInt64(shift))) }
  var last: UInt32 = 0
  for site in function.callSites {
    bytes.appendSignedLEB(Int64(site.offset) - Int64(last))
    bytes.appendLEB(UInt64(site.callee) << 1 | (site.isTail ? 1 : 0))
    last = site.offset
  }
  bytes.append(contentsOf: sites)
  for word in function.handlers { bytes.appendLEB(UInt64(word)) }
  for range in function.data { for number in [range.start, range.end, range.width] { bytes.appendLEB(UInt64(number)) } }
  last = 0
  for site in function.typeSites {
    bytes.appendSignedLEB(Int64(site.offset) - Int64(last))
    bytes.appendLEB(UInt64(site.type))
    last = site.offset
  }
  bytes.append(contentsOf: function.code)
}

private func packedSites(of function: CompiledFunction) -> [UInt8] {
  [UInt8](unsafeUninitializedCapacity: SitePacking.mostBytes(function.trapSites.count)) { buffer, count in
    count = buffer.baseAddress.map { SitePacking.pack(function.trapSites, to: $0) } ?? 0
  }
}

/// Reads functions out of saved modules; keeps its working memory.
public struct SavedFunctionReader: ~Copyable {
  private var callSites = RawArray<CallSite>(capacity: 64)
  private var handlers = RawArray<UInt32>()
  private var data = RawArray<CodeData>()
  private var code = RawArray<UInt8>(capacity: 4096)

  public init() {}

  /// The code of a function, counted from the first that the module defines; it lives in this reader's memory, or in the saved module, until the next call.
  /// nil: there is none, or it is damaged.
  ///
  /// - Parameter typeID: the canonical number of a type of the module.
  public mutating func read(_ function: Int, of module: SavedModule, typeID: (Int) -> UInt32?) -> CompiledFunction? {
    guard let bytes = module.code(of: function), var input = LEBReader(bytes) else { return nil }
    let size = input.size()
    let frameSize = input.size()
    // Each of them takes a byte at least.
    let counts = (calls: input.size(), sites: input.size(), words: input.size(), ranges: input.size(), types: input.size())
    guard !input.isPastEnd, max(size, counts.calls, counts.sites, counts.words, counts.ranges, counts.types) <= input.count else { return nil }
    let siteBytes = input.size()
    let clobbers = input.word()
    callSites.setCount(counts.calls)
    var last: Int64 = 0
    for index in 0..<counts.calls {
      last &+= input.signed()
      let callee = input.unsigned()
      guard !input.isPastEnd, last >= 0, last <= size else { return nil }
      callSites[index] = CallSite(
        offset: UInt32(truncatingIfNeeded: last), callee: UInt32(truncatingIfNeeded: callee >> 1), isTail: callee & 1 != 0)
    }
    // A site is three bytes at least.
    guard let sites = input.bytes(siteBytes), 3 * counts.sites <= siteBytes else { return nil }
    handlers.setCount(counts.words)
    for index in 0..<counts.words {
      handlers[index] = UInt32(truncatingIfNeeded: input.unsigned())
      if input.isPastEnd { return nil }
    }
    data.setCount(counts.ranges)
    for index in 0..<counts.ranges {
      let (start, end, width) = (input.size(), input.size(), input.size())
      guard !input.isPastEnd, start <= end, end <= size else { return nil }
      data[index] = CodeData(start: UInt32(start), end: UInt32(end), width: UInt32(width))
    }
    // The code comes after the type sites that change it.
    var typeSites = input
    for _ in 0..<counts.types {
      _ = input.signed()
      _ = input.unsigned()
      if input.isPastEnd { return nil }
    }
    guard var text = input.bytes(size) else { return nil }
    if counts.types > 0 {
      code.setCount(size)
      let copy = UnsafeMutableRawBufferPointer(start: code.base, count: size)
      copy.copyMemory(from: text)
      last = 0
      for _ in 0..<counts.types {
        last &+= typeSites.signed()
        guard last >= 0, last + 4 <= size, let id = typeID(Int(truncatingIfNeeded: typeSites.unsigned())) else { return nil }
        copy.storeBytes(of: id.littleEndian, toByteOffset: Int(last), as: UInt32.self)
      }
      text = UnsafeRawBufferPointer(copy)
    }
    return CompiledFunction(
      code: text, callSites: UnsafeBufferPointer(start: callSites.base, count: callSites.count),
      trapSites: UnsafeBufferPointer(start: nil, count: 0), packedSites: (bytes: sites, count: counts.sites),
      handlers: UnsafeBufferPointer(start: handlers.base, count: handlers.count), data: UnsafeBufferPointer(start: data.base, count: data.count),
      frameSize: frameSize, clobbers: clobbers)
  }
}

/// Reads numbers one after the other. It may go some numbers past the end of the bytes, which `SavedModule.padding` bytes follow: whoever reads looks at
/// `isPastEnd` after a few.
private struct LEBReader {
  private var next: UnsafePointer<UInt8>
  private let end: UnsafePointer<UInt8>

  /// Nil if there are no bytes but padding.
  init?(_ bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.baseAddress, bytes.count > SavedModule.padding else { return nil }
    next = start.assumingMemoryBound(to: UInt8.self)
    end = next + (bytes.count - SavedModule.padding)
  }

  @inline(__always) var isPastEnd: Bool { next > end }
  /// Bytes that are left.
  @inline(__always) var count: Int { end - next }

  @inline(__always)
  mutating func byte() -> UInt8 {
    let byte = next.pointee
    next += 1
    return byte
  }

  @inline(__always)
  mutating func unsigned() -> UInt64 {
    let byte = byte()
    // Most are short.
    return byte < 0x80 ? UInt64(byte) : long(byte)
  }

  @inline(never)
  private mutating func long(_ first: UInt8) -> UInt64 {
    var result = UInt64(first & 0x7F)
    for shift in 1..<10 as Range<UInt64> {
      let byte = byte()
      result |= UInt64(byte & 0x7F) << (7 * shift)
      if byte < 0x80 { break }
    }
    return result
  }

  @inline(__always)
  mutating func signed() -> Int64 {
    let word = unsigned()
    return Int64(bitPattern: word >> 1) ^ -Int64(word & 1)
  }

  /// Of bytes or things, or an offset; less than any sum of some of them could overflow.
  @inline(__always)
  mutating func size() -> Int { Int(truncatingIfNeeded: unsigned() & 0x7FFF_FFFF) }

  mutating func word() -> UInt64 {
    defer { next += 8 }
    return UInt64(littleEndian: UnsafeRawPointer(next).loadUnaligned(as: UInt64.self))
  }

  /// Nil if there are fewer.
  mutating func bytes(_ count: Int) -> UnsafeRawBufferPointer? {
    guard end - next >= count else { return nil }
    defer { next += count }
    return UnsafeRawBufferPointer(start: next, count: count)
  }
}

extension [UInt8] {
  fileprivate mutating func appendLEB(_ number: UInt64) {
    var rest = number
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(rest))
  }

  /// The sign goes to the lowest bit.
  fileprivate mutating func appendSignedLEB(_ number: Int64) { appendLEB(UInt64(bitPattern: number << 1 ^ number >> 63)) }
}
