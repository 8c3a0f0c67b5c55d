// args_* and environ_*: lists of strings that the program copies into its memory.

/// A list of strings that a process has.
protocol StringList {
  static func strings(of process: WASIProcess) -> [[UInt8]]
}

enum ProgramArguments: StringList {
  static func strings(of process: WASIProcess) -> [[UInt8]] { process.arguments }
}

enum Environment: StringList {
  static func strings(of process: WASIProcess) -> [[UInt8]] { process.environment }
}

/// Places for a whole list: for where each string begins, and for the strings, each with a zero byte at its end.
struct StringListOutput<List: StringList>: GuestArgument {
  static var parts: [ArgumentPart] { [.pointer, .pointer] }
  private let pointers, buffer: UnsafeMutableRawBufferPointer
  private let start: GuestPointer

  init(from decoder: inout ArgumentDecoder) throws(Errno) {
    let strings = List.strings(of: decoder.call.process)
    let memory = decoder.call.memory
    pointers = try memory.bytes(at: decoder.number32(), count: 4 * strings.count)
    start = decoder.number32()
    buffer = try memory.bytes(at: start, count: strings.byteCount)
  }

  func store(_ strings: [[UInt8]]) {
    var position = 0
    for (index, string) in strings.enumerated() {
      UnsafeMutableRawBufferPointer(rebasing: buffer[position...]).copyBytes(from: string)
      buffer[position + string.count] = 0
      pointers.store(start + UInt32(position), at: 4 * index)
      position += string.count + 1
    }
  }
}

extension [[UInt8]] {
  /// With the zero bytes at the ends.
  var byteCount: Int { reduce(0) { $0 + $1.count + 1 } }
}

extension SystemCall {
  func argsGet(_ target: StringListOutput<ProgramArguments>) { target.store(process.arguments) }

  func argsSizesGet(_ count: Output<UInt32>, _ size: Output<UInt32>) {
    count.store(UInt32(process.arguments.count))
    size.store(UInt32(process.arguments.byteCount))
  }

  func environGet(_ target: StringListOutput<Environment>) { target.store(process.environment) }

  func environSizesGet(_ count: Output<UInt32>, _ size: Output<UInt32>) {
    count.store(UInt32(process.environment.count))
    size.store(UInt32(process.environment.byteCount))
  }
}
