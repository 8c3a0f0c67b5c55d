// In-memory directories: what the host does with them, their limits, files without names, sharing, and what hostile programs may try. That programs see
// what they would see in a directory of the host is in ErrorPageTests, MemoryAgainstHostTests and the tests of files, directories and escapes.

import Foundation
import Testing

@testable import WASI

@Suite struct InMemoryDirectoryTests {
  private static let all: Rights = .applicable(to: .regularFile)

  // MARK: The host's side

  @Test func theHostFillsAndReadsIt() throws {
    let files = try InMemoryDirectory(["a/b/c": [1, 2, 3], "d": []])
    #expect(try files.read("a/b/c") == [1, 2, 3])
    #expect(try files.read("d") == [])
    try files.write("text", to: "a/new")
    try files.append(Array(", more".utf8), to: "a/new")
    try files.append([7], to: "e/f")
    #expect(try String(decoding: files.read("./a//b/../new"), as: UTF8.self) == "text, more")
    try files.write("x", to: "a/new")
    #expect(try files.read("a/new") == [UInt8(ascii: "x")])
    #expect(files.paths == ["a/b/c", "a/new", "d", "e/f"])
    #expect(try files.names() == ["a", "d", "e"])
    #expect(try files.names(in: "a") == ["b", "new"])
    try files.createDirectory("g/h/i/")
    try files.createDirectory("g/h")
    #expect(files.information("g/h")?.kind == .directory && files.information("g/h")?.links == 3)
    try files.createSymbolicLink("links/up", to: "../a/new")
    #expect(try files.read("links/up") == [UInt8(ascii: "x")])
    #expect(try files.symbolicLink("links/up") == "../a/new")
    #expect(files.information("links/up")?.kind == .symbolicLink && files.information("links/up")?.size == 8)
    try files.rename("a", to: "z")
    #expect(try files.read("z/b/c") == [1, 2, 3])
    try files.remove("z")
    try files.remove("links/up")
    #expect(files.paths == ["d", "e/f"])
    #expect(files.information("z") == nil)
    #expect(try files.names(in: "links") == [])
  }

