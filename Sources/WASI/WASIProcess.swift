// What a program sees of the system it runs on: arguments, environment, open files. See `WASIProcess`.

import WasmEngine

/// A directory that a program may use, with everything in it.
///
/// ```swift
/// let directories = [
///   PreopenedDirectory(host: folder, guest: "/texts", isReadOnly: true),
///   PreopenedDirectory(memory: InMemoryDirectory(), guest: "/tmp"),
/// ]
/// let process = try WASIProcess(arguments: ["sort", "/texts/words", "/tmp/sorted"], directories: directories)
/// ```
///
/// Each is a file system of its own for the program: what is renamed or linked from one to the other is `xdev` if one of them is in memory.
public struct PreopenedDirectory: Sendable {
  /// Where a directory is.
  public enum Place: Sendable {
    /// At a path of the host.
    case host(String)
    /// Nowhere but in memory.
    case memory(InMemoryDirectory)
  }

  /// Where it is.
  public var place: Place
  /// The path by which the program knows it.
  public var guest: String
  /// Whether the program lacks all rights to change what is in it: such calls are `notcapable`.
  public var isReadOnly: Bool

  /// A directory of the host, and the path by which the program is to know it.
  public init(host: String, guest: String, isReadOnly: Bool = false) {
    place = .host(host)
    self.guest = guest
    self.isReadOnly = isReadOnly
  }

  /// A directory in memory, and the path by which the program is to know it.
  public init(memory: InMemoryDirectory, guest: String, isReadOnly: Bool = false) {
    place = .memory(memory)
    self.guest = guest
    self.isReadOnly = isReadOnly
  }
}

/// A program cannot be given what it should get: a directory that cannot be opened, or a string that is none for WASI.
///
/// ```swift
/// do {
///   _ = try WASIProcess(arguments: ["ls"], directories: [PreopenedDirectory(host: "/nowhere", guest: "/")])
/// } catch let error as ProcessError {
///   print(error)
/// }
/// ```
public struct ProcessError: Error, Sendable, CustomStringConvertible {
  public let description: String
}

/// The program called `proc_exit`, or sent itself a signal that ends it: comes out of the call that runs it.
///
/// ```swift
/// do {
///   try instance.function("run")!()       // an export that may call proc_exit
/// } catch let exit as WASIExit {
///   print("exit code", exit.code)
/// }
/// ```
public struct WASIExit: Error, Sendable {
  /// As a shell would see it: what the program said, or 128 and the signal's number.
  public let code: UInt32
}

/// The module is not something that can be started.
///
/// ```swift
/// do {
///   let code = try process.start(instance)
///   print("exit code", code)
/// } catch let error as StartError {
///   print(error)       // the module exports no _start, say
/// }
/// ```
public struct StartError: Error, Sendable, CustomStringConvertible {
  public let description: String
}

/// The system of one program, as WASI preview 1 describes it (module names `wasi_snapshot_preview1` and, for old programs, `wasi_unstable`).
///
/// A program can reach the files beneath the directories that it was given and the descriptors that were passed on to it, nothing else: there
/// is no current directory, no network and no other process.
///
/// ```swift
/// let engine = Engine()
/// let module = try Module(engine, bytes)
/// let process = try WASIProcess(
///   arguments: ["wc", "/data/text"], environment: ["LANG=C"], directories: [PreopenedDirectory(host: folder, guest: "/data")])
/// let store = Store(engine)
/// var imports = Imports()
/// process.define(in: &imports, for: store)
/// let code = try process.start(Instance(module, imports: imports, in: store))
/// ```
///
/// Its standard descriptors are those of this process, or what else is said: bytes, closures, nothing (`StandardInput`, `StandardOutput`). Its directories are
/// the host's or in memory (`InMemoryDirectory`), so that a program can run without anything of the host.
///
/// Like the store that its functions belong to, it is used by one thread at a time.
public final class WASIProcess {
  /// The module name that programs import the functions from.
  public static let moduleName = Snapshot.preview1.moduleName

  let arguments: [[UInt8]]
  let environment: [[UInt8]]
  var descriptors = DescriptorTable()

