// The two versions of WASI that have this interface, by the module names that programs import. The older one differs in a few numbers and layouts:
// the bases of `fd_seek`, the `filestat` record, the subscriptions to clocks; and it has no `sock_accept`.

import WasmEngine

/// A version of WASI preview 1.
///
/// ```swift
/// for snapshot in Snapshot.allCases { print(snapshot.moduleName) }       // wasi_unstable, wasi_snapshot_preview1
/// ```
public enum Snapshot: CaseIterable, Sendable {
  /// Of 2018, which old compilers still use.
  case unstable
  /// Of 2019, the one that programs mean by WASI preview 1.
  case preview1

  /// What programs call the module that they import the functions from.
  public var moduleName: WasmName { self == .unstable ? "wasi_unstable" : "wasi_snapshot_preview1" }

  /// The rights that there are.
  var rights: Rights { self == .unstable ? .all.subtracting(.sockAccept) : .all }
}
