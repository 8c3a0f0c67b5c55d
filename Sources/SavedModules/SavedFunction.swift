// A function's code in a saved module. Numbers are LEB128 (spec 5.2.2), signed ones with the sign in the lowest bit; most offsets are written as the distance
// from the one before, which is a byte or two.
//
//   sizes      of the code in bytes, of the frame in bytes; numbers of calls, trap sites, handler words, data ranges and type sites; 8 bytes: clobbers
//   calls      distance, signed; 2 · callee + 1 if it is a tail call
//   sites      distance; distance of the operator in the module, signed; reason, 1 byte
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
  for shift in stride(from: 0, to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: function.clobbers >> UInt64(shift))) }
  var last: UInt32 = 0
  for site in function.callSites {
    bytes.appendSignedLEB(Int64(site.offset) - Int64(last))
    bytes.appendLEB(UInt64(site.callee) << 1 | (site.isTail ? 1 : 0))
    last = site.offset
  }
  last = 0
  var lastOperator: UInt32 = 0
  for site in function.trapSites {
    bytes.appendLEB(UInt64(site.codeOffset - last))
    bytes.appendSignedLEB(Int64(site.wasmOffset) - Int64(lastOperator))
    bytes.append(UInt8(truncatingIfNeeded: site.reason))
    last = site.codeOffset
    lastOperator = site.wasmOffset
  }
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

/// Reads functions out of saved modules; keeps its working memory.
public struct SavedFunctionReader: ~Copyable {
  private var callSites = RawArray<CallSite>(capacity: 64)
  private var trapSites = RawArray<TrapSite>(capacity: 256)
  private var handlers = RawArray<UInt32>()
  private var data = RawArray<CodeData>()
  private var code = RawArray<UInt8>(capacity: 4096)

  public init() {}

  /// The code of a function, counted from the first that the module defines; it lives in this reader's memory, or in the saved module, until the next call.
  /// nil: there is none, or it is damaged.
  ///
  /// - Parameter typeID: the canonical number of a type of the module.
  public mutating func read(_ function: Int, of module: SavedModule, typeID: (Int) -> UInt32?) -> CompiledFunction? {
    guard let bytes = module.code(of: function) else { return nil }
    var input = LEBReader(bytes)
    guard let size = input.size(), let frameSize = input.size(), let calls = input.size(), let sites = input.size(), let words = input.size(),
      let ranges = input.size(), let types = input.size(), let clobbers = input.word()
    else { return nil }
    callSites.removeAll()
    trapSites.removeAll()
    handlers.removeAll()
    data.removeAll()
    var last: Int64 = 0
    for _ in 0..<calls {
      guard let distance = input.signed(), let callee = input.unsigned() else { return nil }
      last &+= distance
      guard last >= 0, last <= size, callee >> 1 <= UInt64(UInt32.max) else { return nil }
      callSites.append(CallSite(offset: UInt32(last), callee: UInt32(callee >> 1), isTail: callee & 1 != 0))
    }
    last = 0
    var place: Int64 = 0
    for _ in 0..<sites {
      guard let distance = input.size(), let step = input.signed(), let reason = input.byte() else { return nil }
      last &+= Int64(distance)
      place &+= step
      guard last >= 0, last <= size, place >= 0, place <= Int64(UInt32.max) else { return nil }
      trapSites.append(TrapSite(codeOffset: UInt32(last), wasmOffset: UInt32(place), rawReason: UInt32(reason)))
    }
    for _ in 0..<words {
      guard let word = input.unsigned(), word <= UInt64(UInt32.max) else { return nil }
      handlers.append(UInt32(word))
    }
    for _ in 0..<ranges {
      guard let start = input.size(), let end = input.size(), let width = input.size(), start <= end, end <= size, width <= 64 else { return nil }
      data.append(CodeData(start: UInt32(start), end: UInt32(end), width: UInt32(width)))
    }
    var typeInput = input
    for _ in 0..<types { guard input.signed() != nil, input.unsigned() != nil else { return nil } }
    guard var text = input.bytes(size) else { return nil }
    if types > 0 {
      code.setCount(size)
      code.base.update(from: text.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: UInt8.self), count: size)
      let copy = UnsafeMutableRawBufferPointer(start: code.base, count: size)
      last = 0
      for _ in 0..<types {
        guard let distance = typeInput.signed(), let type = typeInput.unsigned() else { return nil }
        last &+= distance
        guard last >= 0, last + 4 <= size, type <= UInt64(UInt32.max), let id = typeID(Int(type)) else { return nil }
        copy.storeBytes(of: id.littleEndian, toByteOffset: Int(last), as: UInt32.self)
      }
      text = UnsafeRawBufferPointer(copy)
    }
    return CompiledFunction(
      code: text, callSites: UnsafeBufferPointer(start: callSites.base, count: callSites.count),
      trapSites: UnsafeBufferPointer(start: trapSites.base, count: trapSites.count),
      handlers: UnsafeBufferPointer(start: handlers.base, count: handlers.count), data: UnsafeBufferPointer(start: data.base, count: data.count),
      frameSize: frameSize, clobbers: clobbers)
  }
}

/// Reads numbers one after the other; nil at the end of the bytes and for numbers that are too long.
private struct LEBReader {
  private var next: UnsafePointer<UInt8>
  private let end: UnsafePointer<UInt8>

  init(_ bytes: UnsafeRawBufferPointer) {
    next = bytes.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: UInt8.self)
    end = next + bytes.count
  }

  @inline(__always)
  mutating func byte() -> UInt8? {
    guard next < end else { return nil }
    defer { next += 1 }
    return next.pointee
  }

  /// Most are short.
  @inline(__always)
  mutating func unsigned() -> UInt64? {
    guard next < end, next.pointee < 0x80 else { return long() }
    defer { next += 1 }
    return UInt64(next.pointee)
  }

  private mutating func long() -> UInt64? {
    var result: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      guard let byte = byte() else { return nil }
      result |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return result }
    }
    return nil
  }

  @inline(__always)
  mutating func signed() -> Int64? {
    guard let word = unsigned() else { return nil }
    return Int64(bitPattern: word >> 1) ^ -Int64(word & 1)
  }

  /// An offset or a number of things, which is less than the bytes of any function could be.
  @inline(__always)
  mutating func size() -> Int? {
    guard let number = unsigned(), number <= UInt64(Int32.max) else { return nil }
    return Int(truncatingIfNeeded: number)
  }

  mutating func word() -> UInt64? {
    guard end - next >= 8 else { return nil }
    defer { next += 8 }
    return UInt64(littleEndian: UnsafeRawPointer(next).loadUnaligned(as: UInt64.self))
  }

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
