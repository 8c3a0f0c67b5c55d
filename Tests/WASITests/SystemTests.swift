// Arguments, clocks, random bytes, polling, sockets, ends.

import Foundation
import Testing
import WasmEngine

@testable import WASI

@Suite struct SystemTests {
  @Test func argumentsAndEnvironmentAreWrittenWithTerminators() throws {
    let guest = try TestGuest(arguments: ["name", "", "größer"], environment: ["A=1"])
    let sizes = guest.room(8)
    try guest.calls.argsSizesGet(sizes, sizes + 4)
    #expect(guest.number(at: sizes, UInt32.self) == 3)
    #expect(guest.number(at: sizes + 4, UInt32.self) == 5 + 1 + 9)
    let pointers = guest.room(12)
    let buffer = guest.room(15)
    try guest.calls.argsGet(pointers, buffer)
    #expect(guest.text(at: buffer, 15) == "name\0\0größer\0")
    #expect((0..<3).map { guest.number(at: pointers + 4 * $0, UInt32.self) - buffer } == [0, 5, 6])
    try guest.calls.environSizesGet(sizes, sizes + 4)
    #expect(guest.number(at: sizes + 4, UInt32.self) == 4)
    try guest.calls.environGet(pointers, buffer)
    #expect(guest.text(at: buffer, 4) == "A=1\0")
    #expect(failure { try guest.calls.argsGet(pointers, TestGuest.memorySize - 14) } == .fault)
    #expect(failure { try guest.calls.argsGet(TestGuest.memorySize - 11, buffer) } == .fault)
  }

  @Test func clocksDoNotGoBackAndRandomBytesDiffer() throws {
    let guest = try TestGuest()
    let result = guest.room(8)
    for clock in 0..<4 as Range<UInt32> {
      try guest.calls.clockResGet(clock, result)
      #expect((1...1_000_000_000).contains(guest.number(at: result, UInt64.self)))
      try guest.calls.clockTimeGet(clock, 0, result)
      let first: UInt64 = guest.number(at: result)
      try guest.calls.clockTimeGet(clock, 0, result)
      #expect(guest.number(at: result, UInt64.self) >= first)
    }
    try guest.calls.clockTimeGet(0, 0, result)
    #expect(abs(Double(guest.number(at: result, UInt64.self)) / 1e9 - Date().timeIntervalSince1970) < 5)
    #expect(failure { try guest.calls.clockTimeGet(4, 0, result) } == .invalid)
    #expect(failure { try guest.calls.clockResGet(4, result) } == .invalid)
    let buffer = guest.room(1000)
    try guest.calls.randomGet(buffer, 1000)
    #expect(Set(try guest.memory.read(at: Int(buffer), count: 1000)).count > 200)
    try guest.calls.randomGet(buffer, 0)
    #expect(failure { try guest.calls.randomGet(TestGuest.memorySize - 1, 2) } == .fault)
    try guest.calls.schedYield()
  }

  // MARK: Polling

  /// A subscription's 48 bytes.
  private func clock(_ userData: UInt64, _ clock: UInt32, _ timeout: UInt64, isAbsolute: Bool = false) -> [UInt8] {
    bytes(userData) + bytes(UInt64(0)) + bytes(UInt64(clock)) + bytes(timeout) + bytes(UInt64(0)) + bytes(UInt64(isAbsolute ? 1 : 0))
  }

  private func file(_ userData: UInt64, _ type: EventType, _ number: GuestDescriptor) -> [UInt8] {
    bytes(userData) + bytes(UInt64(type.rawValue)) + bytes(UInt64(number)) + [UInt8](repeating: 0, count: 24)
  }

  private func bytes(_ number: UInt64) -> [UInt8] { withUnsafeBytes(of: number.littleEndian) { Array($0) } }

  private struct Event: Equatable {
    var userData: UInt64
    var error = Errno.success
    var type: EventType
    var available: UInt64 = 0
    var isHungUp = false
  }

  private func poll(_ guest: TestGuest, _ subscriptions: [[UInt8]]) throws -> [Event] {
    let (input, _) = guest.put(subscriptions.flatMap { $0 })
    let output = guest.room(32 * subscriptions.count)
    let result = guest.room(4)
    try guest.calls.pollOneoff(input, output, UInt32(subscriptions.count), result)
    return (0..<guest.number(at: result, UInt32.self)).map { index in
      let record = output + 32 * index
      return Event(
        userData: guest.number(at: record), error: Errno(rawValue: guest.number(at: record + 8))!,
        type: EventType(rawValue: guest.number(at: record + 10))!, available: guest.number(at: record + 16),
        isHungUp: guest.number(at: record + 24, UInt16.self) == 1)
    }
  }

