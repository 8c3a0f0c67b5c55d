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

  @Test func rightsThatMeanNothingAreNotGiven() throws {
    let guest = try TestGuest()
    let file = try guest.open("file", [.create], rights: .all, inheriting: .all)
    #expect(try rights(guest, file) == (.applicable(to: .regularFile), []))
    #expect(try rights(guest, 3) == (.applicable(to: .directory), .all))
  }

  @Test func rightsCanBeGivenUpButNotGained() throws {
    let guest = try TestGuest()
    let file = try guest.open("file", [.create], rights: [.fdRead, .fdWrite])
    #expect(try guest.write("x", to: file) == 1)
    try guest.calls.fdFdstatSetRights(file, Rights.fdRead.rawValue, 0)
    #expect(failure { try guest.write("x", to: file) } == .notCapable)
    #expect(failure { try guest.calls.fdFdstatSetRights(file, Rights.fdWrite.rawValue, 0) } == .notCapable)
    #expect(try rights(guest, file).0 == .fdRead)
  }

  @Test func whatIsOpenedHasNoMoreThanIsInherited() throws {
    let guest = try TestGuest()
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

  @Test func everyPathCallNeedsItsRight() throws {
    let guest = try TestGuest()
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
}
