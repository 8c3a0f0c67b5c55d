// The stage of docs/wasi-errors.md: a directory and some descriptors, a program that exports every function of WASI, and the notation in which the page
// writes calls. scripts/compare-wasi.py is the same for wasmtime.

import Foundation
import Testing
import WasmEngine

@testable import WASI

final class Stage {
  /// What was written to a closure.
  private final class Written {
    var bytes: [UInt8] = []
  }

  /// The functions that return an error number: all but proc_exit.
  static let rows = SystemCallTable.rows.filter(\.returnsErrno)
  static let memorySize: UInt64 = 2 * 65536

  let guest: TestGuest
  private let instance: Instance
  private let memory: Memory
  private let pipeEnds, socketEnds: [Int32]
  private var otherEnds: [Int32] = []
  private let written = Written()
  private var top = 1024
  private var names = Stage.constants

  /// In memory, the pipe's ends are bytes and a closure.
  init(_ system: FileSystem = .host) throws {
    var ends: [Int32] = [0, 0]
    #expect(pipe(&ends) == 0 && Foundation.write(ends[1], "hello", 5) == 5)
    pipeEnds = ends
    #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0 && send(ends[1], "hello", 5, 0) == 5)
    socketEnds = ends
    guest = try TestGuest(
      system, input: system == .memory ? .text("hello") : .descriptor(pipeEnds[0]),
      output: system == .memory ? .writing { [written] in written.bytes += $0 } : .descriptor(pipeEnds[1]), arguments: ["program", "argument"],
      environment: ["NAME=value"])
    let module = try Stage.program.get()
    let store = Store(module.engine)
    var imports = Imports()
    guest.process.define(in: &imports, for: store)
    instance = try Instance(module, imports: imports, in: store)
    memory = try #require(instance.memory("memory"))
    try makeFiles()
  }

  deinit { for end in pipeEnds + socketEnds + otherEnds { close(end) } }

  private func makeFiles() throws {
    for name in ["folder", "empty", "odd"] { try guest.hostMakeDirectory("inside/" + name) }
    try guest.hostWrite("hello", "inside/file")
    try guest.hostWrite("inner", "inside/folder/inner")
    try guest.hostWrite("secret", "outside/file")
    for (name, text) in [
      ("link", "file"), ("dirlink", "folder"), ("dangling", "nowhere"), ("loop", "loop"), ("out", "../outside"), ("absolute", "/etc"),
    ] { try guest.hostLink(text, "inside/" + name) }
    if guest.files != nil { return try guest.hostLink("odd", "inside/oddlink") }
    let odd = Array(guest.inside.path.utf8) + Array("/odd/".utf8) + [0xFF]
    close(odd.withPath { Foundation.open($0, O_CREAT | O_WRONLY, 0o600) })
    let link = Array(guest.inside.path.utf8) + Array("/oddlink".utf8)
    _ = [0xFF].withPath { text in link.withPath { Foundation.symlink(text, $0) } }
  }

  /// A module that exports each function of WASI under its name, and a memory.
  private static let program = Result<Module, any Error> {
    var writer = ModuleWriter()
    let types = rows.map { writer.addType(FuncType($0.parts.map(\.type), [.i32])) }
    let imports = zip(rows, types).map { writer.importFunction(WASIProcess.moduleName, $0.name, type: $1) }
    writer.addExport("memory", .memory, writer.addMemory(MemoryType(Limits(2))))
    for (index, row) in rows.enumerated() {
      writer.addExport(row.name, .function, writer.addFunction(type: types[index]))
      var body = FunctionBodyWriter(parameterCount: row.parts.count)
      for parameter in row.parts.indices { body.localGet(UInt32(parameter)) }
      body.call(imports[index])
      body.end()
      writer.addBody(body)
    }
    return try Module(Engine(), writer.finish().bytes)
  }

  // MARK: Calls

  /// Makes one call; returns the name of its error number.
  func call(_ name: String, _ words: [UInt64]) throws -> String {
    let function = try #require(instance.function(WasmName(name)), "there is no \(name)")
    let types = function.type.parameters
    try #require(types.count == words.count, "\(name) takes \(types.count) numbers")
    let values = zip(types, words).map { $0 == .i64 ? Value.i64(Int64(bitPattern: $1)) : .i32(Int32(truncatingIfNeeded: $1)) }
    guard case .i32(let number) = try function.call(values)[0] else { return "" }
    return Stage.errors[Int(number)]
  }