  /// Throws `ProcessError` for a directory that cannot be opened and for strings with a zero byte, which a program would find cut off.
  ///
  /// - Parameters:
  ///   - arguments: the program's name and what follows it.
  ///   - environment: `NAME=VALUE` each.
  ///   - directories: become the descriptors after the standard ones.
  ///   - standardInput: what the program reads from its descriptor 0; this process' own standard input unless something else is said.
  ///   - standardOutput: where what it writes to its descriptor 1 goes.
  ///   - standardError: the same for descriptor 2.
  public init(
    arguments: [String], environment: [String] = [], directories: [PreopenedDirectory] = [],
    standardInput: StandardInput = .descriptor(0), standardOutput: StandardOutput = .descriptor(1), standardError: StandardOutput = .descriptor(2)
  ) throws(ProcessError) {
    self.arguments = try WASIProcess.strings(arguments, "an argument")
    self.environment = try WASIProcess.strings(environment, "an environment variable")
    for variable in self.environment where (variable.firstIndex(of: UInt8(ascii: "=")) ?? 0) == 0 {
      throw ProcessError(description: "an environment variable is not NAME=VALUE: \(WasmName(utf8: variable))")
    }
    for standard in [standardInput.descriptor, standardOutput.descriptor, standardError.descriptor] { descriptors.append(standard) }
    for directory in directories { descriptors.append(try WASIProcess.open(directory)) }
  }

  /// Strings as programs get them, which a zero byte ends and whose sizes have 32 bits.
  private static func strings(_ strings: [String], _ what: String) throws(ProcessError) -> [[UInt8]] {
    let strings = strings.map { Array($0.utf8) }
    for string in strings where string.contains(0) {
      throw ProcessError(description: "\(what) has a zero byte inside: \(WasmName(utf8: string))")
    }
    guard strings.byteCount <= Int32.max, strings.count <= Int32.max / 4 else { throw ProcessError(description: "\(what) is too long") }
    return strings
  }

  private static func open(_ directory: PreopenedDirectory) throws(ProcessError) -> Descriptor {
    let guest = try strings([directory.guest], "the program's name for a directory")[0]
    let rights = directory.isReadOnly ? Rights.all.subtracting(.changing) : .all
    let object: any FileObject =
      switch directory.place {
      case .host(let path): try open(host: Array(path.utf8))
      case .memory(let files): MemoryDirectory(files)
      }
    return Descriptor(object, rights: rights, inheriting: rights, preopenedAs: guest)
  }

  private static func open(host path: [UInt8]) throws(ProcessError) -> HostDirectory {
    if path.contains(0) { throw ProcessError(description: "a directory has a zero byte in its name: \(WasmName(utf8: path))") }
    var host = path.withPath { Files.open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    if host < 0 && errno == EACCES {
      // Not readable, but perhaps there are files in it whose names are known.
      host = path.withPath { Files.open($0, HostSystem.openDirectoryHandle) }
    }
    guard host >= 0 else {
      throw ProcessError(description: "cannot open the directory \(WasmName(utf8: path)): \(String(cString: strerror(errno)))")
    }
    return HostDirectory(owning: host)
  }

  /// Passes one more of the host's descriptors on, such as a socket; it stays open in the host. Returns the program's number for it, or
  /// nil if it is not open.
  public func inherit(_ descriptor: Int32) -> UInt32? {
    Descriptor(inherited: descriptor).map { descriptors.add($0) }
  }

  /// Defines the functions of the interface, in both its versions: all, or those that a module imports.
  public func define(in imports: inout Imports, for store: Store, usedBy module: Module? = nil) {
    let used = module.map { Set($0.imports.map(\.module)) }
    for snapshot in Snapshot.allCases where used?.contains(snapshot.moduleName) ?? true {
      let names = module.map { module in Set(module.imports.filter { $0.module == snapshot.moduleName }.map(\.name)) }
      for row in SystemCallTable.rows where row.exists(in: snapshot) && names?.contains(row.name) ?? true {
        imports.define(snapshot.moduleName, row.name, row.function(store, self, snapshot))
      }
    }
  }

  /// Runs a command (a module that exports `_start`) to its end, or initializes a reactor. Returns the exit code. Throws `Trap`, or `StartError` when
  /// a command is not one.
  public func start(_ instance: Instance) throws -> UInt32 {
    try run(instance.export("_start") == nil ? "_initialize" : "_start", of: instance)
  }

  /// Prepares a reactor (a module that exports functions to be called, and perhaps `_initialize`, which is called here). To be called once, before any
  /// other function. Returns the exit code if the program ended itself, otherwise 0.
  public func initialize(_ instance: Instance) throws -> UInt32 { try run("_initialize", of: instance) }

  private func run(_ name: WasmName, of instance: Instance) throws -> UInt32 {
    guard let start = instance.export(name) else { return 0 }
    guard case .function(let function) = start, function.type == FuncType([], []) else {
      throw StartError(description: "the export \(name) is not a function without parameters and results")
    }
    do {
      try function()
      return 0
    } catch let exit as WASIExit {
      return exit.code
    }
  }
}
