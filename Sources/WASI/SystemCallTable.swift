// All functions of WASI preview 1: the name that programs import, and what it does. The types follow from the arguments of the Swift functions
// (GuestArgument.swift): pointers, sizes, descriptors and everything smaller are i32, file sizes, times, rights and cookies i64; the result is an error
// number. docs/wasi-errors.md says which.

import WasmEngine

/// What system functions act on; they are its methods.
struct SystemCall {
  let process: WASIProcess
  let memory: GuestMemory
  /// The interface that the program was compiled for.
  let snapshot: Snapshot
}

enum SystemCallTable {
  static let rows: [SystemCallRow] = [
    SystemCallRow("args_get", SystemCall.argsGet),
    SystemCallRow("args_sizes_get", SystemCall.argsSizesGet),
    SystemCallRow("environ_get", SystemCall.environGet),
    SystemCallRow("environ_sizes_get", SystemCall.environSizesGet),

    SystemCallRow("clock_res_get", SystemCall.clockResGet),
    SystemCallRow("clock_time_get", SystemCall.clockTimeGet),
    SystemCallRow("random_get", SystemCall.randomGet),
    SystemCallRow("sched_yield", SystemCall.schedYield),
    SystemCallRow("poll_oneoff", SystemCall.pollOneoff),

    SystemCallRow("fd_advise", SystemCall.fdAdvise),
    SystemCallRow("fd_allocate", SystemCall.fdAllocate),
    SystemCallRow("fd_close", SystemCall.fdClose),
    SystemCallRow("fd_datasync", SystemCall.fdDatasync),
    SystemCallRow("fd_fdstat_get", SystemCall.fdFdstatGet),
    SystemCallRow("fd_fdstat_set_flags", SystemCall.fdFdstatSetFlags),
    SystemCallRow("fd_fdstat_set_rights", SystemCall.fdFdstatSetRights),
    SystemCallRow("fd_filestat_get", SystemCall.fdFilestatGet),
    SystemCallRow("fd_filestat_set_size", SystemCall.fdFilestatSetSize),
    SystemCallRow("fd_filestat_set_times", SystemCall.fdFilestatSetTimes),
    SystemCallRow("fd_pread", SystemCall.fdPread),
    SystemCallRow("fd_prestat_get", SystemCall.fdPrestatGet),
    SystemCallRow("fd_prestat_dir_name", SystemCall.fdPrestatDirName),
    SystemCallRow("fd_pwrite", SystemCall.fdPwrite),
    SystemCallRow("fd_read", SystemCall.fdRead),
    SystemCallRow("fd_readdir", SystemCall.fdReaddir),
    SystemCallRow("fd_renumber", SystemCall.fdRenumber),
    SystemCallRow("fd_seek", SystemCall.fdSeek),
    SystemCallRow("fd_sync", SystemCall.fdSync),
    SystemCallRow("fd_tell", SystemCall.fdTell),
    SystemCallRow("fd_write", SystemCall.fdWrite),

    SystemCallRow("path_create_directory", SystemCall.pathCreateDirectory),
    SystemCallRow("path_filestat_get", SystemCall.pathFilestatGet),
    SystemCallRow("path_filestat_set_times", SystemCall.pathFilestatSetTimes),
    SystemCallRow("path_link", SystemCall.pathLink),
    SystemCallRow("path_open", SystemCall.pathOpen),
    SystemCallRow("path_readlink", SystemCall.pathReadlink),
    SystemCallRow("path_remove_directory", SystemCall.pathRemoveDirectory),
    SystemCallRow("path_rename", SystemCall.pathRename),
    SystemCallRow("path_symlink", SystemCall.pathSymlink),
    SystemCallRow("path_unlink_file", SystemCall.pathUnlinkFile),

    SystemCallRow("sock_accept", SystemCall.sockAccept),
    SystemCallRow("sock_recv", SystemCall.sockRecv),
    SystemCallRow("sock_send", SystemCall.sockSend),
    SystemCallRow("sock_shutdown", SystemCall.sockShutdown),

    SystemCallRow("proc_raise", SystemCall.procRaise),
    SystemCallRow(name: "proc_exit", parts: [.number32], returnsErrno: false) { _, words in
      throw WASIExit(code: UInt32(truncatingIfNeeded: words[0]))
    },
  ]
}

/// A function that programs can import.
struct SystemCallRow: Sendable {
  let name: WasmName
  /// Its parameters, piece by piece.
  let parts: [ArgumentPart]
  /// All but one do.
  let returnsErrno: Bool
  /// Makes the call with numbers that are not checked yet.
  let perform: @Sendable (SystemCall, UnsafeBufferPointer<UInt64>) throws -> Void

  init(
    name: WasmName, parts: [ArgumentPart], returnsErrno: Bool, perform: @escaping @Sendable (SystemCall, UnsafeBufferPointer<UInt64>) throws -> Void
  ) {
    self.name = name
    self.parts = parts
    self.returnsErrno = returnsErrno
    self.perform = perform
  }

  /// A function that returns an error number: that of what the Swift function, or making its arguments, throws.
  init<each Argument: GuestArgument>(
    _ name: WasmName, _ body: @escaping @Sendable (SystemCall) -> (repeat each Argument) throws -> Void
  ) {
    var parts: [ArgumentPart] = []
    repeat parts += (each Argument).parts
    self.init(name: name, parts: parts, returnsErrno: true) { call, words in
      var decoder = ArgumentDecoder(call, words)
      try body(call)(repeat try (each Argument)(from: &decoder))
    }
  }

  func exists(in snapshot: Snapshot) -> Bool { snapshot == .preview1 || name != "sock_accept" }

  /// Makes the function for a process; it belongs to the store.
  func function(_ store: Store, _ process: WASIProcess, _ snapshot: Snapshot) -> Function {
    let needsMemory = parts.contains(.pointer)
    return Function(
      store, FuncType(parts.map(\.type), returnsErrno ? [.i32] : []),
      words: { caller, words in
        let memory = needsMemory ? try self.memory(of: caller, snapshot) : nil
        let call = SystemCall(process: process, memory: GuestMemory(memory: memory), snapshot: snapshot)
        do {
          try perform(call, words)
          return UInt64(Errno.success.rawValue)
        } catch let failure as Errno {
          return UInt64(failure.rawValue)
        }
      })
  }

  private static let memoryName: WasmName = "memory"

  private func memory(of caller: borrowing Caller, _ snapshot: Snapshot) throws(MissingMemoryError) -> Memory {
    do {
      return try caller.memory(SystemCallRow.memoryName)
    } catch {
      throw MissingMemoryError(function: name, snapshot: snapshot)
    }
  }
}

/// A program that called a function of WASI has no memory that WASI could find.
///
/// ```swift
/// do {
///   _ = try process.start(instance)
/// } catch let error as MissingMemoryError {
///   print(error.function)       // what the program called without having a memory
/// }
/// ```
public struct MissingMemoryError: Error, Sendable, CustomStringConvertible {
  /// What was called.
  public let function: WasmName
  /// The version of WASI that it was imported from.
  public let snapshot: Snapshot

  public var description: String {
    "\(snapshot.moduleName).\(function) needs the program's memory, but the module exports none called \"memory\"; it has to export it: "
      + "(export \"memory\" (memory 0)), or with wasm-ld --export-memory"
  }
}