  /// Makes the calls of a line of the page up to the last one, which must succeed; returns the last one.
  func prepare(_ text: String) throws -> (name: String, words: [UInt64]) {
    if text.contains("SOCKET") { names["SOCKET"] = guest.process.inherit(socketEnds[0]).map(UInt64.init) }
    if text.contains("LISTENER") { names["LISTENER"] = guest.process.inherit(try listen()).map(UInt64.init) }
    for name in Stage.opened.keys.sorted() where text.contains(name) { try open(name) }
    let calls = text.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }
    for (index, call) in calls.enumerated() {
      let match = try #require(call.wholeMatch(of: /(?:([A-Z]) = )?([a-z_]+)\((.*)\)/), "\(call)")
      let (name, words) = (String(match.2), try words(String(match.3)))
      if index == calls.count - 1 { return (name, words) }
      try #require(self.call(name, words) == "success", "\(call)")
      if let variable = match.1 { names[String(variable)] = try number(at: words.last!) }
    }
    fatalError("a line without calls")
  }

  /// A socket at which a connection waits.
  private func listen() throws -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let path = Array(guest.folder.appendingPathComponent("listener").path.utf8)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.prefix($0.count - 1)) }
    let ends = (0..<2).map { _ in socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0) }
    otherEnds += ends
    let size = socklen_t(MemoryLayout<sockaddr_un>.size)
    let isConnected = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(ends[0], $0, size) == 0 && Foundation.listen(ends[0], 1) == 0 && connect(ends[1], $0, size) == 0
      }
    }
    try #require(isConnected)
    return ends[0]
  }

  private func open(_ name: String) throws {
    let (path, flags, rights) = Stage.opened[name]!
    let result = put([0, 0, 0, 0])
    let arguments = try words("DIR, follow, \"\(path)\"") + [UInt64(flags.rawValue), rights.rawValue, Rights.all.rawValue, 0, result]
    try #require(call("path_open", arguments) == "success", "\(name)")
    names[name] = try number(at: result)
  }

  private func number(at pointer: UInt64) throws -> UInt64 { UInt64(try memory.load(at: Int(pointer), as: UInt32.self)) }

  private func put(_ bytes: [UInt8]) -> UInt64 {
    let pointer = top
    try! memory.write(bytes, at: pointer)
    top += (bytes.count + 15) & ~15
    return UInt64(pointer)
  }

  // MARK: Notation

  private func words(_ text: String) throws -> [UInt64] {
    try text.matches(of: /"[^"]*"|<[^>]*>|[a-z]+\([^)]*\)|[^,\s]+/).flatMap { try argument(String($0.output)) }
  }

  private func argument(_ text: String) throws -> [UInt64] {
    let content = String(text.dropFirst().dropLast())
    switch text.first! {
    case "\"": return buffer(Stage.unescape(content))
    case "[": return buffer([UInt8](repeating: 0, count: Int(content)!))
    case "{": return [put([UInt8](repeating: 0, count: Int(content)!))]
    case "<":
      let buffers = content.split(separator: " ").map { item in
        item == "bad" ? [Stage.bad, 5] : buffer([UInt8](repeating: UInt8(ascii: "x"), count: Int(item)!))
      }
      return [put(buffers.flatMap { $0.flatMap { Stage.bytes(UInt32($0)) } }), UInt64(buffers.count)]
    default: break
    }
    guard let match = text.wholeMatch(of: /([a-z]+)\((.*)\)/) else { return [try number(text)] }
    let numbers = try match.2.split(separator: ",").map { try number($0.trimmingCharacters(in: .whitespaces)) }
    switch match.1 {
    case "long": return buffer([UInt8](repeating: UInt8(ascii: "a"), count: Int(numbers[0])))
    case "deep": return buffer((0..<numbers[0]).map { $0 % 2 == 0 ? UInt8(ascii: "a") : UInt8(ascii: "/") })
    case "clock": return [subscription(0, UInt64(UInt32(truncatingIfNeeded: numbers[0])), numbers[1], numbers[2])]
    case "read": return [subscription(1, numbers[0], 0, 0)]
    case "write": return [subscription(2, numbers[0], 0, 0)]
    default: return [subscription(numbers[0], 0, 0, 0)]
    }
  }

  private func buffer(_ bytes: [UInt8]) -> [UInt64] { [put(bytes), UInt64(bytes.count)] }

  private func subscription(_ type: UInt64, _ subject: UInt64, _ timeout: UInt64, _ flags: UInt64) -> UInt64 {
    put([7, type, subject, timeout, 0, flags].flatMap { Stage.bytes($0) })
  }

  private func number(_ text: String) throws -> UInt64 {
    try text.split(separator: "|").reduce(0) { result, part in
      if let known = names[String(part)] { return result | known }
      if part.hasPrefix("0x") { return try result | #require(UInt64(part.dropFirst(2), radix: 16), "\(part)") }
      return try result | UInt64(bitPattern: #require(Int64(part), "\(part)"))
    }
  }

  private static func bytes(_ number: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: number.littleEndian) { Array($0) } }

  /// `\ff` is a byte.
  private static func unescape(_ text: String) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = Substring(text)
    while let character = rest.popFirst() {
      if character == "\\" {
        bytes.append(UInt8(rest.prefix(2), radix: 16)!)
        rest = rest.dropFirst(2)
      } else {
        bytes += Array(character.utf8)
      }
    }
    return bytes
  }

  // MARK: State

  /// Everything that a call could have changed except memory: files, descriptors, what waits in the pipe and in the sockets.
  func state() throws -> [String] {
    var lines: [String] = []
    for path in try FileManager.default.subpathsOfDirectory(atPath: guest.folder.path).sorted() {
      var information = stat()
      lstat(guest.folder.path + "/" + path, &information)
      let isFile = information.st_mode & S_IFMT == S_IFREG
      let content = isFile ? (try? guest.hostRead(path)) ?? "?" : ""
      let time = HostSystem.modificationTime(information)
      lines.append("\(path) \(information.st_mode) \(information.st_nlink) \(information.st_size) \(time.tv_sec).\(time.tv_nsec) \(content)")
    }
    if let files = guest.files {
      for path in files.paths + [".", "folder", "empty", "odd"] {
        guard let known = files.information(path) else { continue }
        let content = known.kind == .file ? String(decoding: try files.read(path), as: UTF8.self) : try? files.symbolicLink(path)
        lines.append("\(path) \(known.kind) \(known.links) \(known.size) \(known.modificationTime) \(known.changeTime) \(content ?? "")")
      }
      lines.append("\(files.usage)")
    }
    for number in 0..<16 as Range<UInt32> {
      guard let file = guest.process.descriptors[number] else { continue }
      let position = file.type == .regularFile ? try file.object.seek(0, .current) : 0
      lines.append("\(number) \(file.type) \(try file.object.flags.rawValue) \(file.rights.rawValue) \(file.inheriting.rawValue) \(position)")
      if case .always(let available) = file.object.readiness { lines.append("\(available) bytes wait") }
    }
    for end in [pipeEnds[0]] + socketEnds {
      var count: Int32 = 0
      _ = ioctl(end, UInt(FIONREAD), &count)
      lines.append("\(count) bytes wait")
    }
    lines.append("\(written.bytes.count) bytes written")
    return lines
  }

  func memoryContents() -> [UInt8] { memory.withUnsafeBytes { Array($0) } }

  // MARK: Names

  /// An address outside the memory.
  static let bad: UInt64 = 0xFFFF_FFF0

  /// In the order of their numbers.
  static let errors = """
    success 2big acces addrinuse addrnotavail afnosupport again already badf badmsg busy canceled child connaborted connrefused connreset deadlk
    destaddrreq dom dquot exist fault fbig hostunreach idrm ilseq inprogress intr inval io isconn isdir loop mfile mlink msgsize multihop nametoolong
    netdown netreset netunreach nfile nobufs nodev noent noexec nolck nolink nomem nomsg noprotoopt nospc nosys notconn notdir notempty notrecoverable
    notsock notsup notty nxio overflow ownerdead perm pipe proto protonosupport prototype range rofs spipe srch stale timedout txtbsy xdev notcapable
    """.split(whereSeparator: \.isWhitespace).map(String.init)

  private static let constants: [String: UInt64] = {
    var constants: [String: UInt64] = ["follow": 1, "bad": bad, "IN": 0, "OUT": 1, "DIR": 3, "CLOSED": 99]
    let rights = """
      fd_datasync fd_read fd_seek fd_fdstat_set_flags fd_sync fd_tell fd_write fd_advise fd_allocate path_create_directory path_create_file path_link_source
      path_link_target path_open fd_readdir path_readlink path_rename_source path_rename_target path_filestat_get path_filestat_set_size
      path_filestat_set_times fd_filestat_get fd_filestat_set_size fd_filestat_set_times path_symlink path_remove_directory path_unlink_file
      poll_fd_readwrite sock_shutdown sock_accept
      """
    for flags in [rights, "creat directory excl trunc", "append dsync nonblock rsync sync", "atim atim_now mtim mtim_now", "rd wr"] {
      for (index, name) in flags.split(whereSeparator: \.isWhitespace).enumerated() { constants[String(name)] = 1 << index }
    }
    for cases in ["set cur end", "realtime monotonic process_cputime thread_cputime", "normal sequential random willneed dontneed noreuse"] {
      for (index, name) in cases.split(separator: " ").enumerated() { constants[String(name)] = UInt64(index) }
    }
    return constants
  }()

  /// The descriptors that are opened when a call names them.
  private static let opened: [String: (path: String, flags: OpenFlags, rights: Rights)] = [
    "FILE": ("file", [], .applicable(to: .regularFile)), "READER": ("file", [], .applicable(to: .regularFile).subtracting(.writing)),
    "WRITER": ("file", [], .applicable(to: .regularFile).subtracting(.reading)), "FOLDER": ("folder", [.directory], .applicable(to: .directory)),
  ]
}