  /// The signal of an interruption goes to every thread that has run wasm.
  @Test func interruptingAnotherEngineDoesNotEndAWait() throws {
    var writer = ModuleWriter()
    writer.addExport("run", .function, writer.addFunction(type: writer.addType(FuncType([], []))))
    var body = FunctionBodyWriter(parameterCount: 0)
    body.end()
    writer.addBody(body)
    let other = Engine()
    try Instance(Module(other, writer.finish().bytes), in: Store(other)).function("run")!()
    let guest = try TestGuest()
    let isOver = DispatchSemaphore(value: 0)
    Thread.detachNewThread { repeat { other.interrupt() } while isOver.wait(timeout: .now() + 0.001) == .timedOut }
    defer { isOver.signal() }
    let start = Date()
    #expect(try poll(guest, [clock(7, 1, 100_000_000)]) == [Event(userData: 7, type: .clock)])
    #expect(Date().timeIntervalSince(start) >= 0.1)
  }

  @Test func waitingForAClockLastsUntilItsTime() throws {
    let guest = try TestGuest()
    let start = Date()
    #expect(try poll(guest, [clock(7, 1, 20_000_000), clock(8, 0, 10_000_000_000)]) == [Event(userData: 7, type: .clock)])
    #expect(Date().timeIntervalSince(start) >= 0.02)
    // Times that are over: at once, and all of them.
    #expect(try poll(guest, [clock(1, 0, 1, isAbsolute: true), clock(2, 1, 0), clock(3, 1, .max)]).map(\.userData) == [1, 2])
    let soon = UInt64((Date().timeIntervalSince1970 + 0.02) * 1e9)
    #expect(try poll(guest, [clock(5, 0, soon, isAbsolute: true)]) == [Event(userData: 5, type: .clock)])
    #expect(UInt64(Date().timeIntervalSince1970 * 1e9) >= soon - 1_000_000)
    #expect(failure { try poll(guest, [clock(5, 9, 0)]) } == .invalid)
    #expect(try poll(guest, [clock(5, 2, 0), clock(6, 1, 0)]) == [Event(userData: 5, error: .notSupported, type: .clock)])
    #expect(failure { try guest.calls.pollOneoff(0, 0, 0, 0) } == .invalid)
    #expect(failure { try poll(guest, [bytes(0) + bytes(3) + [UInt8](repeating: 0, count: 32)]) } == .invalid)
  }

  @Test func waitingForADescriptorEndsWhenItIsReady() throws {
    var ends: [Int32] = [0, 0]
    #expect(pipe(&ends) == 0)
    let guest = try TestGuest(input: .descriptor(ends[0]), output: .descriptor(ends[1]))
    let patience = clock(9, 1, 10_000_000)
    #expect(try poll(guest, [file(1, .read, 0), patience]) == [Event(userData: 9, type: .clock)])
    #expect(try poll(guest, [file(1, .read, 0), file(2, .write, 1)]) == [Event(userData: 2, type: .write)])
    #expect(try guest.write("text", to: 1) == 4)
    #expect(try poll(guest, [file(1, .read, 0), patience]) == [Event(userData: 1, type: .read, available: 4)])
    #expect(try poll(guest, [file(1, .read, 7)]) == [Event(userData: 1, error: .badDescriptor, type: .read)])
    #expect(try poll(guest, [file(1, .write, 0)]) == [Event(userData: 1, error: .notCapable, type: .write)])
    #expect(try guest.read(from: 0) == "text")
    close(ends[1])
    #expect(try poll(guest, [file(1, .read, 0)]) == [Event(userData: 1, type: .read, isHungUp: true)])
    close(ends[0])
    try guest.hostWrite("12345", "inside/file")
    let regular = try guest.open("file", rights: [.fdRead, .pollFdReadwrite])
    #expect(try poll(guest, [file(1, .read, regular)]) == [Event(userData: 1, type: .read, available: 5)])
  }

