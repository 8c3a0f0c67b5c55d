// Exports (GuestABI's `GuestExport` describes each): Scheme procedures that a frozen program exports; typed arguments are passed one by one, then comes the call.
import GuestABI
import SchemeCore

@_expose(wasm, "latch_add_procedure") @_cdecl("latch_add_procedure")
public func exportedAddProcedure(_ nameLength: Int32, _ count: Int32) -> Int32 {
  switch ExportedProcedures.add(Text.bytes(0, Int(nameLength)), arguments: Int(count)) {
  case .success(let count):
    return Int32(count)
  case .failure(let failure):
    Text.set(failure.text)
    return -1
  }
}

@_expose(wasm, "latch_pass_integer") @_cdecl("latch_pass_integer")
public func exportedPassInteger(_ value: Int64) { ExportedProcedures.pass(integer: value) }

@_expose(wasm, "latch_pass_double") @_cdecl("latch_pass_double")
public func exportedPassDouble(_ value: Double) { ExportedProcedures.pass(double: value) }

@_expose(wasm, "latch_pass_text") @_cdecl("latch_pass_text")
public func exportedPassText(_ pointer: UInt32, _ length: Int32) {
  // More than 2 GiB: outside of the memory, as what follows it is.
  precondition(length >= 0)
  ExportedProcedures.pass(text: pointer, count: Int(length))
}

/// Room for texts that the host writes.
private enum TextRooms {
  nonisolated(unsafe) static var rooms: [UnsafeMutableRawPointer] = []
}

@_expose(wasm, "latch_text_room") @_cdecl("latch_text_room")
public func exportedTextRoom(_ length: Int32) -> UInt32 {
  // The text is copied, a word for each character at most.
  if length < 0 || !Heap.hasRoom(bytes: Int64(length) * 5 + 16) { return 0 }
  let room = UnsafeMutableRawPointer.allocate(byteCount: max(8, Int(length)), alignment: 8)
  TextRooms.rooms.append(room)
  return UInt32(UInt(bitPattern: room))
}

@_expose(wasm, "latch_call_procedure") @_cdecl("latch_call_procedure")
public func exportedCallProcedure(_ procedure: Int32, _ kind: Int32) -> Int32 {
  for room in TextRooms.rooms { room.deallocate() }
  TextRooms.rooms.removeAll()
  let result = ExportedProcedures.call(Int(procedure), ResultKind(rawValue: kind) ?? .none)
  let failure = PortOutput.flush()
  switch result {
  case .success(let text):
    if let failure { return status(.error(failure), shows: false) }
    Text.set(text)
    return EvaluationStatus.ok
  case .failure(let failure):
    return status(.error(failure.text), shows: false)
  }
}

@_expose(wasm, "latch_result_bits") @_cdecl("latch_result_bits")
public func exportedResultBits() -> Int64 { ExportedProcedures.bits }
