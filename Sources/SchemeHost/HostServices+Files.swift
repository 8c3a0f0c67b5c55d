// The imports by which a program reaches files, its input and the environment.

import GuestABI
import WasmEngine

extension HostServices {
  func defineFileImports(_ store: Store, _ define: (String, Function) -> Void) {
    define(
      GuestImport.open,
      Function(store) { [weak self] (_: borrowing Caller, pointer: UInt32, length: UInt32, mode: Int32) throws -> Int32 in
        guard let self, let path = try self.path(pointer, length) else { return -HostError.badName.rawValue }
        return self.files.open(path, mode: mode)
      })
    define(
      GuestImport.read,
      Function(store) { [weak self] (_: borrowing Caller, stream: Int32, pointer: UInt32, capacity: UInt32) throws -> Int32 in
        guard let self, let memory = self.memory else { return -HostError.other.rawValue }
        let start = try memory.address(of: Int(pointer), count: Int(capacity))
        return self.read(stream, UnsafeMutableRawBufferPointer(start: start, count: Int(capacity)))
      })
    define(
      GuestImport.ready,
      Function(store) { [weak self] (_: borrowing Caller, stream: Int32) throws -> Int32 in
        guard let self, stream == 0 else { return 1 }
        return self.input.isReady() ? 1 : 0
      })
    define(
      GuestImport.close,
      Function(store) { [weak self] (_: borrowing Caller, stream: Int32) throws -> Int32 in self?.files.close(stream) ?? 0 })
    define(
      GuestImport.exists,
      Function(store) { [weak self] (_: borrowing Caller, pointer: UInt32, length: UInt32) throws -> Int32 in
        guard let self, let path = try self.path(pointer, length) else { return 0 }
        return self.files.exists(path) ? 1 : 0
      })
    define(
      GuestImport.delete,
      Function(store) { [weak self] (_: borrowing Caller, pointer: UInt32, length: UInt32) throws -> Int32 in
        guard let self, let path = try self.path(pointer, length) else { return HostError.badName.rawValue }
        return self.files.delete(path)
      })
    define(
      GuestImport.environment,
      Function(store) {
        [weak self] (_: borrowing Caller, name: UInt32, length: UInt32, pointer: UInt32, capacity: UInt32) throws -> Int32 in
        guard let self, let memory = self.memory, let name = try self.path(name, length),
          let value = self.environment(name)
        else { return -1 }
        if value.count <= Int(capacity) {
          try memory.address(of: Int(pointer), count: value.count).copyMemory(from: value, byteCount: value.count)
        }
        return Int32(clamping: value.count)
      })
  }

  /// Writes to a stream; 0, or a `HostError`. That the standard output cannot be written ends the program. A program that is to be stopped does not
  /// wait until somebody reads what it writes.
  func write(_ bytes: UnsafeRawBufferPointer, to stream: Int32) throws -> Int32 {
    let isStopping: () -> Bool = { [interrupter] in interrupter?.isStopWanted ?? false }
    let file = files.descriptor(stream)
    guard let descriptor = file ?? (output.isStandard ? stream : nil) else {
      try output.write(stream, bytes)
      return 0
    }
    do {
      return try OutputSink.writeAll(bytes, to: descriptor, until: isStopping) ? 0 : HostError.interrupted.rawValue
    } catch  where file == nil {
      throw error
    } catch {
      return FileRefusal(number: error.number).reason.rawValue
    }
  }

  /// A count, or a negative `HostError`.
  private func read(_ stream: Int32, _ target: UnsafeMutableRawBufferPointer) -> Int32 {
    if stream == 0 { return input.read(target) }
    guard let descriptor = files.descriptor(stream) else { return -HostError.other.rawValue }
    return InputSource.read(target, from: descriptor)
  }

  /// The text at a place of the guest's memory; nil if it is not UTF-8.
  private func path(_ pointer: UInt32, _ length: UInt32) throws -> String? {
    guard let memory else { return nil }
    return String(validating: try memory.read(at: Int(pointer), count: Int(length)), as: UTF8.self)
  }

  private func environment(_ name: String) -> [UInt8]? {
    if !givesEnvironment || name.utf8.contains(0) { return nil }
    if !name.isEmpty { return environmentVariable(name).map { Array($0.utf8) } }
    return environmentVariables().flatMap { Array($0.utf8) + [0] }
  }
}
