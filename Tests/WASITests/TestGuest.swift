// A guest without code: a memory, and system calls made from Swift with the numbers that compiled programs would give them.

import Foundation
import Testing
import WasmEngine

@testable import WASI

/// Where a test's directory is.
enum FileSystem: CaseIterable, Sendable {
  /// The host's; the host resolves paths.
  case host
  /// The host's; paths are walked step by step.
  case walk
  /// In memory.
  case memory
}

final class TestGuest {
  /// Two folders beside each other; the guest has the first one, as descriptor 3.
  let folder: URL
  var inside: URL { folder.appendingPathComponent("inside") }
  var outside: URL { folder.appendingPathComponent("outside") }
  /// In place of the first one.
  let files: InMemoryDirectory?
  let process: WASIProcess
  let memory: Memory
  var snapshot = Snapshot.preview1
  var calls: SystemCalls { SystemCalls(guest: self) }
  /// Where unused memory begins.
  private var top: UInt32 = 1024
  static let memorySize: UInt32 = 4 * 65536
  static let directory: GuestDescriptor = 3

  init(
    _ system: FileSystem = .host, isReadOnly: Bool = false, limits: InMemoryDirectory.Limits = .init(), sharing shared: InMemoryDirectory? = nil,
    input: StandardInput = .closed, output: StandardOutput = .closed, arguments: [String] = ["test"], environment: [String] = []
  ) throws {
    signal(SIGPIPE, SIG_IGN)
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("latch-wasi-" + UUID().uuidString)
    for name in ["inside", "outside"] {
      try FileManager.default.createDirectory(at: folder.appendingPathComponent(name), withIntermediateDirectories: true)
    }
    files = system == .memory ? shared ?? InMemoryDirectory(limits: limits) : nil
    let directory =
      files.map { PreopenedDirectory(memory: $0, guest: "/data", isReadOnly: isReadOnly) }
      ?? PreopenedDirectory(host: folder.appendingPathComponent("inside").path, guest: "/data", isReadOnly: isReadOnly)
    process = try WASIProcess(
      arguments: arguments, environment: environment, directories: [directory], standardInput: input, standardOutput: output, standardError: .closed)
    (process.descriptors[3]?.object as? HostDirectory)?.resolvesByHost = system == .host
    memory = try Memory(Store(), MemoryType(Limits(4)))
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  // MARK: Memory

  func room(_ count: Int) -> GuestPointer {
    defer { top += (UInt32(count) + 15) & ~15 }
    return top
  }

  func put(_ bytes: some Collection<UInt8>) -> (GuestPointer, UInt32) {
    let pointer = room(bytes.count)
    try! memory.write(bytes, at: Int(pointer))
    return (pointer, UInt32(bytes.count))
  }

  func put(_ text: String) -> (GuestPointer, UInt32) { put(Array(text.utf8)) }

  func number<Number: FixedWidthInteger & BitwiseCopyable>(at pointer: GuestPointer, _ type: Number.Type = Number.self) -> Number {
    try! memory.load(at: Int(pointer))
  }

  func text(at pointer: GuestPointer, _ count: Int) -> String { try! memory.readString(at: Int(pointer), count: count) }

  /// An array of one buffer.
  func buffer(_ pointer: GuestPointer, _ count: UInt32) -> GuestPointer {
    let record = room(8)
    try! memory.store(pointer, at: Int(record))
    try! memory.store(count, at: Int(record) + 4)
    return record
  }

  // MARK: Calls

  func open(
    _ path: String, _ flags: OpenFlags = [], rights: Rights = [.fdRead, .fdSeek, .fdTell], inheriting: Rights = [],
    descriptorFlags: DescriptorFlags = [],
    following: Bool = true, from directory: GuestDescriptor = directory
  ) throws -> GuestDescriptor {
    let start = top
    defer { top = start }
    let (pointer, count) = put(path)
    let result = room(4)
    try calls.pathOpen(
      directory, following ? 1 : 0, pointer, count, UInt32(flags.rawValue), rights.rawValue, inheriting.rawValue,
      UInt32(descriptorFlags.rawValue), result)
    return number(at: result)
  }

  func write(_ text: String, to file: GuestDescriptor) throws -> Int {
    let start = top
    defer { top = start }
    let (pointer, count) = put(text)
    let result = room(4)
    try calls.fdWrite(file, buffer(pointer, count), 1, result)
    return Int(number(at: result, UInt32.self))
  }

  func read(_ count: Int = 100, from file: GuestDescriptor) throws -> String {
    let start = top
    defer { top = start }
    let target = room(count)
    let result = room(4)
    try calls.fdRead(file, buffer(target, UInt32(count)), 1, result)
    return text(at: target, Int(number(at: result, UInt32.self)))
  }

  /// All of a file that is found by a path.
  func contents(_ path: String, following: Bool = true) throws -> String {
    let file = try open(path, following: following)
    defer { try? calls.fdClose(file) }
    return try read(from: file)
  }

  func seek(_ file: GuestDescriptor, _ offset: Int64, _ whence: Whence) throws -> UInt64 {
    let result = room(8)
    try calls.fdSeek(file, offset, UInt32(whence.rawValue), result)
    return number(at: result)
  }

  struct Information {
    let type: UInt8
    let device, inode, links, size, accessTime, modificationTime: UInt64
  }

  func information(_ path: String, following: Bool = true) throws -> Information {
    let start = top
    defer { top = start }
    let (pointer, count) = put(path)
    let record = room(64)
    try calls.pathFilestatGet(TestGuest.directory, following ? 1 : 0, pointer, count, record)
    return Information(
      type: number(at: record + 16), device: number(at: record), inode: number(at: record + 8), links: number(at: record + 24),
      size: number(at: record + 32), accessTime: number(at: record + 40),
      modificationTime: number(at: record + 48))
  }

  func onPath(_ path: String, _ call: (GuestPointer, UInt32) throws -> Void) rethrows {
    let start = top
    defer { top = start }
    let (pointer, count) = put(path)
    try call(pointer, count)
  }

  func makeDirectory(_ path: String) throws { try onPath(path) { try calls.pathCreateDirectory(3, $0, $1) } }
  func removeDirectory(_ path: String) throws { try onPath(path) { try calls.pathRemoveDirectory(3, $0, $1) } }
  func unlink(_ path: String) throws { try onPath(path) { try calls.pathUnlinkFile(3, $0, $1) } }

  func rename(_ old: String, _ new: String) throws {
    try onPath(old) { old, oldCount in try onPath(new) { try calls.pathRename(3, old, oldCount, 3, $0, $1) } }
  }

  func link(_ old: String, _ new: String, following: Bool = false) throws {
    try onPath(old) { old, oldCount in
      try onPath(new) { try calls.pathLink(3, following ? 1 : 0, old, oldCount, 3, $0, $1) }
    }
  }

  func symlink(_ text: String, _ path: String) throws {
    try onPath(text) { text, textCount in try onPath(path) { try calls.pathSymlink(text, textCount, 3, $0, $1) } }
  }

  func readlink(_ path: String) throws -> String {
    let target = room(4096)
    let result = room(4)
    try onPath(path) { try calls.pathReadlink(3, $0, $1, target, 4096, result) }
    return text(at: target, Int(number(at: result, UInt32.self)))
  }

  /// What is put into memory by the body is forgotten afterwards.
  func scoped<Result>(_ body: () throws -> Result) rethrows -> Result {
    let start = top
    defer { top = start }
    return try body()
  }

  // MARK: The host's side

  /// The path in the directory in memory, if a path leads there.
  private func inMemory(_ path: String) -> (InMemoryDirectory, String)? {
    guard let files, path.hasPrefix("inside/") else { return nil }
    return (files, String(path.dropFirst("inside/".count)))
  }

  func hostWrite(_ text: String, _ path: String) throws {
    if let (files, path) = inMemory(path) { return try files.write(text, to: path) }
    try text.write(to: folder.appendingPathComponent(path), atomically: false, encoding: .utf8)
  }

  func hostRead(_ path: String) throws -> String {
    if let (files, path) = inMemory(path) { return String(decoding: try files.read(path), as: UTF8.self) }
    return try String(contentsOf: folder.appendingPathComponent(path), encoding: .utf8)
  }

  func hostExists(_ path: String) -> Bool {
    if let (files, path) = inMemory(path) { return files.information(path) != nil }
    return FileManager.default.fileExists(atPath: folder.appendingPathComponent(path).path)
  }

  func hostLink(_ text: String, _ path: String) throws {
    if let (files, path) = inMemory(path) { return try files.createSymbolicLink(path, to: text) }
    try FileManager.default.createSymbolicLink(atPath: folder.appendingPathComponent(path).path, withDestinationPath: text)
  }

  func hostMakeDirectory(_ path: String) throws {
    if let (files, path) = inMemory(path) { return try files.createDirectory(path) }
    try FileManager.default.createDirectory(at: folder.appendingPathComponent(path), withIntermediateDirectories: true)
  }
}

/// The error number of a call that must fail with one.
func failure<Result>(_ call: () throws -> Result) -> Errno? {
  do {
    _ = try call()
    return nil
  } catch { return error as? Errno }
}

/// The functions of WASI by their names in Swift's spelling: `calls.fdRead(file, buffers, count, result)`.
@dynamicMemberLookup
struct SystemCalls {
  let guest: TestGuest

  subscript(dynamicMember name: String) -> Call { Call(guest: guest, name: Call.snakeCase(name)) }

  @dynamicCallable
  struct Call {
    let guest: TestGuest
    let name: String

    /// `fdRead` is fd_read.
    static func snakeCase(_ name: String) -> String {
      name.reduce(into: "") { $0 += $1.isUppercase ? "_" + $1.lowercased() : String($1) }
    }

    /// Throws the error number that the function returns, unless it is success.
    func dynamicallyCall(withArguments arguments: [any BinaryInteger]) throws {
      let row = try #require(SystemCallTable.rows.first { $0.name.string == name }, "there is no \(name)")
      #expect(row.parts.count == arguments.count, "\(name)")
      let words = arguments.map { UInt64(truncatingIfNeeded: $0) }
      let call = SystemCall(process: guest.process, memory: GuestMemory(memory: guest.memory), snapshot: guest.snapshot)
      try words.withUnsafeBufferPointer { try row.perform(call, $0) }
    }
  }
}
