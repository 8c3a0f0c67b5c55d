// Files: reading, writing, positions, sizes, times, flags, and the error numbers of what cannot be done.

import Foundation
import Testing

@testable import WASI

@Suite struct FileTests {
  private static let readWrite: Rights = [
    .fdRead, .fdWrite, .fdSeek, .fdTell, .fdFilestatGet, .fdFilestatSetSize, .fdAllocate, .fdFdstatSetFlags, .fdSync, .fdDatasync, .fdAdvise,
    .fdFilestatSetTimes,
  ]

  @Test(arguments: FileSystem.allCases)
  func bytesAreReadWhereSeekingLeads(_ system: FileSystem) throws {
    let guest = try TestGuest(system)
    let file = try guest.open("file", [.create], rights: FileTests.readWrite)
    #expect(try guest.write("hello, world", to: file) == 12)
    #expect(try guest.seek(file, 7, .start) == 7)
    #expect(try guest.read(from: file) == "world")
    #expect(try guest.read(from: file) == "")
    #expect(try guest.seek(file, -5, .end) == 7)
    #expect(try guest.seek(file, 2, .current) == 9)
    #expect(try guest.read(2, from: file) == "rl")
    let result = guest.room(8)
    try guest.calls.fdTell(file, result)
    #expect(guest.number(at: result, UInt64.self) == 11)
    #expect(failure { try guest.seek(file, -1, .start) } == .invalid)
    #expect(failure { try guest.calls.fdSeek(file, 0, 3, result) } == .invalid)
    #expect(try guest.hostRead("inside/file") == "hello, world")
  }

  @Test(arguments: FileSystem.allCases)
  func severalBuffersAndGivenPositionsAreTransferred(_ system: FileSystem) throws {
    let guest = try TestGuest(system)
    let file = try guest.open("file", [.create], rights: FileTests.readWrite)
    let (text, _) = guest.put("abcdefgh")
    let buffers = guest.room(24)
    for (index, (start, count)) in [(text, 3), (text + 5, 0), (text + 6, 2)].enumerated() {
      try guest.memory.store(start, at: Int(buffers) + 8 * index)
      try guest.memory.store(UInt32(count), at: Int(buffers) + 8 * index + 4)
    }
    let result = guest.room(4)
    try guest.calls.fdWrite(file, buffers, 3, result)
    #expect(guest.number(at: result, UInt32.self) == 5)
    try guest.calls.fdPwrite(file, buffers, 1, 10, result)
    #expect(try guest.hostRead("inside/file") == "abcgh\0\0\0\0\0abc")
    let target = guest.room(16)
    try guest.calls.fdPread(file, guest.buffer(target, 16), 1, 3, result)
    #expect(guest.text(at: target, Int(guest.number(at: result, UInt32.self))) == "gh\0\0\0\0\0abc")
    #expect(try guest.seek(file, 0, .current) == 5)
    #expect(failure { try guest.calls.fdPread(file, buffers, 1, UInt64.max, result) } == .invalid)
    // More buffers than the host takes at once: a short write.
    let many = guest.room(8 * 3000)
    for index in 0..<3000 {
      try guest.memory.store(text, at: Int(many) + 8 * index)
      try guest.memory.store(UInt32(1), at: Int(many) + 8 * index + 4)
    }
    try guest.calls.fdWrite(file, many, 3000, result)
    #expect(guest.number(at: result, UInt32.self) == 1024)
  }

