// Standard descriptors that are bytes and closures.

import Foundation
import SampleBodies
import Testing
import WasmEngine

@testable import WASI

@Suite struct StreamTests {
  private struct Failure: Error, Equatable {
    let number: Int
  }

  /// What a closure was asked for or given.
  private final class Log {
    var sizes: [Int] = []
    var texts: [String] = []
  }

  @Test func bytesAreReadToTheirEnd() throws {
    let guest = try TestGuest(input: .text("hello, world"))
    #expect(try guest.read(5, from: 0) == "hello")
    #expect(try guest.read(100, from: 0) == ", world")
    #expect(try guest.read(100, from: 0) == "")
    #expect(try guest.read(0, from: 0) == "")
    #expect(failure { try guest.write("x", to: 0) } == .notCapable)
  }

  @Test func aClosureFillsBuffersUntilItSaysThatThereIsNoMore() throws {
    let log = Log()
    var parts = ["one", "", "two"]
    let input = StandardInput.reading { buffer in
      log.sizes.append(buffer.count)
      guard !parts.isEmpty else { return 0 }
      let part = parts.removeFirst().utf8
      buffer.copyBytes(from: part)
      return part.count
    }
    let guest = try TestGuest(input: input)
    #expect(try guest.read(10, from: 0) == "one")
    #expect(try guest.read(20, from: 0) == "")
    // It is asked again: the end is not for ever.
    #expect(try guest.read(30, from: 0) == "two")
    #expect(try guest.read(0, from: 0) == "")
    #expect(log.sizes == [10, 20, 30])
  }

  @Test func severalBuffersAreOneCallOfAClosure() throws {
    let log = Log()
    let input = StandardInput.reading { buffer in
      log.sizes.append(buffer.count)
      buffer.copyBytes(from: "abcdefg".utf8)
      return 7
    }
    let output = StandardOutput.writing { log.texts.append(String(decoding: $0, as: UTF8.self)) }
    let guest = try TestGuest(input: input, output: output)
    let target = guest.room(64)
    let buffers = guest.room(32)
    for (index, (start, count)) in [(target, 2), (target + 8, 0), (target + 16, 4), (target + 32, 8)].enumerated() {
      try guest.memory.store(start, at: Int(buffers) + 8 * index)
      try guest.memory.store(UInt32(count), at: Int(buffers) + 8 * index + 4)
    }
    let result = guest.room(4)
    try guest.calls.fdRead(0, buffers, 4, result)
    #expect(guest.number(at: result, UInt32.self) == 7)
    #expect(log.sizes == [14])
    #expect(guest.text(at: target, 2) == "ab" && guest.text(at: target + 16, 4) == "cdef" && guest.text(at: target + 32, 2) == "g\0")
    try guest.calls.fdWrite(1, buffers, 3, result)
    #expect(guest.number(at: result, UInt32.self) == 6)
    #expect(log.texts == ["abcdef"])
    try guest.calls.fdWrite(1, buffers, 0, result)
    #expect(guest.number(at: result, UInt32.self) == 0 && log.texts.count == 1)
    // Much at once is not copied: buffer by buffer.
    let large = guest.room(40_000)
    for index in 0..<3 {
      try guest.memory.store(large, at: Int(buffers) + 8 * index)
      try guest.memory.store(UInt32(30_000), at: Int(buffers) + 8 * index + 4)
    }
    try guest.calls.fdWrite(1, buffers, 3, result)
    #expect(guest.number(at: result, UInt32.self) == 90_000)
    #expect(log.texts.dropFirst().map(\.utf8.count) == [30_000, 30_000, 30_000])
  }

  @Test func errorNumbersOfClosuresAreThePrograms() throws {
    var isBroken = false
    let log = Log()
    let guest = try TestGuest(
      input: .reading { _ in throw Errno.tryAgain },
      output: .writing { bytes in
        if isBroken { throw Errno.brokenPipe }
        log.sizes.append(bytes.count)
        isBroken = bytes.count == 50_000
      })
    #expect(failure { try guest.read(from: 0) } == .tryAgain)
    #expect(try guest.write("x", to: 1) == 1)
    // Of a write of several buffers what went through counts.
    let buffers = guest.room(16)
    let large = guest.room(50_000)
    for index in 0..<2 {
      try guest.memory.store(large, at: Int(buffers) + 8 * index)
      try guest.memory.store(UInt32(50_000), at: Int(buffers) + 8 * index + 4)
    }
    let result = guest.room(4)
    try guest.calls.fdWrite(1, buffers, 2, result)
    #expect(guest.number(at: result, UInt32.self) == 50_000)
    #expect(failure { try guest.write("x", to: 1) } == .brokenPipe)
  }

