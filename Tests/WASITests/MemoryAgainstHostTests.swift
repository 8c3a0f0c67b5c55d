// A program cannot tell a directory in memory from one of the host: random calls give the same error numbers, bytes, positions, names and times in both.
// Not compared: inode numbers, links and sizes of directories, times of reading, the order of names.

import Foundation
import Testing

@testable import WASI

@Suite struct MemoryAgainstHostTests {
  /// LATCH_SEEDS=1000 does more.
  private static let seeds = 0..<(ProcessInfo.processInfo.environment["LATCH_SEEDS"].flatMap(UInt64.init) ?? 40)

  @Test(arguments: seeds)
  func randomCallsDoTheSameInBoth(_ seed: UInt64) throws {
    var random = Random(seed)
    let host = try TestGuest(.host)
    let memory = try TestGuest(.memory)
    for guest in [host, memory] {
      for name in ["a", "b", "a/c"] { try guest.hostMakeDirectory("inside/" + name) }
      try guest.hostWrite("hello", "inside/d")
      try guest.hostWrite("inner", "inside/a/d")
      try guest.hostLink("../d", "inside/a/e")
      try guest.hostLink("a/c", "inside/e")
    }
    var calls: [String] = []
    for _ in 0..<400 {
      let call = Call(&random)
      calls.append("\(call)")
      let outcomes = [call.perform(host), call.perform(memory)]
      guard outcomes[0] == outcomes[1] else {
        Issue.record("after\n\(calls.suffix(40).joined(separator: "\n"))\nthe host gives \(outcomes[0]), memory \(outcomes[1])")
        return
      }
    }
  }
}

/// One call with its arguments.
private struct Call: CustomStringConvertible {
  private enum Kind: CaseIterable {
    case open, close, read, write, readAt, writeAt, seek, setSize, allocate, setFlags, flags, status, pathStatus, setTimes, pathSetTimes
    case makeDirectory, removeDirectory, unlink, rename, link, symlink, readlink, list, renumber, sync
  }

  private let kind: Kind
  private let path, other: String
  private let directory, file: GuestDescriptor
  private let flags, count: Int
  private let offset: Int64

  init(_ random: inout Random) {
    kind = random.below(3) == 0 ? .open : random.one(of: Kind.allCases)
    path = Call.path(&random)
    other = Call.path(&random)
    directory = random.below(4) == 0 ? GuestDescriptor(random.below(8)) : 3
    file = GuestDescriptor(random.below(8))
    flags = random.below(1 << 14)
    count = random.below(random.below(4) == 0 ? 40_000 : 20)
    offset = Int64(random.below(random.below(4) == 0 ? 100_000 : 12))
  }

  private static func path(_ random: inout Random) -> String {
    var names: [String] = []
    repeat { names.append(random.one(of: ["a", "b", "c", "d", "e", "a", "b", "d", ".", ".."])) } while random.below(2) == 0
    return names.joined(separator: random.below(10) == 0 ? "//" : "/") + (random.below(8) == 0 ? "/" : "")
  }

  var description: String { "\(kind) \(path) \(other) directory \(directory) file \(file) flags \(flags) count \(count) offset \(offset)" }

  /// What the program sees.
  func perform(_ guest: TestGuest) -> String {
    guest.scoped {
      do { return try outcome(guest) } catch { return "\(error)" }
    }
  }

  private var follows: UInt32 { UInt32(flags >> 13 & 1) }

