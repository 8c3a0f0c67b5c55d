// The texts that cross the boundary to the host, the exports for them, and the status with which a result is returned.
import GuestABI
import SchemeCore
import WasmFormat

/// The texts that cross the boundary to the host.
enum Text {
  nonisolated(unsafe) static var input = UnsafeMutableRawPointer.allocate(byteCount: 16, alignment: 16)
  nonisolated(unsafe) static var capacity = 16
  nonisolated(unsafe) static var output: [UInt8] = []
  nonisolated(unsafe) static var module = ByteWriter(capacity: 16)
  /// The output is `module`, not `output`.
  nonisolated(unsafe) static var isModule = false

  static func set(_ bytes: [UInt8]) {
    output = bytes
    isModule = false
  }

  static func bytes(_ start: Int, _ length: Int) -> [UInt8] {
    [UInt8](UnsafeRawBufferPointer(start: input + start, count: length))
  }
}

@_expose(wasm, "latch_input_buffer") @_cdecl("latch_input_buffer")
public func exportedInputBuffer(_ length: Int32) -> UInt32 {
  if Int(length) > Text.capacity || Text.capacity > 1 << 20 {
    // The text is copied twice.
    if !Heap.hasRoom(bytes: Int64(length) * 3) { return 0 }
    Text.input.deallocate()
    Text.capacity = max(4096, Int(length))
    Text.input = UnsafeMutableRawPointer.allocate(byteCount: Text.capacity, alignment: 16)
  }
  return UInt32(UInt(bitPattern: Text.input))
}

@_expose(wasm, "latch_output_pointer") @_cdecl("latch_output_pointer")
public func exportedOutputPointer() -> UInt32 {
  if Text.isModule { return UInt32(UInt(bitPattern: Text.module.address)) }
  return Text.output.withUnsafeBufferPointer { UInt32(UInt(bitPattern: $0.baseAddress)) }
}

@_expose(wasm, "latch_output_length") @_cdecl("latch_output_length")
public func exportedOutputLength() -> Int32 { Int32(Text.isModule ? Text.module.count : Text.output.count) }

/// Makes a result the output text.
func status(_ result: EvaluationResult, shows: Bool, names: Bool = false) -> Int32 {
  switch result {
  case .value(let value):
    Text.set(shows ? Session.resultLines(value, named: names) : [])
    return EvaluationStatus.ok
  case .error(let text):
    Text.set(text)
    return EvaluationStatus.error
  case .incomplete:
    Text.set([])
    return EvaluationStatus.incomplete
  case .interrupted:
    Text.set([UInt8]("interrupted".utf8))
    return EvaluationStatus.interrupted
  case .stopped(let text):
    Text.set(text)
    return EvaluationStatus.stopped
  }
}

/// The pieces of the input buffer that NUL bytes end.
func endedByNUL(_ length: Int32) -> [[UInt8]] {
  var pieces: [[UInt8]] = [[]]
  for byte in Text.bytes(0, Int(length)) {
    if byte == 0 { pieces.append([]) } else { pieces[pieces.count - 1].append(byte) }
  }
  pieces.removeLast()
  return pieces
}
