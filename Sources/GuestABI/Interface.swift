// The names by which host and guest know each other, and what each function does. A guest needs nothing else of its host, so any
// wasm engine can be one.
//
// Text goes in through a buffer that the guest gives (`inputBuffer`), as UTF-8. Results come out as a status; their text is at
// (`outputPointer`, `outputLength`) until the next call.

/// The module name of the guest's function imports.
public let guestImportModule = "latch"

/// What the guest imports from its host (module `latch`).
public enum GuestImport {
  /// `(pointer: i32, length: i32, stream: i32) -> i32`: write bytes to stream 1 or 2; 0 or an error number.
  public static let write = "write"
  /// `(pointer: i32, length: i32) -> i32`: instantiate the auxiliary module there before returning; 1 linked, 0 not.
  /// A host that can only pull returns 0 and polls `jit` exports.
  public static let link = "link"
  /// `() -> f64`: seconds since some fixed moment.
  public static let clock = "clock"
  /// `(pathPointer: i32, pathLength: i32) -> i64`: read a file into guest memory through `allocateInput`; length, or -1 - errno.
  public static let readFile = "read_file"
  /// `(code: i32)`: the program called `exit`; does not return.
  public static let exit = "exit"
}

/// What the guest exports, besides `memory` and `table`.
public enum GuestExport {
  public static let memory = "memory"
  public static let table = "__indirect_function_table"
}

/// What an auxiliary module imports and exports.
///
/// It imports the guest's memory and table and nothing else, and exports nothing. Its start function is `patch`: it grows the table, copies
/// its functions in with `table.init` and stores their indices in the entry slots of the `Func`s that they implement.
public enum AuxiliaryModule {
  public static let importModule = "env"
  public static let memory = "memory"
  public static let table = "table"
}