  @Test(arguments: FileSystem.allCases)
  func flagsAndSizesDecideWhereWritingLeads(_ system: FileSystem) throws {
    let guest = try TestGuest(system)
    try guest.hostWrite("one", "inside/file")
    var file = try guest.open("file", rights: FileTests.readWrite, descriptorFlags: [.append])
    _ = try guest.seek(file, 0, .start)
    #expect(try guest.write("two", to: file) == 3)
    #expect(try guest.hostRead("inside/file") == "onetwo")
    let status = guest.room(24)
    try guest.calls.fdFdstatGet(file, status)
    #expect(guest.number(at: status, UInt8.self) == FileType.regularFile.rawValue)
    #expect(guest.number(at: status + 2, UInt16.self) == DescriptorFlags.append.rawValue)
    try guest.calls.fdFdstatSetFlags(file, 0)
    _ = try guest.seek(file, 0, .start)
    #expect(try guest.write("ONE", to: file) == 3)
    #expect(try guest.hostRead("inside/file") == "ONEtwo")
    #expect(failure { try guest.calls.fdFdstatSetFlags(file, UInt32(DescriptorFlags.sync.rawValue)) } == .notSupported)
    #expect(failure { try guest.calls.fdFdstatSetFlags(file, 32) } == .invalid)
    try guest.calls.fdFilestatSetSize(file, 4)
    #expect(try guest.hostRead("inside/file") == "ONEt")
    try guest.calls.fdAllocate(file, 2, 6)
    #expect(try guest.hostRead("inside/file") == "ONEt\0\0\0\0")
    #expect(failure { try guest.calls.fdAllocate(file, 0, 0) } == .invalid)
    #expect(failure { try guest.calls.fdFilestatSetSize(file, UInt64.max) } == .invalid)
    try guest.calls.fdSync(file)
    try guest.calls.fdDatasync(file)
    try guest.calls.fdAdvise(file, 0, 0, 3)
    #expect(failure { try guest.calls.fdAdvise(file, 0, 0, 6) } == .invalid)
    file = try guest.open("file", [.truncate], rights: FileTests.readWrite)
    #expect(try guest.hostRead("inside/file") == "")
  }

  @Test(arguments: FileSystem.allCases)
  func openingForOneThingIsNotOpeningForAnother(_ system: FileSystem) throws {
    let guest = try TestGuest(system)
    try guest.hostWrite("text", "inside/file")
    #expect(failure { try guest.write("x", to: guest.open("file", rights: [.fdRead])) } == .notCapable)
    #expect(failure { try guest.read(from: guest.open("file", rights: [.fdWrite])) } == .notCapable)
    #expect(failure { try guest.open("file", [.create, .exclusive]) } == .exists)
    #expect(failure { try guest.open("file", [.directory]) } == .notDirectory)
    #expect(failure { try guest.open("none") } == .noEntry)
    try guest.makeDirectory("folder")
    #expect(failure { try guest.open("folder", rights: [.fdWrite]) } == .isDirectory)
    #expect(failure { try guest.open("folder/", [.create], rights: [.fdWrite]) } == .isDirectory)
    #expect(failure { try guest.read(from: guest.open("folder")) } == .isDirectory)
    #expect(failure { try guest.calls.pathOpen(3, 2, 0, 1, 0, 0, 0, 0, 0) } == .invalid)
    #expect(failure { try guest.open("file", from: 9) } == .badDescriptor)
    let file = try guest.open("file")
    #expect(failure { try guest.open("file", from: file) } == .notDirectory)
    try guest.calls.fdClose(file)
    #expect(failure { try guest.calls.fdClose(file) } == .badDescriptor)
    #expect(failure { try guest.read(from: file) } == .badDescriptor)
  }

  @Test(arguments: FileSystem.allCases)
  func renumberingMovesADescriptor(_ system: FileSystem) throws {
    let guest = try TestGuest(system)
    try guest.hostWrite("one", "inside/one")
    try guest.hostWrite("two", "inside/two")
    let one = try guest.open("one")
    let two = try guest.open("two")
    try guest.calls.fdRenumber(one, two)
    #expect(try guest.read(from: two) == "one")
    #expect(failure { try guest.read(from: one) } == .badDescriptor)
    #expect(failure { try guest.calls.fdRenumber(two, one) } == .badDescriptor)
    try guest.calls.fdRenumber(two, two)
    // The lowest free number is the next one.
    #expect(try guest.open("one") == 0)
    #expect(try guest.open("one") == 2)
  }

  @Test(arguments: FileSystem.allCases)
  func timesAreSetOnFilesAndOnLinksThemselves(_ system: FileSystem) throws {
    let guest = try TestGuest(system)
    try guest.hostWrite("text", "inside/file")
    let second: UInt64 = 1_000_000_000
    try guest.onPath("file") { try guest.calls.pathFilestatSetTimes(3, 0, $0, $1, 5 * second + 7, 6 * second + 8, 0b101) }
    var information = try guest.information("file")
    #expect(information.accessTime == 5 * second + 7)
    #expect(information.modificationTime == 6 * second + 8)
    let file = try guest.open("file", rights: FileTests.readWrite)
    try guest.calls.fdFilestatSetTimes(file, 9 * second, 0, 0b1)
    information = try guest.information("file")
    #expect(information.accessTime == 9 * second)
    #expect(information.modificationTime == 6 * second + 8)
    try guest.calls.fdFilestatSetTimes(file, 0, 0, 0b1000)
    #expect(try guest.information("file").modificationTime > 1_000_000_000 * second)
    #expect(failure { try guest.calls.fdFilestatSetTimes(file, 0, 0, 0b11) } == .invalid)
    #expect(failure { try guest.onPath("none") { try guest.calls.pathFilestatSetTimes(3, 0, $0, $1, 0, 0, 0) } } == .noEntry)
    // The link's own times, not those of what it leads to.
    try guest.symlink("file", "link")
    try guest.onPath("link") { try guest.calls.pathFilestatSetTimes(3, 0, $0, $1, 0, 3 * second, 0b100) }
    #expect(try guest.information("link", following: false).modificationTime == 3 * second)
    #expect(try guest.information("link").modificationTime > 1_000_000_000 * second)
  }

