// Rights: what a descriptor has, what is inherited, what can be given up.

import Foundation
import Testing

@testable import WASI

@Suite struct RightsTests {
  private func rights(_ guest: TestGuest, _ number: GuestDescriptor) throws -> (Rights, Rights) {
    let status = guest.room(24)
    try guest.calls.fdFdstatGet(number, status)
    return (Rights(rawValue: guest.number(at: status + 8)), Rights(rawValue: guest.number(at: status + 16)))
  }

  @Test(arguments: FileSystem.allCases)
  func rightsThatMeanNothingAreNotGiven(_ system: FileSystem) throws {
    let guest = try TestGuest(system)
    let file = try guest.open("file", [.create], rights: .all, inheriting: .all)
    #expect(try rights(guest, file) == (.applicable(to: .regularFile), []))
    #expect(try rights(guest, 3) == (.applicable(to: .directory), .all))
  }

  @Test(arguments: FileSystem.allCases)
  func rightsCanBeGivenUpButNotGained(_ system: FileSystem) throws {
    let guest = try TestGuest(system)
    let file = try guest.open("file", [.create], rights: [.fdRead, .fdWrite])
    #expect(try guest.write("x", to: file) == 1)
    try guest.calls.fdFdstatSetRights(file, Rights.fdRead.rawValue, 0)
    #expect(failure { try guest.write("x", to: file) } == .notCapable)
    #expect(failure { try guest.calls.fdFdstatSetRights(file, Rights.fdWrite.rawValue, 0) } == .notCapable)
    #expect(try rights(guest, file).0 == .fdRead)
  }

  @Test(arguments: FileSystem.allCases)
  func whatIsOpenedHasNoMoreThanIsInherited(_ system: FileSystem) throws {
    let guest = try TestGuest(system)
    try guest.makeDirectory("folder")
    let directoryRights = Rights.applicable(to: .directory)
    let folder = try guest.open("folder", [.directory], rights: directoryRights, inheriting: [.fdRead, .fdSeek])
    #expect(failure { try guest.open("file", [.create], rights: [.fdWrite], from: folder) } == .notCapable)
    #expect(try rights(guest, guest.open("file", [.create], rights: [.fdRead], from: folder)).0 == .fdRead)
    try guest.calls.fdFdstatSetRights(folder, Rights.pathOpen.rawValue, Rights.fdRead.rawValue)
    #expect(failure { try guest.open("new", [.create], rights: [.fdRead], from: folder) } == .notCapable)
    #expect(failure { try guest.open("file", [.truncate], rights: [.fdRead], from: folder) } == .notCapable)
    #expect(try guest.read(from: guest.open("file", rights: [.fdRead], from: folder)) == "")
  }

  @Test(arguments: FileSystem.allCases)
  func everyPathCallNeedsItsRight(_ system: FileSystem) throws {
    let guest = try TestGuest(system)
    try guest.calls.fdFdstatSetRights(3, 0, 0)
    let buffer = guest.room(64)
    let (path, count) = guest.put("file")
    let calls = guest.calls
    let attempts: [() throws -> Void] = [
      { try calls.pathOpen(3, 0, path, count, 0, 0, 0, 0, buffer) },
      { try calls.pathCreateDirectory(3, path, count) },
      { try calls.pathFilestatGet(3, 0, path, count, buffer) },
      { try calls.pathFilestatSetTimes(3, 0, path, count, 0, 0, 5) },
      { try calls.pathLink(3, 0, path, count, 3, path, count) },
      { try calls.pathReadlink(3, path, count, buffer, 8, buffer) },
      { try calls.pathRemoveDirectory(3, path, count) },
      { try calls.pathRename(3, path, count, 3, path, count) },
      { try calls.pathSymlink(path, count, 3, path, count) },
      { try calls.pathUnlinkFile(3, path, count) },
      { try calls.fdReaddir(3, buffer, 8, 0, buffer) },
      { try calls.fdFilestatGet(3, buffer) },
      { try calls.fdSync(3) },
    ]
    for (index, attempt) in attempts.enumerated() { #expect(failure(attempt) == .notCapable, "attempt \(index)") }
    try calls.fdClose(3)
    for (index, attempt) in attempts.enumerated() { #expect(failure(attempt) == .badDescriptor, "attempt \(index)") }
  }

  @Test(arguments: FileSystem.allCases)
  func whatIsReadOnlyCannotBeChanged(_ system: FileSystem) throws {
    let guest = try TestGuest(system, isReadOnly: true)
    try guest.hostWrite("text", "inside/file")
    try guest.hostMakeDirectory("inside/folder")
    #expect(try guest.contents("file") == "text")
    let folder = try guest.open("folder", [.directory], rights: [.pathOpen, .fdReaddir], inheriting: [.fdRead])
    for directory in [3, folder] {
      #expect(failure { try guest.open("new", [.create], from: directory) } == .notCapable)
      #expect(failure { try guest.open("file", [.truncate], from: directory) } == .notCapable)
      #expect(failure { try guest.open("file", rights: .fdWrite, from: directory) } == .notCapable)
      #expect(failure { try guest.open(".", [.directory], rights: .pathUnlinkFile, from: directory) } == .notCapable)
    }
    #expect(failure { try guest.makeDirectory("new") } == .notCapable)
    #expect(failure { try guest.unlink("file") } == .notCapable)
    #expect(failure { try guest.removeDirectory("folder") } == .notCapable)
    #expect(failure { try guest.rename("file", "new") } == .notCapable)
    #expect(failure { try guest.link("file", "new") } == .notCapable)
    #expect(failure { try guest.symlink("file", "new") } == .notCapable)
    #expect(failure { try guest.onPath("file") { try guest.calls.pathFilestatSetTimes(3, 0, $0, $1, 0, 0, 5) } } == .notCapable)
    #expect(failure { try guest.calls.fdFilestatSetTimes(3, 0, 0, 5) } == .notCapable)
    #expect(try guest.hostRead("inside/file") == "text")
  }

  /// Nothing of the host limits how many descriptors there are for files in memory.
  @Test func noMoreThanAllowedAreOpenAtOnce() throws {
    let guest = try TestGuest(.memory)
    try guest.hostWrite("text", "inside/file")
    // Three are closed ones that are free.
    for _ in 1..<DescriptorTable.maximumCount { _ = try guest.open("file", rights: []) }
    #expect(failure { try guest.open("file") } == .tooManyOpenFiles)
    #expect(failure { try guest.open("new", [.create]) } == .tooManyOpenFiles)
    #expect(!guest.hostExists("inside/new"))
    try guest.calls.fdClose(40_000)
    #expect(try guest.open("file") == 40_000)
  }
}