  private func outcome(_ guest: TestGuest) throws -> String {
    let calls = guest.calls
    let (path, pathCount) = guest.put(path)
    let result = guest.room(64)
    switch kind {
    case .open:
      var rights: Rights = .applicable(to: .regularFile).union(.applicable(to: .directory))
      if flags & 16 == 0 { rights.subtract(.writing) }
      if flags & 32 != 0 { rights.subtract(.reading) }
      let descriptorFlags = DescriptorFlags(rawValue: UInt16(flags >> 6 & 31))
      let openFlags = flags & 3 == 0 ? flags & 15 : flags & 8 | flags & 1
      try calls.pathOpen(
        directory, follows, path, pathCount, openFlags, rights.rawValue, Rights.all.rawValue, descriptorFlags.rawValue, result)
      return "\(guest.number(at: result, UInt32.self))"
    case .close:
      if file == 3 { return "" }
      try calls.fdClose(file)
    case .renumber:
      if file == 3 || GuestDescriptor(flags & 7) == 3 { return "" }
      try calls.fdRenumber(file, flags & 7)
    case .read, .readAt:
      let target = guest.room(count)
      let buffer = guest.buffer(target, UInt32(count))
      if kind == .read { try calls.fdRead(file, buffer, 1, result) } else { try calls.fdPread(file, buffer, 1, offset, result) }
      return try "\(guest.memory.read(at: Int(target), count: Int(guest.number(at: result, UInt32.self))).hashValue)"
    case .write, .writeAt:
      let (source, size) = guest.put((0..<count).map { UInt8(truncatingIfNeeded: $0 &+ flags) })
      let buffer = guest.buffer(source, size)
      if kind == .write { try calls.fdWrite(file, buffer, 1, result) } else { try calls.fdPwrite(file, buffer, 1, offset, result) }
      return "\(guest.number(at: result, UInt32.self))"
    case .seek:
      try calls.fdSeek(file, flags & 8 == 0 ? offset : -offset, flags % 3, result)
      return "\(guest.number(at: result, UInt64.self))"
    case .setSize: try calls.fdFilestatSetSize(file, offset)
    case .allocate: try calls.fdAllocate(file, offset, count)
    case .setFlags: try calls.fdFdstatSetFlags(file, flags & 31)
    case .sync: if flags & 1 == 0 { try calls.fdSync(file) } else { try calls.fdDatasync(file) }
    case .flags:
      try calls.fdFdstatGet(file, result)
      return try "\(guest.memory.read(at: Int(result), count: 24))"
    case .status:
      try calls.fdFilestatGet(file, result)
      return status(guest, result)
    case .pathStatus:
      try calls.pathFilestatGet(directory, follows, path, pathCount, result)
      return status(guest, result)
    case .setTimes: try calls.fdFilestatSetTimes(file, offset * 1000, offset, flags & 15)
    case .pathSetTimes: try calls.pathFilestatSetTimes(directory, follows, path, pathCount, offset * 1000, offset, flags & 15)
    case .makeDirectory: try calls.pathCreateDirectory(directory, path, pathCount)
    case .removeDirectory: try calls.pathRemoveDirectory(directory, path, pathCount)
    case .unlink: try calls.pathUnlinkFile(directory, path, pathCount)
    case .rename:
      let (other, otherCount) = guest.put(other)
      try calls.pathRename(directory, path, pathCount, flags & 1 == 0 ? 3 : file, other, otherCount)
    case .link:
      let (other, otherCount) = guest.put(other)
      try calls.pathLink(directory, follows, path, pathCount, flags & 1 == 0 ? 3 : file, other, otherCount)
    case .symlink:
      let (other, otherCount) = guest.put(other)
      try calls.pathSymlink(other, otherCount, directory, path, pathCount)
    case .readlink:
      let target = guest.room(100)
      try calls.pathReadlink(directory, path, pathCount, target, 100, result)
      return guest.text(at: target, Int(guest.number(at: result, UInt32.self)))
    case .list: return try names(guest, file)
    }
    return "success"
  }

  private func status(_ guest: TestGuest, _ record: GuestPointer) -> String {
    let type = FileType(rawValue: guest.number(at: record + 16))
    let modified: UInt64 = guest.number(at: record + 48)
    let time = modified < 1_000_000_000 ? "\(modified)" : "later"
    if type == .directory { return "directory \(time)" }
    return "\(type!) \(guest.number(at: record + 24, UInt64.self)) \(guest.number(at: record + 32, UInt64.self)) \(time)"
  }

  private func names(_ guest: TestGuest, _ directory: GuestDescriptor) throws -> String {
    let buffer = guest.room(4096)
    let used = guest.room(4)
    try guest.calls.fdReaddir(directory, buffer, 4096, 0, used)
    var names: [String] = []
    var position: UInt32 = 0
    while position < guest.number(at: used, UInt32.self) {
      let count: UInt32 = guest.number(at: buffer + position + 16)
      names.append("\(guest.text(at: buffer + position + 24, Int(count))) \(guest.number(at: buffer + position + 20, UInt8.self))")
      position += 24 + count
    }
    return names.sorted().joined(separator: ", ")
  }
}