  @Test(arguments: [-1, 11, Int.max])
  func aClosureThatClaimsTooMuchEndsTheProgram(_ count: Int) throws {
    let guest = try TestGuest(input: .reading { _ in count })
    #expect { try guest.read(10, from: 0) } throws: { error in
      (error as? StreamError)?.description == "the closure for standard input says that it has written \(count) bytes to a buffer of 10"
    }
  }

  @Test func collectedOutputHasALimit() throws {
    let output = CollectedOutput(limit: 10)
    let guest = try TestGuest(output: .collected(output))
    #expect(try guest.write("hello, ", to: 1) == 7)
    #expect(try guest.write("world", to: 1) == 3)
    #expect(failure { try guest.write("!", to: 1) } == .noSpace)
    #expect(try guest.write("", to: 1) == 0)
    #expect(output.text == "hello, wor")
    #expect(output.take() == Array("hello, wor".utf8))
    #expect(try guest.write("again", to: 1) == 5)
    #expect(output.text == "again")
  }

  @Test func discardedOutputIsWrittenAndClosedDescriptorsAreNot() throws {
    let guest = try TestGuest(output: .discarded)
    #expect(try guest.write("x", to: 1) == 1)
    #expect(failure { try guest.read(from: 0) } == .badDescriptor)
    #expect(failure { try guest.write("x", to: 2) } == .badDescriptor)
    let status = guest.room(24)
    #expect(failure { try guest.calls.fdFdstatGet(0, status) } == .badDescriptor)
  }

  @Test(arguments: [false, true])
  func streamsAreWhatPipesOrTerminalsAre(_ isTerminal: Bool) throws {
    let guest = try TestGuest(input: .reading(asTerminal: isTerminal) { _ in 0 }, output: .writing(asTerminal: isTerminal) { _ in })
    let status = guest.room(64)
    for (number, right) in [(0, Rights.fdRead), (1, .fdWrite)] as [(GuestDescriptor, Rights)] {
      try guest.calls.fdFdstatGet(number, status)
      #expect(guest.number(at: status, UInt8.self) == (isTerminal ? FileType.characterDevice : .unknown).rawValue)
      let rights = Rights(rawValue: guest.number(at: status + 8))
      #expect(rights.isSuperset(of: [right, .pollFdReadwrite, .fdFilestatGet]))
      // By these, the C library tells a terminal.
      #expect(rights.isDisjoint(with: [.fdSeek, .fdTell]))
      #expect(failure { try guest.seek(number, 0, .start) } == .invalidSeek)
      try guest.calls.fdFilestatGet(number, status)
      #expect(guest.number(at: status + 32, UInt64.self) == 0)
    }
    try guest.calls.fdFilestatGet(0, status)
    let identity: (UInt64, UInt64) = (guest.number(at: status), guest.number(at: status + 8))
    try guest.calls.fdFilestatGet(1, status)
    #expect(identity != (guest.number(at: status), guest.number(at: status + 8)))
    try guest.calls.fdFdstatSetFlags(0, UInt32(DescriptorFlags.nonblocking.rawValue))
    try guest.calls.fdFdstatGet(0, status)
    #expect(guest.number(at: status + 2, UInt16.self) == DescriptorFlags.nonblocking.rawValue)
    #expect(failure { try guest.calls.fdFdstatSetFlags(0, UInt32(DescriptorFlags.append.rawValue)) } == .notSupported)
  }

  // MARK: Programs

  /// A program that copies its input to its output, 16 bytes at a time; its exit code is the error number of what failed.
  private static let copier = Result<Module, any Error> {
    var writer = ModuleWriter()
    let type = writer.addType(FuncType([.i32, .i32, .i32, .i32], [.i32]))
    let read = writer.importFunction(WASIProcess.moduleName, "fd_read", type: type)
    let write = writer.importFunction(WASIProcess.moduleName, "fd_write", type: type)
    let exit = writer.importFunction(WASIProcess.moduleName, "proc_exit", type: writer.addType(FuncType([.i32])))
    writer.addExport("memory", .memory, writer.addMemory(MemoryType(Limits(1))))
    _ = writer.addActiveData(offset: .i32(0), bytes: [64, 0, 0, 0, 16, 0, 0, 0, 64, 0, 0, 0, 0, 0, 0, 0])
    writer.addFunction("_start") { body in
      let error = body.addLocal(.i32)
      body.loop()
      for (function, arguments) in [(read, [0, 0, 1, 12]), (write, [1, 8, 1, 32])] as [(UInt32, [Int32])] {
        for argument in arguments { body.i32Const(argument) }
        body.call(function)
        body.localSet(error)
        body.localGet(error)
        body.if()
        body.localGet(error)
        body.call(exit)
        body.end()
      }
      body.i32Const(12)
      body.load(.i32Load)
      body.brIf(0)
      body.end()
    }
    return try Module(Engine(), writer.finish().bytes)
  }

  private func copy(_ input: StandardInput, _ output: StandardOutput) throws -> UInt32 {
    let module = try StreamTests.copier.get()
    let process = try WASIProcess(arguments: ["copy"], standardInput: input, standardOutput: output, standardError: .closed)
    let store = Store(module.engine)
    var imports = Imports()
    process.define(in: &imports, for: store)
    return try process.start(Instance(module, imports: imports, in: store))
  }

  @Test func aProgramRunsBetweenTwoClosures() throws {
    let text = (0..<1000).map { "line \($0)\n" }.joined()
    let output = CollectedOutput()
    #expect(try copy(.text(text), .collected(output)) == 0)
    #expect(output.text == text)
    #expect(try copy(.text(text), .collected(CollectedOutput(limit: 100))) == UInt32(Errno.noSpace.rawValue))
    #expect(try copy(.closed, .discarded) == UInt32(Errno.badDescriptor.rawValue))
  }

  @Test func whatAClosureThrowsComesOutAsItIs() throws {
    #expect(throws: Failure(number: 1)) { try copy(.reading { _ in throw Failure(number: 1) }, .discarded) }
    var count = 0
    #expect(throws: Failure(number: 2)) {
      try copy(
        .text(String(repeating: "x", count: 100)),
        .writing { _ in
          count += 1
          if count == 3 { throw Failure(number: 2) }
        })
    }
    #expect(count == 3)
  }
}