  /// What is not of the host is ready at once; the others are looked at, but not waited for.
  @Test func bytesClosuresAndFilesInMemoryAreAlwaysReady() throws {
    let later = clock(9, 1, 3_600_000_000_000)
    var guest = try TestGuest(.memory, input: .text("text"), output: .discarded)
    #expect(
      try poll(guest, [later, file(1, .read, 0), file(2, .write, 1)])
        == [Event(userData: 1, type: .read, available: 4), Event(userData: 2, type: .write)])
    #expect(try guest.read(3, from: 0) == "tex")
    #expect(
      try poll(guest, [file(1, .read, 0), clock(5, 1, 0)]) == [Event(userData: 1, type: .read, available: 1), Event(userData: 5, type: .clock)])
    try guest.hostWrite("12345", "inside/file")
    let regular = try guest.open("file", rights: [.fdRead, .fdSeek, .fdTell, .pollFdReadwrite])
    _ = try guest.seek(regular, 2, .start)
    #expect(try poll(guest, [later, file(1, .read, regular)]) == [Event(userData: 1, type: .read, available: 3)])
    _ = try guest.seek(regular, 20, .start)
    #expect(try poll(guest, [later, file(1, .read, regular)]) == [Event(userData: 1, type: .read)])
    var ends: [Int32] = [0, 0]
    #expect(pipe(&ends) == 0)
    defer { for end in ends { close(end) } }
    guest = try TestGuest(input: .descriptor(ends[0]), output: .writing { _ in })
    #expect(try poll(guest, [later, file(1, .read, 0), file(2, .write, 1)]) == [Event(userData: 2, type: .write)])
    #expect(Foundation.write(ends[1], "hello", 5) == 5)
    #expect(
      try poll(guest, [later, file(1, .read, 0), file(2, .write, 1)])
        == [Event(userData: 1, type: .read, available: 5), Event(userData: 2, type: .write)])
  }

  // MARK: Sockets

  @Test func inheritedSocketsSendReceiveAndShutDown() throws {
    var pair: [Int32] = [0, 0]
    #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &pair) == 0)
    defer { for end in pair { close(end) } }
    let guest = try TestGuest()
    let socket = try #require(guest.process.inherit(pair[0]))
    let (text, count) = guest.put("text")
    let result = guest.room(4)
    let flags = guest.room(2)
    try guest.calls.sockSend(socket, guest.buffer(text, count), 1, 0, result)
    #expect(guest.number(at: result, UInt32.self) == 4)
    var received = [UInt8](repeating: 0, count: 8)
    #expect(recv(pair[1], &received, 8, 0) == 4 && received.starts(with: "text".utf8))
    #expect(send(pair[1], "answer", 6, 0) == 6)
    let target = guest.room(8)
    try guest.calls.sockRecv(socket, guest.buffer(target, 3), 1, 1, result, flags)
    #expect(guest.text(at: target, 3) == "ans")
    try guest.calls.sockRecv(socket, guest.buffer(target, 8), 1, 0, result, flags)
    #expect(guest.number(at: result, UInt32.self) == 6 && guest.text(at: target, 6) == "answer")
    try guest.calls.sockShutdown(socket, 2)
    #expect(recv(pair[1], &received, 8, 0) == 0)
    #expect(failure { try guest.calls.sockSend(socket, guest.buffer(text, count), 1, 0, result) } == .brokenPipe)
    #expect(failure { try guest.calls.sockShutdown(socket, 0) } == .invalid)
    #expect(failure { try guest.calls.sockShutdown(3, 1) } == .notSocket)
    #expect(failure { try guest.calls.sockAccept(3, 0, result) } == .notSocket)
    #expect(failure { try guest.calls.sockAccept(socket, 0, result) } == .invalid)
  }

  @Test func connectionsAreAcceptedFromAnInheritedListener() throws {
    let guest = try TestGuest()
    let path = guest.folder.appendingPathComponent("socket").path
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8).prefix($0.count - 1)) }
    func withAddress(_ call: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
      withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { call($0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
      }
    }
    let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    let client = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    defer { for end in [listener, client] { close(end) } }
    #expect(withAddress { bind(listener, $0, $1) } == 0 && listen(listener, 4) == 0)
    let number = try #require(guest.process.inherit(listener))
    let result = guest.room(4)
    try guest.calls.fdFdstatSetFlags(number, UInt32(DescriptorFlags.nonblocking.rawValue))
    #expect(failure { try guest.calls.sockAccept(number, 0, result) } == .tryAgain)
    #expect(withAddress { connect(client, $0, $1) } == 0)
    try guest.calls.sockAccept(number, UInt32(DescriptorFlags.nonblocking.rawValue), result)
    let connection: UInt32 = guest.number(at: result)
    #expect(failure { try guest.read(from: connection) } == .tryAgain)
    #expect(send(client, "hello", 5, 0) == 5)
    #expect(try guest.read(from: connection) == "hello")
  }

  // MARK: Ends

  @Test func signalsAreIgnoredRefusedOrEndTheProgram() throws {
    let guest = try TestGuest()
    try guest.calls.procRaise(0)
    try guest.calls.procRaise(16)
    #expect(failure { try guest.calls.procRaise(18) } == .notSupported)
    #expect(failure { try guest.calls.procRaise(99) } == .invalid)
    #expect(throws: WASIExit.self) { try guest.calls.procRaise(6) }
  }

  /// A program that waits for input that never comes can be stopped.
  @Test func waitingIsInterrupted() throws {
    var ends: [Int32] = [0, 0]
    #expect(pipe(&ends) == 0)
    defer { for end in ends { close(end) } }
    let process = try WASIProcess(arguments: [], standardInput: .descriptor(ends[0]))
    var writer = ModuleWriter()
    let read = writer.importFunction(
      WASIProcess.moduleName, "fd_read", type: writer.addType(FuncType([.i32, .i32, .i32, .i32], [.i32])))
    writer.addExport("memory", .memory, writer.addMemory(MemoryType(Limits(1))))
    _ = writer.addActiveData(offset: .i32(0), bytes: [16, 0, 0, 0, 8, 0, 0, 0])
    writer.addExport("_start", .function, writer.addFunction(type: writer.addType(FuncType([], []))))
    var body = FunctionBodyWriter(parameterCount: 0)
    for argument in [0, 0, 1, 32] as [Int32] { body.i32Const(argument) }
    body.call(read)
    body.drop()
    body.end()
    writer.addBody(body)
    let engine = Engine()
    let store = Store(engine)
    var imports = Imports()
    process.define(in: &imports, for: store)
    let instance = try Instance(Module(engine, writer.finish().bytes), imports: imports, in: store)
    let isOver = DispatchSemaphore(value: 0)
    Thread.detachNewThread { repeat { engine.interrupt() } while isOver.wait(timeout: .now() + 0.02) == .timedOut }
    defer { isOver.signal() }
    do {
      _ = try process.start(instance)
      Issue.record("the program ended by itself")
    } catch let trap as Trap {
      #expect(trap.reason == .interrupted)
    }
  }

  /// The types of the functions, as the interface's description has them.
  @Test func everyFunctionHasItsType() throws {
    let types = """
      args_get ii; args_sizes_get ii; environ_get ii; environ_sizes_get ii; clock_res_get ii; clock_time_get iIi; fd_advise iIIi; fd_allocate iII; fd_close i
      fd_datasync i; fd_fdstat_get ii; fd_fdstat_set_flags ii; fd_fdstat_set_rights iII; fd_filestat_get ii; fd_filestat_set_size iI; fd_filestat_set_times iIIi
      fd_pread iiiIi; fd_prestat_get ii; fd_prestat_dir_name iii; fd_pwrite iiiIi; fd_read iiii; fd_readdir iiiIi; fd_renumber ii; fd_seek iIii; fd_sync i; fd_tell ii
      fd_write iiii; path_create_directory iii; path_filestat_get iiiii; path_filestat_set_times iiiiIIi; path_link iiiiiii; path_open iiiiiIIii; path_readlink iiiiii
      path_remove_directory iii; path_rename iiiiii; path_symlink iiiii; path_unlink_file iii; poll_oneoff iiii; proc_exit i; proc_raise i; sched_yield; random_get ii
      sock_accept iii; sock_recv iiiiii; sock_send iiiii; sock_shutdown ii
      """
    let guest = try TestGuest()
    let store = Store()
    var imports = Imports()
    guest.process.define(in: &imports, for: store)
    let rows = types.split { $0 == ";" || $0 == "\n" }.map { $0.split(separator: " ") }
    for row in rows {
      guard case .function(let function)? = imports[WASIProcess.moduleName, WasmName(String(row[0]))] else {
        Issue.record("\(row[0]) is missing")
        continue
      }
      #expect(function.type.parameters == (row.count > 1 ? row[1].map { $0 == "i" ? .i32 : .i64 } : []), "\(row[0])")
      #expect(function.type.results == (row[0] == "proc_exit" ? [] : [.i32]), "\(row[0])")
    }
    #expect(rows.count == SystemCallTable.rows.count)
  }
}
