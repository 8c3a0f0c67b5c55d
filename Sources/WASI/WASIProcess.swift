// What a program sees of the system it runs on: arguments, environment, open files. See `WASIProcess`.

import WasmEngine

/// A directory that a program may use, with everything in it.
public struct PreopenedDirectory: Sendable {
  /// Its path in the host.
  public var host: String
  /// The path by which the program knows it.
  public var guest: String

  public init(host: String, guest: String) {
    self.host = host
    self.guest = guest
  }
}

/// A directory that could not be opened for the program.
public struct PreopenError: Error, Sendable, CustomStringConvertible {
  public let path: String
  public let description: String
}

/// The program called `proc_exit`, or sent itself a signal that ends it: comes out of the call that runs it.
public struct WASIExit: Error, Sendable {
  /// As a shell would see it: what the program said, or 128 and the signal's number.
  public let code: UInt32
}

/// The module is not something that can be started.
public struct StartError: Error, Sendable, CustomStringConvertible {
  public let description: String
}

/// The system of one program, as WASI preview 1 describes it (module name `wasi_snapshot_preview1`).
///
/// A program can reach the files beneath the directories that it was given and the descriptors that were passed on to it, nothing else: there
/// is no current directory, no network and no other process.
///
///     let process = try WASIProcess(arguments: ["wc", "/data/text"], directories: [PreopenedDirectory(host: "texts", guest: "/data")])
///     let store = Store(engine)
///     var imports = Imports()
///     process.define(in: &imports, for: store)
///     let code = try process.start(Instance(module, imports: imports, in: store))
///
/// Like the store that its functions belong to, it is used by one thread at a time.
public final class WASIProcess {
  /// The module name that programs import the functions from.
  public static let moduleName: WasmName = "wasi_snapshot_preview1"

  let arguments: [[UInt8]]
  let environment: [[UInt8]]
  var descriptors = DescriptorTable()
  /// Whether the host may resolve whole paths at once; off in tests of the walk that stands in for it.
  var resolvesByHost = true

  /// - Parameters:
  ///   - arguments: the program's name and what follows it.
  ///   - environment: `NAME=VALUE` each.
  ///   - directories: become the descriptors after the standard ones.
  ///   - standardInput: the host's descriptor that is the program's descriptor 0; nil to have it closed. So the other two. They stay open.
  public init(
    arguments: [String], environment: [String] = [], directories: [PreopenedDirectory] = [], standardInput: Int32? = 0,
    standardOutput: Int32? = 1, standardError: Int32? = 2
  ) throws(PreopenError) {
    self.arguments = arguments.map { Array($0.utf8) }
    self.environment = environment.map { Array($0.utf8) }
    for standard in [standardInput, standardOutput, standardError] {
      descriptors.append(standard.flatMap(Descriptor.init(inherited:)))
    }
    for directory in directories { descriptors.append(try WASIProcess.open(directory)) }
  }

  private static func open(_ directory: PreopenedDirectory) throws(PreopenError) -> Descriptor {
    var host = Array(directory.host.utf8).withPath { Files.open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    if host < 0 && errno == EACCES {
      // Not readable, but perhaps there are files in it whose names are known.
      host = Array(directory.host.utf8).withPath { Files.open($0, HostSystem.openDirectoryHandle) }
    }
    guard host >= 0 else {
      throw PreopenError(
        path: directory.host, description: "cannot open the directory \(directory.host): \(String(cString: strerror(errno)))")
    }
    return Descriptor(
      host: host, type: .directory, rights: .applicable(to: .directory), inheriting: .all, preopenedAs: Array(directory.guest.utf8))
  }

  /// Passes one more of the host's descriptors on, such as a socket; it stays open in the host. Returns the program's number for it, or
  /// nil if it is not open.
  public func inherit(_ descriptor: Int32) -> UInt32? {
    Descriptor(inherited: descriptor).map { descriptors.add($0) }
  }

  /// Defines all functions of the interface.
  public func define(in imports: inout Imports, for store: Store) {
    for row in SystemCallTable.rows { imports.define(WASIProcess.moduleName, row.name, row.function(store, self)) }
  }

  /// Runs a command (a module that exports `_start`) to its end, or initialises a reactor (one that may export `_initialize`, and whose
  /// functions are called later). Returns the exit code. Throws `Trap`, or `StartError` when a command is not one.
  public func start(_ instance: Instance) throws -> UInt32 {
    guard let start = instance.function("_start") ?? instance.function("_initialize") else { return 0 }
    guard start.type == FuncType([], []) else { throw StartError(description: "_start is not a function without parameters and results") }
    do {
      try start()
      return 0
    } catch let exit as WASIExit {
      return exit.code
    }
  }
}