  @Test func theHostIsToldWhatItCannotDoAndWhy() throws {
    let files = try InMemoryDirectory(["file": [1], "folder/inner": [2]])
    try files.createSymbolicLink("out", to: "../x")
    try files.createSymbolicLink("loop", to: "loop")
    func error(_ body: () throws -> Void) -> String? {
      do { try body() } catch let error as InMemoryDirectory.Failure { return error.description } catch { return "another error" }
      return nil
    }
    #expect(error { _ = try files.read("none") } == "cannot read none: there is nothing")
    #expect(error { _ = try files.read("folder") } == "cannot read folder: it is a directory")
    #expect(error { _ = try files.read("../file") } == "cannot read ../file: the path leads out of the directory; it has to be relative to it")
    #expect(error { _ = try files.read("/file") } == "cannot read /file: the path leads out of the directory; it has to be relative to it")
    #expect(error { try files.write([], to: "/file") } == "cannot write /file: the path leads out of the directory; it has to be relative to it")
    #expect(error { _ = try files.read("loop") } == "cannot read loop: there are too many symbolic links")
    #expect(error { try files.write([], to: "out") } == "cannot write out: the path leads out of the directory; it has to be relative to it")
    #expect(error { try files.write([], to: "") } == "cannot write : there is nothing")
    #expect(error { try files.write([], to: "a\0b") } == "cannot write a\0b: there is a zero byte in the path")
    #expect(error { try files.write([], to: "folder") } == "cannot write folder: it is a directory")
    #expect(
      error { try files.write([], to: "file/x") } == "cannot write file/x: it is not a directory, or something on the way to it is not")
    #expect(
      error { try files.createDirectory("file") } == "cannot make the directory file: it is not a directory, or something on the way to it is not")
    #expect(error { try files.createSymbolicLink("file", to: "x") } == "cannot make the link file: it exists")
    #expect(error { _ = try files.symbolicLink("file") } == "cannot read the link file: it is not of the right kind, or would be moved into itself")
    #expect(error { try files.remove("none") } == "cannot remove none: there is nothing")
    #expect(error { try files.remove(".") } == "cannot remove .: it is where the path begins")
    #expect(error { _ = try files.names(in: "file") } == "cannot list file: it is not a directory, or something on the way to it is not")
    #expect(
      error { try files.rename("folder", to: "folder/x") } == "cannot rename folder: it is not of the right kind, or would be moved into itself")
    #expect(throws: InMemoryDirectory.Failure.self) { try InMemoryDirectory(["a": [], "a/b": []]) }
    #expect(files.paths == ["file", "folder/inner", "loop", "out"])
  }

  @Test func whatAProgramDoesIsThereForTheHost() throws {
    let guest = try TestGuest(.memory)
    let file = try guest.open("new", [.create], rights: InMemoryDirectoryTests.all)
    #expect(try guest.write("first", to: file) == 5)
    let files = try #require(guest.files)
    #expect(try files.read("new") == Array("first".utf8))
    // And the other way.
    try files.append(Array(", second".utf8), to: "new")
    #expect(try guest.read(from: file) == ", second")
    let known = try #require(files.information("new"))
    let seen = try guest.information("new")
    #expect(known.inode == seen.inode && known.size == 13 && seen.size == 13 && known.modificationTime == seen.modificationTime)
  }

  // MARK: Identity

  @Test func everyFileHasANumberOfItsOwn() throws {
    let one = try TestGuest(.memory)
    let other = try TestGuest(.memory)
    for guest in [one, other] { for name in ["a", "b", "c"] { try guest.hostWrite("x", "inside/" + name) } }
    try one.link("a", "same")
    let inodes = try ["a", "b", "c", "."].map { try one.information($0).inode }
    #expect(Set(inodes).count == 4)
    #expect(try one.information("same").inode == inodes[0])
    #expect(try one.information("a").device != other.information("a").device)
    #expect(try one.information("a").device > UInt64(UInt32.max))
    // A number is not used again for another file.
    try one.unlink("c")
    try one.hostWrite("x", "inside/d")
    #expect(try !inodes.contains(one.information("d").inode))
  }

  @Test func nothingIsMovedFromOneDirectoryToAnother() throws {
    let files = [InMemoryDirectory(), InMemoryDirectory()]
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("latch-wasi-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let process = try WASIProcess(
      arguments: [],
      directories: [
        PreopenedDirectory(memory: files[0], guest: "/a"), PreopenedDirectory(memory: files[1], guest: "/b"),
        PreopenedDirectory(host: folder.path, guest: "/c"), PreopenedDirectory(memory: files[0], guest: "/again"),
      ])
    let directories = try (3...6).map { try #require(process.descriptors[$0]?.object.directory) }
    for directory in directories.prefix(3) {
      let mode = OpenMode(open: .create, descriptor: [], reads: false, writes: true)
      _ = try directory.open(Array("file".utf8), mode, following: false)
    }
    let (file, new, none) = (Array("file".utf8), Array("new".utf8), Array("none/x".utf8))
    for (from, to) in [(0, 1), (1, 0), (0, 2), (2, 0), (1, 3)] {
      let (old, other) = (directories[from], directories[to])
      #expect(failure { try old.rename(file, to: other, new) } == .crossDevice)
      #expect(failure { try old.link(file, to: other, new, following: true) } == .crossDevice)
      #expect(failure { try old.rename(none, to: other, new) } == .noEntry)
      #expect(failure { try old.rename(file, to: other, none) } == .noEntry)
      #expect(failure { try old.rename(file, to: other, Array("../x".utf8)) } == .notPermitted)
      #expect(failure { try old.link(none, to: other, new, following: false) } == .noEntry)
    }
    // The same directory under two names is one.
    try directories[0].rename(file, to: directories[3], new)
    #expect(files[0].paths == ["new"] && files[1].paths == ["file"])
  }

  // MARK: Files without names

  @Test func anOpenFileOutlivesItsName() throws {
    let guest = try TestGuest(.memory)
    let files = try #require(guest.files)
    let file = try guest.open("file", [.create], rights: InMemoryDirectoryTests.all)
    #expect(try guest.write("text", to: file) == 4)
    try guest.unlink("file")
    #expect(files.usage == InMemoryDirectory.Limits(bytes: 4, entries: 1))
    try guest.hostWrite("another", "inside/file")
    _ = try guest.seek(file, 0, .start)
    #expect(try guest.read(from: file) == "text")
    let status = guest.room(64)
    try guest.calls.fdFilestatGet(file, status)
    #expect(guest.number(at: status + 24, UInt64.self) == 0)
    try guest.calls.fdClose(file)
    #expect(files.usage == InMemoryDirectory.Limits(bytes: 7, entries: 1))
    #expect(try guest.contents("file") == "another")
  }

  @Test func nothingCanBeMadeInADirectoryThatWasRemoved() throws {
    let guest = try TestGuest(.memory)
    try guest.makeDirectory("outer")
    try guest.makeDirectory("outer/folder")
    let folder = try guest.open("outer/folder", [.directory], rights: .applicable(to: .directory), inheriting: .all)
    try guest.removeDirectory("outer/folder")
    try guest.removeDirectory("outer")
    #expect(failure { try guest.open("new", [.create], from: folder) } == .noEntry)
    #expect(failure { try guest.onPath("new") { try guest.calls.pathCreateDirectory(folder, $0, $1) } } == .noEntry)
    try guest.hostWrite("x", "inside/file")
    try guest.makeDirectory("other")
    for name in ["file", "other"] {
      #expect(
        failure { try guest.onPath(name) { path, count in try guest.onPath("new") { try guest.calls.pathRename(3, path, count, folder, $0, $1) } } }
          == .noEntry)
    }
    let buffer = guest.room(100)
    let used = guest.room(4)
    try guest.calls.fdReaddir(folder, buffer, 100, 0, used)
    #expect(guest.number(at: used, UInt32.self) == 0)
    #expect(failure { try guest.open("..", from: folder) } == .notPermitted)
    try guest.calls.fdClose(folder)
    #expect(guest.files?.usage.entries == 2)
  }

  @Test func aProcessThatEndsClosesItsFiles() throws {
    let files = InMemoryDirectory()
    do {
      let guest = try TestGuest(.memory, sharing: files)
      _ = try guest.open("file", [.create], rights: InMemoryDirectoryTests.all)
      try guest.unlink("file")
      #expect(files.usage.entries == 1)
    }
    #expect(files.usage.entries == 0)
  }

  /// Each name that stays is seen once, whatever comes and goes meanwhile.
  @Test func cookiesStayRightWhileNamesComeAndGo() throws {
    let guest = try TestGuest(.memory)
    let directory = try #require(guest.process.descriptors[3]?.object.directory)
    for number in 0..<200 { try guest.hostWrite("", "inside/stays-\(number)") }
    for number in 0..<200 { try guest.hostWrite("", "inside/goes-\(number)") }
    var seen: [String] = []
    var cookie: UInt64 = 0
    var count = 0
    while let entry = try directory.entry(at: cookie) {
      seen.append(String(decoding: entry.name, as: UTF8.self))
      cookie = entry.next
      if count < 200 {
        try guest.unlink("goes-\(count)")
        try guest.hostWrite("", "inside/comes-\(count)")
      }
      count += 1
    }
    let stays = seen.filter { $0.hasPrefix("stays") }
    #expect(stays == (0..<200).map { "stays-\($0)" })
    #expect(Set(seen).count == seen.count)
    #expect(seen.count { $0.hasPrefix("comes") } == 200)
    #expect(seen.prefix(2) == [".", ".."])
  }

  // MARK: Limits

  @Test func bytesAreLimited() throws {
    let guest = try TestGuest(.memory, limits: .init(bytes: 10, entries: 100))
    let files = try #require(guest.files)
    let file = try guest.open("file", [.create], rights: InMemoryDirectoryTests.all)
    #expect(try guest.write("hello, ", to: file) == 7)
    #expect(try guest.write("world", to: file) == 3)
    #expect(failure { try guest.write("d", to: file) } == .noSpace)
    #expect(try guest.hostRead("inside/file") == "hello, wor")
    #expect(failure { try guest.symlink("x", "link") } == .noSpace)
    // What is overwritten needs no room; what is cut off makes some.
    _ = try guest.seek(file, 0, .start)
    #expect(try guest.write("HELLO", to: file) == 5)
    try guest.calls.fdFilestatSetSize(file, 6)
    try guest.symlink("abcd", "link")
    #expect(files.usage == InMemoryDirectory.Limits(bytes: 10, entries: 2))
    try guest.unlink("link")
    // Holes cost nothing until they are written.
    try guest.calls.fdFilestatSetSize(file, 1 << 62)
    #expect(try guest.information("file").size == 1 << 62)
    #expect(files.usage.bytes == 6)
    #expect(throws: InMemoryDirectory.Failure.self) { try files.read("file") }
    #expect(try guest.seek(file, 1 << 40, .start) == 1 << 40)
    #expect(failure { try guest.write("x", to: file) } == .noSpace)
    for (offset, count) in [(0, 11), (0, 1 << 62), (1 << 61, 1), (1 << 40, 1 << 40)] as [(UInt64, UInt64)] {
      #expect(failure { try guest.calls.fdAllocate(file, offset, count) } == .noSpace, "\(offset), \(count)")
    }
    try guest.calls.fdAllocate(file, 0, 10)
    #expect(files.usage.bytes == 10)
    try guest.calls.fdFilestatSetSize(file, 0)
    #expect(files.usage.bytes == 0)
    #expect(throws: InMemoryDirectory.Failure.self) { try files.write(Array("too much text".utf8), to: "other") }
  }

  @Test func entriesAreLimited() throws {
    let guest = try TestGuest(.memory, limits: .init(bytes: 1000, entries: 4))
    try guest.makeDirectory("a")
    try guest.symlink("x", "b")
    let open = try guest.open("c", [.create])
    try guest.link("c", "a/d")
    for attempt in 0..<4 {
      let error = failure {
        switch attempt {
        case 0: try guest.makeDirectory("e")
        case 1: try guest.symlink("x", "e")
        case 2: _ = try guest.open("e", [.create])
        default: try guest.link("c", "e")
        }
      }
      #expect(error == .noSpace, "\(attempt)")
    }
    #expect(throws: InMemoryDirectory.Failure.self) { try guest.files?.write([], to: "e") }
    try guest.rename("a", "e")
    try guest.unlink("c")
    try guest.link("e/d", "f")
    try guest.unlink("f")
    // A name more or less; but an open file without a name counts, so that a program cannot have any number of them.
    try guest.unlink("e/d")
    #expect(guest.files?.usage.entries == 3)
    _ = try guest.open("g", [.create])
    #expect(failure { try guest.open("h", [.create]) } == .noSpace)
    try guest.calls.fdClose(open)
    _ = try guest.open("h", [.create])
  }

  /// A byte here and there must not take much more memory than it counts for.
  @Test func aFileOfManyHolesCountsForMoreThanItsBytes() throws {
    let guest = try TestGuest(.memory, limits: .init(bytes: 64_000, entries: 10))
    let file = try guest.open("file", [.create], rights: InMemoryDirectoryTests.all)
    var written = 0
    while written < 100_000 {
      _ = try guest.seek(file, Int64(written) << 20, .start)
      guard failure({ try guest.write("x", to: file) }) == nil else { break }
      written += 1
    }
    #expect(written == 1000)
    #expect(try guest.information("file").size == 999 << 20 + 1)
  }

  /// From one open directory to the next, paths stay short.
  @Test func aProgramMayMakeDirectoriesOfAnyDepth() throws {
    let files = InMemoryDirectory(limits: .init(bytes: 0, entries: 20_001))
    let name = [UInt8](repeating: UInt8(ascii: "x"), count: 255)
    let mode = OpenMode(open: .directory, descriptor: [], reads: true, writes: false)
    var directory: any DirectoryObject = MemoryDirectory(files)
    for _ in 0..<20_000 {
      try directory.createDirectory(name)
      directory = try #require(directory.open(name, mode, following: false).directory)
    }
    let file = try directory.open(Array("file".utf8), OpenMode(open: .create, descriptor: [], reads: false, writes: true), following: false)
    #expect(throws: Errno.noSpace) { try directory.createDirectory(name) }
    let top = MemoryDirectory(files)
    #expect(throws: Errno.invalid) { try top.rename(name, to: directory, name) }
    #expect(throws: Errno.notEmpty) { try directory.rename(Array("file".utf8), to: top, name) }
    #expect(files.paths == [])
    #expect(throws: InMemoryDirectory.Failure.self) { try files.read(String(repeating: "x/", count: 5000)) }
    try files.remove(String(decoding: name, as: UTF8.self))
    // What is open is still there.
    #expect(files.usage.entries == 2 && file.type == .regularFile)
    #expect(try files.names() == [])
  }

  // MARK: Content

  /// Against an array of bytes.
  @Test(arguments: 0..<20 as Range<UInt64>)
  func contentsAreWhatWasWritten(_ seed: UInt64) {
    var random = Random(seed)
    var content = FileContent()
    var model: [UInt8] = []
    let room = 1 << 20
    for _ in 0..<300 {
      let position = random.below(FileContent.pageSize * 4)
      let count = random.below(random.below(2) == 0 ? 100 : 40_000)
      switch random.below(6) {
      case 0:
        content.setSize(position)
        model = Array((model + [UInt8](repeating: 0, count: max(0, position - model.count))).prefix(position))
      case 1 where count > 0:
        let isAllocated = content.allocate(position..<position + count, upTo: room)
        #expect(isAllocated)
        model += [UInt8](repeating: 0, count: max(0, position + count - model.count))
      case 2, 3:
        let bytes = (0..<count).map { _ in UInt8(random.below(256)) }
        let written = bytes.withUnsafeBytes { content.write($0, at: position, upTo: room) }
        #expect(written == count)
        if count == 0 { continue }
        model += [UInt8](repeating: 0, count: max(0, position + count - model.count))
        model.replaceSubrange(position..<position + count, with: bytes)
      default:
        var buffer = [UInt8](repeating: 0xAA, count: count)
        let read = buffer.withUnsafeMutableBytes { content.read(at: position, into: $0) }
        #expect(read == max(0, min(count, model.count - position)))
        if read > 0 { #expect(buffer.prefix(read) == model[position..<position + read]) }
      }
      #expect(content.size == model.count)
      #expect(content.charge <= room)
    }
    content.setSize(0)
    #expect(content.charge == 0)
  }

  // MARK: Threads

  /// Several processes on several threads, and the host; each step is whole.
  @Test func processesOnSeveralThreadsShareADirectory() async throws {
    let files = InMemoryDirectory()
    try files.write([], to: "log")
    try files.write("0", to: "box/token")
    await withTaskGroup(of: Void.self) { group in
      for number in 0..<4 {
        group.addTask {
          do {
            let guest = try TestGuest(.memory, sharing: files)
            let log = try guest.open("log", rights: InMemoryDirectoryTests.all, descriptorFlags: .append)
            for round in 0..<200 {
              #expect(try guest.write("<\(number):\(round)>", to: log) > 4)
              // Whoever has the token moves it; nobody ever sees two of them or none under both names.
              try? guest.rename("box/token", "box/taken")
              try? guest.rename("box/taken", "box/token")
              try guest.makeDirectory("folder-\(number)")
              try guest.removeDirectory("folder-\(number)")
            }
          } catch {
            Issue.record("\(error)")
          }
        }
      }
      group.addTask {
        for _ in 0..<200 { #expect((try? files.names(in: "box"))?.count == 1) }
      }
    }
    let log = String(decoding: try files.read("log"), as: UTF8.self)
    #expect(log.split(separator: ">").count == 800)
    for number in 0..<4 {
      let rounds = log.split(separator: ">").filter { $0.hasPrefix("<\(number):") }.map { Int($0.split(separator: ":")[1])! }
      #expect(rounds == Array(0..<200))
    }
    #expect(files.paths == ["box/token", "log"])
  }
}

/// Numbers that look random and are the same for the same seed.
struct Random {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

  mutating func below(_ bound: Int) -> Int {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return bound == 0 ? 0 : Int(state >> 11) % bound
  }

  mutating func one<Element>(of elements: [Element]) -> Element { elements[below(elements.count)] }
}
