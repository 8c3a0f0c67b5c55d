// All functions of WASI preview 1: the name that programs import, and what it does. The types follow from the Swift functions:
// pointers, sizes, descriptors and everything smaller are i32, file sizes, times, rights and cookies i64; the result is an error number.

import WasmEngine

/// What system functions act on; they are its methods.
struct SystemCall {
  let process: WASIProcess
  let memory: GuestMemory
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
    SystemCallRow(name: "proc_exit") { store, _ in
      Function(store) { (_: borrowing Caller, code: UInt32) throws -> Void in throw WASIExit(code: code) }
    },
  ]
}

/// A function that programs can import.
struct SystemCallRow: Sendable {
  let name: WasmName
  /// Makes it for a process; it belongs to the store.
  let function: @Sendable (Store, WASIProcess) -> Function

  init(name: WasmName, function: @escaping @Sendable (Store, WASIProcess) -> Function) {
    self.name = name
    self.function = function
  }

  /// A function that returns an error number: that of what the Swift function throws.
  init<each Parameter: WasmNumber & SendableMetatype>(
    _ name: WasmName, _ body: @escaping @Sendable (SystemCall) -> (repeat each Parameter) throws -> Void
  ) {
    self.init(name: name) { store, process in
      Function(store) { (caller: borrowing Caller, parameters: repeat each Parameter) throws -> UInt32 in
        let call = SystemCall(process: process, memory: GuestMemory(memory: try caller.memory()))
        do {
          try body(call)(repeat each parameters)
          return UInt32(Errno.success.rawValue)
        } catch let failure as Errno {
          return UInt32(failure.rawValue)
        }
      }
    }
  }
}