  @Test(arguments: FileSystem.allCases)
  func namesAreMadeMovedAndRemoved(_ system: FileSystem) throws {
    let guest = try TestGuest(system)
    try guest.hostWrite("text", "inside/file")
    try guest.link("file", "second")
    #expect(try guest.information("second").links == 2)
    #expect(failure { try guest.link("file", "second") } == .exists)
    #expect(failure { try guest.link("file", "new/") } == .noEntry)
    try guest.unlink("second")
    #expect(failure { try guest.unlink("second") } == .noEntry)
    #expect(failure { try guest.unlink("file/") } == .notDirectory)
    try guest.makeDirectory("folder/")
    #expect(failure { try guest.makeDirectory("folder") } == .exists)
    #expect(failure { try guest.makeDirectory("none/folder") } == .noEntry)
    #expect(failure { try guest.unlink("folder") } == .isDirectory)
    #expect(failure { try guest.removeDirectory("file") } == .notDirectory)
    try guest.rename("file", "folder/moved")
    #expect(try guest.contents("folder/moved") == "text")
    #expect(failure { try guest.removeDirectory("folder") } == .notEmpty)
    #expect(failure { try guest.rename("folder", "folder/moved/x") } == .notDirectory)
    #expect(failure { try guest.rename("folder/moved", "file/") } == .notDirectory)
    #expect(failure { try guest.rename("none", "file") } == .noEntry)
    try guest.symlink("folder", "link")
    #expect(try guest.readlink("link") == "folder")
    #expect(failure { try guest.readlink("folder") } == .invalid)
    #expect(failure { try guest.readlink("none") } == .noEntry)
    #expect(failure { try guest.symlink("x", "link") } == .exists)
    #expect(failure { try guest.removeDirectory("link") } == .notDirectory)
    // A text that does not fit is cut off.
    let target = guest.room(8)
    let result = guest.room(4)
    try guest.onPath("link") { try guest.calls.pathReadlink(3, $0, $1, target, 4, result) }
    #expect(guest.text(at: target, Int(guest.number(at: result, UInt32.self))) == "fold")
    try guest.unlink("link")
    try guest.unlink("folder/moved")
    try guest.removeDirectory("folder/")
    #expect(failure { try guest.information("folder") } == .noEntry)
  }

  @Test func failingStreamsHaveTheirErrors() throws {
    let full = Foundation.open("/dev/full", O_WRONLY)
    defer { close(full) }
    let guest = try TestGuest(output: .descriptor(full))
    #expect(failure { try guest.write("x", to: 1) } == .noSpace)
    #expect(failure { try guest.write("x", to: 2) } == .badDescriptor)
    #expect(failure { try guest.read(from: 0) } == .badDescriptor)
    #expect(failure { try guest.read(from: 1) } == .notCapable)

    var ends: [Int32] = [0, 0]
    #expect(pipe(&ends) == 0)
    let piped = try TestGuest(input: .descriptor(ends[0]), output: .descriptor(ends[1]))
    #expect(try piped.write("text", to: 1) == 4)
    #expect(try piped.read(from: 0) == "text")
    // A pipe has no positions.
    #expect(failure { try piped.seek(0, 0, .start) } == .invalidSeek)
    // Not to block is a promise to the guest alone: the host's descriptor stays as it is.
    try piped.calls.fdFdstatSetFlags(0, UInt32(DescriptorFlags.nonblocking.rawValue))
    #expect(failure { try piped.read(from: 0) } == .tryAgain)
    #expect(fcntl(ends[0], F_GETFL) & O_NONBLOCK == 0)
    close(ends[0])
    #expect(failure { try piped.write("text", to: 1) } == .brokenPipe)
    close(ends[1])
  }

}
