// fd_readdir over small and large directories, with buffers of all sizes; the directories that are there from the start.

import Foundation
import Testing

@testable import WASI

@Suite struct DirectoryTests {
  private struct Entry {
    let next, inode: UInt64
    let type: UInt8
    let name: String
  }

  private static let rights: Rights = .applicable(to: .directory)

  /// The whole entries in one bufferful from a cookie, and whether there may be more.
  private func entries(_ guest: TestGuest, _ directory: GuestDescriptor, _ buffer: GuestPointer, _ size: UInt32, from cookie: UInt64) throws -> (
    [Entry], Bool
  ) {
    let result = buffer - 16
    try guest.calls.fdReaddir(directory, buffer, size, cookie, result)
    let used: UInt32 = guest.number(at: result)
    var entries: [Entry] = []
    var position: UInt32 = 0
    while position + 24 <= used {
      let record = buffer + position
      let count: UInt32 = guest.number(at: record + 16)
      guard position + 24 + count <= used else { break }
      entries.append(
        Entry(
          next: guest.number(at: record), inode: guest.number(at: record + 8), type: guest.number(at: record + 20),
          name: guest.text(at: record + 24, Int(count))))
      position += 24 + count
    }
    return (entries, used == size)
  }

  @Test(arguments: [60, 100, 555, 4096, 100_000] as [UInt32], [FileSystem.host, .memory])
  func everyEntryIsShownOnce(_ size: UInt32, _ system: FileSystem) throws {
    let guest = try TestGuest(system)
    let count = size < 100 ? 300 : 3000
    for index in 0..<count { try guest.hostWrite("", "inside/file-\(index)") }
    try guest.makeDirectory("folder")
    try guest.symlink("folder", "link")
    _ = guest.room(16)
    let buffer = guest.room(Int(size))
    var names: [String: UInt8] = [:]
    var cookies: [UInt64] = [0]
    var isMore = true
    while isMore {
      let (entries, isFull) = try entries(guest, 3, buffer, size, from: cookies.last!)
      isMore = isFull
      for entry in entries {
        #expect(names.updateValue(entry.type, forKey: entry.name) == nil, "\(entry.name) twice")
        cookies.append(entry.next)
      }
    }
    #expect(names.count == count + 4)
    #expect(names["."] == FileType.directory.rawValue && names[".."] == FileType.directory.rawValue)
    #expect(names["folder"] == FileType.directory.rawValue && names["link"] == FileType.symbolicLink.rawValue)
    #expect(names["file-7"] == FileType.regularFile.rawValue)
    // Any cookie that was shown is a place to go on from, at any time; 0 shows new entries.
    let (rest, _) = try entries(guest, 3, buffer, size, from: cookies[cookies.count / 2])
    let (again, _) = try entries(guest, 3, buffer, size, from: cookies[cookies.count / 2])
    #expect(rest.map(\.name) == again.map(\.name) && rest.first?.next == cookies[cookies.count / 2 + 1])
  }

  @Test(arguments: FileSystem.allCases)
  func theParentOfThePreopenedDirectoryIsNotShown(_ system: FileSystem) throws {
    let guest = try TestGuest(system)
    _ = guest.room(16)
    let buffer = guest.room(4096)
    let inode = try guest.information(".").inode
    let (all, _) = try entries(guest, 3, buffer, 4096, from: 0)
    #expect(all.map(\.name).sorted() == [".", ".."])
    #expect(all.allSatisfy { $0.inode == inode })
  }

  @Test(arguments: FileSystem.allCases)
  func openedDirectoriesShowTheirEntries(_ system: FileSystem) throws {
    let guest = try TestGuest(system)
    try guest.makeDirectory("folder")
    try guest.hostWrite("x", "inside/folder/only")
    _ = guest.room(16)
    let buffer = guest.room(4096)
    let folder = try guest.open("folder", [.directory], rights: DirectoryTests.rights, inheriting: .all)
    #expect(try entries(guest, folder, buffer, 4096, from: 0).0.map(\.name).sorted() == [".", "..", "only"])
    try guest.unlink("folder/only")
    #expect(try entries(guest, folder, buffer, 4096, from: 0).0.map(\.name).sorted() == [".", ".."])
    let file = try guest.open("new", [.create])
    #expect(failure { try guest.calls.fdReaddir(file, buffer, 100, 0, 16) } == .notDirectory)
    #expect(failure { try guest.calls.fdReaddir(3, TestGuest.memorySize - 10, 100, 0, 16) } == .fault)
  }

  @Test(arguments: FileSystem.allCases)
  func preopenedDirectoriesHaveTheirNames(_ system: FileSystem) throws {
    let guest = try TestGuest(system)
    let record = guest.room(16)
    try guest.calls.fdPrestatGet(3, record)
    #expect(guest.number(at: record, UInt8.self) == 0)
    #expect(guest.number(at: record + 4, UInt32.self) == 5)
    try guest.calls.fdPrestatDirName(3, record, 5)
    #expect(guest.text(at: record, 5) == "/data")
    #expect(failure { try guest.calls.fdPrestatDirName(3, record, 4) } == .nameTooLong)
    #expect(failure { try guest.calls.fdPrestatGet(4, record) } == .badDescriptor)
    #expect(throws: ProcessError.self) {
      try WASIProcess(arguments: [], directories: [PreopenedDirectory(host: "/nowhere", guest: "/")])
    }
  }
}
