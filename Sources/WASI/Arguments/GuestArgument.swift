// How the numbers of a call become what they stand for. Every parameter of a system call has a type that is made from one or more numbers, and that
// checks all there is to check about them: that a descriptor is open, that an address and what is there are in memory, that a flag exists. All
// arguments are made, from left to right, before the call begins; so a call that gives `fault` or `invalid` for one of them has done nothing, and none
// can forget to check.
//
// The function types that programs import follow from the parts of the arguments, and so does the test that tries each pointer of each call.

import WasmEngine

/// One of the numbers that an argument is made from.
enum ArgumentPart {
  case number32, number64
  /// An address in the guest's memory.
  case pointer
  /// How many bytes, or elements, there are at the pointer beside it.
  case count

  var type: ValueType { self == .number64 ? .i64 : .i32 }
}

/// A parameter of a system call.
protocol GuestArgument: SendableMetatype {
  static var parts: [ArgumentPart] { get }
  init(from decoder: inout ArgumentDecoder) throws(Errno)
}

/// Gives the numbers of one call, in order.
struct ArgumentDecoder {
  let call: SystemCall
  private let words: UnsafeBufferPointer<UInt64>
  private var position = 0

  init(_ call: SystemCall, _ words: UnsafeBufferPointer<UInt64>) {
    self.call = call
    self.words = words
  }

  mutating func number64() -> UInt64 {
    defer { position += 1 }
    return words[position]
  }

  mutating func number32() -> UInt32 { UInt32(truncatingIfNeeded: number64()) }
}

// MARK: Numbers

extension UInt32: GuestArgument {
  static var parts: [ArgumentPart] { [.number32] }
  init(from decoder: inout ArgumentDecoder) { self = decoder.number32() }
}

extension UInt64: GuestArgument {
  static var parts: [ArgumentPart] { [.number64] }
  init(from decoder: inout ArgumentDecoder) { self = decoder.number64() }
}

extension Int64: GuestArgument {
  static var parts: [ArgumentPart] { [.number64] }
  init(from decoder: inout ArgumentDecoder) { self = Int64(bitPattern: decoder.number64()) }
}

/// A position in a file or a size, as the host has them: `invalid` from 2^63 on.
struct FileOffset: GuestArgument {
  static var parts: [ArgumentPart] { [.number64] }
  let host: off_t

  init(from decoder: inout ArgumentDecoder) throws(Errno) {
    guard let host = off_t(exactly: decoder.number64()) else { throw .invalid }
    self.host = host
  }
}

/// Flags in an i32. Bits that mean nothing are `invalid`.
protocol GuestFlags: GuestArgument, OptionSet where RawValue: FixedWidthInteger, Element == Self {
  static var all: Self { get }
}

extension GuestFlags {
  static var parts: [ArgumentPart] { [.number32] }

  init(from decoder: inout ArgumentDecoder) throws(Errno) { self = try Self(checking: decoder.number32()) }

  init(checking number: UInt32) throws(Errno) {
    guard let raw = RawValue(exactly: number), raw & ~Self.all.rawValue == 0 else { throw .invalid }
    self.init(rawValue: raw)
  }
}

/// A case in an i32. Numbers that mean nothing are `invalid`.
protocol GuestCase: GuestArgument, RawRepresentable where RawValue: FixedWidthInteger {}

extension GuestCase {
  static var parts: [ArgumentPart] { [.number32] }

  init(from decoder: inout ArgumentDecoder) throws(Errno) {
    guard let raw = RawValue(exactly: decoder.number32()), let value = Self(rawValue: raw) else { throw .invalid }
    self = value
  }
}
